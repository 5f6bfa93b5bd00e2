"""A pytest plugin that hints every function of the packages in JITCTL_EVERYTHING with a plain jit_focus.

``JITCTL_BACKEND=warmup JITCTL_EVERYTHING=toolz python -m pytest -p everything tests``
"""

import collections
import os

from packages import functions

from jitctl import jit_focus, stats

HINTED = []


def pytest_configure():
    for package in os.environ["JITCTL_EVERYTHING"].split(","):
        for function in functions(package):
            jit_focus(function)
            HINTED.append(function)


def pytest_terminal_summary(terminalreporter):
    codes = collections.Counter(stats(function).verdict.code for function in HINTED)
    terminalreporter.write_line(f"jitctl: {len(HINTED)} functions hinted: {dict(codes)}")
