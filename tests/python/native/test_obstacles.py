"""What forbids compilation: no executable memory, the perf trampoline. Nothing ends, and the verdict says why."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
OPT_IN = {"JITCTL_OPT_IN": "1"}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the restriction is Linux's")
PERF = pytest.mark.skipif(not getattr(sys, "is_stack_trampoline_active", None), reason="no perf trampoline here")

PRELUDE = """
import ctypes, resource, struct, sys, time, jitctl
from jitctl import _backend, jit_focus, jit_ignore, jit_once
from look import fresh, tell, valid, until
SOURCE = "def target(n):\\n    t = 0\\n    for i in range(n): t += i\\n    return t\\n"
def steps():
    return int(dict(_backend.chosen()["notes"])["maintenance"].split()[0])
def verdict(f):
    return jitctl.stats(f).verdict
def limit_address_space(left):
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + left, resource.getrlimit(resource.RLIMIT_AS)[1]))
# what is taken out of it later serves Python's own allocator, and malloc
room = [bytearray(size) for _ in range(10_000) for size in (400, 400, 2000, 2000)]
jitctl.stats()
"""

#: each forbids new executable memory from where it stands on
RESTRICTIONS = {
    "memory-deny-write-execute": "assert ctypes.CDLL(None).prctl(65, ctypes.c_ulong(1), 0, 0, 0) == 0",
    "address-space": """
limit_address_space(200_000)
del room[::4], room[::3]
""",
    # answers EPERM where mprotect is to make memory executable
    "seccomp": """
import platform
ARCH, MPROTECT = {"x86_64": (0xC000003E, 10), "aarch64": (0xC00000B7, 226)}[platform.machine()]
LOAD, EQUAL, SET, RETURN = 0x20, 0x15, 0x45, 0x06
filters = [
    (LOAD, 0, 0, 4), (EQUAL, 0, 5, ARCH), (LOAD, 0, 0, 0), (EQUAL, 0, 3, MPROTECT),
    (LOAD, 0, 0, 32), (SET, 0, 1, 4), (RETURN, 0, 0, 0x00050001), (RETURN, 0, 0, 0x7FFF0000),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in filters))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(code)))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_ulong(ctypes.addressof(program)), 0, 0) == 0
""",
}

WORK = """
hinted = {hint.__name__: hint(fresh(SOURCE)) for hint in (jit_focus, jit_once, jit_ignore)}
focus = hinted["jit_focus"]
sampled = jit_focus(sample_args=(100,), when="decoration")(fresh(SOURCE))
sums = [f(5000) for f in (*hinted.values(), sampled) for _ in range(3)]
tell(same=set(sums) == {sum(range(5000))}, compiled=valid(focus) + valid(sampled), enabled=sys._jit.is_enabled())
tell(focus=[verdict(focus).status, verdict(focus).code], sampled=verdict(sampled).code)
tell(ignore=verdict(hinted["jit_ignore"]).status)
once = hinted["jit_once"]
tell(once=until(lambda: verdict(once).code.endswith("frozen"), lambda: [once(30) for _ in range(10)]))
"""


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_no_executable_memory_from_the_start(scene, restriction):
    told = scene(PRELUDE + RESTRICTIONS[restriction] + WORK, **OPT_IN)
    assert told == {
        "same": True,
        "compiled": 0,
        "enabled": False,
        "focus": ["refused", "no-executable-memory"],
        "sampled": "no-executable-memory",
        "ignore": "applied",
        "once": True,
    }


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_no_executable_memory_later(scene, restriction):
    code = f"""
ready, late = jit_focus(fresh(SOURCE)), jit_focus(fresh(SOURCE))
until(lambda: verdict(ready).code == "compiled", lambda: ready(30))
exec({RESTRICTIONS[restriction]!r})
read = verdict(late).code
until(lambda: not sys._jit.is_enabled(), lambda: time.sleep(0.01))  # a step of maintenance
more = jit_focus(fresh(SOURCE))
sums = {{f(n) for f in (ready, late, more) for n in (5000,) for _ in range(3)}}
tell(same=sums == {{sum(range(5000))}}, read=read, enabled=sys._jit.is_enabled())
tell(ready=[valid(ready), verdict(ready).code], late=[valid(late), verdict(late).code], more=verdict(more).code)
"""
    told = scene(PRELUDE + code, **OPT_IN)
    assert told == {
        "same": True,
        "read": "no-executable-memory",
        "enabled": False,
        "ready": [1, "compiled"],
        "late": [0, "no-executable-memory"],
        "more": "no-executable-memory",
    }


FIRST_CALL = """
hints = (jit_focus, jit_once)
plain = [hint(fresh(SOURCE)) for hint in hints]
class Shop:
    method, fixed = [hint(fresh(SOURCE.replace("target(n)", "target(self, n)"))) for hint in hints]
