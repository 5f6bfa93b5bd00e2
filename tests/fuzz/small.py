"""Small programs for the compiler, cheap to compile, so that a run sees many: one loop, one or two functions, objects.

Beside numbers there are attributes, methods, construction, dicts, texts, closures, handlers, and objects whose end is
seen.
"""

from __future__ import annotations

import random
from typing import Any, ClassVar

import numeric
import prelude
from expressions import Function
from statements import Block, indent

TEXT = """
class A:
    def __init__(self, x=1):
        self.x = x
        self.y = 1.5

    def m(self, q):
        return self.x + q

    @property
    def p(self):
        return self.x

    def __getitem__(self, q):
        if q == 9:
            raise IndexError(q)
        return self.x if q else self.y

    def __add__(self, other):
        return self.x


class B(A):
    def m(self, q):
        self.y = q
        return self.y * 2

    def __del__(self):
        LOG.append(("B", self.x))


class C:
    x = 3

    def __init__(self, x=2):
        self.y = x
        if x == 3:
            raise Odd(x)

    def m(self, q):
        return q - self.y


def make_counter(n):
    def count(k):
        nonlocal n
        n += k
        return n

    return count
"""
MORE = {
    "obj": ("A(3)", "B(2)", "C(5)", "A(2.5)", "B(True)", "A(2 ** 63)", "Slots(4, 0.5)"),
    "dict": ("{}", "{1: 2, 2: 3}", "{'a': 1}", "{0.5: 1, 1: 0}", "dict.fromkeys(range(5), 2)"),
    "str": ("''", "'ab'", "'\\u00e9t'", "'12'"),
}
LETTERS = {"obj": "o", "dict": "d", "str": "s"}


class Small(numeric.Numeric):
    """A program in the making."""

    letters: ClassVar[dict[str, str]] = {**numeric.LETTERS, **LETTERS}

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.lines = (prelude.TEXT + numeric.TEXT + TEXT).strip().splitlines()

    def write(self) -> str:
        """Write the whole program."""
        for number in range(self.rng.choice((1, 1, 2))):
            self.function(f"f{number}")
        return "\n".join(self.lines) + "\n"

    def function(self, name: str) -> None:
        """Add a function; some are made by another one, and count in a cell."""
        rng = self.rng
        kinds = tuple(
            rng.choices(("int", "float", "ints", "obj", "dict", "bool"), (6, 3, 3, 4, 1, 1), k=rng.randint(1, 3))
        )
        own = name if rng.random() < 0.1 else ""
        if own:
            kinds = ("int", *kinds[1:])
        closure = not own and rng.random() < 0.12
        body = Short(self, kinds, own)
        if closure:
            body.pure = False
            body.names["cell"] = "int"
        lines = body.write()
        head = f"def {name}({', '.join(f'p{i}' for i in range(len(kinds)))}):"
        if closure:
            count = ["nonlocal cell", *body.bounded("cell", "int")]
            lines = ["cell = 3", "", head, *indent([*count, *lines]), "", f"return {name}"]
            lines = [f"def {name}_maker():", *indent(lines), "", "", f"{name} = {name}_maker()"]
        else:
            lines = [head, *indent(lines)]
        self.lines += ["", "", *lines]
        made = Function(name, kinds, body.returns, pure=body.pure, cost=max(1, body.cost), closure=closure)
        self.functions.append(made)


