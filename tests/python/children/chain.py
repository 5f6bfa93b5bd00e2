"""Runs one scene with the chain of backends that the environment names; prints what it saw as JSON."""

import builtins
import gc
import json
import os
import sys

builtins.jitctl_asked = asked = []

import jitctl  # noqa: E402
from jitctl import _backend  # noqa: E402


def make(name):
    """Make a function whose name says what the backends answer."""
    scope = {}
    exec(f"def {name}(x=1):\n    return x + 1\n", scope)
    return scope[name]


def told(function):
    """Say which backend acts, what it says, and what the others said."""
    record = jitctl.stats(function)
    others = [[one.backend, one.verdict.status, one.verdict.code] for one in record.others]
    return {"backend": record.backend, "code": record.verdict.code, "status": record.verdict.status, "others": others}


def focus(name, **options):
    function = make(name)
    hinted = jitctl.jit_focus(**options)(function) if options else jitctl.jit_focus(function)
    assert hinted is function
    return {**told(function), "asked": list(asked)}


def ignore(name):
    function = jitctl.jit_ignore(make(name))
    return {**told(function), "asked": list(asked)}


def later(name, giver, **options):
    """Let one backend give the hint up by a function of its own."""
    function = make(name)
    jitctl.jit_focus(**options)(function) if options else jitctl.jit_focus(function)
    before = told(function)
    getattr(builtins, f"jitctl_give_up_{giver}")(name)
    seen = list(asked)  # before anything else asks jitctl
    return {"before": before, "after": told(function), "asked": seen}


def read(name):
    """Let one give it up while its state is read: nothing but the interpreter itself comes by then."""
    function = jitctl.jit_focus(make(name))
    _backend.observe(function)
    for _ in range(1000):
        if len(asked) > 1:
            break
    return {"asked": list(asked), "after": told(function)}


def ignored_later(name, giver):
    function = jitctl.jit_ignore(make(name))
    before = told(function)
    getattr(builtins, f"jitctl_give_up_{giver}")(name)
    return {"before": before, "after": told(function)}


def replaced(name):
    function = jitctl.jit_focus(make(name))
    jitctl.jit_ignore(function)
    return {"asked": list(asked), **told(function)}


def sent_elsewhere(name, backend):
    """Give the same hint again, for another backend."""
    function = jitctl.jit_focus(make(name))
    jitctl.jit_focus(function, backend=backend)
    return {"asked": list(asked), **told(function)}


def undone(name):
    function = jitctl.jit_focus(make(name))
    return {"undone": _backend.undo(function), "asked": list(asked), "record": _backend.record(function)}


def state(name):
    return _backend.observe(jitctl.jit_focus(make(name)))["instructions"]


def forked(name, giver):
    """Go on with the chain in a child process."""
    function = jitctl.jit_focus(make(name))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        getattr(builtins, f"jitctl_give_up_{giver}")(name)
        other = focus("one_unsupported")
        os.write(writing, json.dumps([told(function), other["backend"]]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as file:
        os.close(writing)
        return {"child": json.loads(file.read()), "parent": told(function)}


def forgotten(name, giver):
    """Drop the function before the chain can go on with it."""
    function = jitctl.jit_focus(make(name))
    del function
    gc.collect()  # its globals refer to it
    getattr(builtins, f"jitctl_give_up_{giver}")(name)
    return {"asked": list(asked), "records": len(jitctl.stats())}


log = []


def effects(n):
    for i in range(n):
        log.append(i)


def trained():
    """Give a function to warmup that cannot be called without effects; its first call shows that."""
    jitctl.jit_focus(effects)
    before = told(effects)
    effects(3)
    return {"before": before, "after": told(effects), "log": log}


SCENES = {one.__name__: one for one in (focus, ignore, later, read, ignored_later, replaced, undone, state, forked)}
SCENES |= {"forgotten": forgotten, "sent_elsewhere": sent_elsewhere, "trained": trained, "chosen": _backend.chosen}
arguments = json.loads(sys.argv[2])
options = json.loads(sys.argv[3])
options.update({"sample_args": tuple(options["sample_args"])} if "sample_args" in options else {})
print(json.dumps(SCENES[sys.argv[1]](*arguments, **options)))
