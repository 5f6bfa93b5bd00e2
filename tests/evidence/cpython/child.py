"""Runs one module of CPython's test suite in this process: ``child.py JOURNAL ORDER``.

ORDER is JSON: ``module``; ``mode``: ``none`` or one of hinting.py; ``only`` and ``left_out``: patterns of test ids;
``hook``: whether what is imported while tests run gets hints. Does what ``python -m test`` does around a module, as far
as results depend on it, and nothing else. Runs with the project's package on PYTHONPATH, hints or not.
"""

import json
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20260101


def wanted(name, file):
    """Hint the standard library and its tests: frozen modules have no file."""
    return file is None or file.startswith(STDLIB)


def chosen(suite, only, left_out):
    """Return the suite without the tests that are not asked for."""
    import unittest

    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.append(chosen(test, only, left_out))
        elif fits(test, only or ["*"]) and not fits(test, left_out):
            kept.append(test)
    return type(suite)(kept)


def fits(test, patterns):
    """Say whether a test's id matches one of the patterns."""
    import fnmatch

    return any(fnmatch.fnmatchcase(test.id(), pattern) for pattern in patterns)


def main():
    """Run the module; the journal says how it went."""
    global STDLIB
    journal_path, text = sys.argv[1:]
    order = json.loads(text)
    mode, name = order["mode"], order["module"]
    sys.path[0] = os.path.join(os.path.dirname(HERE), "outcomes")
    import hinting
    import journal

    sys.path[0] = HERE
    import recorder

    del sys.path[0]
    sys.argv[1:] = []
    STDLIB = os.path.dirname(os.__file__) + os.sep
    lines = journal.Journal(journal_path)
    import unittest

    from test import support
    from test.support import os_helper

    hinter = None
    if mode != "none":
        if hasattr(sys, "monitoring"):
            # jitctl borrows a second tool id from whoever has one. Where nobody has, it takes 4, and test_monitoring is
            # sure that nobody has 4.
            sys.monitoring.use_tool_id(sys.monitoring.COVERAGE_ID, "evidence")
        hinter = hinting.Hinter(mode, wanted)
        hinter.install()
    support.use_resources = {}  # none, as without -u
    random.seed(SEED)
    began = time.monotonic()
    with os_helper.temp_cwd():
        module = __import__(name, fromlist=["*"])
        if hinter is not None:
            hinter.sweep()
            if not order["hook"]:
                hinter.uninstall()
        loader = unittest.TestLoader()
        suite = loader.loadTestsFromModule(module)
        if loader.errors:
            raise SystemExit(f"{name} could not be loaded: {loader.errors[0]}")
        result = recorder.Recorder(lines)
        chosen(suite, order["only"], order["left_out"])(result)
    ended = {"ran": result.testsRun, "seconds": round(time.monotonic() - began, 2)}
    jit = getattr(sys, "_jit", None)
    ended["jit"] = bool(jit and jit.is_enabled())
    if hinter is not None:
        ended |= {"hinted": hinter.count, "errors": hinter.errors, **hinting.summary()}
    lines.add("end", name, ended)


if __name__ == "__main__":
    main()
