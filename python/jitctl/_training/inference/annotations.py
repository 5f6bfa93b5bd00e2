"""From an annotation to an argument. Nothing is evaluated: names are looked up, and known forms are understood.

Annotations come as objects (evaluated when the function was defined) or as texts (a quoted one, PEP 563, and
every one where annotations are lazy). A text is parsed, and only names, attributes of modules and classes,
subscripts, ``|`` and constants are followed.
"""

from __future__ import annotations

import ast
import sys
from types import FunctionType, ModuleType

from ..interruption import reraise_foreign
from .samples import INT, OF_TYPE, TEXTS, Sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..interruption import Baseline

    Make = Callable[[], Any] | None
    Makes = Callable[[], Any]

_LISTS = {"Sequence", "MutableSequence", "Iterable", "Collection", "Reversible", "Container", "List", "list"}
_SETS = {"Set", "MutableSet", "AbstractSet", "set"}
_MAPPINGS = {"Mapping", "MutableMapping", "Dict", "dict"}
_NAMES = {
    "Hashable": "text",
    "Sized": "text",
    "Text": "text",
    "SupportsInt": 7,
    "SupportsIndex": 7,
    "SupportsFloat": 1.5,
    "SupportsAbs": 1.5,
    "Number": 1.5,
    "Real": 1.5,
    "Complex": 1.5,
    "Integral": 7,
    "Rational": 7,
    "ByteString": b"bytes",
}
_MISSING: Any = object()
_DEEPEST = 6


