"""Recordings made up for tests."""

from jitctl._process.inventory import Status
from jitctl._report.recording import SCHEMA, Function, Line, Recording, Stretch
from jitctl._report.share import Share
from jitctl._stats.records import Reason
from jitctl._stats.system import Backend, Interpreter, Jit

REASON = Reason("raise-in-loop", 14, "a loop raises and catches", "test the value before")
SOURCE = (
    "def f(values):",
    "    total = 0",
    "    for value in values:",
    "        total += value < 3",
    "    return total",
)


def function(name="f", samples=100, total=1000, compiled=0.0, regions=0, **more):
    """Make a function of the module ``shop``; `compiled` of its samples are in compiled code."""
    inside = round(samples * compiled)
    given = {
        "module": "shop",
        "qualname": name,
        "file": "/srv/shop/shop.py",
        "line": 10,
        "samples": samples,
        "share": samples / total,
        "in_jit": compiled,
        "hint": "",
        "status": "",
        "verdict": "",
        "message": "",
        "advice": "",
        "state": "compiled at line 12" if regions else "specialised 90 %",
        "regions": regions,
        "machine_code_bytes": 4096 * regions,
        "exits": 3 * regions,
        "first_compiled": 0.25 if inside else None,
        "reasons": (),
        "lines": (Line(12, samples - samples // 4, inside), Line(13, samples // 4, 0)) if samples else (),
        "source": SOURCE,
    }
    return Function(**{**given, **more})


def recording(*functions, in_jit=0.6, samples=1000, **more):
    """Make a recording of these functions."""
    regions = sum(one.regions for one in functions)
    interpreter = Interpreter(
        "cpython", "3.15.2", 0x030F02F0, False, False, False, True, True, "linux-x86_64", "main", True, None
    )
    backend = Backend("native", "0.1.0", None, "steers the JIT", False, (), (), ())
    hints = {"applied": sum(bool(one.hint) for one in functions)} if any(one.hint for one in functions) else {}
    status = Status(
        interpreter,
        backend,
        Jit(True, True, "jitctl", "JIT built, on: switched on by jitctl for hinted functions"),
        False,
        hints,
        sum(bool(one.regions) for one in functions),
        0,
        regions,
        4096 * regions,
        3 * regions,
    )
    given = {
        "schema": SCHEMA,
        "jitctl": "0.1.0",
        "command": ("shop.py", "--fast"),
        "began": "2026-01-02T03:04:05+00:00",
        "exit_code": 0,
        "method": "extension",
        "note": "",
        "samples": samples,
        "lost": 0,
        "seconds": 4.0,
        "wall_seconds": 4.5,
        "in_jit": None if in_jit is None else Share.estimated(round(in_jit * samples), samples),
        "status": status,
        "timeline": tuple(Stretch(0.05 * at, 10, min(at, 10)) for at in range(90)),
        "functions": functions,
    }
    return Recording(**{**given, **more})


def large(count):
    """Make a recording of so many functions, as a large program has them."""
    functions = [
        function(
            f"Class{number % 97}.method_{number}",
            samples=max(1, 3000 // (number + 1)),
            total=30_000,
            compiled=(number % 10) / 10,
            regions=number % 3,
            line=10 + number,
            module=f"shop.part{number % 41}.module",
            hint="focus" if number % 7 == 0 else "",
            status="applied" if number % 7 == 0 else "",
            reasons=(REASON,) if number % 5 == 1 else (),
            source=SOURCE if number < 60 else (),
        )
        for number in range(count)
    ]
    return recording(*functions, samples=30_000)
