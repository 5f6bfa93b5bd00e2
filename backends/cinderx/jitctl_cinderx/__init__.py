"""CinderX's method JIT behind jitctl's decorators. Choose it with ``JITCTL_BACKEND=cinderx``."""

from pathlib import Path

NAME = "libjitctl_cinderx"
SUFFIXES = ("so", "dylib", "dll", "pyd")


def library() -> Path:
    """Return the backend's shared library: what jitctl's entry-point group asks for."""
    folder = Path(__file__).parent
    for file in sorted(folder.glob(f"{NAME}.*")):
        if file.name.rsplit(".", 1)[-1] in SUFFIXES:
            return file
    return folder / f"{NAME}.abi3.so"  # jitctl then says that it is not there
