"""Brings the tree's jitctl into a folder that any interpreter can have on its PYTHONPATH."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = ROOT / "target" / "evidence"
BACKENDS = ("noop", "warmup", "native", "compiler")


def place(given: Path | None) -> Path:
    """Return a folder that holds jitctl with its compiled parts: `given`, or one built from the tree."""
    if given is not None:
        found = given.resolve()
        if not list((found / "jitctl").glob("_backend*.so")):
            raise SystemExit(f"{found}: no jitctl/_backend*.so; expected a built jitctl; next: leave --package out")
        return found
    subprocess.run(["cargo", "build", "--release", "--workspace", "--quiet"], cwd=ROOT, check=True)
    made = WORK / "package"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(ROOT / "python" / "jitctl", made / "jitctl", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    libraries = ROOT / "target" / "release"
    shutil.copy(libraries / "lib_backend.so", made / "jitctl" / "_backend.abi3.so")
    (made / "jitctl" / "backends").mkdir()
    for name in BACKENDS:
        library = f"libjitctl_backend_{name}"
        shutil.copy(libraries / (library + ".so"), made / "jitctl" / "backends" / (library + ".abi3.so"))
    return made


def revision() -> str:
    """Return the commit of the tree, with a plus when files differ from it."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
        return commit + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def interpreters(names: list[str]) -> dict[str, str]:
    """Return the path of each interpreter that tools/interpreters.py fetched, by names like ``3.15d``."""
    sys.path.insert(0, str(ROOT / "tools"))
    from interp.find import find_interpreters

    fetched = [one for one in find_interpreters(ROOT / ".interpreters") if one.origin == "fetched"]
    found = {one.name.removeprefix("cpython"): one.path for one in fetched}
    missing = [name for name in names if name not in found]
    if missing:
        there = ", ".join(sorted(found)) or "none"
        raise SystemExit(f"no interpreter {', '.join(missing)}; there are {there}; next: tools/interpreters.py fetch")
    return {name: found[name] for name in names}
