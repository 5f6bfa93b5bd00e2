"""Makes a case from a seed: the source of a program, and the script of what is done with it."""

from __future__ import annotations

import random
from typing import Any

import numeric
import prelude
import script
import small
from arrays import arrays
from expressions import KINDS, Function, Scope
from statements import Block, Statements, indent

Case = dict[str, Any]
#: feature -> what writes the programs of that kind, and what writes their scripts
KINDS_ASKED_FOR: dict[str, tuple[Any, Any]] = {
    "small": (small.Small, small.Writer),
    "numeric": (numeric.Numeric, numeric.Writer),
}


class Program:
    """A program in the making."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.statements = Statements(rng)
        self.functions: list[Function] = []
        self.lines: Block = prelude.TEXT.strip().splitlines()

    def write(self) -> str:
        """Write the whole program."""
        leaves = self.rng.randint(1, 2)
        for _ in range(leaves):
            self.function("leaf")
        self.classes()
        kinds = [
            "plain",
            "loops",
            "loops",
            "generator",
            "coroutine",
            "agen",
            "recursive",
            "closure",
            "many",
            "extended",
        ]
        weights = [3, 5, 5, 3, 2, 1, 2, 2, 1, 1]
        for kind in self.rng.choices(kinds, weights, k=self.rng.randint(2, 5)):
            self.function(kind)
        return "\n".join(self.lines) + "\n"

    def function(self, shape: str) -> None:
        """Add a function of the module."""
        rng = self.rng
        name = f"f{len(self.functions)}"
        flavour = shape if shape in ("generator", "coroutine", "agen") else "plain"
        count = rng.randint(0, 4)
        kinds = tuple(rng.choices(KINDS[:8], (8, 4, 2, 1, 3, 1, 1, 2), k=count))
        if shape == "recursive":
            kinds = ("int", *kinds[:2])
        defaults = rng.randint(0, min(2, len(kinds))) if rng.random() < 0.3 and shape != "recursive" else 0
        star = rng.random() < 0.12
        keywords = ("kw",) if rng.random() < 0.15 else ()
        made = Function(
            name,
            kinds,
            returns=rng.choices(KINDS[:5], (6, 3, 1, 1, 2))[0],
            pure=rng.random() < 0.45,
            cost=1,
            flavour=flavour,
            defaults=defaults,
            star=star,
            keywords=keywords,
        )
        scope = Scope(
            names={f"p{i}": kind for i, kind in enumerate(kinds)},
            functions=[f for f in self.functions if f.pure or not made.pure],
            pure=made.pure,
            room=rng.choice((400, 1500, 4000)),
            flavour=flavour,
            is_async=flavour in ("coroutine", "agen"),
            methods=not made.pure and shape != "leaf",
            returns=made.returns,
        )
        if star:
            scope.names["rest"] = "tuple"
        if keywords:
            scope.names["kw"] = "int"
        body = getattr(self, "_" + shape, self._plain)(made, scope)
        made.cost = max(1, scope.cost[0])
        self.lines += ["", "", *self.signature(made), *indent(body)]
        if shape == "closure":
            self.lines += ["", "", f"{name} = {name}_maker({rng.randrange(9)})"]
        self.functions.append(made)

    def signature(self, made: Function) -> Block:
        """Write the first line of a function."""
        parts = []
        for i, kind in enumerate(made.kinds):
            default = i >= len(made.kinds) - made.defaults
            plain = Scope({}, [], methods=False)
            parts.append(f"p{i}={self.statements.expressions.leaf(plain, kind)}" if default else f"p{i}")
        if made.star:
            parts.append("*rest")
        elif made.keywords:
            parts.append("*")
        parts += [f"{k}=1" for k in made.keywords]
        if made.closure:
            return [f"def {made.name}_maker(outer):"]
        word = "async def" if made.flavour in ("coroutine", "agen") else "def"
        return [f"{word} {made.name}({', '.join(parts)}):"]

    def result(self, made: Function, scope: Scope) -> Block:
        """End a function."""
        if made.flavour == "agen":
            return [f"yield {self.statements.expressions.one(scope, 'int', 1)}"]
        end = [f"return {self.statements.expressions.one(scope, made.returns, 2)}"]
        return ["yield 1", *end] if made.flavour == "generator" else end

    def _plain(self, made: Function, scope: Scope) -> Block:
        body = self.statements.block(scope, 2, 2, 6)
        return body + self.result(made, scope)

    def _leaf(self, made: Function, scope: Scope) -> Block:
        return self.statements.block(scope, 0, 0, 3) + self.result(made, scope)

    def _loops(self, made: Function, scope: Scope) -> Block:
        start = self.statements.block(scope, 0, 1, 3)
        loop = self.statements._for(scope, 3)
        more = self.statements.block(scope, 2, 0, 2)
        return start + loop + more + self.result(made, scope)

    _generator = _coroutine = _agen = _loops

    def _recursive(self, made: Function, scope: Scope) -> Block:
        scope.protected.add("p0")
        scope.room = 300
        base = self.statements.expressions.leaf(scope, made.returns)
        body = self.statements.block(scope, 1, 1, 3)
        again = f"{made.name}(p0 - 1{''.join(f', p{i}' for i in range(1, len(made.kinds)))})"
        join = {"int": f"{again} + 1", "float": f"{again} * 0.5", "str": f"({again} + 'r')[:9]"}.get(
            made.returns, again
        )
        scope.cost[0] *= 12
        return [f"if p0 <= 0 or p0 > {self.rng.choice((6, 12))}:", f"    return {base}", *body, f"return {join}"]

    def _closure(self, made: Function, scope: Scope) -> Block:
        made.closure = True
        scope.names.update(cell="int", outer="int")
        scope.protected.update(("cell", "outer"))
        scope.names.pop("rest", None)
        scope.names.pop("kw", None)
        made.star, made.keywords, made.defaults = False, (), 0
        body = self.statements.block(scope, 2, 1, 4)
        head = f"def {made.name}_inner({', '.join(f'p{i}' for i in range(len(made.kinds)))}):"
        # A cell that is counted up makes a function impure; a pure one only reads it.
        count = [] if made.pure else ["nonlocal cell", "cell += outer"]
        made_body = [*count, *body, *self.result(made, scope)]
        return ["cell = 3", head, *indent(made_body), f"return {made.name}_inner"]

    def _many(self, made: Function, scope: Scope) -> Block:
        """Write a function with more locals than an instruction's argument holds."""
        names = [f"m{i}" for i in range(self.rng.choice((40, 270)))]
        start = [f"{' = '.join(names[k : k + 30])} = {k}" for k in range(0, len(names), 30)]
        scope.names.update(dict.fromkeys(names[-4:], "int"))
        return start + self._loops(made, scope)

    def _extended(self, made: Function, scope: Scope) -> Block:
        """Write a loop so long that jumping back takes EXTENDED_ARG."""
        count = self.rng.choice((30, 60))
        body = self.statements.block(scope.inner(weight=8), 1, 1, 3)
        names = [n for n in scope.of("int") if n not in scope.protected] or ["t_"]
        filler = [f"t_ = (t_ * {i + 2} + k_) % {1009 + i}" for i in range(count)]
        scope.cost[0] += count * 8
        loop = ["for k_ in range(8):", *indent(filler + body)]
        return ["t_ = 1", *loop, *([f"t_ += {names[0]}"] if self.rng.random() < 0.3 else []), *self.result(made, scope)]

    def classes(self) -> None:
        """Add three classes with the same interface and different insides."""
        for name in ("A", "B", "C"):
            self.lines += ["", "", *self._class(name)]

    def _class(self, name: str) -> Block:
        rng = self.rng
        base = {"A": "", "B": "(A)", "C": rng.choice(("(A)", "(B)", ""))}[name]
        methods: list[Block] = []

        def scope() -> Scope:
            return Scope(
                {"q": "int", "k": "int"}, list(self.functions), pure=rng.random() < 0.5, room=60, methods=False
            )

        def method(head: str, kind: str = "int", depth: int = 1) -> Block:
            inner = scope()
            block = self.statements.block(inner, depth, 0, 2)
            value = self.statements.expressions.one(inner, kind, 1)
            return [head, *indent(["k = 2", *([] if "q" in head else ["q = 3"]), *block, f"return {value}"])]

        start = ["self.x = x", "self.y = 1.5"] if rng.random() < 0.6 else ["self.y = 2", "self.x = x", "self.z = None"]
        if base and rng.random() < 0.5:
            start = ["super().__init__(x)", "self.y = 4"]
        methods.append(["def __init__(self, x=1):", *indent(start)])
        plain = method("def m(self, q):", depth=2)
        plain[-1] = rng.choice(("    return self.x + q", "    return q - 1", plain[-1], "    return self.y * q"))
        if base and rng.random() < 0.3:
            plain[-1] = "    return super().m(q) + 1"
        methods.append(plain)
        optional = [
            ["@property", "def p(self):", "    return self.x"],
            ["@staticmethod", *method("def s(q):")],
            ["@classmethod", *method("def c(cls, q):")],
            method("def __getitem__(self, q):"),
            ["def __len__(self):", f"    return {rng.randrange(5)}"],
            method("def __call__(self, q):"),
            ["def __iter__(self):", f"    yield from range({rng.randrange(1, 9)})"],
            ["def __setitem__(self, k, q):", "    self.x = q"],
            ["def __add__(self, other):", "    return self.x"],
            [
                "def __eq__(self, other):",
                "    return self is other or NotImplemented",
                "",
                "def __hash__(self):",
                "    return 7",
            ],
            ["def __lt__(self, other):", "    return False"],
            ["def __bool__(self):", "    return self.x != 0"],
            [
                "def __getattr__(self, name):",
                "    if name == 'extra':",
                "        return 11",
                "    raise AttributeError(name)",
            ],
        ]
        keep = 0.35 if base else 1.0 if name == "A" or rng.random() < 0.8 else 0.9
        # With __getitem__ alone, iterating would never end.
        methods += [one for one in optional if rng.random() < keep or (not base and "__iter__" in one[0])]
        lines = [f"class {name}{base}:"]
        for one in methods:
            lines += [*indent(one), ""]
        return lines[:-1]


def make(seed: int, features: frozenset[str] = frozenset()) -> Case:
    """Make the case of a seed. `features` are what the interpreter allows beyond the usual, and what is asked for."""
    kind = next((name for name in KINDS_ASKED_FOR if name in features), None)
    program_of, writer = KINDS_ASKED_FOR[kind] if kind else (Program, script.Writer)
    rng = random.Random(f"jitctl-{kind}-{seed}" if kind else f"jitctl-{seed}")
    program = program_of(rng)
    source = program.write()
    steps, hooks = script.write(rng, program, features, writer)
    case = {"seed": seed, "source": source, "script": steps, "hooks": hooks}
    return arrays(case, random.Random(f"arrays-{seed}")) if "arrays" in features else case