class Short(numeric.Body):
    """The body of one function."""

    most = 2

    def __init__(self, program: Small, kinds: tuple[str, ...], own: str) -> None:
        super().__init__(program, kinds, own)
        #: every variable there was, also where it is out of scope
        self.ever: dict[str, str] = {}

    def new(self, kind: str) -> str:
        """Make a variable, or use one of this kind again."""
        name = super().new(kind)
        self.ever.setdefault(name, kind)
        return name

    def write(self) -> Block:
        """Write it: a few variables, a loop, an answer. Most functions bind every variable first."""
        lines = super().write() if self.own else self._short()
        free = {name: kind for name, kind in self.ever.items() if not name.startswith(("p", "cell"))}
        if self.rng.random() < 0.12:
            return lines
        firsts = {
            **{kind: self.constants(kind) for kind in MORE},
            "int": numeric.INTS[:9],
            "float": numeric.FLOATS[:6],
            "bool": ("True", "False"),
        }
        return [f"{name} = {self.rng.choice(firsts.get(kind, ('[1, 2]',)))}" for name, kind in free.items()] + lines

    def _short(self) -> Block:
        rng = self.rng
        lines = [f"{self.new('int')} = {self.leaf('int')}"] if rng.random() < 0.7 else []
        if rng.random() < 0.4:
            lines.append(f"{self.new('float')} = {self.leaf('float')}")
        lines += self.block(0, 0, 1) + self.loop(rng.choice((0, 0, 1, 1, 2)))
        lines += self.block(1, 1, 1) if rng.random() < 0.3 else []
        return [*lines, f"return {self.value(self.returns, 1)}"]

    def leaf(self, kind: str) -> str:
        """Write a variable or a constant."""
        if kind not in MORE:
            return super().leaf(kind)
        name = self.of(kind)
        return name if name and self.rng.random() < 0.8 else self.rng.choice(self.constants(kind))

    def constants(self, kind: str) -> list[str]:
        """Give what makes a value of a kind; the end of a B is an effect, which pure functions do not have."""
        return [one for one in MORE[kind] if not (self.pure and one.startswith("B"))]

    def _int(self, depth: int) -> str:
        rng = self.rng
        if rng.random() < 0.75:
            return super()._int(depth)
        o, a = self.leaf("obj"), self.leaf("int")
        forms = [f"{o}.m({a})", f"{o}.x", f"{o}[{a}]", f"A({a}).x", f"({o} + {a})", f"len({self.leaf('str')})"]
        forms += [f"{self.leaf('dict')}.get({a}, 4)", f"{self.leaf('dict')}[{a}]", f"{o}.p"]
        forms += [] if self.pure else [f"B({a}).m({a})"]
        forms += [f"ord(({self.leaf('str')} or 'z')[0])", f"make_counter({a})(2)", f"Slots({a}).x"]
        return rng.choice(forms)

    def _float(self, depth: int) -> str:
        o = self.leaf("obj")
        return self.rng.choice((f"{o}.y", f"({o}.y * 0.5)")) if self.rng.random() < 0.2 else super()._float(depth)

    def _bool(self, depth: int) -> str:
        o = self.leaf("obj")
        forms = (f"isinstance({o}, A)", f"({o} is {self.leaf('obj')})", f"({self.leaf('int')} in {self.leaf('dict')})")
        return self.rng.choice(forms) if self.rng.random() < 0.15 else super()._bool(depth)

    def _obj(self, depth: int) -> str:
        return self.rng.choice(
            (self.leaf("obj"), f"{self.rng.choice('AC' if self.pure else 'ABC')}({self.value('int', depth)})")
        )

    def _dict(self, depth: int) -> str:
        a = self.leaf("int")
        return self.rng.choice((self.leaf("dict"), f"{{k: {a} for k in {self.leaf('ints')}}}", f"{{{a}: {a}}}"))

    def _str(self, depth: int) -> str:
        s, a = self.leaf("str"), self.leaf("int")
        return self.rng.choice((s, f"({s} + {s})[-9:]", f"f'{{{a}}}{{{s}!r}}'[:9]", f"str({a})[:9]", f"{s}[::-1]"))

    def _assign(self, depth: int) -> Block:
        if self.rng.random() < 0.7:
            return super()._assign(depth)
        kind = self.rng.choice(("obj", "obj", "dict", "str"))
        text = self.value(kind, 1)
        return [f"{self.new(kind)} = {text}"]

    def statement(self, depth: int) -> Block:
        """Write one statement."""
        rng = self.rng
        if rng.random() < 0.72:
            return super().statement(depth)
        self.cost += self.weight
        choices = [self._attribute, self._attribute, self._key, self._noisy, self._unpack, self._delete]
        if depth > 0:
            choices += [self._finally, self._handler]
        return rng.choice(choices)(depth)

    def _attribute(self, depth: int) -> Block:
        o = self.of("obj")
        if not o:
            return self._assign(depth)
        # No objects: cycles of them would end when the collector runs, which is not the same in twins.
        kind = self.rng.choice(("int", "float", "str"))
        value = self.value(kind, 1)
        forms = [[f"{o}.y = {value}"], [f"{o}.y, {o}.x = {self.leaf('float')}, {self.leaf('int')}"]]
        forms += [[f"{o}.y += {self.value('float', 0)}"], [f"{o}.z = {value}", f"del {o}.z"]]
        forms += [[f"{o}.__class__ = {self.rng.choice('A' if self.pure else 'AB')}"], [f"{o}.m = abs"]]
        return self.rng.choice(forms)

    def _key(self, depth: int) -> Block:
        d = self.of("dict")
        if not d:
            return self._assign(depth)
        a, value = self.leaf("int"), self.value("int", 1)
        return [f"{d}[{a}] = {value}", f"if len({d}) > 30:", f"    {d}.clear()"]

    def _noisy(self, depth: int) -> Block:
        if self.pure:
            return self._unpack(depth)
        a = self.leaf("int")
        forms = [[f"Noisy({a})"], [f"n = Noisy({a})", "n = None"], [f"n = [Noisy({a}), Noisy(-1)]"]]
        forms += [[f"LOG.append(Noisy({a}).tag)", "del LOG[:-20]"], [f"n = Noisy({a})", f"n.tag = {a}", "del n"]]
        forms += [["LOG.append(where())", "del LOG[:-20]"]]
        return self.rng.choice(forms)

    def _unpack(self, depth: int) -> Block:
        a, b = self.value("int", 1), self.leaf("float")
        first, second = self.new("int"), self.new("float")
        forms = [f"{first}, {second} = [{a}, {b}]", f"{first}, {second} = ({a}, {b})"]
        forms += [f"{first}, *_r = {self.leaf('ints')}", f"({first}, _q), {second} = ({a}, 2), {b}"]
        return [self.rng.choice(forms), *self.bounded(first, "int")]

    def _delete(self, depth: int) -> Block:
        kind = self.rng.choice(("int", "float", "obj"))
        name = self.of(kind)
        if not name or name.startswith(("k", "p", "cell")):
            return self._unpack(depth)
        forms = [
            [f"del {name}", f"{name} = {self.value(kind, 0)}"],
            [f"if {self.value('bool', 1)}:", f"    del {name}"],
        ]
        return self.rng.choice(forms)

    def _finally(self, depth: int) -> Block:
        inner, after = self.block(depth - 1, 1, 2), self.block(0, 1, 1)
        return ["try:", *indent(inner), "finally:", *indent(after)]

    def _handler(self, depth: int) -> Block:
        rng = self.rng
        inner = [*self.block(0, 0, 1), f"raise {rng.choice(('KeyError(2)', 'Odd(3)', 'Oops'))}"]
        if rng.random() < 0.6:
            inner = [*self.block(depth - 1, 1, 2), f"if {self.value('bool', 1)}:", f"    {inner[-1]}"]
        name, left = (
            self.new("int"),
            rng.choice(("raise", "raise Oops(1) from e", "pass", "return e", "raise ValueError")),
        )
        last = [f"if {self.value('bool', 1)}:", f"    {left}"]
        handled = [f"{name} = getattr(e, 'value', 5)", *self.block(0, 0, 1), *(last if rng.random() < 0.5 else [])]
        return ["try:", *indent(inner), "except (Odd, KeyError) as e:", *indent(handled)]


