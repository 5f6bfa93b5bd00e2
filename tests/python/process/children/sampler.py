"""What the tests of test_sampler.py have fresh interpreters run."""

import json
import os
import signal
import sys
import threading
import time

from parts import given, part
from sampled_work import taken, until_taken

from jitctl import _router
from jitctl._process.sampler import Gone, Sampler


def until(done, limit=20.0):
    end = time.process_time() + limit
    while not done() and time.process_time() < end:
        yield


def spin(samples=100, steps=300):
    "Go on until there are so many samples more, however slow the clock."
    total = 0
    for _ in until_taken(samples, steps):
        for number in range(2000):
            total += number
    return total


sampler = Sampler()

if part("why_the_extension_cannot_sample"):
    print(json.dumps(_router.backend.sampling_start(10**9)))
elif part("time_counts_for_the_function_that_has_it"):
    sampler.start()
    spin()
    sampler.stop()
    print(json.dumps({code.co_name: count for code, count in sampler.by_code().items()}))
elif part("lines_are_within_their_function"):
    sampler.start()
    spin()
    sampler.stop()
    first = spin.__code__.co_firstlineno
    print(json.dumps([one.line - first for one in sampler.lines if one.code is spin.__code__]))
elif part("all_threads_are_seen"):

    def work():
        spin()

    sampler.start()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sampler.stop()
    main = sum(count for one, count in sampler.lines.items() if one.code.co_name == "<module>")
    print(json.dumps([sampler.by_code()[spin.__code__], main, sampler.note]))
elif part("code_that_is_freed_keeps_its_samples"):

    def made(name):
        space = {}
        exec(f"def {name}(count):\n total = 0\n for number in range(count):\n  total += number\n", space)
        return space[name]

    sampler.start()
    for _ in until_taken(200):
        made("one")(20000)
        made("two")(20000)
    import gc

    gc.collect()
    sampler.stop()
    found = {}
    for code, count in sampler.by_code().items():
        kind = "gone" if isinstance(code, Gone) else "living"
        found[code.co_name + " " + kind] = found.get(code.co_name + " " + kind, 0) + count
    found["lines"] = sorted({one.line for one in sampler.lines if one.code.co_name in ("one", "two")})
    print(json.dumps(found))
elif part("compiled_code_of_cpython_is_told"):

    def called(number):
        return -number

    def interpreted():
        numbers = list(range(2000))
        for _ in range(40):
            sorted(numbers, key=called)

    spin(0)
    sampler.start()
    spin()
    interpreted()
    sampler.stop()
    inside = {}
    for one, count in sampler.lines.items():
        of_it = inside.setdefault(one.code.co_name, [0, 0])
        of_it[one.compiled] += count
    print(json.dumps([sampler.note, inside, sampler.first.get(spin.__code__), sampler.timeline]))
elif part("compiled_code_of_our_own_is_told"):
    import jitctl

    @jitctl.jit_focus
    def work(table, count):
        for number in range(count):
            table[number % 50] = table.get(number % 50, 0) + 1

    table = {}
    for _ in until(lambda: jitctl.stats(work).verdict.code == "compiled"):
        work(table, 100)
    code = jitctl.stats(work).verdict.code
    sampler.start()
    for _ in until_taken(100):
        work(table, 500)
    sampler.stop()
    inside = [0, 0]
    for one, count in sampler.lines.items():
        if one.code is work.__code__:
            inside[one.compiled] += count
    print(json.dumps([code, inside]))
elif part("the_same_without_machine_code"):
    import jitctl

    profiled = jitctl.jit_focus(profile=True)(spin)
    sampler.start()
    profiled()
    sampler.stop()
    inside = [0, 0]
    for one, count in sampler.lines.items():
        if one.code is spin.__code__:
            inside[one.compiled] += count
    print(json.dumps([0, inside]))
