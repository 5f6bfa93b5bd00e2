"""One program at work: carries out the steps of a case and writes down all that can be seen of it."""

from __future__ import annotations

import builtins
import functools
import gc
import inspect
import itertools
import json
import marshal
import os
import re
import sys
import threading
import types
from typing import Any

import canon
import prelude
import switches
from hinting import NoHints
from observers import Observers

Step = dict[str, Any]
BUILTINS = {name: getattr(builtins, name) for name in ("len", "abs", "range")}
#: the room for Python frames that programs usually have
LIMIT = 400


class World:
    """The namespace of a program, its hooks and its hints."""

    builtins = BUILTINS

    def __init__(self, case: dict[str, Any], hints: NoHints, observers: Observers | None = None) -> None:
        self.case = case
        self.hints = hints
        self.observers = observers or Observers()
        self.counts = [0] * len(case["hooks"])
        #: whether a call has only the few frames that the switch `deep` left it
        self.little_room = False
        self.slots: dict[int, Any] = {}
        self.told: list[str] = []
        self.names: dict[str, Any] = {"__name__": "fuzzed", "hook": self.hook, "where": where, "drive": drive}
        self.codes = compiled(case["source"])
        #: place in LOG -> the entries from there on as they were last: as bytes, and as text
        self.written: dict[int, tuple[bytes, str]] = {}
        #: whether the program took back what the worker had frozen, or froze more
        self.frozen = False
        self.load()

    def load(self) -> None:
        """Run the program's source."""
        for code in self.codes:
            exec(code, self.names)

    def run(self) -> list[str]:
        """Carry out the script; give one line per step."""
        sys.setrecursionlimit(LIMIT + self.hints.room)
        sys.unraisablehook = lambda found: self.told.append(f"unraisable {canon.error(found.exc_value, 1)}")
        lines = []
        for step in self.case["script"]:
            lines.append(self.step(step))
        self.observers.off()
        self.slots.clear()
        gc.collect()
        lines.append(f"end {self.state()} {canon.text(self.names['LOG'][-5:])} {self.take()}")
        return lines

    def take(self) -> str:
        """Give what hooks and observers have told since the last time."""
        told, self.told = self.told, []
        return " ".join([*told, self.observers.take()]).strip()

    def state(self) -> str:
        """Write the program's side effects down, in short."""
        names = self.names
        return f"{self._effects(names.get('LOG'))} alive {names['Noisy'].alive}"

    def _effects(self, log: Any) -> str:
        """Give STATE, LOG and the globals in short."""
        others = [canon.text(self.names.get(name), 3) for name in ("STATE", "G0", "G1", "G2")]
        if type(log) is not list:
            logged = canon.text(log, 3)
        else:
            starts = range(0, len(log), PART)
            logged = f"[{canon.cut(', '.join(self._logged(log[at : at + PART], at) for at in starts))}]"
        return canon.digest(" ".join((others[0], logged, *others[1:])))

    def _logged(self, entries: list[Any], at: int) -> str:
        """Write entries of LOG down; those that are as they were last are known, or it would take most of the time."""
        try:
            # Version 2 knows no references, so that equal values of equal types are equal bytes.
            now = marshal.dumps(entries, 2)
        except ValueError:  # an object of the program's own
            return ", ".join(canon.text(one, 2) for one in entries)
        before, text = self.written.get(at, (b"", ""))
        if now != before:
            text = ", ".join(canon.text(one, 2) for one in entries)
            self.written[at] = now, text
        return text

    def step(self, step: Step) -> str:
        """Carry out one step and write down what it came to."""
        do = step["do"]
        try:
            result = getattr(self, "do_" + do)(step)
        except Exception as raised:
            if do not in ("call", "start", "advance"):  # an exception of the steps' own
                result = f"{do} raised {canon.error(raised)}"
            else:
                result = canon.error(raised)
        shown = f"{do} {step.get('name') or step.get('f') or ''}"
        return " ".join(part for part in (shown, result or "", self.state(), self.take()) if part)

    # What programs may use

    def hook(self, number: int) -> None:
        """Carry out the steps of a hook when it has been reached often enough."""
        if number >= len(self.counts):
            return
        self.counts[number] += 1
        mine = self.case["hooks"][number]
        if self.counts[number] == mine["at"]:
            limit = sys.getrecursionlimit()
            if self.little_room:  # a hint takes frames, as every call does; the twin has nothing that could run out
                sys.setrecursionlimit(limit + LIMIT)
            try:
                for step in mine["steps"]:
                    self.told.append(f"hook {number} {getattr(self, 'do_' + step['do'])(step) or ''}")
            finally:
                if self.little_room:
                    sys.setrecursionlimit(limit)

    # Steps

    def thing(self, path: str) -> Any:
        """Find a function, class or method by its dotted name; None where a switch took it away."""
        found: Any = self.names.get(path.partition(".")[0])
        for name in path.split(".")[1:]:
            found = vars(found).get(name) if isinstance(found, type) else None
        return found

    def function(self, path: str) -> Any:
        """Find a plain function."""
        found = self.thing(path)
        return found if type(found) is types.FunctionType else None

    def functions(self) -> list[Any]:
        """List the functions of the program's module."""
        return [self.function(f"f{number}") for number in range(20) if self.function(f"f{number}") is not None]

    def do_hint(self, step: Step) -> None:
        """Give a hint; in the twin this does nothing."""
        thing = self.thing(step["f"])
        if thing is None:
            return
        options = dict(step["options"])
        factory = options.pop("factory", False)
        for name in ("sample_args", "sample_kwargs"):
            if name in options:
                source = options[name]
                make = eval(f"lambda: {source}", self.names)
                options[name] = make if factory else make()
        try:
            self.hints.apply(step["kind"], thing, options)
        except (TypeError, ValueError) as wrong:
            # Samples that do not fit the signature are an error of the hint, which the twin does not have.
            if not options or "sample" not in str(wrong):
                raise

    def do_undo(self, step: Step) -> None:
        """Take a hint back."""
        thing = self.thing(step["f"])
        if thing is not None:
            self.hints.undo(thing)

    def do_switch(self, step: Step) -> None:
        """Change something."""
        switches.ALL[step["name"]](self, step)

    def do_call(self, step: Step) -> str:
        """Call a function and write down what came back, each time."""
        return self.call(step)

    def call(self, step: Step) -> str:
        """Call a function a number of times with fresh, equal arguments."""
        function = self.names[step["f"]]
        make = eval(f"lambda: ({step['args']}, {step['kw']})", self.names)
        seen: dict[str, int] = {}
        order = []
        for _ in range(step["times"]):
            try:
                args, keywords = make()
                shown = canon.text(consumed(function(*args, **keywords)))
            except Exception as raised:
                shown = canon.error(raised)
            if shown not in seen:
                seen[shown] = len(seen)
            order.append(seen[shown])
        if self.observers is not None and step.get("name") == "deep":
            self.told.append(canon.digest(repr(seen)))
        return f"{len(order)} {canon.digest(str(order))} " + " | ".join(
            [*itertools.islice(seen, 3), canon.digest(repr(seen))]
        )

    def do_start(self, step: Step) -> None:
        """Make a generator, coroutine or asynchronous generator, to be advanced later."""
        args, keywords = eval(f"({step['args']}, {step['kw']})", self.names)
        made = self.names[step["f"]](*args, **keywords)
        self.slots[step["slot"]] = collected(made) if inspect.isasyncgen(made) else made

    def do_advance(self, step: Step) -> str:
        """Advance, feed, interrupt or close what was made before."""
        one = self.slots.get(step["slot"])
        if not hasattr(one, "send"):
            return "nothing"
        if step["how"] == "close":
            one.close()
            return "closed"
        if step["how"] == "throw":
            return canon.text(one.throw(self.names["Odd"](5)))
        seen = []
        for k in range(step["n"]):
            started = inspect.getgeneratorstate(one) if inspect.isgenerator(one) else inspect.getcoroutinestate(one)
            value = one.send(k if step["how"] == "send" and not started.endswith("CREATED") else None)
            seen.append(canon.text(value))
        return ", ".join(seen)

    def do_threads(self, step: Step) -> str:
        """Run calls in several threads while the main one hints; each has its own functions unless asked otherwise."""
        self.observers.off()
        worlds = [self if step["share"] else World(self.case, self.hints) for _ in range(step["count"])]
        results: list[list[str]] = [[] for _ in worlds]

        def work(number: int) -> None:
            for call in step["calls"]:
                results[number].append(worlds[number].call(call))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(worlds))]
        before = sys.getswitchinterval()
        sys.setswitchinterval(0.0002)
        for one in threads:
            one.start()
        for hint in step["hints"]:
            for world in {id(one): one for one in worlds}.values():
                world.do_hint({**hint, "options": {}})
        for one in threads:
            one.join()
        sys.setswitchinterval(before)
        return canon.cut(" & ".join(" ; ".join(lines) for lines in results))

    def do_fork(self, step: Step) -> str:
        """Take steps in a forked child, whose account comes back through a pipe."""
        self.observers.off()
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.close(reads)
                lines = [self.step(one) for one in step["steps"]]
                os.write(writes, json.dumps(lines).encode()[:60_000])
                code = 0
            finally:
                os._exit(code)
        os.close(writes)
        with os.fdopen(reads, "rb") as pipe:
            told = pipe.read().decode()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return f"child {status} {told}"

    def end(self) -> None:
        """Put the process back as it was."""
        self.observers.off()
        vars(builtins).pop("fuzz_new", None)
        for name, value in self.builtins.items():
            setattr(builtins, name, value)
        gc.enable()
        gc.set_threshold(*DEFAULT_THRESHOLD)
        sys.setswitchinterval(0.005)
        sys.setrecursionlimit(1000)
        sys.unraisablehook = sys.__unraisablehook__
        self.names.clear()
        self.slots.clear()