class Writer(numeric.Writer):
    """Writes scripts of many short calls."""

    edges: ClassVar[dict[str, tuple[str, ...]]] = {**numeric.EDGES, **MORE}

    def __init__(self, rng: random.Random, program: Any, features: frozenset[str]) -> None:
        super().__init__(rng, program, features)
        # Objects whose end is seen are no arguments of calls that happen more often than in the twin.
        self.samples = False
        self.in_threads = False

    def threads(self) -> dict[str, Any]:
        """Write a step with threads; which of them ends an object first is not the same each time."""
        self.in_threads = True
        step = super().threads()
        self.in_threads = False
        return step

    def argument(self, kind: str) -> str:
        """Write one argument."""
        made = super().argument(kind)
        return made.replace("B(", "A(") if self.in_threads else made

    def call(self, times: int = 0) -> dict[str, Any]:
        """Write a call, made a few times with equal arguments."""
        return super().call((times and min(times, 12)) or self.rng.choice((1, 2, 3, 4, 9, 20)))

    def hint(self, function: Function | None = None) -> dict[str, Any]:
        """Write a hint of a function or, as often, of methods and a closure's inside."""
        step = super().hint(function)
        if function is None and self.rng.random() < 0.3:
            step |= {"f": self.rng.choice(("A", "B", "C", "A.m", "B.m", "make_counter")), "options": {}}
        return step
