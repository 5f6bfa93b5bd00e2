"""Runs a program in this process as ``python TARGET`` would: the same ``__main__``, ``sys.argv`` and ``sys.path``."""

from __future__ import annotations

import builtins
import errno
import importlib.machinery
import importlib.util
import io
import os
import sys
from types import CodeType, ModuleType

from .exits import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Target:
    """What is to be run: a script, a folder or zip file with ``__main__.py``, or (``is_module``) a module by name."""

    __slots__ = ("name", "is_module", "arguments")

    def __init__(self, name: str, is_module: bool, arguments: tuple[str, ...]) -> None:
        """Hold the words of the command line."""
        self.name = name
        self.is_module = is_module
        self.arguments = arguments

    @property
    def words(self) -> list[str]:
        """The words that follow ``python`` on a command line."""
        return [*(["-m"] if self.is_module else []), self.name, *self.arguments]


def target_of(is_module: bool, words: Sequence[str]) -> Target:
    """Read what stands behind the options; a ``--`` directly before the target is taken away. Raises UsageError."""
    words = list(words[1:] if words[:1] == ["--"] else words)
    if words[:1] == ["-m"]:
        is_module, words = True, words[1:]
    if not words:
        raise UsageError("nothing to run; give a script, or -m and a module")
    if not is_module and not os.path.exists(words[0]):
        raise UsageError(f"cannot run {words[0]}: {os.strerror(errno.ENOENT)}")
    return Target(words[0], is_module, tuple(words[1:]))


def prepare(target: Target) -> tuple[CodeType, ModuleType]:
    """Make ``__main__``, ``sys.argv`` and ``sys.path`` what they are for the target; return its code and ``__main__``.

    Raises UsageError where there is nothing to run.
    """
    sys.argv = [target.name, *target.arguments]
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    # What else Python puts there differs between its versions; the module that runs now has it, too.
    for name, value in (("__annotations__", {}), ("__cached__", None)):
        if name in vars(sys.modules["__main__"]):
            main.__dict__[name] = value
    if target.is_module:
        _put_first(os.getcwd())
        code = _of_module(target.name, main)
    elif os.path.isdir(target.name) or importlib.util.spec_from_file_location("__main__", target.name) is None:
        _put_first(target.name)
        code = _of_archive(target.name, main)
    else:
        code = _of_script(target.name, main)
        _put_first(os.path.dirname(os.path.realpath(target.name)))
    sys.modules["__main__"] = main
    return code, main


def _put_first(folder: str) -> None:
    """Replace the entry that ``python -m jitctl`` or the script put first."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder


def _of_script(name: str, main: ModuleType) -> CodeType:
    try:
        with io.open_code(os.path.abspath(name)) as file:
            code: CodeType = compile(file.read(), name, "exec", dont_inherit=True)
    except OSError as error:
        raise UsageError(f"cannot run {name}: {error.strerror}") from None
    main.__file__ = name
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", name)
    return code


def _of_module(name: str, main: ModuleType) -> CodeType:
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as error:
        raise UsageError(f"cannot run -m {name}: {error}") from None
    code = _code_of(spec, name)
    if spec is None or code is None:
        raise UsageError(f"cannot run -m {name}: there is no such module, or it has no code")
    main.__spec__ = spec
    main.__loader__ = spec.loader
    main.__package__ = spec.parent
    main.__file__ = spec.origin
    if "__cached__" in main.__dict__:
        main.__dict__["__cached__"] = spec.cached
    sys.argv[0] = spec.origin or name
    return code


def _of_archive(place: str, main: ModuleType) -> CodeType:
    spec = importlib.machinery.PathFinder.find_spec("__main__", [place])
    code = _code_of(spec, "__main__")
    if spec is None or code is None:
        raise UsageError(f"cannot run {place}: it is no script, and has no __main__.py")
    main.__spec__ = spec
    main.__loader__ = spec.loader
    main.__package__ = ""
    main.__file__ = spec.origin
    return code


def _code_of(spec: importlib.machinery.ModuleSpec | None, name: str) -> CodeType | None:
    """Return the code of a module that was found; None for one that is no Python."""
    loader: Any = spec.loader if spec is not None else None
    return loader.get_code(name) if hasattr(loader, "get_code") else None


def execute(code: CodeType, main: ModuleType) -> int:
    """Run the program; return its exit code where it ended by an exception. SystemExit goes on to the caller."""
    try:
        exec(code, main.__dict__)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        # Shown without our own frames, as Python would have shown it.
        traceback = error.__traceback__.tb_next if error.__traceback__ is not None else None
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
        return 1
    return 0


def run(target: Target, before: Callable[[CodeType, ModuleType], None]) -> int:
    """Prepare the target, call `before` with its code and ``__main__``, and run it."""
    code, main = prepare(target)
    before(code, main)
    return execute(code, main)
