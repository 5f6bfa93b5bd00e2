"""Programs for the compiler: loops over numbers and lists, calls of one another, aliases, globals that change.

Nothing opaque stands in most of them, so that machine code runs for long, and leaves in the middle.
"""

from __future__ import annotations

import random
from typing import Any

import prelude
import script
from expressions import MODULI, Function
from statements import Block, Statements, indent

INTS = ("0", "1", "-1", "2", "3", "7", "-5", "255", "256", "2**30", "2**62", "2**63 - 1", "-(2**63)", "10**25")
FLOATS = ("0.0", "-0.0", "1.0", "0.5", "-3.75", "1e10", "2.0**53", "1e308", "float('inf')", "float('nan')")
EDGES = {
    "int": (*INTS, "True", "Sub(3)", "2**53 + 1"),
    "float": (*FLOATS, "3", "Half(2.5)"),
    "bool": ("True", "False", "1"),
    "ints": ("[1, 2, 3]", "list(range(9))", "[]", "[2**62, 2**63, -1]", "[1, 2.5, True]", "(4, 5, 6)", "range(6)"),
    "floats": ("[0.5, 1.5, -2.0]", "[1.0] * 5", "[]", "[float('nan'), 1.0, 2]", "(0.25, 0.5)"),
}
#: what items of lists of int are brought below
BOUNDS = ("(2 ** 70)", "(-2 ** 63)", "2 ** 31", "-1000")
#: how variables of each kind are called
LETTERS = {"int": "i", "float": "x", "bool": "b", "ints": "l", "floats": "y"}
TEXT = """
class Sub(int):
    def __add__(self, other):
        return 41


class Half(float):
    pass
"""


class Numeric:
    """A program in the making; what `script` wants to know of one."""

    letters = LETTERS

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.statements = Statements(rng)
        self.functions: list[Function] = []
        self.lines: Block = (prelude.TEXT + TEXT).strip().splitlines()

    def write(self) -> str:
        """Write the whole program."""
        for number in range(self.rng.randint(2, 5)):
            self.function(f"f{number}")
        return "\n".join(self.lines) + "\n"

    def function(self, name: str) -> None:
        """Add a function."""
        rng = self.rng
        kinds = tuple(rng.choices(("int", "float", "ints", "floats", "bool"), (8, 5, 4, 3, 1), k=rng.randint(1, 4)))
        recursive = rng.random() < 0.15
        if recursive:
            kinds = ("int", *kinds[1:])
        body = Body(self, kinds, name if recursive else "")
        lines = body.write()
        defaults = rng.randint(1, 2) if rng.random() < 0.2 and not recursive and len(kinds) > 2 else 0
        parts = [
            f"p{i}" + (f"={rng.choice(EDGES[kind])}" if i >= len(kinds) - defaults else "")
            for i, kind in enumerate(kinds)
        ]
        self.lines += ["", "", f"def {name}({', '.join(parts)}):", *indent(lines)]
        made = Function(name, kinds, body.returns, pure=body.pure, cost=max(1, body.cost), defaults=defaults)
        self.functions.append(made)


