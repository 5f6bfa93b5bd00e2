"""Unpacks packages into a folder and makes the interpreters in it run beside an older system."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from interp.elf import loader_of
from interp.errors import ToolError


def unpack(files: Sequence[Path], root: Path) -> None:
    """Extract each package file into `root`."""
    root.mkdir(parents=True)
    for file in files:
        subprocess.run(["dpkg-deb", "-x", str(file), str(root)], check=True)
    localise_links(root)


def localise_links(root: Path) -> None:
    """Turn absolute symbolic links, which would leave `root`, into relative ones."""
    for folder, names, files in os.walk(str(root)):
        for name in names + files:
            link = Path(folder) / name
            if link.is_symlink() and os.readlink(str(link)).startswith("/"):
                inside = str(root) + os.readlink(str(link))
                link.unlink()
                link.symlink_to(os.path.relpath(inside, folder))


def executables(root: Path, names: Sequence[str]) -> list[Path]:
    """Return those of the named programs in usr/bin that are there."""
    return [root / "usr/bin" / name for name in names if (root / "usr/bin" / name).is_file()]


def relocate(root: Path, final: Path, triple: str, programs: Sequence[Path], patchelf: Sequence[str] = ()) -> None:
    """Make the programs use the loader and the libraries that came with them, once `root` has become `final`.

    The search path is the old kind (RPATH): it also holds for what the libraries themselves load.
    patchelf: the command of one that this machine can run, where that of `root` is made for another machine.
    """
    run = list(patchelf or patchelf_of(root, triple))
    path = str(final / "usr/lib" / triple)
    for program in {p.resolve() for p in programs}:
        asked = loader_of(program)
        if asked is None:
            continue
        inside = str(final / find_loader(root, triple, asked).relative_to(root))
        # Two steps: patchelf 0.18 breaks programs without position-independent code when asked for both at once.
        subprocess.run([*run, "--force-rpath", "--set-rpath", path, str(program)], check=True)
        subprocess.run([*run, "--set-interpreter", inside, str(program)], check=True)


def patchelf_of(root: Path, triple: str) -> list[str]:
    """Return the command of the unpacked patchelf: run by the unpacked loader, since it may need a newer libc."""
    patchelf = root / "usr/bin/patchelf"
    loader = find_loader(root, triple, loader_of(patchelf))
    return [str(loader), "--library-path", str(root / "usr/lib" / triple), str(patchelf)]


def find_loader(root: Path, triple: str, asked: object) -> Path:
    """Return the dynamic loader inside `root`."""
    name = Path(str(asked)).name
    for folder in ("usr/lib/" + triple, "usr/lib", "usr/lib64", "lib/" + triple, "lib", "lib64"):
        if (root / folder / name).is_file():
            return root / folder / name
    raise ToolError(
        f"no loader {name} among the unpacked packages",
        "the package libc6 to bring it",
        "run fetch with --update; if it stays, the suite's libc has moved its loader: extend find_loader",
    )
