"""A test result of unittest that writes to a journal."""

import unittest
from time import monotonic


class Recorder(unittest.TestResult):
    """A test result that writes to a journal."""

    def __init__(self, journal):
        """Outcomes go to `journal`."""
        super().__init__()
        self.journal = journal
        self._settled = False

    def startTest(self, test):
        super().startTest(test)
        self._settled = False
        self.journal.add("start", test.id(), round(monotonic(), 2))

    def stopTest(self, test):
        if not self._settled:
            # Only subtests failed: unittest reports these and then nothing for the test itself.
            self.journal.add("stop", test.id(), "")
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._add("ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self._add("error", test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._add("fail", test, self.failures[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._add("skip", test, reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._add("expected-fail", test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._add("unexpected-success", test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            kind = "fail" if issubclass(err[0], test.failureException) else "error"
            log = self.failures if kind == "fail" else self.errors
            self.journal.add(kind, test.id(), f"{subtest._subDescription()}: {log[-1][1]}")
            self._settled = True

    def _add(self, outcome, test, detail=""):
        self._settled = True
        self.journal.add(outcome, test.id(), detail[-3000:])
