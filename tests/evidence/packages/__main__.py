"""The tests of real packages with a hint on every function: ``python tests/evidence/packages``.

Each package of packages.json is fetched with its tests; these run without hints and with, and the outcome of every test
must be the same, or explained.json says why it is not. Every function of the package and of its tests gets a hint:
focus, or (mixed) one of the three by a hash of its name. JIT off means opt-in for hinted functions, on means
PYTHON_JIT=1. 3.13 has no JIT: there the warmup backend is named.

With --backend warmup, every function gets a plain focus hint under that backend on 3.13 and 3.15: at its first call its
arguments are inferred, and where its instructions allow no effect it is trained. (Before 3.12 a plain
hint infers nothing: there is nothing to compare.)

With --backend compiler, or compiler,native, every function gets a plain focus hint under that chain.

The results go to target/evidence/packages.json and .md (packages-warmup.json and .md and so on), which are not part of
the tree; with --update they are added to those that are there. The exit code is 0 when nothing unexplained was found.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "outcomes")]

import fetch  # noqa: E402
import package  # noqa: E402
import page  # noqa: E402
from compare import Explained  # noqa: E402
from judge import Bench, Run, Setting, run_child  # noqa: E402
from process import progress  # noqa: E402
from store import Store  # noqa: E402

JIT = ("off", "on")
#: by backend: interpreters, JIT, modes
DEFAULTS = {
    "native": (["3.13", "3.14", "3.15"], ["off", "on"], ["mixed", "focus"]),
    "warmup": (["3.13", "3.15"], ["off"], ["focus"]),
    "compiler": (["3.13", "3.14", "3.15"], ["off"], ["focus"]),
    "compiler,native": (["3.13", "3.14", "3.15"], ["off"], ["focus"]),
}
ALL_MODES = ("mixed", "focus", "ignore", "once")
#: fewer hints in a process mean that the hook did not work
FEWEST_HINTS = 20
LIMIT = 900
HEAD = """# Test suites of real packages under hints

Made by `python tests/evidence/packages`: every function of a package and of its tests got a hint, and each test's
outcome was compared with the same run without jitctl. `mixed` gives each function one of the three hints by a hash of
its name. JIT off means opt-in for hinted functions (on 3.14 by `JITCTL_OPT_IN=1`), on means `PYTHON_JIT=1`; 3.13 has
no JIT and runs with `JITCTL_BACKEND=warmup`. Tests that need
hypothesis are left out.
"""
WARMUP_HEAD = """# Test suites of real packages, trained with inferred arguments

Made by `python tests/evidence/packages --backend warmup`: every function of a package and of its tests got a plain
`jit_focus` under `JITCTL_BACKEND=warmup`, and each test's outcome was compared with the same run without jitctl. A
function that a test calls is judged at that call; it is trained where its arguments can be inferred and its
instructions allow no effect. All source archives carry tests (jmespath's without a file that they import, which is
added). Of lark, mpmath, networkx and python-dateutil a part of the test files runs
(`tests/evidence/packages/packages.json`).
"""
COMPILER_HEAD = """# Test suites of real packages, compiled

Made by `python tests/evidence/packages --backend compiler` (or `compiler,native`): every function of a package and of
its tests got a plain `jit_focus`, and each test's outcome was compared with the same run without jitctl.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python tests/evidence/packages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--backend", default="native", choices=list(DEFAULTS))
    made.add_argument("--interpreters", nargs="+", metavar="NAME", help="such as 3.15d")
    made.add_argument("--jit", nargs="+", choices=JIT)
    made.add_argument("--modes", nargs="+", choices=ALL_MODES)
    made.add_argument("--packages", nargs="+", metavar="NAME", help="some of packages.json (default: all)")
    made.add_argument("--newest", action="store_true", help="fetch the packages anew, in their newest versions")
    made.add_argument("--jobs", type=int, default=2, help="processes at a time (default 2)")
    made.add_argument("--package", type=Path, help="folder that holds a built jitctl (default: build the tree's)")
    made.add_argument("--update", action="store_true", help="add what runs to the results that are there")
    made.add_argument("--out", type=Path, help="name for results, without ending (default in target/evidence)")
    return made


def settings(options: argparse.Namespace) -> list[tuple[Setting, tuple[str, ...]]]:
    """Return the settings, each with its modes; 3.13 has no JIT to be on, and warmup only knows focus."""
    made = []
    for name in options.interpreters:
        for jit in options.jit:
            if options.backend != "native":
                made.append((Setting(name, jit, options.backend), tuple(options.modes)))
            elif name != "3.13":
                made.append((Setting(name, jit), tuple(options.modes)))
            elif jit == "off" and "focus" in options.modes:
                made.append((Setting(name, jit, "warmup"), ("focus",)))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 when something differs unexplained."""
    options = parser().parse_args(arguments)
    usual = DEFAULTS[options.backend]
    options.interpreters, options.jit, options.modes = (
        given or default
        for given, default in zip((options.interpreters, options.jit, options.modes), usual, strict=True)
    )
    wanted = [
        one
        for one in fetch.asked()
        if ("warmup" if options.backend == "warmup" else "native") in one.backends
        and (not options.packages or one.name in options.packages)
    ]
    missing = set(options.packages or ()) - {one.name for one in wanted}
    if missing:
        raise SystemExit(f"packages.json has no {', '.join(sorted(missing))}; expected some of its names")
    packages, site = fetch.fetched(wanted, options.newest)
    pythons = package.interpreters(options.interpreters)
    home = package.place(options.package)
    explained = Explained.read(HERE / "explained.json")
    revision = package.revision()

    def perform(task: tuple[Setting, tuple[str, ...], fetch.Package]) -> list[dict[str, Any]]:
        setting, modes, one = task
        roots = [str(one.source), *(str(site / name) for name in one.imports)]
        order = {"roots": roots, "tests": one.tests, "without": one.without}

        def run_once(mode: str) -> Run:
            env = setting.environment(home, mode)
            env["PYTHONPATH"] += f":{site}:{fetch.needed(one)}"
            env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **one.environment}
            command = [pythons[setting.interpreter], str(HERE / "child.py")]
            return run_child(command, env, {**order, "mode": mode}, LIMIT, one.source)

        bench = Bench(setting, run_once)
        rows = []
        for mode in modes:
            rows.append(page.row(revision, setting, f"{one.name} {one.version}", mode, bench.judge(mode, explained)))
            progress(page.line(rows[-1]))
        return rows

    whole = not options.packages and (options.interpreters, options.jit, options.modes) == usual
    names = {"native": "packages"}
    out = options.out or package.WORK / names.get(options.backend, "packages-" + options.backend.replace(",", "-"))
    head = {"native": HEAD, "warmup": WARMUP_HEAD}.get(options.backend, COMPILER_HEAD)
    store = Store(out, options.update, head, "packages", pythons)
    groups = [[(setting, modes, one) for one in packages] for setting, modes in settings(options)]
    store.run(groups, perform, options.jobs)
    return store.end(explained.unused() if whole else [], FEWEST_HINTS)


if __name__ == "__main__":
    sys.exit(main())
