"""The way of a user with packages that know nothing of jitctl: find, tune, try, and a page that shows the run.

Two packages (markdown-it-py, lark) get hints from outside, chosen by `jitctl tune`; a numeric program is compiled by
the backend `compiler`, here and with other interpreters that have jitctl. Leaves `report.html` in the current folder.

    python examples/real_package.py [--seconds N] [--also PYTHON ...] [--report FILE]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "programs"
#: the packages' programs, with arguments that make them run for about a second
PACKAGES = {"markdown": ["40"], "grammar": ["200"]}
NUMERIC = """
backend = "compiler,native"
[[rule]]
match = ["__main__:accelerations", "__main__:diffuse", "__main__:move"]
hint = "focus"
"""
#: seconds that a step may take at most: it is interrupted then, and says what it knows; and what is left for the page
FINDING, COMPARING, PAGE = 20, 40, 15
#: the least that tuning is worth starting with
LEAST = 15


class Demo:
    """Runs commands as a user would, shows each, and watches the clock."""

    def __init__(self, seconds: float, folder: Path, report: Path) -> None:
        """Take the seconds that all of it may take, a folder for rules, and where the page goes."""
        self._end = time.monotonic() + seconds
        self._folder = folder
        self._report = report

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._end - time.monotonic()

    def jitctl(self, limit: float, *words: str, python: str = sys.executable) -> None:
        """Run a command of jitctl; after so many seconds it gets what Ctrl-C sends, and says what it knows."""
        shown = [Path(word).name if os.sep in word else word for word in words]
        print(f"\n$ {'jitctl' if python == sys.executable else f'{python} -m jitctl'} {' '.join(shown)}", flush=True)
        command = [python, "-m", "jitctl", *words]
        # A group of its own, so that the program that it runs gets the signal, too.
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        for signal_, seconds in ((signal.SIGINT, limit), (signal.SIGKILL, 5)):
            try:
                child.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal_)
        child.wait()

    def package(self, name: str, parts: int) -> None:
        """Find, tune and try one of the packages' programs; `parts`: how many share the time that is left."""
        program = [str(PROGRAMS / f"{name}.py"), *PACKAGES[name]]
        rules = self._folder / f"{name}.toml"
        budget = (self.left - PAGE) / parts - FINDING - COMPARING
        if budget < LEAST:
            print(f"\n{name}: left out, the time is over")
            return
        self.jitctl(FINDING, "find", *program)
        self.jitctl(budget, "tune", "--budget", f"{0.9 * budget:.0f}", "--rules", str(rules), *program)
        if rules.exists():
            self.jitctl(COMPARING, "try", "--rounds", "6", "--hints", str(rules), *program)

    def page(self, name: str) -> None:
        """Leave the page of one more run."""
        rules = self._folder / f"{name}.toml"
        if not rules.exists():
            rules.write_text("", encoding="utf-8")  # no hint was proven to pay
        program = [str(PROGRAMS / f"{name}.py"), *PACKAGES[name]]
        self.jitctl(2 * PAGE, "run", "-q", "--hints", str(rules), "--report", str(self._report), *program)

    def numeric(self, python: str) -> None:
        """Compare the numeric program with and without the compiler's hints."""
        if self.left < LEAST:
            print(f"\nnumeric with {python}: left out, the time is over")
            return
        rules = self._folder / "numeric.toml"
        rules.write_text(NUMERIC, encoding="utf-8")
        program = str(PROGRAMS / "numeric.py")
        self.jitctl(COMPARING, "try", "--rounds", "6", "--hints", str(rules), program, "4000", python=python)


def main() -> None:
    """Show all of it."""
    parser = argparse.ArgumentParser(description="Hints for real packages, from outside")
    parser.add_argument("--seconds", type=float, default=280, help="how long it may take, about (default 280)")
    parser.add_argument("--also", action="append", default=[], metavar="PYTHON", help="another interpreter with jitctl")
    parser.add_argument("--report", default="report.html", help="where the page goes (default report.html)")
    options = parser.parse_args()
    subprocess.run([sys.executable, "-m", "jitctl", "doctor"], check=False)
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(options.seconds, Path(folder), Path(options.report).resolve())
        for python in [sys.executable, *options.also]:
            demo.numeric(python)
        for number, name in enumerate(PACKAGES):
            demo.package(name, len(PACKAGES) - number)
        demo.page(next(iter(PACKAGES)))
    print(f"\n{options.report} shows one more run of the first package: open it in a browser")


if __name__ == "__main__":
    main()
