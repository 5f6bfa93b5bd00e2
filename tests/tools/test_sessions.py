"""A session is ended when it prints nothing for long, however long it takes as a whole."""

import subprocess
from itertools import count

import pytest
from suite import sessions


class Process:
    """Prints for so many looks at it, then is silent for so many, then ends."""

    def __init__(self, log, prints, silent):
        self.log, self.prints, self.left = log, prints, prints + silent

    def wait(self, timeout):
        if not self.left:
            return 0
        self.left -= 1
        if self.prints:
            self.prints -= 1
            with self.log.open("a") as stream:
                stream.write(".")
        raise subprocess.TimeoutExpired("it", timeout)


@pytest.fixture
def wait(tmp_path, monkeypatch):
    """Wait for such a process, with a clock on which a second passes at each look."""
    log = tmp_path / "log"
    log.touch()
    monkeypatch.setattr(sessions.time, "monotonic", count().__next__)
    monkeypatch.setattr(sessions, "SILENT_SECONDS", 10)
    return lambda **does: sessions._wait(Process(log, **does), log)


def test_one_that_goes_on_printing_may_take_its_time(wait):
    assert wait(prints=500, silent=5) == 0


def test_one_that_falls_silent_is_given_up(wait):
    with pytest.raises(subprocess.TimeoutExpired):
        wait(prints=5, silent=500)


def test_its_log_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "SILENT_SECONDS", 0.2)
    monkeypatch.setattr(sessions, "LOOK_SECONDS", 0.05)
    (tmp_path / "nox.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = sessions.run_session(tmp_path, "one", wheel_built=True)
    assert (found.code, found.log) == (124, "stopped: nothing was printed for 0.2 seconds\n")