exec({restriction!r})
calls = [*plain, Shop().method, Shop().fixed]
sums = {{f(5000) for _ in range(3) for f in calls}}
tell(same=sums == {{sum(range(5000))}}, compiled=sum(map(valid, [*plain, Shop.method, Shop.fixed])))
tell(codes=sorted({{verdict(f).code for f in (plain[0], Shop.method)}}))
tell(entries=plain[0](n=4) == 6 and plain[1].__call__(4) == 6)
"""


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
@pytest.mark.parametrize("variable", ["JITCTL_OPT_IN", "PYTHON_JIT"])
def test_no_executable_memory_between_hint_and_first_call(scene, restriction, variable):
    """A service restricts itself when it is set up: nothing is raised in the first function that is called."""
    told = scene(PRELUDE + FIRST_CALL.format(restriction=RESTRICTIONS[restriction]), **{variable: "1"})
    assert told == {"same": True, "compiled": 0, "codes": ["no-executable-memory"], "entries": True}


@LINUX
def test_memory_that_comes_back(scene):
    code = """
limit = resource.getrlimit(resource.RLIMIT_AS)
limit_address_space(200_000)
del room[::4], room[::3]
f = jit_focus(fresh(SOURCE))
before = verdict(f).code
f(5000)
resource.setrlimit(resource.RLIMIT_AS, limit)
after = until(lambda: verdict(f).code == "compiled", lambda: [f(30) for _ in range(10)])
tell(before=before, after=after, compiled=valid(f))
"""
    told = scene(PRELUDE + code, **OPT_IN)
    assert told == {"before": "no-executable-memory", "after": True, "compiled": 1}


@LINUX
def test_with_the_jit_on_only_what_is_hinted_stays_out(scene):
    code = """
f = jit_focus(fresh(SOURCE))
until(lambda: verdict(f).code == "compiled", lambda: f(30))
late = jit_focus(fresh(SOURCE))
before = steps()
assert ctypes.CDLL(None).prctl(65, ctypes.c_ulong(1), 0, 0, 0) == 0
until(lambda: steps() > before, lambda: time.sleep(0.01))
tell(late=late(9000) == sum(range(9000)), compiled=[valid(f), valid(late)], enabled=sys._jit.is_enabled())
"""
    assert scene(PRELUDE + code, PYTHON_JIT="1") == {"late": True, "compiled": [1, 0], "enabled": True}


def test_the_probe_is_asked(scene):
    told = scene(PRELUDE + WORK, JITCTL_NATIVE_FALSIFY="10", **OPT_IN)
    assert told["focus"] == ["refused", "no-executable-memory"]
    assert (told["same"], told["compiled"], told["enabled"], told["once"]) == (True, 0, False, True)


@PERF
def test_beside_the_perf_trampoline(scene):
    code = """
f = jit_focus(fresh(SOURCE))
tell(same=f(5000) == sum(range(5000)), compiled=valid(f), enabled=sys._jit.is_enabled(), code=verdict(f).code)
sys.deactivate_stack_trampoline()
tell(later=until(lambda: verdict(f).code == "compiled", lambda: [f(30) for _ in range(10)]), then=valid(f))
"""
    told = scene(PRELUDE + code, "-X", "perf", **OPT_IN)
    assert told == {
        "same": True,
        "compiled": 0,
        "enabled": False,
        "code": "perf-active",
        "later": True,
        "then": 1,
    }


@PERF
@pytest.mark.parametrize("how", ["sys.activate_stack_trampoline", "early"])
def test_the_perf_trampoline_is_activated_later(scene, how):
    code = f"""
early = sys.activate_stack_trampoline
shown = repr(early)
f = jit_focus(fresh(SOURCE))
late = jit_focus(fresh(SOURCE))
until(lambda: verdict(f).code == "compiled", lambda: f(30))
same = early is sys.activate_stack_trampoline and repr(early) == shown
try:
    {how}("no such backend")
except ValueError as error:
    tell(message=str(error), still=sys._jit.is_enabled())
{how}("perf")
tell(same=same, active=sys.is_stack_trampoline_active(), enabled=sys._jit.is_enabled(), sum=f(5000) + late(5000))
until(lambda: _backend.record(late)["verdict"]["code"] == "perf-active", lambda: f(30))
tell(late=verdict(late).code, other=verdict(jit_focus(fresh(SOURCE))).code, compiled=valid(late))
sys.deactivate_stack_trampoline()
work = lambda: [one(30) for one in (f, late) for _ in range(10)]
tell(again=until(lambda: verdict(f).code == verdict(late).code == "compiled", work), on=sys._jit.is_enabled())
"""
    assert scene(PRELUDE + code, **OPT_IN) == {
        "message": "invalid backend: no such backend",
        "still": True,
        "same": True,
        "active": True,
        "enabled": False,
        "sum": 2 * sum(range(5000)),
        "late": "perf-active",
        "other": "perf-active",
        "compiled": 0,
        "again": True,
        "on": True,
    }