DEFAULT_THRESHOLD = gc.get_threshold()


#: how many entries of LOG are written down at a time
PART = 32
#: where a program's own functions begin; what stands before it is the same in all programs of a kind
OWN = re.compile(r"^(?:async )?def f0", re.MULTILINE)


@functools.cache
def _compiled(text: str) -> types.CodeType:
    return compile(text, prelude.FILE, "exec")


@functools.cache
def _stored(text: str) -> bytes:
    return marshal.dumps(_compiled(text))


def compiled(source: str) -> list[types.CodeType]:
    """Compile a program; what every program starts with is compiled once, unless a case was shrunk.

    Classes that only programs of its kind have get code objects of their own each time, so that nothing is specialised.
    """
    start = prelude.TEXT.lstrip()
    own = OWN.search(source)
    if not source.startswith(start) or own is None:
        return [compile(source, prelude.FILE, "exec")]
    between = source[len(start) : own.start()]
    # Lines are counted from the end of what every program starts with.
    last = compile("\n" * between.count("\n") + source[own.start() :], prelude.FILE, "exec")
    return [_compiled(start), marshal.loads(_stored(between)), last]


def where() -> list[tuple[str, int]]:
    """Tell a program which of its functions are running, and at which lines."""
    found, frame = [], sys._getframe(1)
    while frame is not None and len(found) < 6:
        if frame.f_code.co_filename == prelude.FILE:
            found.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return found


def drive(coroutine: Any) -> Any:
    """Run a coroutine to its end."""
    try:
        for step in range(100_000):
            coroutine.send(step if step else None)
    except StopIteration as ended:
        return ended.value
    coroutine.close()
    return "endless"


async def collected(made: Any) -> list[Any]:
    """Take what an asynchronous generator gives."""
    return [one async for one in made]


def consumed(result: Any) -> Any:
    """Take what generators and coroutines give; anything else is given back."""
    if inspect.isgenerator(result):
        return list(itertools.islice(result, 2000))
    if inspect.iscoroutine(result):
        return drive(result)
    if inspect.isasyncgen(result):
        return drive(collected(result))
    return result
