"""What the tests of test_obstacles.py have fresh interpreters run."""

import ctypes
import mmap
import resource
import struct
import sys
import time

from look import fresh, steps, tell, until, valid
from parts import given, part

import jitctl
from jitctl import _backend, jit_focus, jit_ignore, jit_once

SOURCE = "def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"


def verdict(f):
    return jitctl.stats(f).verdict


def limit_address_space(left):
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + left, resource.getrlimit(resource.RLIMIT_AS)[1]))


def take_the_rest():
    "Map what is left, so that there is no room for the code of a single trace."
    pages = []
    try:
        while True:
            pages.append(mmap.mmap(-1, mmap.PAGESIZE))
    except OSError:
        return pages


def restrict(how):
    "Forbid new executable memory from here on."
    if how == "memory-deny-write-execute":
        assert ctypes.CDLL(None).prctl(65, ctypes.c_ulong(1), 0, 0, 0) == 0
    elif how == "address-space":
        limit_address_space(200_000)
        del room[::4], room[::3]
    else:
        answer_mprotect()


def answer_mprotect():
    "Have seccomp answer EPERM where mprotect is to make memory executable."
    import platform

    arch, mprotect = {"x86_64": (0xC000003E, 10), "aarch64": (0xC00000B7, 226)}[platform.machine()]
    load, equal, bits, answer = 0x20, 0x15, 0x45, 0x06
    filters = [
        (load, 0, 0, 4),
        (equal, 0, 5, arch),
        (load, 0, 0, 0),
        (equal, 0, 3, mprotect),
        (load, 0, 0, 32),
        (bits, 0, 1, 4),
        (answer, 0, 0, 0x00050001),
        (answer, 0, 0, 0x7FFF0000),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in filters))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(code)))
    libc = ctypes.CDLL(None)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.c_ulong(ctypes.addressof(program)), 0, 0) == 0


# what is taken out of it later serves Python's own allocator, and malloc
room = [bytearray(size) for _ in range(10_000) for size in (400, 400, 2000, 2000)]
jitctl.stats()

if part("no_executable_memory_later"):
    ready, late = jit_focus(fresh(SOURCE)), jit_focus(fresh(SOURCE))
    until(lambda: verdict(ready).code == "compiled", lambda: ready(30))
    restrict(given.restriction)
    read = verdict(late).code
    until(lambda: not sys._jit.is_enabled(), lambda: time.sleep(0.01))  # a step of maintenance
    more = jit_focus(fresh(SOURCE))
    sums = {f(n) for f in (ready, late, more) for n in (5000,) for _ in range(3)}
    tell(same=sums == {sum(range(5000))}, read=read, enabled=sys._jit.is_enabled())
    tell(ready=[valid(ready), verdict(ready).code], late=[valid(late), verdict(late).code], more=verdict(more).code)
elif part("memory_that_comes_back"):
    limit = resource.getrlimit(resource.RLIMIT_AS)
    restrict("address-space")
    f = jit_focus(fresh(SOURCE))
    before = verdict(f).code
    f(5000)
    resource.setrlimit(resource.RLIMIT_AS, limit)
    after = until(lambda: verdict(f).code == "compiled", lambda: [f(30) for _ in range(10)])
    tell(before=before, after=after, compiled=valid(f))
elif part("with_the_jit_on_only_what_is_hinted_stays_out"):
    f = jit_focus(fresh(SOURCE))
    until(lambda: verdict(f).code == "compiled", lambda: f(30))
    late = jit_focus(fresh(SOURCE))
    before = steps()
    restrict("memory-deny-write-execute")
    until(lambda: steps() > before, lambda: time.sleep(0.01))
    tell(late=late(9000) == sum(range(9000)), compiled=[valid(f), valid(late)], enabled=sys._jit.is_enabled())
elif part("no_executable_memory_between_hint_and_first_call"):
    hints = (jit_focus, jit_once)
    plain = [hint(fresh(SOURCE)) for hint in hints]

    class Shop:
        method, fixed = (hint(fresh(SOURCE.replace("target(n)", "target(self, n)"))) for hint in hints)

    restrict(given.restriction)
    rest = take_the_rest() if given.restriction == "address-space" else []
    calls = [*plain, Shop().method, Shop().fixed]
    sums = {f(5000) for _ in range(3) for f in calls}
    tell(same=sums == {sum(range(5000))}, compiled=sum(map(valid, [*plain, Shop.method, Shop.fixed])))
    tell(codes=sorted({verdict(f).code for f in (plain[0], Shop.method)}))
    tell(entries=plain[0](n=4) == 6 and plain[1].__call__(4) == 6)
elif part("all_hints"):
    if given.restriction:
        restrict(given.restriction)
    hinted = {hint.__name__: hint(fresh(SOURCE)) for hint in (jit_focus, jit_once, jit_ignore)}
    focus = hinted["jit_focus"]
    sampled = jit_focus(sample_args=(100,), when="decoration")(fresh(SOURCE))
    sums = [f(5000) for f in (*hinted.values(), sampled) for _ in range(3)]
    tell(same=set(sums) == {sum(range(5000))}, compiled=valid(focus) + valid(sampled), enabled=sys._jit.is_enabled())
    tell(focus=[verdict(focus).status, verdict(focus).code], sampled=verdict(sampled).code)
    tell(ignore=verdict(hinted["jit_ignore"]).status)
    once = hinted["jit_once"]
    tell(once=until(lambda: verdict(once).code.endswith("frozen"), lambda: [once(30) for _ in range(10)]))
elif part("beside_the_perf_trampoline"):
    f = jit_focus(fresh(SOURCE))
    tell(same=f(5000) == sum(range(5000)), compiled=valid(f), enabled=sys._jit.is_enabled(), code=verdict(f).code)
    sys.deactivate_stack_trampoline()
    tell(later=until(lambda: verdict(f).code == "compiled", lambda: [f(30) for _ in range(10)]), then=valid(f))
elif part("the_perf_trampoline_is_activated_later"):
    early = sys.activate_stack_trampoline
    shown = repr(early)
    f = jit_focus(fresh(SOURCE))
    late = jit_focus(fresh(SOURCE))
    until(lambda: verdict(f).code == "compiled", lambda: f(30))
    same = early is sys.activate_stack_trampoline and repr(early) == shown
    try:
        eval(given.how)("no such backend")
    except ValueError as error:
        tell(message=str(error), still=sys._jit.is_enabled())
    eval(given.how)("perf")
    tell(same=same, active=sys.is_stack_trampoline_active(), enabled=sys._jit.is_enabled(), sum=f(5000) + late(5000))
    until(lambda: _backend.record(late)["verdict"]["code"] == "perf-active", lambda: f(30))
    tell(late=verdict(late).code, other=verdict(jit_focus(fresh(SOURCE))).code, compiled=valid(late))
    sys.deactivate_stack_trampoline()

    def work():
        for one in (f, late):
            for _ in range(10):
                one(30)

    tell(again=until(lambda: verdict(f).code == verdict(late).code == "compiled", work), on=sys._jit.is_enabled())