elif part("it_declines_where_the_program_uses_the_signal"):
    exec(given.text)
    handler = signal.getsignal(signal.SIGPROF)
    sampler.start()
    spin(0)
    sampler.stop()
    same = signal.getsignal(signal.SIGPROF) is handler
    print(json.dumps([sampler.method, sampler.note, sampler.samples, same]))
elif part("it_gives_way_to_a_program_that_begins_to_use_the_signal"):
    sampler.start()
    spin(50)
    seen = []
    before = signal.signal(signal.SIGPROF, lambda number, frame: seen.append(number))
    spin(0, 3000)
    ours = len(seen)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    for _ in until(lambda: seen):
        pass
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)
    sampler.stop()
    print(json.dumps([ours, len(seen) > 0, before == signal.SIG_DFL, sampler.note, sampler.samples > 0]))
elif part("the_signal_is_given_back"):
    import _signal

    own = _signal.signal, signal.setitimer, os.execv
    before = signal.getsignal(signal.SIGPROF)
    for _ in range(3):
        sampler = Sampler()
        sampler.start()
        spin(1)
        sampler.stop()
        sampler.stop()
    after = _signal.signal, signal.setitimer, os.execv
    timer = signal.getitimer(signal.ITIMER_PROF)
    print(json.dumps([own == after, signal.getsignal(signal.SIGPROF) == before, timer]))
elif part("a_forked_child_has_no_timer_and_gives_nothing"):
    sampler.start()
    spin(50)
    child = os.fork()
    if not child:
        spin(0, 3000)
        sampler.stop()
        os._exit(100 if sampler.method == "extension" and sampler.samples else 0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    spin(50)
    sampler.stop()
    print(json.dumps([code, sampler.samples > 0]))
elif part("frames_that_are_not_where_they_should_be_are_not_looked_at"):
    sampler.start()
    spin(60)
    sampler.stop()
    print(json.dumps([sampler.method, sampler.note, sampler.samples > 0]))
elif part("an_executor_that_is_not_where_it_should_be_is_not_read"):
    sampler.start()
    spin(60)
    sampler.stop()
    told = sorted({str(one.compiled) for one in sampler.lines})
    print(json.dumps([sampler.method, sampler.note, sampler.sees_compiled, told]))
elif part("samples_are_taken_wherever_frames_come_and_go"):
    import asyncio
    import gc

    def deep(count):
        return 0 if count == 0 else 1 + deep(count - 1)

    def numbers(count):
        for number in range(count):
            try:
                yield number
            finally:
                pass

    def made(count):
        space = {}
        body = f"return [number % {count % 7 + 1} for number in range(many)]"
        exec(f"def f(many):\n {body}\nclass A:\n def m(self): return 1", space)
        space["f"](100), space["A"]().m()

    def raising(count):
        for number in range(count):
            try:  # noqa: SIM105 - an exception comes and goes
                [][number]
            except IndexError:
                pass

    async def waits():
        for _ in range(50):
            await asyncio.sleep(0)

    def work(count):
        for _ in until(lambda: taken() >= 300, 20.0 if sampler.method == "extension" else 1.5):
            count += 1
            deep(300), sum(numbers(200)), made(count), raising(30), sorted(range(99), key=lambda one: -one)
            if count % 20 == 0:
                gc.collect(), asyncio.run(waits())

    sampler.start()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sampler.stop()
    names = {code.co_name for code in sampler.by_code()}
    bad = [one for one in sampler.lines if one.line < 0 or not one.code.co_filename]
    print(json.dumps([len(bad), sampler.lost, sampler.method, "deep" in names or sampler.method == "python"]))
elif part("a_signal_of_somebody_else"):
    sampler.start()
    os.kill(os.getpid(), signal.SIGPROF)
    spin()
elif part("it_executes_another_program"):
    sampler.start()
    spin(20)
    other = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint('alive')"
    os.execv(sys.executable, [sys.executable, "-c", other])