class Union:
    """``X | Y``, read from a text."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        self.args = args


class Applied:
    """``origin[args]``, read from a text."""

    def __init__(self, origin: Any, args: tuple[Any, ...]) -> None:
        self.origin = origin
        self.args = args


class Text:
    """A constant in a text, which stands for itself in a Literal and for a text elsewhere."""

    def __init__(self, value: Any) -> None:
        self.value = value


def raw(function: Any, before: Baseline | None = None) -> dict[str, Any]:
    """Give the annotations of a function or class, as texts where they would have to be evaluated.

    `before` is what was true before the training, to tell exceptions from outside.
    """
    lazy = sys.modules.get("annotationlib")
    if lazy is None and hasattr(function, "__annotate__"):
        import importlib

        lazy = importlib.import_module("annotationlib")
    try:
        if lazy is not None:
            return dict(lazy.get_annotations(function, format=lazy.Format.STRING))
        if isinstance(function, FunctionType):
            return dict(function.__annotations__)
        return dict(vars(function).get("__annotations__", {}))
    except Exception as error:  # a user's own __annotate__ may raise anything
        reraise_foreign(error, before)
        return {}


class Annotations:
    """Makes arguments from annotations, with the names of one function."""

    def __init__(self, function: Any, instance: Callable[[type, int], Make], before: Baseline | None = None) -> None:
        self._before = before
        self._scopes: list[Mapping[str, Any]] = []
        if isinstance(function, FunctionType):
            self._scopes.append(_closure(function))
            self._scopes.append({one.__name__: one for one in getattr(function, "__type_params__", ())})
            self._scopes.append(function.__globals__)
        else:
            module = sys.modules.get(getattr(function, "__module__", ""), None)
            self._scopes.append(vars(module) if module is not None else {})
        self._scopes.append(vars(sys.modules["builtins"]))
        self._instance = instance

    def sample(self, annotation: Any) -> Sample | None:
        """Give an argument for an annotation, or None where it does not say enough."""
        make = self.make(annotation, 0)
        return None if make is None else Sample(make, "annotation")

    def make(self, form: Any, depth: int) -> Make:
        """Give what makes values of a form; None where that is not known."""
        if depth > _DEEPEST:
            return None
        if isinstance(form, Text):
            form = form.value
        if type(form) is str:
            form = self._parsed(form)
        if form is None:
            return lambda: None
        if isinstance(form, Union):
            return self._first(form.args, depth)
        if isinstance(form, Applied):
            return self._applied(form.origin, form.args, depth)
        if type(form) is ModuleType:  # asking one for an attribute may run its `__getattr__`
            return None
        if isinstance(form, type) and type(form).__name__ != "GenericAlias" and form in OF_TYPE:
            return OF_TYPE[form]
        args = getattr(form, "__args__", None)
        if type(args) is tuple and not _is_class(form):
            metadata = getattr(form, "__metadata__", None)
            if metadata is not None:  # Annotated
                return self.make(form.__origin__, depth)
            return self._applied(getattr(form, "__origin__", form), args, depth)
        return self._bare(form, depth)

    # Forms

    def _bare(self, form: Any, depth: int) -> Make:
        kind = type(form).__name__
        if kind == "ForwardRef":
            return self.make(form.__forward_arg__, depth + 1)
        if kind == "TypeVar":
            return self._type_var(form, depth)
        if kind == "NewType" or hasattr(form, "__supertype__"):
            return self.make(form.__supertype__, depth + 1)
        if kind == "TypeAliasType":
            return self._alias(form, depth)
        name = _name(form)
        if _is_class(form) and form.__module__ not in ("typing", "collections.abc", "numbers"):
            return self._of_class(form, depth)
        if name in _NAMES:
            value = _NAMES[name]
            return lambda: value
        if name in ("Any", "object", "Callable"):
            return None
        return self._applied(form, (), depth)

    def _first(self, forms: tuple[Any, ...], depth: int) -> Make:
        for form in sorted(forms, key=lambda form: form is None or form is type(None)):
            make = self.make(form, depth + 1)
            if make is not None:
                return make
        return None

    def _applied(self, origin: Any, args: tuple[Any, ...], depth: int) -> Make:
        name = _name(origin)
        if name in ("Union", "UnionType", "Optional"):
            return self._first(args, depth)
        if name in ("Annotated", "Required", "NotRequired", "ReadOnly", "Final", "ClassVar") and args:
            return self.make(args[0], depth + 1)
        if name == "Literal" and args:
            value = args[0].value if isinstance(args[0], Text) else args[0]
            return (lambda: value) if isinstance(value, (int, str, bytes, type(None))) else None
        if name in ("tuple", "Tuple"):
            return self._tuple(args, depth)
        items = [self.make(arg, depth + 1) for arg in args]
        if any(item is None for item in items):
            return None
        makes: list[Makes] = [item for item in items if item is not None]
        if name in _MAPPINGS or name in ("OrderedDict", "defaultdict", "DefaultDict", "Counter", "ChainMap"):
            return _mapping(makes) if name in _MAPPINGS else None
        if not makes:
            makes = [OF_TYPE[int]]
        first = makes[0]
        if name in _LISTS:
            return lambda: several(first)
        if name in ("Iterator", "Generator", "KeysView", "ValuesView"):
            return (lambda: iter(several(first))) if name in ("Iterator", "Generator") else None
        if name in _SETS:
            return _hashed(set, first)
        if name in ("FrozenSet", "frozenset"):
            return _hashed(frozenset, first)
        return None

    def _tuple(self, args: tuple[Any, ...], depth: int) -> Make:
        if not args:
            return OF_TYPE[tuple]
        if len(args) == 2 and (args[1] is Ellipsis or (isinstance(args[1], Text) and args[1].value is Ellipsis)):
            item = self.make(args[0], depth + 1)
            return None if item is None else lambda: tuple(several(item))
        parts = [self.make(arg, depth + 1) for arg in args if arg != ()]
        if any(part is None for part in parts):
            return None
        return lambda: tuple(part() for part in parts if part is not None)

    def _type_var(self, form: Any, depth: int) -> Make:
        if form in self._scopes[1].values() if len(self._scopes) > 2 else False:
            return self._lazily(getattr(form, "evaluate_bound", None), depth)
        if form.__constraints__:
            return self._first(form.__constraints__, depth)
        return None if form.__bound__ is None else self.make(form.__bound__, depth + 1)

    def _alias(self, form: Any, depth: int) -> Make:
        return self._lazily(getattr(form, "evaluate_value", None), depth)

    def _lazily(self, evaluate: Any, depth: int) -> Make:
        """Read what is evaluated lazily, where it can be had as a text."""
        lazy = sys.modules.get("annotationlib")
        if evaluate is None or lazy is None:
            return None
        text = lazy.call_evaluate_function(evaluate, lazy.Format.STRING)
        return self.make(text, depth + 1) if isinstance(text, str) else None

    def _of_class(self, cls: type, depth: int) -> Make:
        members = getattr(cls, "_member_map_", None)
        if type(members) is dict and members:
            member = next(iter(members.values()))
            return lambda: member
        if issubclass(cls, dict) and "__total__" in vars(cls):
            return self._typed_dict(cls, depth)
        if issubclass(cls, tuple) and type(vars(cls).get("_fields")) is tuple:
            return self._named_tuple(cls, depth)
        return self._instance(cls, depth)

    def _typed_dict(self, cls: type, depth: int) -> Make:
        names = Annotations(cls, self._instance, self._before)
        makes = {name: names.make(form, depth + 1) for name, form in raw(cls, self._before).items()}
        if any(make is None for make in makes.values()):
            return None
        return lambda: {name: make() for name, make in makes.items() if make is not None}

    def _named_tuple(self, cls: Any, depth: int) -> Make:
        names = Annotations(cls, self._instance, self._before)
        forms = raw(cls, self._before)
        makes = [names.make(forms.get(name), depth + 1) if name in forms else None for name in cls._fields]
        if any(make is None for make in makes):
            return None
        return lambda: tuple.__new__(cls, [make() for make in makes if make is not None])

    # Texts

    def _parsed(self, text: str) -> Any:
        try:
            return self._node(ast.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError, RecursionError):
            return _MISSING

    def _node(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Name):
            return self._lookup(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._node(node.value)
            if type(owner) is ModuleType or isinstance(owner, type):
                return vars(owner).get(node.attr, _MISSING)
            return _MISSING
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return Union((self._node(node.left), self._node(node.right)))
        if isinstance(node, ast.Subscript):
            inner: Any = node.slice
            inner = getattr(inner, "value", inner) if type(inner).__name__ == "Index" else inner
            nodes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return Applied(self._node(node.value), tuple(self._node(one) for one in nodes))
        if isinstance(node, ast.Constant):
            return None if node.value is None else Text(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return Text(-node.operand.value) if isinstance(node.operand.value, int) else _MISSING
        return _MISSING

    def _lookup(self, name: str) -> Any:
        for scope in self._scopes:
            if name in scope:
                return scope[name]
        return _MISSING


def several(make: Callable[[], Any]) -> list[Any]:
    """Make a list of several values; of numbers and texts different ones."""
    first = make()
    if type(first) is int:
        return [3, 1, 4, 1, 5, 9, 2]
    if type(first) is float:
        return [3.5, 1.25, 4.0, 1.5, 5.75]
    if type(first) is str:
        return list(TEXTS)
    return [first, make(), make()]


def _hashed(kind: Any, make: Callable[[], Any]) -> Make:
    return None if type(make()) in (list, dict, set, bytearray) else lambda: kind(several(make))


def _mapping(makes: list[Makes]) -> Make:
    if len(makes) != 2:
        return OF_TYPE[dict]
    key, value = makes
    if type(key()) in (list, dict, set, bytearray):
        return None
    return lambda: {one: value() for one in several(key)}


def _is_class(form: Any) -> bool:
    return isinstance(form, type) and type(form).__name__ != "GenericAlias"


def _name(form: Any) -> str:
    name = vars(form).get("__name__") if isinstance(form, type) and "__name__" in vars(form) else None
    for attribute in ("_name", "__name__"):
        name = name or getattr(form, attribute, None)
    return name if isinstance(name, str) else ""


def _closure(function: FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    return found


__all__ = ["INT", "Annotations", "raw", "several"]
