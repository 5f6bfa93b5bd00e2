"""The standard library's functions: each is judged, and what is judged free of effects is called in a child of its own.

One interpreter:       python tests/python/inference/sweep.py [EVERY]     every EVERY-th function; figures as JSON
A page of several:     python tests/python/inference/sweep.py --page python3.11 python3.14 ... > page.md

A child is a fork, with a limit of memory. What it reports is what the call changed (`reach.py`), or which audit events
it caused; what it does not report within `STUCK` seconds is stuck where the watch of a training could not stop it.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path

from reach import picture

import jitctl._inference as inference

#: importing these does something, needs a display, or brings in foreign code
LEFT_OUT = {"antigravity", "this", "idlelib", "test", "tkinter", "turtle", "turtledemo", "lib2to3", "msilib"}
LEFT_OUT |= {"ensurepip"}
#: events that say nothing about an effect
QUIET = {"builtins.id", "object.__getattr__", "sys._getframe", "sys._getframemodulename"}
#: a training stops bytecode after at most this long here, and what is not stopped by then is stuck
LONG, STUCK = 0.5, 10.0
#: a call may take so much memory
ROOM = 512 * 2**20
#: modules whose Python code the inference calls on purpose
USED = (
    "dis.py",
    "opcode.py",
    "_opcode_metadata.py",
    "ast.py",
    "annotationlib.py",
    "enum.py",
    "inspect.py",
    "types.py",
    "typing.py",
)


def modules():
    """Import what can be imported, and give it in the order of the names."""
    for name in sorted(sys.stdlib_module_names - LEFT_OUT):
        module = imported(name)
        if module is None:
            continue
        yield module
        for one in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
            parts = one.name.split(".")
            inner = None if {"__main__", "tests", "test", *LEFT_OUT} & set(parts) else imported(one.name)
            if inner is not None:
                yield inner


def imported(name):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return importlib.import_module(name)
        except (Exception, SystemExit):
            return None  # another system's, or not built


def functions():
    """Give every function and method that a module defines, once."""
    seen = set()
    todo = [(module, module) for module in list(modules())]
    while todo:
        module, owner = todo.pop(0)
        for thing in list(vars(owner).values()):
            function = thing  # other objects are asked for nothing: their `__getattr__` may do anything
            if type(thing) in (staticmethod, classmethod):
                function = thing.__func__
            elif type(thing) is property:
                function = thing.fget
            if type(function) is types.FunctionType and function.__globals__ is vars(module):
                if id(function) not in seen:
                    seen.add(id(function))
                    yield module, function
            elif isinstance(thing, type) and thing.__module__ == module.__name__ and id(thing) not in seen:
                seen.add(id(thing))
                todo.append((module, thing))


class Strangers:
    """Notes what the inference calls in code that is not its own: nothing of what is judged may run.

    But for `__init__` where that was judged itself; `picture` must be the same before and after.
    """

    def __init__(self):
        self.called = set()
        self._own = str(Path(inference.__file__).parent)

    def __enter__(self):
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _look(self, frame, event, _):
        if event != "call" or frame.f_back is None or not frame.f_back.f_code.co_filename.startswith(self._own):
            return
        file = frame.f_code.co_filename
        if frame.f_code.co_name == "__init__" and frame.f_back.f_code.co_name == "<lambda>":
            return  # an instance is made, of a class of which that was judged before
        if not file.startswith((self._own, "<frozen importlib", "<string>")) and not file.endswith(USED):
            self.called.add(f"{file}:{frame.f_code.co_name}, called by {frame.f_back.f_code.co_name}")


class TooLongError(BaseException):
    """The call did not return in time; as a training's watch stops it."""


def interrupt(*_):
    raise TooLongError


EVENTS = None


def audit(event, _):
    if EVENTS is not None and event not in QUIET:
        EVENTS.append(event)


def trial(module, function, offers):
    """Call it with everything that is offered; give what changed, in words."""
    global EVENTS
    written = io.StringIO()
    notes = []
    for args, kwargs, text, confidence in offers:
        if not 0 < confidence <= 1:
            notes.append(f"confidence {confidence}")
        values, words = args(), kwargs()
        before = picture(module, function)
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
            signal.setitimer(signal.ITIMER_REAL, LONG, 0.05)
            EVENTS = []
            try:
                result = function(*values, **words)
                del result
            except MemoryError:
                notes.append(f"takes more than {ROOM >> 20} MiB: {text}")
            except TooLongError:
                notes.append("long")
            except Exception:
                pass  # a wrong guess is a matter of the inference, not of effects
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                events, EVENTS = EVENTS, None
        del values, words
        gc.collect(0)
        after = picture(module, function)
        changed = sorted(key for key in before if before[key] != after.get(key)) + sorted(after.keys() - before.keys())
        if changed:
            notes.append(f"changes {', '.join(changed)}: {text}")
        if events:
            notes.append(f"causes {', '.join(sorted(set(events)))}: {text}")
    if written.getvalue():
        notes.append(f"writes {written.getvalue()[:80]!r}")
    return notes


