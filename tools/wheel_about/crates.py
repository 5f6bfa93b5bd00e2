"""Finds the crates whose code is inside the wheel's libraries, by asking cargo."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple


class Crate(NamedTuple):
    """A crate as cargo knows it."""

    name: str
    version: str
    license: str
    folder: Path
    #: None for a crate of this workspace
    registry: str | None


def shipped(root: Path, manifests: list[Path]) -> list[Crate]:
    """Return the crates that are linked into what these manifests build, by name.

    root: folder of the workspace. Build scripts, tests and procedural macros are left out: no library has any of them.
    Raises subprocess.CalledProcessError where cargo cannot read the workspace.
    """
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", _target()]
    found: dict[str, Any] = json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout)
    packages = {one["id"]: one for one in found["packages"]}
    nodes = {one["id"]: one for one in found["resolve"]["nodes"]}
    wanted = {str(path.resolve()) for path in manifests}
    left = [name for name, one in packages.items() if str(Path(one["manifest_path"]).resolve()) in wanted]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name in seen or all(_is_macro(target) for target in packages[name]["targets"]):
            continue
        seen.add(name)
        left += [one["pkg"] for one in nodes[name]["deps"] if any(kind["kind"] is None for kind in one["dep_kinds"])]
    crates = [
        Crate(one["name"], one["version"], one["license"] or "", Path(one["manifest_path"]).parent, one["source"])
        for one in (packages[name] for name in seen)
    ]
    return sorted(crates, key=lambda one: (one.name, one.version))


def _target() -> str:
    """Return the triple that is built for."""
    told = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return os.environ.get("CARGO_BUILD_TARGET") or next(
        line.removeprefix("host: ") for line in told.splitlines() if line.startswith("host: ")
    )


def _is_macro(target: dict[str, Any]) -> bool:
    return "proc-macro" in target["kind"] or "custom-build" in target["kind"]
