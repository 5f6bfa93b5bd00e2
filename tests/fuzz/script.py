"""Random scripts: which functions are called with what, and what happens between, and during, the calls."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from expressions import KINDS, Function, Scope

if TYPE_CHECKING:
    from generate import Program

Step = dict[str, Any]

METHODS = ("A.m", "B.m", "C.m", "A.p", "A.__init__", "A.__iter__", "A.c", "A.s", "A.__getitem__", "A.__call__")
CLASSES = ("A", "B", "C", "Slots", "Guard", "ARange")
#: switches that may happen while a function runs
INSIDE = (
    "gc",
    "gc-enable",
    "settrace",
    "setprofile",
    "monitoring",
    "global",
    "builtin",
    "class",
    "code",
    "rebind",
    "retype",
)
OUTSIDE = (*INSIDE, "freeze", "defaults", "shadow", "clone", "exec", "drop", "deep", "tick", "switch-interval")


class Writer:
    """Writes the script of one program."""

    def __init__(self, rng: random.Random, program: Program, features: frozenset[str]) -> None:
        self.rng = rng
        self.functions = program.functions
        self.expressions = program.statements.expressions
        self.features = features
        #: warm-up calls are seen by observers, so a case has the one or the other
        self.samples = rng.random() < 0.25
        self.hot = rng.random() < 0.03
        self.generators = 0
        self.hinted: list[Function] = []

    def steps(self) -> list[Step]:
        """Write the steps of the whole script."""
        rng = self.rng
        steps = [self.call(rng.choice((1, 3, 30)))] if rng.random() < 0.4 else []
        for function in rng.sample(self.functions, rng.randint(1, len(self.functions))):
            if rng.random() < 0.7:
                steps.append(self.hint(function))
        for _ in range(rng.randint(5, 16)):
            steps.append(self.step())
        steps.append(self.call())
        return steps

    def step(self) -> Step:
        """Write one step."""
        rng = self.rng
        kind = rng.choices(
            ("call", "hint", "undo", "switch", "generator", "threads", "fork"), (55, 14, 5, 19, 5, 1.2, 0.8)
        )[0]
        if kind == "call":
            return self.call()
        if kind == "hint":
            return self.hint()
        if kind == "undo":
            return {"do": "undo", "f": self.thing()}
        if kind == "switch":
            return self.switch(OUTSIDE)
        if kind == "generator":
            return self.generator()
        if kind == "threads":
            return self.threads()
        return {"do": "fork", "steps": [self.step_in_fork() for _ in range(rng.randint(1, 4))]}

    def step_in_fork(self) -> Step:
        """Write a step that a forked child takes."""
        return self.rng.choice((self.call, self.call, self.hint, lambda: self.switch(INSIDE)))()

    def thing(self) -> str:
        """Choose something that can be hinted."""
        rng = self.rng
        if rng.random() < 0.75:
            return rng.choice(self.functions).name
        return rng.choice(METHODS if rng.random() < 0.7 else CLASSES)

    def argument(self, kind: str) -> str:
        """Write one argument, sometimes of another kind than expected."""
        # Making an argument has no effects: a factory of samples makes more of them than the twin does.
        scope = Scope({}, [], methods=False)
        rng = self.rng
        if rng.random() < 0.05:
            kind = rng.choice(KINDS)
        if kind == "int" and rng.random() < 0.5:
            return str(rng.randrange(0, 60))
        if kind == "obj":
            return rng.choice(("A(3)", "B(2.5)", "C()", "A('x')", "B(7)"))
        return self.expressions.one(scope, kind, 1)

    def call(self, times: int = 0) -> Step:
        """Write a call, made a number of times with equal arguments."""
        function = self.rng.choice(self.hinted if self.hinted and self.rng.random() < 0.6 else self.functions)
        most = 150_000 if self.hot else 12_000
        times = times or self.rng.choice((1, 2, 4, 9, 20, 60, 300) if not self.hot else (300, 5000, 10000))
        while times > 1 and times * function.cost > most:
            times //= 3
        return {"do": "call", "f": function.name, **self.given(function), "times": max(times, 1)}

    def given(self, function: Function) -> dict[str, str]:
        """Write the arguments of a call as they are evaluated by the worker."""
        kinds = function.kinds
        if function.defaults and self.rng.random() < 0.5:
            kinds = kinds[: -function.defaults]
        values = [self.argument(kind) for kind in kinds]
        if function.star and self.rng.random() < 0.5:
            values += ["1", "2"]
        keywords = [f"{k!r}: {self.argument('int')}" for k in function.keywords if self.rng.random() < 0.5]
        return {"args": f"({''.join(v + ', ' for v in values)})", "kw": f"{{{', '.join(keywords)}}}"}

    def hint(self, function: Function | None = None) -> Step:
        """Write a hint, with options now and then."""
        rng = self.rng
        kind = rng.choices(("focus", "ignore", "once"), (6, 2, 3))[0]
        name = function.name if function else self.thing()
        options: dict[str, Any] = {}
        self.hinted += [f for f in self.functions if f.name == name]
        found = next((f for f in self.functions if f.name == name), None)
        # A warm-up really calls the function: only what has no effects may be called more often than the twin calls it.
        if (
            self.samples
            and found
            and found.pure
            and found.flavour == "plain"
            and kind != "ignore"
            and rng.random() < 0.6
        ):
            given = self.given(found)
            options = {"sample_args": given["args"], "when": rng.choice(("first-call", "decoration"))}
            if given["kw"] != "{}":
                options["sample_kwargs"] = given["kw"]
            if rng.random() < 0.3:
                options["factory"] = True
            if rng.random() < 0.3:
                options["budget_calls"] = rng.choice((1, 5, 200))
            if rng.random() < 0.2:
                options["budget_ms"] = 5.0
        elif kind == "focus" and rng.random() < 0.2:
            options = {"threshold": rng.choice((1, 3, 20, 500, 4000))}
        return {"do": "hint", "kind": kind, "f": name, "options": options}

    def switch(self, among: tuple[str, ...]) -> Step:
        """Write a switch: something in the process or the program changes."""
        rng = self.rng
        if self.samples:
            among = tuple(one for one in among if one not in ("settrace", "setprofile", "monitoring"))
        name = rng.choice([one for one in among if one != "tick" or rng.random() < 0.3])
        step: Step = {"do": "switch", "name": name}
        plain = [f for f in self.functions if not f.closure]
        target = rng.choice(self.functions)
        if name in ("settrace", "setprofile", "monitoring"):
            step["on"] = rng.random() < 0.5
            step["how"] = rng.choice(("lines", "calls", "instructions", "local"))
            # CPython 3.13 to 3.15 lose INSTRUCTION events of one tool where another's local events go to 0 and back.
            if name == "monitoring" and "instructions" not in self.features and step["how"] == "instructions":
                step["how"] = "lines"
        elif name == "global":
            step["g"], step["value"] = rng.choice(
                (("G0", "5"), ("G0", "2**70"), ("G1", "3"), ("G1", "0.25"), ("G2", "'h'"))
            )
        elif name == "builtin":
            step["how"] = rng.choice(("new", "gone", "len", "abs", "range"))
        elif name == "shadow":
            step["g"], step["value"] = rng.choice(
                (
                    ("len", "lambda x: 3"),
                    ("range", "lambda *a: iter((3, 2, 8, 4, 5, 1))"),
                    ("abs", "int"),
                    ("min", "max"),
                )
            )
        elif name == "class":
            step["how"] = rng.choice(("attribute", "method", "swap", "slot", "delete"))
        elif name in ("code", "rebind", "clone"):
            earlier = [f for f in plain if f is not target and self.functions.index(f) < self.functions.index(target)]
            earlier = [f for f in earlier if f.cost <= 3 * target.cost + 50]
            if self.samples and target.pure:  # or a warm-up, which is really a call, had effects by then
                earlier = [f for f in earlier if f.pure]
            step["f"] = target.name
            step["other"] = rng.choice(earlier).name if earlier and rng.random() < 0.6 else target.name
            if name == "code" and target.closure:
                step["other"] = target.name
        elif name in ("defaults", "retype", "deep", "drop"):
            step["f"] = target.name
            if name == "deep":
                step |= self.given(target)
                step["room"] = rng.choice((5, 20, 60))
        elif name in ("gc-enable", "freeze"):
            step["on"] = rng.random() < 0.5
        elif name == "gc":
            step["threshold"] = rng.choice((0, 0, 3, 50))
        return step

    def generator(self) -> Step:
        """Write a step in the life of a generator or coroutine that hints meet half-way."""
        live = [f for f in self.functions if f.flavour != "plain"]
        if live and (not self.generators or self.rng.random() < 0.4):
            function = self.rng.choice(live)
            self.generators += 1
            return {"do": "start", "f": function.name, **self.given(function), "slot": self.generators - 1}
        if not self.generators:
            return self.call()
        how = self.rng.choices(("next", "send", "throw", "close"), (8, 2, 1, 1))[0]
        return {
            "do": "advance",
            "slot": self.rng.randrange(self.generators),
            "how": how,
            "n": self.rng.choice((1, 3, 12)),
        }

    def threads(self) -> Step:
        """Write a step with threads; on 3.15 they must not share functions (gh-157740)."""
        share = "share" in self.features
        usable = [f for f in self.functions if f.pure] if share else self.functions
        calls = []
        for function in self.rng.choices(usable, k=self.rng.randint(1, 4)) if usable else []:
            times = self.rng.choice((2, 10, 40))
            while times > 1 and times * function.cost > 4000:
                times //= 3
            calls.append({"do": "call", "f": function.name, **self.given(function), "times": max(1, times)})
        hints = [self.hint() for _ in range(self.rng.randint(1, 3))]
        return {"do": "threads", "count": self.rng.choice((2, 3)), "share": share, "calls": calls, "hints": hints}


def write(
    rng: random.Random, program: Any, features: frozenset[str], make: type[Writer] = Writer
) -> tuple[list[Step], list[Step]]:
    """Write the script of a program, and what its hooks do."""
    writer = make(rng, program, features)
    steps = writer.steps()
    hooks = []
    for _ in range(program.statements.hooks):
        inner = []
        for _ in range(rng.randint(1, 2)):
            shape = rng.choices(("hint", "undo", "switch"), (5, 2, 3))[0]
            step = {"do": "undo", "f": writer.thing()} if shape == "undo" else None
            inner.append(step or (writer.hint() if shape == "hint" else writer.switch(INSIDE)))
        # Samples in a hook would be calls from within the very function.
        for step in inner:
            if step["do"] == "hint":
                step["options"] = {}
        hooks.append({"at": rng.choice((1, 2, 5, 12, 40)), "steps": inner})
    return steps, hooks