class Body:
    """The body of one function."""

    #: statements in a loop
    most = 3

    def __init__(self, program: Numeric, kinds: tuple[str, ...], own: str) -> None:
        self.program, self.rng, self.own = program, program.rng, own
        self.kinds = kinds
        self.names = {f"p{i}": kind for i, kind in enumerate(kinds)}
        self.returns = self.rng.choice(("int", "float", "int", "bool"))
        self.pure = self.rng.random() < 0.6
        self.cost, self.weight, self.fresh = 0, 1, 0
        #: functions that it makes, by the kind that they take and give
        self.made: dict[str, list[str]] = {"int": [], "float": []}

    def write(self) -> Block:
        """Write it."""
        rng = self.rng
        lines = []
        for kind in ("int", "float"):
            text = self.leaf(kind)
            lines.append(f"{self.new(kind)} = {text}")
        if rng.random() < 0.7:
            lines.append(f"{self.new('ints')} = {rng.choice(('[]', '[1, 2, 3, 4]', '[0] * 6', '[3, 2**62]'))}")
        if rng.random() < 0.4:
            lines += self.inner()
        if self.own:
            self.cost += 400
            rest = "".join(f", p{i}" for i in range(1, len(self.kinds)))
            lines += [f"if not 0 < p0 < {rng.choice((6, 11))}:", f"    return {self.leaf(self.returns)}"]
            lines += self.block(1, 1, 3)
            return [*lines, f"t = {self.own}(p0 - 1{rest})", f"return {self.ended('t')}"]
        lines += self.block(1, 0, 2) + self.loop(2) + self.block(2, 0, 3)
        return [*lines, f"return {self.value(self.returns, 2)}"]

    def inner(self) -> Block:
        """Write a function that this one makes, over a variable that nothing else uses."""
        rng = self.rng
        kind = rng.choice(("int", "int", "float"))
        self.fresh += 1
        cell, name = f"c{self.fresh}", f"g{self.fresh}"
        start = self.leaf(kind)
        names, self.names = self.names, {"a": kind, cell: kind}
        text, result = self.value(kind, 2), rng.choice((cell, cell, "a", f"({cell} {rng.choice('+-*')} a)"))
        body = [f"nonlocal {cell}", f"{cell} = {text}", *self.bounded(cell, kind)]
        body += self._raise(0) if rng.random() < 0.15 else []
        other = rng.random() < 0.3
        if rng.random() < 0.2:
            body += ["if a:", f"    a = {self.value(kind, 1)}"]
        self.names = names
        self.made[kind].append(name)
        lines = [f"{cell} = {start}", f"def {name}(a):", *indent([*body, f"return {result}"])]
        return [*lines, f"if {self.value('bool', 1)}:", f"    {name} = abs"] if other else lines

    def ended(self, name: str) -> str:
        """Write what a recursive function makes of its own result."""
        return self.rng.choice((f"{name} + 1", f"{name} * 0.5", f"-{name}", name, f"{name} if {name} else 3"))

    def new(self, kind: str) -> str:
        """Make a variable, or use one of this kind again."""
        found = [name for name, one in self.names.items() if one == kind and not name.startswith("k")]
        if found and self.rng.random() < 0.55:
            return self.rng.choice(found)
        self.fresh += 1
        name = f"{self.program.letters[kind]}{self.fresh}"
        self.names[name] = kind
        return name

    def of(self, kind: str) -> str | None:
        """Choose a variable of a kind."""
        found = [name for name, one in self.names.items() if one == kind]
        return self.rng.choice(found) if found else None

    def leaf(self, kind: str) -> str:
        """Write a variable or a constant."""
        name = self.of(kind)
        if name and self.rng.random() < 0.75:
            return name
        if kind in ("ints", "floats"):
            return name or ("[1, 2]" if kind == "ints" else "[0.5]")
        return self.rng.choice({"int": INTS[:9], "float": FLOATS[:6], "bool": ("True", "False")}[kind])

    def value(self, kind: str, depth: int) -> str:
        """Write an expression."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.2:
            return self.leaf(kind)
        return getattr(self, "_" + kind)(depth - 1)

    def _int(self, depth: int) -> str:
        rng = self.rng
        a, b = self.value("int", depth), self.value("int", depth)
        small = f"({b} & 31)"
        forms = [
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a} & {b})", f"({a} | {b})", f"({a} ^ {b})",
            f"({a} // ({b} or 3))", f"({a} % {rng.choice(MODULI)})", f"({a} % ({b} or -7))", f"(-{a})", f"(~{a})",
            f"({a} << {small})", f"({a} >> {small})", f"(abs({a}) % 1009)", f"min({a}, {b})", f"max({a}, {b})",
            f"({a} if {self.value('bool', depth)} else {b})", f"({a} ** ({b} & 3))", f"int({self.value('bool', 0)})",
            f"min({a}, {b}, {self.leaf('int')})", f"max({a}, {self.leaf('int')}, 7)",
            f"ord(chr(({a}) % {rng.choice((90, 300, 70000))}))",
            f"({a} and {b})", f"({a} or {b})", f"({self.value('bool', depth)} + {a})", f"({a}).bit_length()",
        ]  # fmt: skip
        if name := self.of("ints"):
            forms += [
                f"{name}[({a}) % (len({name}) or 1)]" if rng.random() < 0.7 else f"{name}[{rng.choice((0, -1, 1))}]"
            ]
            forms += [f"len({name})", f"sum({name})"]
        forms += [f"{name}({a})" for name in self.made["int"]] * 4
        if self.program.functions and self.weight < 40:
            forms += [self.call("int")] * 2
        if not self.pure:
            forms += ["G0", "G0"]
        return rng.choice(forms)

    def _float(self, depth: int) -> str:
        rng = self.rng
        a, b = self.value("float", depth), self.value("float", depth)
        n = self.value("int", 0)
        forms = [
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a} / ({b} or 2.0))", f"(-{a})", f"abs({a})",
            f"({a} + {n})", f"({n} * {a})", f"({n} / ({self.value('int', 0)} or 3))", f"({a} // ({b} or 0.5))",
            f"({a} % ({b} or 0.75))", f"({a} if {self.value('bool', depth)} else {b})", f"min({a}, {b})",
            f"({a} ** 2)", f"({a} if {a} == {a} else 0.25)",
        ]  # fmt: skip
        if name := self.of("floats"):
            forms += [f"{name}[{self.value('int', 0)} % (len({name}) or 1)]"]
        forms += [f"{name}({a})" for name in self.made["float"]] * 4
        if self.program.functions and self.weight < 40:
            forms += [self.call("float")] * 2
        if not self.pure:
            forms += ["G1"]
        return rng.choice(forms)

    def _bool(self, depth: int) -> str:
        rng = self.rng
        kind = rng.choice(("int", "float", "int"))
        a, b = self.value(kind, depth), self.value(kind, depth)
        forms = [f"({a} {op} {b})" for op in ("<", "<=", ">", ">=", "==", "!=")]
        forms += [f"(not {a})", f"({a} < {b} < {self.value(kind, 0)})", f"(({a} < {b}) & ({b} != 3))"]
        forms += [f"({self.leaf(kind)} is {self.leaf(kind)})", f"({a} in {self.leaf(kind + 's')})"]
        return rng.choice(forms)

    def _ints(self, depth: int) -> str:
        name = self.leaf("ints")
        a = self.value("int", 0)
        return self.rng.choice(
            (
                name,
                f"{name}[:]",
                f"[{a}, {a}]",
                f"[k + {a} for k in {name}]",
                f"list({name})",
                f"[{a}] * 3",
                f"{name}[1:]",
            )
        )

    def _floats(self, depth: int) -> str:
        name = self.leaf("floats")
        a = self.value("float", 0)
        return self.rng.choice((name, f"[{a}, {a}]", f"[k * {a} for k in {name}]", f"[{a}] * 2"))

    def call(self, kind: str) -> str:
        """Write a call of an earlier function."""
        rng = self.rng
        found = [f for f in self.program.functions if f.cost * self.weight < 2000 and (f.pure or not self.pure)]
        if not found:
            return self.leaf(kind)
        one = rng.choice(found)
        self.cost += one.cost * self.weight
        count = len(one.kinds) - (one.defaults if rng.random() < 0.4 else 0)
        kinds = [k if rng.random() < 0.93 else rng.choice(("int", "float", "bool")) for k in one.kinds[:count]]
        made = f"{one.name}({', '.join(self.leaf(k) for k in kinds)})"
        return made if one.returns == kind or rng.random() < 0.3 else f"int({made} == {self.leaf(kind)})"

    def block(self, depth: int, least: int, most: int) -> Block:
        """Write some statements."""
        lines: Block = []
        for _ in range(self.rng.randint(least, most)):
            lines += self.statement(depth)
        return lines

    def statement(self, depth: int) -> Block:
        """Write one statement."""
        rng = self.rng
        self.cost += self.weight
        choices = [self._assign, self._assign, self._augment, self._item, self._swap, self._alias, self._raise]
        choices += [self._if, self._loop, self._try] if depth > 0 else []
        choices += [self._global, self._hook] if not self.pure else []
        choices += [self._leave] if self.weight > 1 else []
        return rng.choice(choices)(depth)

    def bounded(self, name: str, kind: str) -> Block:
        """Keep a number from growing without end, which ints do that reached a variable for floats, too."""
        if kind == "float":
            finite = "" if self.rng.random() < 0.4 else f" and {name} - {name} == 0"
            return [f"if not -1e60 < {name} < 1e60{finite}:", f"    {name} = {self.rng.choice(('0.5', '-1e9', '3'))}"]
        return [f"if not -(2 ** 90) < {name} < 2 ** 90:", f"    {name} = {self.rng.choice(('7', '2**63', '-1'))}"]

    def _assign(self, depth: int) -> Block:
        kind = self.rng.choice(("int", "int", "int", "float", "float", "bool", "ints"))
        text = self.value(kind, 2)
        name = self.new(kind)
        bound = self.bounded(name, kind) if kind in ("int", "float") and self.weight > 1 else []
        return [f"{name} = {text}", *bound]

    def _augment(self, depth: int) -> Block:
        kind = self.rng.choice(("int", "int", "float"))
        name = self.of(kind)
        if not name or name.startswith("k"):
            return self._assign(depth)
        operator = self.rng.choice(("+=", "-=", "*=", "//=", "&=", "^=") if kind == "int" else ("+=", "-=", "*="))
        text = f"({self.value(kind, 1)} or 3)" if operator == "//=" else self.value(kind, 1)
        return [f"{name} {operator} {text}", *(self.bounded(name, kind) if kind == "int" or self.weight > 1 else [])]

    def _item(self, depth: int) -> Block:
        name = self.of(self.rng.choice(("ints", "floats")))
        if not name:
            return self._assign(depth)
        value, at = self.value(self.names[name][:-1], 1), self.value("int", 1)
        if self.weight > 1:  # items must not grow without end either
            value = f"({value}) % {self.rng.choice(('2.0 ** 70', '-1e9') if self.names[name] == 'floats' else BOUNDS)}"
        forms = [
            [f"{name}[{at} % len({name})] = {value}"],
            [f"{name}.append({value})", f"if len({name}) > 40:", f"    {name}.clear()"],
            [f"{name}[0] {self.rng.choice(('+=', '-='))} {value}"],
            [f"{name}[-1] = {name}[0]"],
        ]
        lines = self.rng.choice(forms)
        return [
            "try:",
            *indent(lines),
            "except (IndexError, TypeError, ZeroDivisionError, AttributeError):",
            "    pass",
        ]

    def _swap(self, depth: int) -> Block:
        kind = self.rng.choice(("int", "float"))
        found = [n for n, one in self.names.items() if one == kind and not n.startswith("k")]
        if len(found) < 2:
            return self._assign(depth)
        a, b = self.rng.sample(found, 2)
        return [self.rng.choice((f"{a}, {b} = {b}, {a}", f"{a} = {b}", f"{a}, {b} = ({b}, {self.value(kind, 1)})"))]

    def _alias(self, depth: int) -> Block:
        kind = self.rng.choice(("ints", "floats", "float", "int"))
        text = self.leaf(kind)
        name = self.new(kind)
        pair = f"[{name}, {name}]"
        return [f"{name} = {text}", f"if {pair}[0] is not {pair}[1] or ({name},)[0] is not {name}:", "    return -77"]

    def _raise(self, depth: int) -> Block:
        word = self.rng.choice(("ValueError(1)", "ZeroDivisionError", "Oops('oops')", "KeyError(2)"))
        return [f"if {self.value('bool', 1)} and {self.value('bool', 1)}:", f"    raise {word}"]

    def _if(self, depth: int) -> Block:
        before = dict(self.names)
        one = self.block(depth - 1, 1, 2)
        self.names = dict(before)
        other = self.block(depth - 1, 1, 2) if self.rng.random() < 0.6 else []
        self.names = before if self.rng.random() < 0.7 else self.names
        lines = [f"if {self.value('bool', 1)}:", *indent(one)]
        return [*lines, "else:", *indent(other)] if other else lines

    def _loop(self, depth: int) -> Block:
        return self.loop(depth - 1)

    def loop(self, depth: int) -> Block:
        """Write a loop."""
        rng = self.rng
        times = rng.choice((3, 7, 20) if self.weight > 1 else (5, 30, 200))
        if self.weight * times > 1500:
            return ["pass"]
        self.fresh += 1
        name, count = f"k{self.fresh}", f"_n{self.fresh}"
        shapes = (
            "range",
            "range",
            "list",
            "while",
            "floats",
            "enumerate",
            "zip",
            "step",
            "numbered",
            "both",
            "letters",
        )
        shape = rng.choice(shapes)
        before, weight = dict(self.names), self.weight
        self.weight *= times
        source = self.leaf("floats" if shape == "floats" else "ints")
        self.names[name] = "float" if shape == "floats" else "int"
        second = f"e{self.fresh}"
        if shape in ("numbered", "both", "letters"):
            self.names[second] = "int"
        if shape == "letters":
            text = rng.choice(
                ("'abc' * 9", "'z\\x00~'", "chr(97 + " + self.leaf("int") + " % 9) * 12", "'a\\u00e9' * 5")
            )
        body = self.block(depth, 1, self.most)
        self.weight, self.names = weight, {**self.names, **before}
        self.names.pop(name, None)
        self.names.pop(second, None)
        heads = {
            "range": f"for {name} in range({times}):",
            "step": f"for {name} in range({rng.choice((times, 2**62, -5))}, -3, -{rng.choice((1, 3))}):",
            "list": f"for {name} in {source}:",
            "floats": f"for {name} in {source}:",
            "enumerate": f"for {name}, _e in enumerate({source}):",
            "zip": f"for {name}, _e in zip({source}, range({times})):",
            "while": f"while {name} < {times}:",
            "numbered": f"for {name}, {second} in enumerate({source}, {rng.choice((0, 1, -5, 10**6))}):",
            "both": f"for {name}, {second} in zip({source}, {self.leaf('ints')}):",
        }
        if shape == "letters":
            heads[shape] = f"for {second}, _c in enumerate({text}):"
            body = [f"{name} = ord(_c) + (_c == 'c') - ('b' <= _c < 'z')", *body]
        if shape == "while":
            return [f"{name} = 0", heads[shape], *indent([f"{name} += 1", *body])]
        stop = [f"{count} += 1", f"if {count} > {times}:", "    break"]
        end = ["else:", *indent(self.block(0, 1, 1))] if rng.random() < 0.15 else []
        return [f"{count} = 0", heads[shape], *indent([*stop, *body]), *end]

    def _leave(self, depth: int) -> Block:
        return [f"if {self.value('bool', 1)}:", f"    {self.rng.choice(('break', 'continue'))}"]

    def _try(self, depth: int) -> Block:
        rng = self.rng
        caught = rng.choice(
            ("ZeroDivisionError", "Exception", "(ValueError, IndexError)", "(Oops, KeyError, TypeError)")
        )
        start, inner = self.leaf("int"), f"{self.value('int', 1)} // {self.value('int', 0)}"
        name = self.new("int")
        lines = [f"{name} = {start}", "try:", *indent([*self.block(depth - 1, 1, 2), f"{name} = {inner}"])]
        lines += [f"except {caught} as e:", *indent([f"{name} = {rng.randrange(9)}", *self.block(0, 0, 1)])]
        if rng.random() < 0.3:
            lines += ["finally:", *indent(self.block(0, 1, 1))]
        return lines

    def _global(self, depth: int) -> Block:
        name, kind = self.rng.choice((("G0", "int"), ("G1", "float")))
        return [f"globals()['{name}'] = {self.value(kind, 1)}" if self.rng.random() < 0.4 else f"STATE['n'] = {name}"]

    def _hook(self, depth: int) -> Block:
        self.program.statements.hooks += 1
        return [f"hook({self.program.statements.hooks - 1})"]


class Writer(script.Writer):
    """Writes scripts in which every function is hinted first, and arguments at the edges of their kinds."""

    edges = EDGES

    def steps(self) -> list[dict[str, Any]]:
        """Write the steps of the whole script."""
        early = [{"do": "hint", "kind": "focus", "f": f.name, "options": {}} for f in self.functions]
        self.hinted = list(self.functions)
        return [*early, *(self.call(self.rng.choice((2, 12, 30))) for _ in self.functions), *super().steps()]

    def argument(self, kind: str) -> str:
        """Write one argument."""
        rng = self.rng
        if rng.random() < 0.06:
            kind = rng.choice(("int", "float", "bool", "ints"))
        if kind == "int" and rng.random() < 0.4:
            return str(rng.randrange(0, 60))
        return rng.choice(self.edges[kind])
