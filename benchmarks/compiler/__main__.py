"""What the compiling backend gains and costs: ``python benchmarks/compiler [PART ...]``, in the interpreter to measure.

Plain and hinted copies take turns in one process, so that what else the machine does meets both. Parts: ``kernels``,
``unseen`` (twelve that it was not built with), ``everyday`` (functions as most programs have them; all three are in
benchmarks/workloads), ``calls``; all, if none is named.
"""

import argparse
import importlib
import math
import os
import platform
import sys
import time
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = ("kernel", "kernels_loops", "kernels_calls", "kernels", "kernels_unseen", "everyday")
N = 20_000
CALLS = 20_000
#: calls after which a trial of a function is over
SETTLED = 60
#: seconds that one timing of an everyday function takes at least
ENOUGH = 0.0003


def fresh_module(name):
    """Import a module anew, with functions of its own."""
    for module in MODULES:
        sys.modules.pop(module, None)
    return importlib.import_module(name)


def fresh(name):
    """Return the kernels of a module, with functions of their own."""
    module = fresh_module(name)
    return module.KERNELS if name == "kernels" else module.kernel.known


def in_turn(plain, hinted, rounds):
    """Return the best time of each in seconds of the thread."""
    best = [math.inf, math.inf]
    for _ in range(rounds):
        for index, run in enumerate((plain, hinted)):
            start = time.thread_time()
            run()
            best[index] = min(best[index], time.thread_time() - start)
    return best


def kernels(name, rounds, jitctl):
    """Print speed, milliseconds of compiling and bytes of machine code of each kernel, and the mean of the speeds."""
    plain, hinted = fresh(name), fresh(name)
    print(f"\n| kernel ({name}) | times as fast | compiled in ms | bytes | left to the interpreter |")
    print("| --- | ---: | ---: | ---: | --- |")
    speeds = []
    for kernel, (functions, run) in hinted.items():
        other = plain[kernel][1]
        for function in functions:
            jitctl.jit_focus(function)
        for _ in range(8):
            if run(N) != other(N):
                raise SystemExit(f"{kernel}: another answer than without hints")
        before, after = in_turn(partial(other, N), partial(run, N), rounds)
        speeds.append(before / after)
        verdicts = [jitctl.stats(function).verdict for function in functions]
        told = [{name: value for name, value, *_ in verdict.measures} for verdict in verdicts]
        millis = sum(one.get("compile_time", 0) for one in told)
        size = sum(one.get("machine_code", 0) for one in told)
        left = ", ".join(sorted({verdict.code for verdict in verdicts} - {"compiled"}))
        print(f"| {kernel} | {speeds[-1]:.2f} | {millis:.1f} | {size:.0f} | {left} |", flush=True)
    print(f"| geometric mean | {math.exp(sum(map(math.log, speeds)) / len(speeds)):.2f} | | | |")


def everyday(rounds, jitctl):
    """Print how many times as fast each everyday function is with a hint, and what came of the hint."""
    plain, hinted = fresh_module("everyday"), fresh_module("everyday")
    arguments, others = plain.cases(), hinted.cases()
    print("\n| function | times as fast | verdict |\n| --- | ---: | --- |")
    speeds = []
    for name in arguments:
        run, other = getattr(hinted, name), getattr(plain, name)
        jitctl.jit_focus(run)
        for _ in range(SETTLED):
            run(*others[name])
            other(*arguments[name])
        start = time.thread_time()
        other(*arguments[name])
        loops = max(1, int(ENOUGH / max(time.thread_time() - start, 1e-7)))

        def repeat(function, given, loops=loops):
            for _ in range(loops):
                function(*given)

        before, after = in_turn(partial(repeat, other, arguments[name]), partial(repeat, run, others[name]), rounds)
        speeds.append(before / after)
        print(f"| {name} | {speeds[-1]:.2f} | {jitctl.stats(run).verdict.code} |", flush=True)
    print(f"| geometric mean | {math.exp(sum(map(math.log, speeds)) / len(speeds)):.2f} | |")


def calls(rounds, jitctl):
    """Print what a call costs: by the interpreter, and by machine code."""
    source = (
        "def leaf(x): return x\n"
        "def empty(n):\n    for i in range(n): i + 1\n"
        "def loop(n):\n    for i in range(n): leaf(i + 1)\n"
    )
    spaces = [{"__name__": "calls"} for _ in range(3)]
    for space in spaces:
        exec(source, space)
    _, callee, both = spaces
    jitctl.jit_focus(callee["leaf"])
    for name in ("leaf", "empty", "loop"):
        jitctl.jit_focus(both[name])
    for space in spaces:
        for _ in range(5):
            space["loop"](CALLS)
            space["empty"](CALLS)

    def nanos(space):
        empty, loop = in_turn(lambda: space["empty"](CALLS), lambda: space["loop"](CALLS), rounds)
        return (loop - empty) / CALLS * 1e9

    best = [min(nanos(space) for _ in range(3)) for space in spaces]
    print("\n| call | ns |\n| --- | ---: |")
    for what, one in zip(
        ("interpreter, plain function", "interpreter, compiled", "compiled, compiled"), best, strict=True
    ):
        print(f"| {what} | {one:.1f} |")


PARTS = {
    "kernels": partial(kernels, "kernels"),
    "unseen": partial(kernels, "kernels_unseen"),
    "everyday": everyday,
    "calls": calls,
}


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/compiler", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each")
    options = parser.parse_args()
    os.environ["JITCTL_BACKEND"] = "compiler"
    sys.path.insert(0, str(HERE.parent / "workloads"))
    import jitctl

    print(f"{platform.python_implementation()} {platform.python_version()}, {N:,} steps, best of {options.rounds}")
    for part in options.part or PARTS:
        PARTS[part](options.rounds, jitctl)


if __name__ == "__main__":
    main()
