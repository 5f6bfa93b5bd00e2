"""What each backend does, step by step: the drawings of docs/explanation/backends.md."""

from __future__ import annotations

from docsite.drawing import Drawing, Step

PROGRAM, BACKEND, CPYTHON = range(3)


def _lanes(name: str, last: str = "CPython") -> tuple[str, str, str]:
    return ("your program", name, last)


DRAWINGS = {
    "hint": Drawing(
        "The way of a hint: from the decorator through the extension to a backend, and the verdict back",
        ("decorators", "extension", "backend"),
        [
            Step(0, "@jit_focus: find the functions, check the keywords"),
            Step(1, "open a record"),
            Step(2, "act on the function, or decline"),
            Step(1, "keep the verdict; offer a declined hint to the next backend of the chain", "verdict"),
            Step(0, "the same function object goes back to your program"),
            Step(2, "later: compiled, settled, given up", "your calls"),
            Step(1, "a new verdict replaces the first", "verdict"),
            Step(0, "stats() reads record and code as one"),
        ],
    ),
    "noop": Drawing(
        "The backend noop: a verdict, and nothing else",
        _lanes("noop"),
        [
            Step(PROGRAM, "@jit_focus"),
            Step(BACKEND, "verdict: unsupported, with what would help"),
            Step(PROGRAM, "call the function"),
            Step(CPYTHON, "runs it as without the hint"),
        ],
    ),
    "warmup": Drawing(
        "The backend warmup: calls with samples until the state of the code settles",
        _lanes("warmup"),
        [
            Step(PROGRAM, "@jit_focus(sample_args=...)"),
            Step(BACKEND, "wait for the moment: first call, decoration or background"),
            Step(BACKEND, "call the function with the samples, a batch"),
            Step(CPYTHON, "specialises instructions; compiles, where it has a JIT"),
            Step(BACKEND, "look at the state: changed?", "again while it changes"),
            Step(BACKEND, "settled, or the budget is spent: report"),
            Step(PROGRAM, "the first real call runs warm code"),
        ],
    ),
    "native": Drawing(
        "The backend native: counters of CPython's JIT lowered, watched and frozen",
        _lanes("native", "CPython's JIT"),
        [
            Step(PROGRAM, "import jitctl"),
            Step(BACKEND, "self-test: is every offset what this process shows? What is not is not used"),
            Step(PROGRAM, "@jit_focus"),
            Step(BACKEND, "JIT off? Keep all other code out, switch it on"),
            Step(BACKEND, "lower the backoff counters at loops and entry"),
            Step(PROGRAM, "call the function"),
            Step(CPYTHON, "a counter runs down: trace, then machine code"),
            Step(BACKEND, "a clock looks again: compiled? Arm again, freeze (once), or give up"),
            Step(PROGRAM, "stats() tells what is compiled now"),
        ],
    ),
    "compiler": Drawing(
        "The backend compiler: the function's own machine code behind the same object",
        _lanes("compiler"),
        [
            Step(PROGRAM, "@jit_focus, JITCTL_BACKEND=compiler"),
            Step(BACKEND, "put a counting entry into the function"),
            Step(PROGRAM, "call the function"),
            Step(BACKEND, "bytecode and types seen become SSA, then machine code by Cranelift"),
            Step(BACKEND, "calls with and without it are timed in turn; kept where it gains"),
            Step(PROGRAM, "call the function"),
            Step(BACKEND, "machine code, guards before every effect"),
            Step(CPYTHON, "finishes the same frame in the interpreter", "a guard fails"),
            Step(BACKEND, "what a unit relied on changed: it is spoiled, and compiled anew or given up"),
        ],
    ),
    "cinderx": Drawing(
        "The backend cinderx: another package's method JIT behind the same decorators",
        _lanes("jitctl-cinderx", "CinderX"),
        [
            Step(PROGRAM, "@jit_focus, JITCTL_BACKEND=cinderx"),
            Step(BACKEND, "let the first calls run interpreted, so that instructions specialise"),
            Step(PROGRAM, "call the function"),
            Step(BACKEND, "specialised: ask for compilation"),
            Step(CPYTHON, "compiles the whole function"),
            Step(PROGRAM, "later calls run machine code"),
        ],
    ),
}
