"""Runs one module of CPython's test suite in this process: ``child.py JOURNAL MODE MODULE [LEFT OUT ...]``.

MODE is ``none`` or a mode of hinting.py. Does what ``python -m test`` does around a module, as far as results depend on
it, and nothing else. The interpreter under test runs this with the project's package on PYTHONPATH, hints or not.
"""

import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20260101


def wanted(name, file):
    """Hint the standard library and its tests: frozen modules have no file."""
    return file is None or file.startswith(STDLIB)


def leave_out(suite, patterns):
    """Take the tests whose ids match a pattern out of a suite."""
    import fnmatch
    import unittest

    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.append(leave_out(test, patterns))
        elif not any(fnmatch.fnmatchcase(test.id(), pattern) for pattern in patterns):
            kept.append(test)
    return type(suite)(kept)


def main():
    """Run the module; the journal says how it went."""
    global STDLIB
    journal_path, mode, name, *left_out = sys.argv[1:]
    sys.path[0] = os.path.join(os.path.dirname(HERE), "outcomes")
    import hinting

    sys.path[0] = HERE
    import recorder

    del sys.path[0]
    sys.argv[1:] = []
    STDLIB = os.path.dirname(os.__file__) + os.sep
    journal = recorder.Journal(journal_path)
    import unittest

    from test import support
    from test.support import os_helper

    hinter = None
    if mode != "none":
        hinter = hinting.Hinter(mode, wanted)
        hinter.install()
    support.use_resources = {}  # none, as without -u
    random.seed(SEED)
    began = time.monotonic()
    with os_helper.temp_cwd():
        module = __import__(name, fromlist=["*"])
        if hinter is not None:
            hinter.sweep()
        loader = unittest.TestLoader()
        suite = loader.loadTestsFromModule(module)
        if loader.errors:
            raise SystemExit(f"{name} could not be loaded: {loader.errors[0]}")
        result = recorder.Recorder(journal)
        leave_out(suite, left_out)(result)
    ended = {"ran": result.testsRun, "seconds": round(time.monotonic() - began, 2)}
    jit = getattr(sys, "_jit", None)
    ended["jit"] = bool(jit and jit.is_enabled())
    if hinter is not None:
        ended |= {"hinted": hinter.count, "errors": hinter.errors, **hinting.summary()}
    journal.add("end", name, ended)


if __name__ == "__main__":
    main()
