"""The standard library's functions: what is judged free of effects is called with those arguments, under a snapshot."""

import importlib
import types

from snapshot import snapshot
from test_nothing_changes import bounded

from jitctl._inference import prepared

MODULES = [
    "bisect",
    "calendar",
    "cmd",
    "colorsys",
    "copy",
    "csv",
    "datetime",
    "difflib",
    "email.utils",
    "fnmatch",
    "fractions",
    "functools",
    "gettext",
    "glob",
    "graphlib",
    "heapq",
    "html",
    "html.parser",
    "inspect",
    "ipaddress",
    "json.decoder",
    "json.encoder",
    "keyword",
    "linecache",
    "locale",
    "mimetypes",
    "numbers",
    "opcode",
    "operator",
    "pickletools",
    "pkgutil",
    "posixpath",
    "pprint",
    "quopri",
    "random",
    "re",
    "reprlib",
    "sched",
    "shlex",
    "sre_parse",
    "statistics",
    "string",
    "stringprep",
    "textwrap",
    "token",
    "tokenize",
    "traceback",
    "types",
    "typing",
    "urllib.parse",
    "uuid",
    "warnings",
    "xml.sax.saxutils",
    "ast",
    "argparse",
    "codecs",
    "configparser",
    "contextlib",
    "dataclasses",
    "decimal",
    "enum",
    "hashlib",
    "hmac",
    "ntpath",
]


def functions():
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        for owner in [module, *(one for one in vars(module).values() if isinstance(one, type))]:
            for thing in list(vars(owner).values()):
                function = getattr(thing, "__func__", thing)
                if type(function) is types.FunctionType and function.__module__ == module.__name__:
                    yield module, function


def test_what_is_judged_free_of_effects_changes_nothing_of_its_module():
    seen = free = 0
    for module, function in functions():
        seen += 1
        found = prepared(function, False)
        if isinstance(found, tuple):
            assert found[0] in ("no-samples", "has-effects"), found
            continue
        free += 1
        args, kwargs, text, confidence = found[0]
        assert 0 < confidence <= 1
        before = snapshot(vars(module))
        with bounded(2):
            try:
                function(*args(), **kwargs())
            except Exception:
                pass  # wrong guesses are a matter of inference, not of effects
        assert snapshot(vars(module)) == before, f"{module.__name__}.{function.__qualname__}: {text}"
    assert seen > 1500, seen
    assert free > 60, free
