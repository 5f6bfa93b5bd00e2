"""What calls do: builtin functions, methods of builtin types, functions whose bytecode can be followed, classes."""

import itertools
from abc import ABCMeta
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType

from .lattice import (
    ANY_FLOAT,
    ANY_INT,
    ANY_NUMBER,
    ANY_STR,
    BOOL,
    BOTTOM,
    BYTES,
    ENDLESS,
    ERROR,
    EXCEPTION,
    INT,
    NOTHING,
    ODD,
    SLICE,
    STR,
    UNKNOWN,
    EffectError,
    Site,
    Value,
    at,
    plus,
    size,
)
from .outside import is_abstract, is_known, is_python, is_quiet_error, is_simple
from .semantics import MUCH, SHORT, Semantics, _noun, check_format
from .tables import CHANGING, EFFECTS, LOOKS, METHODS, PADS, PURE, PUTS_ITEM, PUTS_ITEMS, WALKERS, WALKS, is_pure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Optional, Union

    Args = list[Value]
    Kwargs = dict[str, Value]
    Env = dict[str, Any]

#: iterators that end when their arguments do
_LAZY = {zip, enumerate, reversed, iter, itertools.chain, itertools.islice, itertools.zip_longest}


class Calls(Semantics):
    """Calls, on top of the operators."""

    def __init__(self) -> None:
        super().__init__()
        self.envs: "dict[Site, Env]" = {}
        self.star = False  # the call under way has arguments of which only the sum is known

    def run_code(self, code: "CodeType", env: "Env", names: "dict[str, Value]", function: "Any") -> Value:
        """Follow a body; `Frames` says how."""
        raise NotImplementedError

    # By what is called

    def call(self, place: "Any", callee: Value, args: "Args", kwargs: "Kwargs") -> Value:
        """Give what a call returns."""
        if callee.mask & ODD:
            raise EffectError("calls an object that is not known")
        if callee.mask and not callee.refs:
            return BOTTOM  # a TypeError: no number or text can be called
        found = BOTTOM
        for site in callee.refs:
            found = found.join(self._call(place, site, args, kwargs))
        return found

    def _call(self, place: "Any", site: Site, args: "Args", kwargs: "Kwargs") -> Value:
        if site.kind == "closure":
            return self._closure(site, args, kwargs)
        if site.kind == "method":
            receiver = self.slot(site, "self")
            if site.type == "bound":
                return self.run_function(place, site.payload, [receiver, *args], kwargs)
            if site.type == "unbound":
                if not args:
                    return BOTTOM
                return self.method((place, site.payload), site.payload[1], args[0], args[1:], kwargs)
            const = self.slot(site, "const")
            exact = const if const.const is not None and const.mask == receiver.mask else receiver
            return self.method((place, site.payload), site.payload, exact, args, kwargs)
        if site.kind == "known":
            return self._known(place, site.payload, args, kwargs)
        if site.kind in ("own", "outer"):
            return BOTTOM  # a TypeError: no builtin container can be called
        raise EffectError(f"calls {_noun(site)}")

    def make_super(self, place: "Any", cls: "Any", receiver: Value) -> Value:
        """Give `super(cls, receiver)`."""
        if not isinstance(cls, type):
            raise EffectError("calls super with what is not a class")
        site = self.site((place, cls), "super", "super", cls)
        self.put(site, "self", receiver)
        return at(site)

    def _known(self, place: "Any", thing: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if type(thing) is FunctionType:
            return self.run_function(place, thing, args, kwargs)
        if type(thing) is MethodType:
            if type(thing.__func__) is FunctionType:
                return self.run_function(place, thing.__func__, [self.outside.value(thing.__self__), *args], kwargs)
            raise EffectError(f"calls the method {getattr(thing, '__name__', '?')}")
        # `deque` is not made by a class statement, but looks like it from 3.12 on.
        if isinstance(thing, type) and thing is not deque and (is_python(thing) or issubclass(thing, BaseException)):
            return self._class(place, thing, args, kwargs)
        return self._builtin(place, thing, args, kwargs)

    # Functions

    def run_function(self, place: "Any", function: FunctionType, args: "Args", kwargs: "Kwargs") -> Value:
        """Follow a call of a function that exists."""
        defaults = [self.outside.value(default) for default in function.__defaults__ or ()]
        keyword = {name: self.outside.value(value) for name, value in (function.__kwdefaults__ or {}).items()}
        env = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        return self._body(function.__code__, env, defaults, keyword, args, kwargs, function.__globals__)

    def _closure(self, site: Site, args: "Args", kwargs: "Kwargs") -> Value:
        code, namespace = site.payload
        held = [self.slot(one) for one in self.slot(site, "defaults").refs]
        count = max([one.width for one in self.slot(site, "defaults").refs], default=0)
        keyword = [self.slot(one) for one in self.slot(site, "kwdefaults").refs]
        if held:
            rows = [one for one in self.slot(site, "defaults").refs if one.width == count]
            defaults = [self.union([self.slot(one, index) for one in rows]) for index in range(max(count, 0))]
            defaults = defaults or [self.union(held)] * code.co_argcount
        else:
            defaults = []
        only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        kwdefaults = {name: self.union(keyword) for name in only} if keyword else {}
        return self._body(code, self.envs[site], defaults, kwdefaults, args, kwargs, namespace)

    def _body(
        self,
        code: "CodeType",
        env: "Env",
        defaults: "Args",
        kwdefaults: "Kwargs",
        args: "Args",
        kwargs: "Kwargs",
        namespace: "Any",
    ) -> Value:
        names = self._bound(code, defaults, kwdefaults, args, kwargs)
        return BOTTOM if names is None else self.run_code(code, env, names, namespace)

    def _bound(
        self, code: "CodeType", defaults: "Args", kwdefaults: "Kwargs", args: "Args", kwargs: "Kwargs"
    ) -> "Optional[dict[str, Value]]":
        count, total = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
        positional, only = code.co_varnames[:count], code.co_varnames[count:total]
        rest = list(code.co_varnames[total:])
        starred = rest.pop(0) if code.co_flags & 4 else None
        keywords = rest.pop(0) if code.co_flags & 8 else None
        if self.star:
            every = self.union([*args, *kwargs.values()])
            names = dict.fromkeys((*positional, *only), every)
            for name, default in zip(positional[count - len(defaults) :], defaults):
                names[name] = names[name].join(default)
            for name, default in kwdefaults.items():
                names[name] = names[name].join(default)
            more, extra = [every], {"": every}
        else:
            if len(args) > count and starred is None:
                return None
            names = dict(zip(positional, args))
            more, extra = list(args[count:]), {}
            for name, value in kwargs.items():
                if name in names or name not in (*positional, *only):
                    if keywords is None:
                        return None
                    extra[name] = value
                else:
                    names[name] = value
            for name, default in zip(positional[count - len(defaults) :], defaults):
                names.setdefault(name, default)
            for name, default in kwdefaults.items():
                names.setdefault(name, default)
            if any(name not in names for name in (*positional, *only)):
                return None
        if starred is not None:
            exact = not self.star
            names[starred] = (
                self.row((code, "*", len(more)), more) if exact else self.made((code, "*"), "tuple", self.union(more))
            )
        if keywords is not None:
            names[keywords] = self.made((code, "**"), "dict", self.union(list(extra.values())), ANY_STR)
        return names

    # Classes

    def _class(self, place: "Any", cls: type, args: "Args", kwargs: "Kwargs") -> Value:
        if is_quiet_error(cls):
            for value in (*args, *kwargs.values()):
                self.plain(value, "puts into an exception")
            return ERROR
        if not is_simple(cls):
            raise EffectError(f"makes an instance of {cls.__name__}, whose making is not known to be harmless")
        if is_abstract(cls):
            return BOTTOM  # a TypeError
        site = self.site((place, cls), "instance", cls.__name__, cls)
        for owner in cls.__mro__[:-1]:
            if "__init__" in vars(owner):
                init = vars(owner)["__init__"]
                if type(init) is not FunctionType:
                    raise EffectError(f"makes an instance of {cls.__name__}")
                self.run_function(place, init, [at(site), *args], kwargs)
                return at(site)
        return at(site)

    # Builtins

    def _builtin(self, place: "Any", thing: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        name = getattr(thing, "__name__", "?")
        if type(thing) is BuiltinFunctionType and type(getattr(thing, "__self__", None)).__name__ != "module":
            raise EffectError(f"calls the method {name} of an object outside")
        special = getattr(self, f"_call_{name}", None) if _is_builtin(thing, name) else None
        if special is not None:
            return special(place, args, kwargs)  # type: ignore[no-any-return]
        if _in(thing, LOOKS):
            return self._look(place, thing, args, kwargs)
        if type(thing) is BuiltinFunctionType and not kwargs and is_pure(thing):
            self._looked(thing, args, {})
            for value in args:
                self.short(value, f"{name}() looks through")
            return _PLAIN[PURE[thing.__module__][name]]
        if _in(thing, WALKERS):
            return self._walk(place, thing, args, kwargs)
        if _in(thing, _LAZY):
            return self._lazy(place, thing, args, kwargs)
        if _is_builtin(thing, name) and name in EFFECTS:
            raise EffectError(f"calls {name}, which {EFFECTS[name]}")
        if isinstance(thing, type):
            raise EffectError(f"makes an instance of {name}, whose making is not known to be harmless")
        raise EffectError(f"calls {name}, which is not known to be harmless")

    def _looked(self, thing: "Any", args: "Args", kwargs: "Kwargs") -> None:
        for value in (*args, *kwargs.values()):
            self.plain(value, f"{thing.__name__}() of")
            for site in value.refs:
                if site.kind == "instance":
                    raise EffectError(f"{thing.__name__}() of an instance of {site.type}")

    def _look(self, place: "Any", thing: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        self._looked(thing, args, kwargs)
        result = LOOKS[thing]
        if result == "numbers":
            return self.row(place, [ANY_NUMBER, ANY_NUMBER])
        if result == "length":
            return Value(INT, plus(size(MUCH), 16))
        if result == "number":
            bits = max([value.bits for value in args], default=ENDLESS)
            return Value(ANY_NUMBER.mask, bits if thing in (abs, round) else ENDLESS)
        if result == "int" and thing is int and len(args) == 1 and args[0].only(INT):
            return Value(INT, args[0].bits)
        return _PLAIN[result]

    def _walk(self, place: "Any", thing: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        function = kwargs.get("key")
        rest = [value for name, value in kwargs.items() if name != "key"]
        for value in (*args, *rest):
            self.short(value, f"{thing.__name__}() walks through")
        self._looked(thing, args, dict(enumerate(rest)))  # type: ignore[arg-type]
        inside = self.union(
            [self.items(value) if value.refs or value.mask & (STR | BYTES) else BOTTOM for value in args]
        )
        if function is not None and not function.only(NOTHING.mask):
            self.call((place, "key"), function, [self.union([inside, *args]) if len(args) > 1 else inside], {})
        result = WALKERS[thing]
        if thing in (bytes, bytearray) and any(value.mask & INT and value.bits > MUCH for value in args):
            raise EffectError(f"calls {thing.__name__} with a number that is not known to be small")
        if thing is sum:
            return self.union([*args[1:], *kwargs.values(), _summed(inside)]) if args else BOTTOM
        if thing in (min, max):
            every = inside if len(args) == 1 else self.union(list(args))
            return self.union([every, *([kwargs["default"]] if "default" in kwargs else [])])
        if thing is dict:
            site = self.site(place, "own", "dict")
            for value in args:
                self.fill(site, value)
            for value in kwargs.values():
                self.put(site, "item", self.keepable(value))
                self.put(site, "key", ANY_STR)
            return at(site)
        if result in ("list", "tuple", "set", "frozenset"):
            made = self.made(place, result, inside)
            for site in made.refs:
                for value in args:
                    self._grown(site, list(value.refs))
            return made
        if result == "bytearray":
            return self.made(place, "bytearray", Value(INT, 8))
        return _PLAIN[result]

    def fill(self, site: Site, value: Value) -> None:
        """Put what a mapping, or an iterable of pairs, holds into a dict or set."""
        self.short(value, "walks through")
        for inner in value.refs:
            if inner.type == "dict":
                self.put(site, "item", self.keepable(self.slot(inner)))
                self.put(site, "key", self.keepable(self.slot(inner, "key")))
                continue
            pairs = self.items(at(inner))
            if site.type != "dict":
                self.put(site, "item", self.keepable(pairs))
                continue
            held = self.items(pairs)
            self.put(site, "item", self.keepable(held))
            self.put(site, "key", self.keepable(held))
        if value.mask & (STR | BYTES):
            self.put(site, "item", self.items(Value(value.mask & (STR | BYTES), value.bits)))
        if value.mask & ODD:
            raise EffectError("walks through an object of a type that is not known")

    def _lazy(self, place: "Any", thing: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if thing is iter and len(args) > 1:
            raise EffectError("calls iter with a function")
        if thing is itertools.islice:
            parts = [self.items(args[0])] if args else []
        elif thing is enumerate:
            parts = [self.items(value) for value in args[:1]]
        else:
            parts = [self.items(value) for value in args]
        for value in (*args, *kwargs.values()):
            self.plain(value, f"{thing.__name__}() of")
        if thing is enumerate:
            item = self.row((place, "pair"), [Value(INT, 20), *parts])
        elif thing in (zip, itertools.zip_longest):
            more = [value for name, value in kwargs.items() if name == "fillvalue"] or [NOTHING]
            parts = [self.union([part, *more]) for part in parts] if thing is not zip else parts
            item = self.row((place, "pair"), parts)
        else:
            item = self.union(parts)
        made = self._over(self.made(place, "iterator", item), [] if thing is iter else args)
        endless = [any(site in self.long for site in value.refs) for value in args]
        if any(endless) and thing is not itertools.islice and not (thing is zip and not all(endless)):
            for site in made.refs:
                self.mark(self.long, site)
        if thing is itertools.islice and any(value.bits > MUCH for value in args[1:] if value.mask & INT):
            for site in made.refs:
                self.mark(self.long, site)
        return made

    def _call_range(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        self._looked(range, args, kwargs)
        bits = max([value.bits for value in args if value.mask & INT], default=0)
        made = self.made(place, "range", Value(INT, bits))
        if bits > MUCH:
            for site in made.refs:
                self.mark(self.long, site)
        return made

    def _call_next(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if not args:
            return BOTTOM
        self.short(args[0], "skips through") if any(site.type == "filter" for site in args[0].refs) else None
        return self.union([self.items(args[0], "takes the next of"), *args[1:]])

    def _call_map(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if len(args) < 2:
            return BOTTOM
        result = self.call((place, "map"), args[0], [self.items(value) for value in args[1:]], {})
        made = self._over(self.made(place, "iterator", result), args[1:])
        if any(site in self.long for value in args[1:] for site in value.refs):
            for site in made.refs:
                self.mark(self.long, site)
        return made

    def _call_filter(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if len(args) != 2:
            return BOTTOM
        item = self.items(args[1])
        self.short(args[1], "filters")
        if not args[0].only(NOTHING.mask):
            self.call((place, "filter"), args[0], [item], {})
        return self._over(self.made(place, "filter", self.plain(item, "filters")), args[1:])

    def _over(self, made: Value, sources: "Args") -> Value:
        """Note what an iterator walks through: one over one over one ... would use up C's stack."""
        for site in made.refs:
            for source in sources:
                self.put(site, "source", source)
        return made

    def _call_reduce(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if len(args) < 2:
            return BOTTOM
        self.short(args[1], "reduces")
        item = self.items(args[1])
        site = self.site((place, "reduced"), "own", "?")
        self.put(site, "item", self.union([self.keepable(item), *[self.keepable(value) for value in args[2:]]]))
        self.put(site, "item", self.keepable(self.call((place, "reduce"), args[0], [self.slot(site), item], {})))
        return self.slot(site)

    def _call_isinstance(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if len(args) != 2:
            return BOTTOM
        classes = self._classes(args[1])
        if args[0].mask & ODD:
            raise EffectError("asks for the class of an object of a type that is not known")
        answer = _answer(args[0], classes)
        return BOOL if answer is None else Value(INT, 1, const=answer)

    _call_issubclass = _call_isinstance

    def _classes(self, value: Value) -> "list[Any]":
        found: "list[Any]" = []
        for site in value.refs:
            if site.kind == "known" and isinstance(site.payload, type) and _asks_nobody(site.payload):
                found.append(site.payload)
            elif site.type == "tuple" and site.kind in ("own", "outer"):
                found += self._classes(self.slot(site))
            else:
                raise EffectError("asks for an instance of what is not known to be an ordinary class")
        if value.mask & ODD:
            raise EffectError("asks for an instance of what is not known to be an ordinary class")
        return found

    def _call_pow(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        self._looked(pow, args, kwargs)
        if len(args) == 2 and not kwargs:
            return self.binary(place, "**", args[0], args[1])
        return ANY_INT if len(args) == 3 and args[2].bits <= 64 else self._refuse("calls pow with numbers of any size")

    @staticmethod
    def _refuse(why: str) -> Value:
        raise EffectError(why)

    def _call_slice(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        return Value(SLICE, 0)

    def _call_format(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        self._looked(format, args, kwargs)
        for value in args[1:]:
            check_format(value, "format")
        return ANY_STR

    def _call_type(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        if len(args) != 1 or kwargs:
            self._refuse("makes a class")
        if args[0].mask or any(site.kind != "instance" for site in args[0].refs):
            return UNKNOWN
        return self.union([self.outside.value(site.payload) for site in args[0].refs])

    def _call_object(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        return ERROR  # as inert as an exception, and no attribute of it may be read either

    def _call_deque(self, place: "Any", args: "Args", kwargs: "Kwargs") -> Value:
        self._looked(list, args, kwargs)
        made = self.made(place, "deque", BOTTOM)
        for site in made.refs:
            for value in args[:1]:
                self.fill(site, value)
        return made

    # Methods of builtin types

    def method(self, place: "Any", name: str, receiver: Value, args: "Args", kwargs: "Kwargs") -> Value:
        """Call a method of a builtin type."""
        self.plain(receiver, f"calls {name} of")
        key = kwargs.get("key") if name == "sort" else None
        given = [*args, *[value for word, value in kwargs.items() if not (name == "sort" and word == "key")]]
        for value in given:
            self.plain(value, f"calls {name} with")
            if name in WALKS:
                self.short(value, f"{name}() walks through")
        if name in PADS and any(value.bits > 10 for value in given if value.mask & INT):
            raise EffectError(f"calls {name} with a number that is not known to be small")
        if name == "replace" and receiver.mask & (STR | BYTES) and any(value.bits > SHORT for value in args[1:2]):
            raise EffectError("replaces by a text that is not known to be short")
        if name == "join" and receiver.bits > SHORT:
            raise EffectError("joins with a text that is not known to be short")
        if name == "format":
            check_format(receiver, "format")
            if "{" in receiver.const.replace("{{", "").split(":", 1)[-1] and ":" in receiver.const:
                raise EffectError("formats with a width that is not known")
        found = BOTTOM
        for type_, bit in (("str", STR), ("bytes", BYTES), ("int", INT), ("float", ANY_FLOAT.mask)):
            if receiver.mask & bit and name in METHODS[type_]:
                found = found.join(self._result((place, type_), METHODS[type_][name], Site("own", type_), args))
        for site in receiver.refs:
            if site.kind in ("own", "outer") and name in METHODS.get(site.type, ()):
                if name in CHANGING:
                    self.owned(at(site), f"calls {name} of")
                    self._change(place, site, name, args, kwargs, key)
                found = found.join(self._result((place, site.type), METHODS[site.type][name], site, args))
        return found

    def _change(
        self, place: "Any", site: Site, name: str, args: "Args", kwargs: "Kwargs", key: "Optional[Value]"
    ) -> None:
        if key is not None and not key.only(NOTHING.mask):
            self.call((place, "key"), key, [self.slot(site)], {})
        if name in PUTS_ITEM:
            if site.type == "dict":
                for value in args[:1]:
                    self.put(site, "key", self.keepable(value))
                self.put(site, "item", self.union([self.keepable(value) for value in args[1:]] or [NOTHING]))
            else:
                for value in args[-1:]:
                    self.put(site, "item", self.keepable(value))
        elif name in PUTS_ITEMS:
            for value in args:
                if name in ("extend", "extendleft") and site in value.refs:
                    raise EffectError("extends a container by itself")
                self.fill(site, value)
            for value in kwargs.values():
                self.put(site, "item", self.keepable(value))
                self.put(site, "key", ANY_STR)

    def _result(self, place: "Any", word: str, site: Site, args: "Args") -> Value:
        if word == "item":
            return self.slot(site)
        if word == "value":
            return self.union([self.slot(site), *args[1:], NOTHING])
        if word in ("keys", "values"):
            return self.made(place, "view", self.slot(site, "key" if word == "keys" else "item"))
        if word in ("pair", "pairs"):
            pair = self.row((place, "pair"), [self.slot(site, "key"), self.slot(site)])
            return pair if word == "pair" else self.made(place, "view", pair)
        if word == "same":
            made = self.copy(place, site)
            for copy in made.refs:
                for value in args:
                    self.fill(copy, value)
            return made
        if word == "texts":
            return self.made(place, "list", ANY_STR if site.type == "str" else Value(BYTES))
        if word == "items":
            return self.row(place, [ANY_INT, ANY_INT])
        return _PLAIN[word]


_PLAIN = {
    "int": ANY_INT,
    "ord": Value(INT, 21),
    "float": ANY_FLOAT,
    "number": ANY_NUMBER,
    "bool": BOOL,
    "str": ANY_STR,
    "bytes": Value(BYTES),
    "text": Value(STR | BYTES),
    "none": NOTHING,
}


def _asks_nobody(cls: type) -> bool:
    """Say whether isinstance() with this class runs no code but `type`'s."""
    return is_known(cls) and type(cls) is not ABCMeta


def _summed(inside: Value) -> Value:
    return Value(inside.mask | INT, ENDLESS, inside.refs)


def _in(thing: "Any", table: "Union[dict[Any, str], set[Any]]") -> bool:
    try:
        return thing in table
    except TypeError:
        return False


def _is_builtin(thing: "Any", name: str) -> bool:
    """Is this really the builtin of that name, and not something else that is called so?"""
    import builtins
    import collections
    import functools

    return thing is getattr(builtins, name, None) or (
        (name == "reduce" and thing is functools.reduce) or (name == "deque" and thing is collections.deque)
    )


#: kinds of values that are of one builtin class
_EXACT: "dict[int, Any]" = {STR: str, BYTES: bytes}
_TYPES: "dict[str, Any]" = {cls.__name__: cls for cls in (list, tuple, dict, set, frozenset, bytearray, range)}


def _answer(value: Value, classes: "list[Any]") -> "Optional[bool]":
    """Say what isinstance answers, where it answers the same for every such value."""
    types: "set[Any]" = set()
    for bit, cls in ((STR, str), (BYTES, bytes), (NOTHING.mask, type(None)), (SLICE, slice)):
        if value.mask & bit:
            types.add(cls)
    if value.mask & (EXCEPTION | ODD):
        return None
    if value.mask & INT:
        types |= {int, bool} if value.bits <= 1 and value.const is None else {type(value.const or 0)}
    if value.mask & ANY_FLOAT.mask:
        types |= {float, complex}
    for site in value.refs:
        if site.kind in ("own", "outer") and site.type in _TYPES:
            types.add(_TYPES[site.type])
        elif site.kind == "instance":
            types.add(site.payload)
        else:
            return None
    answers = {any(issubclass(type_, cls) for cls in classes) for type_ in types}
    return answers.pop() if len(answers) == 1 else None
