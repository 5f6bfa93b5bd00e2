"""CPython's own test suite with a hint on every function: ``python tests/evidence/cpython``.

Each module of modules.txt runs in a process of its own, without hints and with; the outcome of every test must be the
same, or explained.json says why it is not. Modes: focus, ignore, once (that hint for every function) and mixed (one of
the three by a hash of the function's name). JIT off means opt-in for hinted functions, on means PYTHON_JIT=1.

The results go to target/evidence/cpython.json and .md, which are not part of the tree; with --update they are added to
those that are there. The exit code is 0 when nothing unexplained was found.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "outcomes")]

import package  # noqa: E402
import page  # noqa: E402
from compare import Explained  # noqa: E402
from judge import Bench, Setting  # noqa: E402
from plan import INTERPRETERS, JIT, MODES, Task, read_modules, tasks  # noqa: E402
from process import progress  # noqa: E402
from run import run_module  # noqa: E402
from store import Store  # noqa: E402

#: fewer hints in a process mean that the hook did not work: unittest alone has more functions
FEWEST_HINTS = 500
HEAD = """# CPython's own test suite under hints

Made by `python tests/evidence/cpython`: every function of the standard library and of the test modules that a process
imports got a hint, and each test's outcome was compared with the same run without jitctl. `mixed` gives each function
one of the three hints by a hash of its name. JIT off means opt-in for hinted functions (on 3.14 by `JITCTL_OPT_IN=1`),
on means `PYTHON_JIT=1`. On debug builds the single hints are applied to a part of the modules. Modules, and what is
left out of them: `tests/evidence/cpython/modules.txt`. Resources (`-u`): none.
"""
RESULTS = package.WORK / "cpython"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python tests/evidence/cpython", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--interpreters", nargs="+", default=list(INTERPRETERS), metavar="NAME", help="such as 3.15d")
    made.add_argument("--jit", nargs="+", default=list(JIT), choices=JIT)
    made.add_argument("--modes", nargs="+", default=list(MODES), choices=MODES)
    made.add_argument("--backend", default="", help="name this backend, or chain of them, such as compiler,native")
    made.add_argument("--modules", nargs="+", metavar="NAME", help="such as test_generators; default: modules.txt")
    made.add_argument("--short", action="store_true", help="only the modules that modules.txt marks with *")
    made.add_argument("--all-modes", action="store_true", help="single hints on all modules on debug builds too")
    made.add_argument("--jobs", type=int, default=2, help="processes at a time (default 2)")
    made.add_argument("--package", type=Path, help="folder that holds a built jitctl (default: build the tree's)")
    made.add_argument("--update", action="store_true", help="add what runs to the results that are there")
    made.add_argument("--out", type=Path, help="name for results, without ending (default target/evidence/cpython)")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 when something differs unexplained."""
    options = parser().parse_args(arguments)
    modules = [one for one in read_modules() if one.short or not options.short]
    if options.modules:
        known = {one.name: one for one in modules}
        missing = [name for name in options.modules if name not in known]
        if missing:
            raise SystemExit(f"modules.txt has no {', '.join(missing)}; expected some of its {len(known)}")
        modules = [known[name] for name in options.modules]
    settings = [Setting(name, jit, options.backend) for name in options.interpreters for jit in options.jit]
    whole = not (options.modules or options.short or options.backend) and (
        options.interpreters,
        options.jit,
        options.modes,
    ) == (
        list(INTERPRETERS),
        list(JIT),
        list(MODES),
    )
    pythons = package.interpreters(options.interpreters)
    home = package.place(options.package)
    explained = Explained.read(HERE / "explained.json")
    planned = tasks(settings, modules, tuple(options.modes), options.all_modes)
    revision = package.revision()

    def perform(task: Task) -> list[dict[str, Any]]:
        python = pythons[task.setting.interpreter]
        bench = Bench(task.setting, lambda mode: run_module(python, task.setting, home, mode, task.module))
        rows = []
        for mode in task.modes:
            rows.append(page.row(revision, task.setting, task.module.name, mode, bench.judge(mode, explained)))
            progress(page.line(rows[-1]))
        return rows

    store = Store(options.out or RESULTS, options.update, HEAD, "modules", pythons)
    groups = [[task for task in planned if task.setting == setting] for setting in settings]
    store.run(groups, perform, options.jobs)
    return store.end(explained.unused() if whole else [], FEWEST_HINTS)


if __name__ == "__main__":
    sys.exit(main())
