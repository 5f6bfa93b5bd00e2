"""Converts dataclasses to what JSON can hold, and derives the JSON Schema of that from their fields.

A field is declared once, in its class: the dict, the JSON text and the schema follow from it. Private fields (with an
underscore) stay out of all three.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from typing_extensions import Self

#: a number of things
Count = Annotated[int, {"minimum": 0}]


class Plain:
    """Gives a dataclass its form as plain data."""

    __slots__ = ()

    @classmethod
    def of(cls, raw: Mapping[str, Any], **more: Any) -> "Self":
        """Make one of what the backend module tells: the fields of the class, and no others."""
        known = {field.name: raw.get(field.name) for field in _public(cls) if field.name not in more}
        return cls(**known, **more)

    def to_dict(self) -> dict[str, Any]:
        """Convert to dicts, lists, strings and numbers, as JSON wants them."""
        return {field.name: to_plain(getattr(self, field.name)) for field in _public(type(self))}

    def to_json(self, indent: int | None = None) -> str:
        """Convert to JSON text; `indent` as in `json.dumps`."""
        from json import dumps

        return dumps(self.to_dict(), indent=indent)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of what `to_dict` and `to_json` give."""
        return _schema_of(cls)


def to_plain(value: Any) -> Any:
    """Convert a value that a field holds."""
    if isinstance(value, Plain):
        return value.to_dict()
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: Any, value: Any) -> Any:
    """Make what `to_plain` made this of: the other way round, by the declared type `kind`.

    Fields that are not there become None, so that one which was added later can be told apart. Raises TypeError or
    ValueError where the value has another form.
    """
    if is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise TypeError(f"expected an object for {kind.__name__}, got {type(value).__name__}")  # type: ignore[union-attr]
        hints = get_type_hints(kind, include_extras=True)
        names = [field.name for field in _public(kind)]  # type: ignore[arg-type]
        return kind(**{name: from_plain(hints[name], value.get(name)) for name in names})  # type: ignore[operator]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return from_plain(arguments[0], value)
    if value is None or origin in (Union, UnionType):
        (inner,) = [one for one in arguments if one is not NoneType] or [Any]
        return None if value is None else from_plain(inner, value)
    if origin is tuple and arguments[-1] is Ellipsis:
        return tuple(from_plain(arguments[0], one) for one in value)
    if origin is tuple:
        return tuple(from_plain(one, item) for one, item in zip(arguments, value, strict=True))
    return value


def published_schema(cls: type, title: str, number: int) -> dict[str, Any]:
    """Return the schema of a whole document (draft 2020-12) whose field ``schema`` holds `number`.

    Fields may be added without a new number, so nothing in it forbids others. A field that changes its meaning or goes
    raises the number.
    """
    whole = _schema_of(cls)
    whole["properties"]["schema"] = {"const": number}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **whole}


def _public(cls: type) -> Iterator["Field[Any]"]:
    return (field for field in fields(cls) if not field.name.startswith("_"))


_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", NoneType: "null"}


def _schema_of(kind: Any) -> dict[str, Any]:
    if kind is Any:
        return {}
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        names = [field.name for field in _public(kind)]  # type: ignore[arg-type]
        properties = {name: _schema_of(hints[name]) for name in names}
        return {"type": "object", "properties": properties, "required": sorted(names)}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**_schema_of(arguments[0]), **arguments[1]}
    if origin is None and kind in _SIMPLE:
        return {"type": _SIMPLE[kind]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return _or_null([_schema_of(one) for one in arguments if one is not NoneType])
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema_of(arguments[0])}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_schema_of(one) for one in arguments], "minItems": len(arguments)}
    if origin is dict:
        return {"type": "object"}
    raise TypeError(f"a field of type {kind!r} has no JSON Schema; add it to {__name__}")


def _or_null(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    (schema,) = schemas  # of unions only "something or None" is used
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}
