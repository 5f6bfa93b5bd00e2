"""Random statements of one line or a few: assignments, deletions, attributes, raises, yields."""

from __future__ import annotations

import random

from expressions import KINDS, Expressions, Scope

Block = list[str]

RAISES = ("ValueError({0})", "Odd({0})", "KeyError({0})", "Oops('oops', {0})", "IndexError", "ZeroDivisionError('z')")


class SimpleStatements:
    """Makes statements without blocks."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.expressions = Expressions(rng)
        self.hooks = 0

    def target(self, scope: Scope, kind: str) -> str:
        """Choose a name to assign to: an old one of this kind, or a new one."""
        old = [name for name in scope.of(kind) if name not in scope.protected]
        if old and self.rng.random() < 0.6:
            return self.rng.choice(old)
        return scope.new()

    def kind(self) -> str:
        """Choose the kind of a value, numbers most often."""
        return self.rng.choice(
            ("int", "int", "int", "int", "float", "float", "str", "bool", "list", "dict", "tuple", "obj")
        )

    def _assign(self, scope: Scope, depth: int) -> Block:
        kind = self.kind() if scope.methods else self.rng.choice(KINDS[:7])
        value = self.expressions.one(scope, kind, 3)
        name = self.target(scope, kind)
        scope.names[name] = kind
        if kind == "int" and self.rng.random() < 0.08:
            other = scope.new()
            scope.names[other] = "int"
            return [f"{name} = ({other} := {value}) + 1"]
        return [f"{name} = {value}"]

    def _augment(self, scope: Scope, depth: int) -> Block:
        rng = self.rng
        kind = rng.choice(("int", "int", "int", "float", "str", "list"))
        names = [name for name in scope.of(kind) if name not in scope.protected]
        if not names:
            return self._assign(scope, depth)
        name = rng.choice(names)
        value = self.expressions.one(scope, kind, 2)
        if kind == "int":
            op = rng.choice(("+", "+", "+", "-", "^", "|", "&", "//", "%"))
            return [f"{name} {op}= {value}"]
        if kind == "float":
            return [f"{name} {rng.choice('+-*/')}= {value}"]
        if kind == "str":
            return [f"{name} += {value}", f"{name} = {name}[-20:]"]
        return [f"{name} += {value}", f"del {name}[9:]"] if rng.random() < 0.7 else [f"{name} = {name}[:9] + {value}"]

    def _store_item(self, scope: Scope, depth: int) -> Block:
        i, value = self.expressions.one(scope, "int", 1), self.expressions.one(scope, "int", 2)
        lists, dicts = scope.of("list"), scope.of("dict")
        if lists and self.rng.random() < 0.5:
            return [f"{self.rng.choice(lists)}[{i} % 4] = {value}"]
        if dicts:
            name = self.rng.choice(dicts)
            return [f"{name}[{self.expressions.key(scope)}] = {value}"]
        return self._assign(scope, depth)

    def _unpack(self, scope: Scope, depth: int) -> Block:
        rng = self.rng
        a, b = self.target(scope, "int"), self.target(scope, "int")
        first, second = self.expressions.one(scope, "int", 2), self.expressions.one(scope, "int", 2)
        rest = None
        if rng.random() < 0.3:
            rest = scope.new()
            line = f"{a}, *{rest} = [{first}, *{self.expressions.leaf(scope, 'list')}, {second}]"
        elif rng.random() < 0.4:
            line = f"{a}, {b} = {self.expressions.one(scope, 'tuple', 1)}"
        else:
            line = f"{a}, {b} = {first}, {second}"
        scope.names[a] = "int"
        if rest:
            scope.names[rest] = "list"
        elif a != b:
            scope.names[b] = "int"
        return [line]

    def _method_of_container(self, scope: Scope, depth: int) -> Block:
        lists, dicts = scope.of("list"), scope.of("dict")
        i = self.expressions.one(scope, "int", 1)
        if lists and (not dicts or self.rng.random() < 0.6):
            name = self.rng.choice(lists)
            return [
                self.rng.choice(
                    (
                        f"{name}.append({i})",
                        f"{name}.insert(0, {i})",
                        f"{name} and {name}.pop()",
                        f"{name}.sort()",
                        f"{name}.extend(({i}, 2))",
                        f"{name}.reverse()",
                    )
                ),
                f"del {name}[12:]",
            ]
        if dicts:
            name = self.rng.choice(dicts)
            return [
                self.rng.choice((f"{name}.setdefault({i}, 1)", f"{name}.pop({i}, None)", f"{name}.update(k={i})")),
                f"len({name}) > 40 and {name}.clear()",
            ]
        return self._assign(scope, depth)

    def _delete(self, scope: Scope, depth: int) -> Block:
        names = [n for n in scope.names if n not in scope.protected and not n.startswith("p")]
        if not names:
            return ["pass"]
        name = self.rng.choice(names)
        kind = scope.names[name]
        if self.rng.random() < 0.85:
            again = self.expressions.one(
                scope.inner(names={k: v for k, v in scope.names.items() if k != name}), kind, 1
            )
            return [f"del {name}", f"{name} = {again}"]
        # From here on the name may be unbound, which is an exception with a name and a line.
        if self.rng.random() < 0.5:
            return [f"if {self.expressions.rarely(scope)}:", f"    del {name}"]
        return [
            "try:",
            f"    del {name}",
            "except UnboundLocalError:",
            f"    {name} = {self.expressions.leaf(scope, kind)}",
        ]

    def _raise(self, scope: Scope, depth: int) -> Block:
        value = self.expressions.one(scope, "int", 1)
        error = self.rng.choice(RAISES).format(value)
        cause = self.rng.choice(("", "", " from None", " from Oops(3)"))
        return [f"if {self.expressions.rarely(scope)}:", f"    raise {error}{cause}"]

    def _assert(self, scope: Scope, depth: int) -> Block:
        return [f"assert not ({self.expressions.rarely(scope)}), {self.expressions.leaf(scope, 'int')}"]

    def _return(self, scope: Scope, depth: int) -> Block:
        if scope.flavour == "agen":
            return [f"if {self.expressions.rarely(scope)}:", "    return"]
        kind = scope.returns if self.rng.random() < 0.9 else self.kind()
        return [f"if {self.expressions.rarely(scope)}:", f"    return {self.expressions.one(scope, kind, 1)}"]

    def _slot(self, scope: Scope, depth: int) -> Block:
        names = scope.of("slots")
        if not names:
            name = scope.new()
            scope.names[name] = "slots"
            return [f"{name} = {self.expressions.one(scope, 'slots', 1)}"]
        name = self.rng.choice(names)
        if self.rng.random() < 0.6:
            return [f"{name}.x = {self.expressions.one(scope, 'int', 2)}"]
        return [f"{name}.y += {self.expressions.one(scope, 'float', 1)}"]

    def _lambda(self, scope: Scope, depth: int) -> Block:
        name, target = scope.new("f"), self.target(scope, "int")
        inner = scope.inner(names={**scope.names, "q": "int"})
        body = self.expressions.one(inner, "int", 2)
        line = f"{name} = lambda q, r={self.expressions.leaf(scope, 'int')}: {body}"
        scope.names[target] = "int"
        return [line, f"{target} = {name}({self.expressions.leaf(scope, 'int')}) + {name}(2, r=3)"]

    def _where(self, scope: Scope, depth: int) -> Block:
        name = scope.new()
        scope.names[name] = "list"
        form = self.rng.choice(("where()", "[len(locals())]", "sorted(map(len, locals()))[:5]"))
        return [f"{name} = {form}"]

    def _leave_loop(self, scope: Scope, depth: int) -> Block:
        word = self.rng.choice(("break", "continue", "continue"))
        condition = self.expressions.rarely(scope) if word == "break" else self.expressions.truth(scope, 2)
        return [f"if {condition}:", f"    {word}"]

    def _attribute(self, scope: Scope, depth: int) -> Block:
        names = scope.of("obj")
        if not names:
            name = scope.new()
            scope.names[name] = "obj"
            return [f"{name} = {self.expressions.one(scope, 'obj', 1)}"]
        name, value = self.rng.choice(names), self.expressions.one(scope, "int", 2)
        forms = (
            [f"{name}.x = {value}"],
            [f"{name}.x += {value}"],
            [f"{name}.p = {value}"],
            [f"{name}.extra = {value}"],
            [f"{name}[{value}] = {self.expressions.leaf(scope, 'int')}"],
            [f"for it_ in {name}:", f"    {name}.x ^= it_"],
        )
        return list(self.rng.choice(forms))

    def _global(self, scope: Scope, depth: int) -> Block:
        value = self.expressions.one(scope, "int", 2)
        forms = (
            [f"STATE['n'] += {value}"],
            [f"STATE['n'] = {value}"],
            [
                f"STATE[{self.expressions.key(scope)}] = {value}",
                "len(STATE) > 30 and STATE.clear()",
                "STATE.setdefault('n', 0)",
            ],
            [f"globals()['G0'] = {value}"],
            [f"globals()['G1'] = {self.expressions.one(scope, 'float', 1)}"],
        )
        return list(self.rng.choice(forms))

    def _log(self, scope: Scope, depth: int) -> Block:
        return [f"LOG.append({self.expressions.leaf(scope, self.rng.choice(KINDS[:7]))})", "del LOG[200:]"]

    def _noisy(self, scope: Scope, depth: int) -> Block:
        name = scope.new("noisy")
        tag = self.expressions.leaf(scope, "int")
        forms = (
            [f"{name} = Noisy({tag})"],
            [f"Noisy({tag})"],
            [f"{name} = [Noisy({tag})]", f"{name} = {name}.pop().tag"],
        )
        return list(self.rng.choice(forms))

    def _hook(self, scope: Scope, depth: int) -> Block:
        self.hooks += 1
        return [f"hook({self.hooks - 1})"]

    def _yield(self, scope: Scope, depth: int) -> Block:
        value = self.expressions.one(scope, "int", 2)
        if scope.flavour == "generator" and self.rng.random() < 0.25:
            fit = [f for f in scope.functions if f.flavour == "generator" and (f.pure or not scope.pure)]
            if fit:
                chosen = self.rng.choice(fit)
                if scope.spend(chosen.cost):
                    return [f"yield from {chosen.name}({self.expressions.arguments(scope, chosen)})"]
        if self.rng.random() < 0.2:
            name = scope.new()
            scope.names[name] = "int"
            return [f"{name} = (yield {value}) or 0"]
        return [f"yield {value}"]

    def _await(self, scope: Scope, depth: int) -> Block:
        fit = [f for f in scope.functions if f.flavour == "coroutine" and (f.pure or not scope.pure)]
        name = self.target(scope, "int")
        line = f"{name} = (await Pause({self.expressions.one(scope, 'int', 1)})) or 0"
        if fit and self.rng.random() < 0.6:
            chosen = self.rng.choice(fit)
            if scope.spend(chosen.cost):
                line = f"{name} = await {chosen.name}({self.expressions.arguments(scope, chosen)})"
        scope.names[name] = "int"
        return [line]
