"""Random statements: blocks of lines, nested, bounded in what they cost."""

from __future__ import annotations

from collections.abc import Callable

from expressions import Scope
from simple_statements import Block, SimpleStatements

#: marks a loop over a string
STRING = "  # characters"

ERRORS = ("ValueError", "TypeError", "ZeroDivisionError", "IndexError", "KeyError", "Oops", "Odd", "Exception")


def indent(block: Block) -> Block:
    """Move a block in by one level; an empty one becomes `pass`."""
    return ["    " + line for line in block or ["pass"]]


class Statements(SimpleStatements):
    """Makes blocks of statements."""

    def block(self, scope: Scope, depth: int, least: int = 1, most: int = 4) -> Block:
        """Make a few statements in a row."""
        lines: Block = []
        for _ in range(self.rng.randint(least, most)):
            lines += self.statement(scope, depth)
        return lines

    def statement(self, scope: Scope, depth: int) -> Block:
        """Make one statement."""
        if not scope.spend(1):
            return ["pass"]
        rng = self.rng
        simple: list[tuple[int, Callable[[Scope, int], Block]]] = [
            (14, self._assign),
            (9, self._augment),
            (3, self._store_item),
            (3, self._unpack),
            (2, self._method_of_container),
            (2, self._delete),
            (2, self._raise),
            (1, self._assert),
            (2, self._return),
            (2, self._slot),
            (1, self._lambda),
            (1, self._where),
        ]
        if scope.in_loop:
            simple += [(2, self._leave_loop)]
        if scope.methods:
            simple += [(5, self._attribute)]
        if not scope.pure:
            simple += [(4, self._global), (2, self._log), (1, self._noisy), (1, self._hook)]
        if scope.flavour in ("generator", "agen"):
            simple += [(10, self._yield)]
        if scope.is_async:
            simple += [(8, self._await)]
        compound: list[tuple[int, Callable[[Scope, int], Block]]] = [
            (8, self._if),
            (9, self._for),
            (3, self._while),
            (5, self._try),
            (2, self._with),
            (2, self._match),
            (2, self._closure),
        ]
        if scope.is_async:
            compound += [(4, self._async_block)]
        choices = simple + (compound if depth > 0 else [])
        make = rng.choices([one for _, one in choices], [weight for weight, _ in choices])[0]
        return make(scope, depth)

    def _branch(self, scope: Scope, depth: int, **changes: object) -> Block:
        """Make a block whose new names are not known after it, save now and then, for an unbound local."""
        inner = scope.inner(names=dict(scope.names), protected=set(scope.protected), **changes)
        lines = self.block(inner, depth - 1)
        if self.rng.random() < 0.02:
            scope.names.update(inner.names)
        return lines

    def _if(self, scope: Scope, depth: int) -> Block:
        lines = [f"if {self.expressions.truth(scope, 2)}:", *indent(self._branch(scope, depth))]
        if self.rng.random() < 0.3:
            lines += [f"elif {self.expressions.truth(scope, 2)}:", *indent(self._branch(scope, depth))]
        if self.rng.random() < 0.5:
            lines += ["else:", *indent(self._branch(scope, depth))]
        return lines

    def _for(self, scope: Scope, depth: int) -> Block:
        rng = self.rng
        times = rng.choice((3, 5, 8, 12, 20, 40, 80))
        while times > 3 and scope.weight * times * 6 > scope.room:
            times //= 2
        name = scope.new("i")
        asynchronous = scope.is_async and rng.random() < 0.3
        e = self.expressions
        forms = [
            f"for {name} in range({times}):",
            f"for {name} in range({times}):",
            f"for {name} in range({times}):",
            f"for {name} in range({e.leaf(scope, 'int')} % {times} + 2):",
            f"for {name} in range(2, {times + 3}):",
            f"for {name} in {e.one(scope, 'list', 2)}:",
            f"for {name}, {name}b in enumerate({e.one(scope, 'list', 1)}):",
            f"for {name}, {name}b in zip(range({times}), range(9, {times + 40}, 2)):",
            f"for {name} in {e.one(scope, 'tuple', 1)}:",
            f"for {name} in list({e.one(scope, 'dict', 1)}):",
            f"for {name} in {e.one(scope, 'str', 1)}:{STRING}",
            f"for {name} in (e_ * 3 for e_ in range({times})):",
        ]
        if scope.methods:
            forms += [f"for {name} in {e.leaf(scope, 'obj')}:"]
            forms += [f"for {name} in (A({times}), B(2), C(3.5), A(1)) * {max(1, times // 6)}:"]
        made = [f for f in scope.functions if f.flavour == "generator" and (f.pure or not scope.pure)]
        if made and rng.random() < 0.4:
            chosen = rng.choice(made)
            if scope.spend(chosen.cost):
                forms = [f"for {name} in {chosen.name}({e.arguments(scope, chosen)}):"]
        if asynchronous:
            forms = [f"async for {name} in ARange({min(times, 12)}):"]
            agens = [f for f in scope.functions if f.flavour == "agen" and (f.pure or not scope.pure)]
            if agens:
                chosen = rng.choice(agens)
                if scope.spend(chosen.cost):
                    forms += [f"async for {name} in {chosen.name}({e.arguments(scope, chosen)}):"]
        head = rng.choice(forms)
        kind = "obj" if "(A(" in head else "str" if head.endswith(STRING) else "int"
        inner = {name: kind}
        if f"{name}b" in head:
            inner[f"{name}b"] = "int"
        body = scope.inner(
            names={**scope.names, **inner},
            protected={*scope.protected, *inner},
            weight=scope.weight * times,
            in_loop=True,
        )
        lines = [head, *indent(self.block(body, depth - 1, 1, 4))]
        scope.names.update({k: v for k, v in body.names.items() if k in inner and rng.random() < 0.1})
        if rng.random() < 0.08:
            lines += ["else:", *indent(self._branch(scope, depth))]
        return lines

    def _while(self, scope: Scope, depth: int) -> Block:
        times = self.rng.choice((4, 9, 25))
        while times > 4 and scope.weight * times * 6 > scope.room:
            times //= 2
        fuel = scope.new("w")
        body = scope.inner(
            names={**scope.names, fuel: "int"},
            protected={*scope.protected, fuel},
            weight=scope.weight * times,
            in_loop=True,
        )
        lines = self.block(body, depth - 1)
        if self.rng.random() < 0.5:
            return [f"{fuel} = {times}", f"while {fuel} > 0:", f"    {fuel} -= 1", *indent(lines)]
        condition = self.expressions.truth(scope)
        return [
            f"{fuel} = 0",
            f"while {fuel} < {times} and ({condition} or {fuel} < 3):",
            f"    {fuel} += 1",
            *indent(lines),
        ]

    def _try(self, scope: Scope, depth: int) -> Block:
        rng = self.rng
        lines = ["try:", *indent(self._branch(scope, depth))]
        catches = rng.random() < 0.85
        if catches:
            name = scope.new("e")
            kinds = ", ".join(rng.sample(ERRORS, rng.randint(1, 3)))
            lines += [f"except ({kinds}) as {name}:", *indent(self._branch(scope, depth, in_loop=scope.in_loop))]
            if not scope.pure and rng.random() < 0.5:
                lines += [f"    LOG.append(type({name}).__name__)"]
            if rng.random() < 0.15:
                lines += ["    raise"]
            if rng.random() < 0.2:
                lines += ["else:", *indent(self._branch(scope, depth))]
        if not catches or rng.random() < 0.3:
            lines += ["finally:", *indent(self._branch(scope, depth, in_loop=False))]
        return lines

    def _with(self, scope: Scope, depth: int) -> Block:
        head = "with Quiet() as {0}:" if scope.pure else "with Guard({1}) as {0}, Quiet():"
        name = scope.new("m")
        return [head.format(name, self.expressions.truth(scope)), *indent(self._branch(scope, depth))]

    def _match(self, scope: Scope, depth: int) -> Block:
        subject = self.expressions.one(scope, self.rng.choice(("int", "tuple", "list", "dict", "str", "slots")), 2)
        a, b, rest = scope.new(), scope.new(), scope.new()
        patterns = [
            (f"{self.rng.randrange(4)} | 7", {}),
            (f"[{a}, {b}]", {a: "int", b: "int"}),
            (f"[{a}, *{rest}]", {a: "int", rest: "list"}),
            (f"{{'k': {a}}}", {a: "int"}),
            (f"str({a})", {a: "str"}),
            (f"int({a}) if {a} > 3", {a: "int"}),
            (f"Slots(x={a})", {a: "int"}),
            ("None | True", {}),
        ]
        lines = [f"match {subject}:"]
        for pattern, names in self.rng.sample(patterns, self.rng.randint(1, 4)):
            inner = scope.inner(names={**scope.names, **names}, protected=set(scope.protected))
            lines += indent([f"case {pattern}:", *indent(self.block(inner, depth - 1, 1, 2))])
        if self.rng.random() < 0.6:
            lines += indent(["case _:", *indent(self._branch(scope, depth))])
        return lines

    def _closure(self, scope: Scope, depth: int) -> Block:
        """Define a function in a function, with a name of its own that it counts up, and call it in a loop."""
        rng = self.rng
        name, cell, target = scope.new("g"), scope.new("n"), self.target(scope, "int")
        times = rng.choice((2, 6, 15))
        inner = scope.inner(
            names={"q": "int", cell: "int", **{k: v for k, v in scope.names.items() if not k.startswith("v")}},
            protected={*scope.names, cell},
            weight=scope.weight * times,
            in_loop=False,
            flavour="plain",
            is_async=False,
            returns="int",
        )
        body = self.block(inner, min(depth - 1, 1), 1, 3)
        result = self.expressions.one(inner, "int", 1)
        # The enclosing function's names are protected: assigning one here would make another local of it.
        free = [f"nonlocal {cell}"] if rng.random() < 0.7 else []
        count = [f"{cell} += 1"] if free else []
        lines = [
            f"{cell} = {self.expressions.leaf(scope, 'int')}",
            f"def {name}(q, z=1):",
            *indent([*free, *body, *count, f"return {result}"]),
            f"{target} = 0",
            f"for k_ in range({times}):",
            f"    {target} += {name}(k_) or 0",
        ]
        scope.names[target] = "int"
        return lines

    def _async_block(self, scope: Scope, depth: int) -> Block:
        if self.rng.random() < 0.4:
            return ["async with AGuard():", *indent(self._branch(scope, depth))]
        name = scope.new()
        times = self.rng.choice((3, 6))
        inner = scope.inner(names={**scope.names, "j_": "int"}, weight=scope.weight * times)
        line = f"{name} = [{self.expressions.one(inner, 'int', 1)} async for j_ in ARange({times})]"
        scope.names[name] = "list"
        return [line]
