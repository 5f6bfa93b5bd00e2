"""The real packages whose functions are tried: which, which of their functions, and how they are fetched."""

import importlib
import pkgutil
import subprocess
import types

#: pure Python, the smallest first; the versions are kept so that a run can be repeated
PACKAGES = {
    "inflection": "inflection==0.5.1",
    "wcwidth": "wcwidth==0.2.13",
    "markdown_it": "markdown-it-py==3.0.0",
    "lark": "lark==1.2.2",
    "sqlparse": "sqlparse==0.5.3",
    "packaging": "packaging==25.0",
    "more_itertools": "more-itertools==10.7.0",
    "toolz": "toolz==1.0.0",
    "boltons": "boltons==25.0.0",
    "pyparsing": "pyparsing==3.2.3",
    "dateutil": "python-dateutil==2.9.0.post0",
    "attr": "attrs==25.3.0",
    "networkx": "networkx==3.2.1",
    "mpmath": "mpmath==1.3.0",
    "jmespath": "jmespath==1.0.1",
}


def fetch(python, folder):
    """Install the packages into a folder, with the tool of a Python that has pip."""
    if not folder.exists():
        command = [python, "-m", "pip", "install", "--quiet", "--target", str(folder), *PACKAGES.values()]
        subprocess.run(command, check=True)


def modules(package):
    """Import a package and its modules, but for its tests and what cannot be imported here."""
    found = [importlib.import_module(package)]
    if not hasattr(found[0], "__path__"):
        return found
    for entry in pkgutil.walk_packages(found[0].__path__, package + "."):
        parts = entry.name.split(".")
        if any(
            part in ("tests", "test", "testing", "__main__", "conftest") or part.startswith("_test") for part in parts
        ):
            continue
        try:
            found.append(importlib.import_module(entry.name))
        except Exception:
            continue
    return found


def functions(package):
    """List the functions that a package defines, methods too, in the order of their names."""
    found = {}

    def add(owner, name, thing):
        for inner in (thing, getattr(thing, "__func__", None), getattr(thing, "fget", None)):
            if type(inner) is types.FunctionType and inner.__module__ == owner and "<lambda>" not in inner.__qualname__:
                found.setdefault((owner, inner.__qualname__), inner)

    for module in modules(package):
        for name, thing in sorted(vars(module).items()):
            add(module.__name__, name, thing)
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                for inner, member in sorted(vars(thing).items()):
                    add(module.__name__, inner, member)
    return [found[key] for key in sorted(found)]


def chosen(package, count):
    """Take so many functions, evenly spaced."""
    every = functions(package)
    count = min(count, len(every))
    return [every[index * len(every) // count] for index in range(count)]
