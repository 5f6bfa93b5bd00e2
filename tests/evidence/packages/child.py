"""Runs the tests of one package in this process, with pytest: ``child.py JOURNAL ORDER``.

ORDER is JSON: ``mode``: ``none`` or one of hinting.py; ``roots``: folders whose modules get hints; ``tests``: files and
folders; ``without``: patterns of test ids to leave out. Runs in the package's source folder.
"""

import fnmatch
import json
import os
import random
import sys
from time import monotonic

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20260101


class Plugin:
    """Keeps outcomes in the journal, and hints what was collected."""

    def __init__(self, lines, hinter, without):
        self.lines = lines
        self.hinter = hinter
        self.without = without

    def pytest_collection_modifyitems(self, items):
        items[:] = [one for one in items if not any(fnmatch.fnmatchcase(one.nodeid, p) for p in self.without)]
        if self.hinter is not None:
            self.hinter.sweep()

    def pytest_collectreport(self, report):
        if report.failed:
            self.lines.add("error", f"collecting {report.nodeid}", str(report.longrepr)[-3000:])

    def pytest_runtest_logstart(self, nodeid, location):
        random.seed(SEED)
        self.lines.add("start", nodeid, round(monotonic(), 2))

    def pytest_runtest_logreport(self, report):
        detail = str(report.longrepr)[-3000:] if report.longrepr else ""
        if hasattr(report, "wasxfail"):
            if report.when == "call" or report.skipped:
                self.lines.add("expected-fail" if report.skipped else "unexpected-success", report.nodeid, detail)
        elif report.failed:
            self.lines.add("fail" if report.when == "call" else "error", report.nodeid, detail)
        elif report.skipped:
            self.lines.add("skip", report.nodeid, detail)
        elif report.when == "call":
            self.lines.add("ok", report.nodeid, "")


def main():
    journal_path, text = sys.argv[1:]
    order = json.loads(text)
    sys.path[0] = os.path.join(os.path.dirname(HERE), "outcomes")
    import hinting
    import journal

    del sys.path[0]
    sys.argv[1:] = []
    roots = tuple(root + os.sep for root in order["roots"])
    lines = journal.Journal(journal_path)
    hinter = None
    if order["mode"] != "none":
        hinter = hinting.Hinter(order["mode"], lambda name, file: file is not None and file.startswith(roots))
        hinter.install()
    import pytest

    options = [
        "-q",
        "--rootdir=.",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
        "-o",
        "addopts=",
        "-W",
        "ignore::DeprecationWarning",
        "-W",
        "ignore::pytest.PytestUnknownMarkWarning",
    ]
    code = pytest.main([*options, *order["tests"]], plugins=[Plugin(lines, hinter, order["without"])])
    jit = getattr(sys, "_jit", None)
    ended = {"jit": bool(jit and jit.is_enabled())}
    if hinter is not None:
        ended |= {"hinted": hinter.count, "errors": hinter.errors, **hinting.summary()}
    lines.add("end", "", ended)
    # 0: all passed, 1: some failed, and which is in the journal.
    sys.exit(0 if code in (0, 1) else int(code))


if __name__ == "__main__":
    main()