def in_child(module, function, offers):
    """Call it in a fork; give (notes, KiB that the fork took beyond this process's own peak)."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reads)
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
            signal.signal(signal.SIGALRM, interrupt)
            sys.addaudithook(audit)
            notes = trial(module, function, offers)
            os.write(writes, json.dumps(notes).encode()[:60_000])
            code = 0
        finally:
            os._exit(code)
    os.close(writes)
    ready, _, _ = select.select([reads], [], [], STUCK)
    answer = os.read(reads, 65_536) if ready else None
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.close(reads)
    _, status = os.waitpid(child, 0)
    if answer is None:
        return [f"is stuck: {offers[0][2]}"]
    if not answer:
        return [f"ends the process, status {status}: {offers[0][2]}"]
    return json.loads(answer)


def sweep(every=1):
    """Judge and try every so-many-th function; give figures and findings."""
    found = {"version": sys.version.split()[0], "seen": 0, "free": 0, "calls": 0, "long": 0}
    answers, findings, slow = {}, [], [0.0, ""]
    began = time.perf_counter()
    judging = 0.0
    strangers = Strangers()
    for index, (module, function) in enumerate(functions()):
        if index % every:
            continue
        name = f"{module.__name__}.{function.__qualname__}"
        found["seen"] += 1
        started = time.perf_counter()
        before = picture(module, function)
        judged = time.perf_counter()
        try:
            with strangers:
                answer = inference.prepared(function, False)
                inference.prepared(function, True)
        except Exception as error:
            findings.append(f"{name}: judging it raised {type(error).__name__}: {error}")
            continue
        spent = time.perf_counter() - judged
        judging += spent
        slow = max(slow, [spent, name])
        if picture(module, function) != before:
            findings.append(f"{name}: judging it changed something")
        for one in strangers.called:
            findings.append(f"{name}: judging it ran {one}")
        strangers.called.clear()
        if os.environ.get("JITCTL_SWEEP_VERBOSE"):
            print(f"{name} {spent:.3f} {time.perf_counter() - started:.3f}", file=sys.stderr)
        if isinstance(answer, tuple):
            answers[answer[0]] = answers.get(answer[0], 0) + 1
            continue
        found["free"] += 1
        found["calls"] += len(answer)
        notes = in_child(module, function, answer)
        found["long"] += "long" in notes
        findings += [f"{name}: {note}" for note in notes if note != "long"]
    found.update(answers, judging=round(judging, 1), slowest=slow, seconds=round(time.perf_counter() - began, 1))
    found["findings"] = findings
    return found


def main(words):
    if words[:1] == ["--page"]:
        print(page([run(python) for python in words[1:]]), end="")
        return
    every = int(words[0]) if words else 1
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        sys.stdin = io.StringIO()
        warnings.simplefilter("ignore")
        figures = sweep(every)
        figures["files"] = sorted(os.listdir(place))
        os.chdir("/")
    print(json.dumps(figures, indent=1))


def run(python, every=1, timeout=1800):
    """Sweep with an interpreter, in a process of its own."""
    command = [python, str(Path(__file__).resolve()), str(every)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{python}: exit {done.returncode}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


def page(every):
    lines = [
        "# The standard library under inference",
        "",
        "Made by `python tests/python/inference/sweep.py --page PYTHON...`. Every function and method of the standard",
        "library was judged, which may run none of it; what was judged free of effects was called with the inferred",
        "arguments, each in a process of its own, and what it could reach was compared before and after: its module's",
        "globals and what hangs on them, closure, builtins, `sys.modules`, output, files, environment, warnings",
        f"filters, random state, signal handlers, audit events. A call may take {LONG} s (*long*: stopped then, as in",
        f"a training), must have ended after {STUCK:.0f} s, and may take {ROOM >> 20} MiB.",
        "",
        "| Python | functions | free of effects | calls | long | has effects | no arguments | judging, mean | slowest "
        "| findings |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in every:
        mean = 1000 * one["judging"] / max(one["seen"], 1)
        lines.append(
            f"| {one['version']} | {one['seen']} | {one['free']} | {one['calls']} | {one['long']} "
            f"| {one.get('has-effects', 0)} | {one.get('no-samples', 0)} | {mean:.1f} ms "
            f"| {one['slowest'][0]:.2f} s (`{one['slowest'][1]}`) | {len(one['findings'])} |"
        )
    for one in every:
        lines += [f"- {one['version']}: {finding}" for finding in one["findings"]]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
