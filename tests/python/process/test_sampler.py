"""The sampler: it counts where the time goes, in all threads, sees compiled code, and leaves what others use alone."""

import json
import signal
import sys
import textwrap

import pytest
from applies import SAME_WITH_JIT

from jitctl import _router
from jitctl._process.sampler import Gone, Sampler

POSIX = hasattr(signal, "setitimer")
pytestmark = [pytest.mark.skipif(not POSIX, reason="this system has no timer of processor time"), SAME_WITH_JIT]

#: what each test's program begins with; `until` gives the processor time that the samples need, however slow the clock
PRELUDE = """
import json, os, signal, sys, threading, time
from jitctl import _router
from jitctl._process.sampler import Gone, Sampler
def until(done, limit=20.0):
    end = time.process_time() + limit
    while not done() and time.process_time() < end:
        yield
def spin(seconds=0.4):
    end = time.thread_time() + seconds
    total = 0
    while time.thread_time() < end:
        for number in range(2000):
            total += number
    return total
sampler = Sampler()
"""


def by_name(sampler):
    found = {}
    for code, count in sampler.by_code().items():
        found[code.co_name] = found.get(code.co_name, 0) + count
    return found


@pytest.fixture
def told(run):
    """Run a program and give the object that it printed as JSON."""

    def start(text, *options, **environment):
        done = run(*options, "-c", PRELUDE + textwrap.dedent(text), **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return start


@pytest.fixture
def extension(told):
    """Skip where the extension cannot sample, with its own reason."""
    reason = told("print(json.dumps(_router.backend.sampling_start(10**9)))")
    if reason is not None:
        pytest.skip(reason)


def test_where_the_extension_can_sample(told):
    known = sys.implementation.name == "cpython" and sys.platform == "linux" and sys.version_info >= (3, 13)
    reason = told("print(json.dumps(_router.backend.sampling_start(10**9)))")
    if known and _router.backend.describe()["extension"]:
        assert reason is None
    else:
        assert reason


def test_time_counts_for_the_function_that_has_it(told):
    found = told("""
        sampler.start()
        spin()
        sampler.stop()
        print(json.dumps({code.co_name: count for code, count in sampler.by_code().items()}))
    """)
    assert max(found, key=found.get) == "spin"


def test_lines_are_within_their_function(told):
    found = told("""
        sampler.start()
        spin()
        sampler.stop()
        first = spin.__code__.co_firstlineno
        print(json.dumps([one.line - first for one in sampler.lines if one.code is spin.__code__]))
    """)
    assert found
    assert set(found) <= set(range(1, 7))


def test_all_threads_are_seen(extension, told):
    found = told("""
        def work():
            spin()
        sampler.start()
        threads = [threading.Thread(target=work) for _ in range(2)]
        for one in threads: one.start()
        for one in threads: one.join()
        sampler.stop()
        main = sum(count for one, count in sampler.lines.items() if one.code.co_name == "<module>")
        print(json.dumps([sampler.by_code()[spin.__code__], main, sampler.note]))
    """)
    if "Linux 6.4" in found[2]:
        pytest.skip(found[2])
    assert found[0] > 10 * found[1]


def test_code_that_is_freed_keeps_its_samples(extension, told):
    """Another code object may get its address; the samples of neither may go to the other."""
    found = told("""
        def made(name):
            space = {}
            exec(f"def {name}(count):\\n total = 0\\n for number in range(count):\\n  total += number\\n", space)
            return space[name]
        sampler.start()
        for _ in until(lambda: False, 0.8):
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
    """)
    assert found["one gone"] > 0
    assert found["two gone"] > 0
    assert "one living" not in found
    assert "two living" not in found
    assert set(found["lines"]) <= {1, 2, 3, 4}


def test_compiled_code_of_cpython_is_told(extension, told):
    if not _router.backend.describe()["jit_built"] or sys.version_info < (3, 14):
        pytest.skip("this interpreter has no JIT that can be seen")
    found = told(
        """
        def called(number):
            return -number
        def interpreted():
            numbers = list(range(2000))
            for _ in range(40):
                sorted(numbers, key=called)
        spin()
        sampler.start()
        spin()
        interpreted()
        sampler.stop()
        inside = {}
        for one, count in sampler.lines.items():
            of_it = inside.setdefault(one.code.co_name, [0, 0])
            of_it[one.compiled] += count
        print(json.dumps([sampler.note, inside, sampler.first.get(spin.__code__), sampler.timeline]))
        """,
        PYTHON_JIT="1",
    )
    note, inside, first, timeline = found
    assert note == ""
    interpreted, compiled = inside["spin"]
    assert compiled > 5 * interpreted
    assert first is not None
    assert sum(all_of_it for all_of_it, _ in timeline) >= sum(some for _, some in timeline) > 0
    # What compiled code calls in C, and that in Python, is interpreted: the executor is put aside meanwhile.
    if "called" in inside and sum(inside["called"]) > 10:
        assert inside["called"][0] > inside["called"][1]


def test_compiled_code_of_our_own_is_told(extension, told):
    text = """
        import jitctl
        @jitctl.jit_focus
        def work(table, count):
            for number in range(count):
                table[number % 50] = table.get(number % 50, 0) + 1
        table = {}
        for _ in until(lambda: jitctl.stats(work).verdict.code == "compiled", 5.0):
            work(table, 100)
        code = jitctl.stats(work).verdict.code
        sampler.start()
        for _ in until(lambda: False, 0.4):
            work(table, 500)
        sampler.stop()
        inside = [0, 0]
        for one, count in sampler.lines.items():
            if one.code is work.__code__: inside[one.compiled] += count
        print(json.dumps([code, inside]))
    """
    usable = [one["usable"] for one in _router.backend.candidates() if one["name"] == "compiler"]
    if not any(usable):
        pytest.skip("the backend compiler cannot be used here")
    code, (interpreted, compiled) = told(text, JITCTL_BACKEND="compiler")
    assert code == "compiled"
    assert compiled > 5 * interpreted


def test_the_same_without_machine_code(extension, told):
    _, (interpreted, compiled), *_ = told(
        """
        import jitctl
        profiled = jitctl.jit_focus(profile=True)(spin)
        sampler.start()
        profiled()
        sampler.stop()
        inside = [0, 0]
        for one, count in sampler.lines.items():
            if one.code is spin.__code__: inside[one.compiled] += count
        print(json.dumps([0, inside]))
    """,
        JITCTL_BACKEND="noop",
        PYTHON_JIT="0",
    )
    assert compiled == 0
    assert interpreted > 0


@pytest.mark.parametrize("before", ["signal.signal(signal.SIGPROF, lambda *_: None)", "USES_TIMER"])
def test_it_declines_where_the_program_uses_the_signal(told, before):
    text = before.replace("USES_TIMER", "signal.setitimer(signal.ITIMER_PROF, 1000, 1000)")
    found = told(f"""
        {text}
        handler = signal.getsignal(signal.SIGPROF)
        sampler.start()
        spin(0.05)
        sampler.stop()
        same = signal.getsignal(signal.SIGPROF) is handler
        print(json.dumps([sampler.method, sampler.note, sampler.samples, same]))
    """)
    method, note, samples, same = found
    assert (method, samples, same) == ("none", 0, True)
    assert "SIGPROF" in note or "ITIMER_PROF" in note


def test_it_gives_way_to_a_program_that_begins_to_use_the_signal(told):
    found = told("""
        sampler.start()
        spin(0.2)
        seen = []
        before = signal.signal(signal.SIGPROF, lambda number, frame: seen.append(number))
        spin(0.2)
        ours = len(seen)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        for _ in until(lambda: seen):
            pass
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sampler.stop()
        print(json.dumps([ours, len(seen) > 0, before == signal.SIG_DFL, sampler.note, sampler.samples > 0]))
    """)
    assert found[:3] == [0, True, True]
    assert "the program set a handler of SIGPROF" in found[3]
    assert found[4]


def test_a_signal_of_somebody_else_does_what_it_always_does(extension, run):
    done = run("-c", PRELUDE + "sampler.start()\nos.kill(os.getpid(), signal.SIGPROF)\nspin()\n")
    assert done.returncode == -signal.SIGPROF


def test_the_signal_is_given_back(told):
    found = told("""
        import _signal
        own = _signal.signal, signal.setitimer, os.execv
        before = signal.getsignal(signal.SIGPROF)
        for _ in range(3):
            sampler = Sampler()
            sampler.start()
            spin(0.02)
            sampler.stop()
            sampler.stop()
        after = _signal.signal, signal.setitimer, os.execv
        timer = signal.getitimer(signal.ITIMER_PROF)
        print(json.dumps([own == after, signal.getsignal(signal.SIGPROF) == before, timer]))
    """)
    assert found == [True, True, [0.0, 0.0]]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_a_forked_child_has_no_timer_and_gives_nothing(told):
    found = told("""
        sampler.start()
        spin(0.2)
        child = os.fork()
        if not child:
            spin(0.2)
            sampler.stop()
            os._exit(100 if sampler.method == "extension" and sampler.samples else 0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        spin(0.2)
        sampler.stop()
        print(json.dumps([code, sampler.samples > 0]))
    """)
    assert found == [0, True]


@pytest.mark.skipif(not hasattr(__import__("os"), "execv"), reason="this system has no exec")
def test_a_program_that_executes_another_one_is_not_ended_by_the_timer(run):
    code = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint('alive')"
    done = run(
        "-c", PRELUDE + f"sampler.start()\nspin(0.1)\nos.execv(sys.executable, [sys.executable, '-c', {code!r}])\n"
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_frames_that_are_not_where_they_should_be_are_not_looked_at(extension, told):
    """What the self-test finds in another place than expected is said, and the handler in Python samples."""
    found = told(
        """
        sampler.start()
        spin(0.3)
        sampler.stop()
        print(json.dumps([sampler.method, sampler.note, sampler.samples > 0]))
        """,
        JITCTL_SAMPLER_FALSIFY="frames",
    )
    assert (found[0], found[2]) == ("python", True)
    assert "self-test: the function of a frame is" in found[1]


def test_an_executor_that_is_not_where_it_should_be_is_not_read(extension, told):
    if not _router.backend.describe()["jit_built"] or sys.version_info < (3, 14):
        pytest.skip("this interpreter has no JIT that can be seen")
    found = told(
        """
        sampler.start()
        spin(0.3)
        sampler.stop()
        told = sorted({str(one.compiled) for one in sampler.lines})
        print(json.dumps([sampler.method, sampler.note, sampler.sees_compiled, told]))
        """,
        JITCTL_SAMPLER_FALSIFY="executor",
        PYTHON_JIT="1",
    )
    assert (found[0], found[2], found[3]) == ("extension", False, ["None"])
    assert "the current executor would be at" in found[1]


def test_samples_are_taken_wherever_frames_come_and_go(told):
    """Threads, generators, exceptions, recursion and code that is made and freed, while the handler looks at frames."""
    found = told("""
        import asyncio, gc
        end = time.process_time() + 1.5
        def deep(count): return 0 if count == 0 else 1 + deep(count - 1)
        def numbers(count):
            for number in range(count):
                try: yield number
                finally: pass
        def made(count):
            space = {}
            body = f"return [number % {count % 7 + 1} for number in range(many)]"
            exec(f"def f(many):\\n {body}\\nclass A:\\n def m(self): return 1", space)
            space["f"](100), space["A"]().m()
        def raising(count):
            for number in range(count):
                try: [][number]
                except IndexError: pass
        async def waits():
            for _ in range(50): await asyncio.sleep(0)
        def work(count):
            while time.process_time() < end:
                count += 1
                deep(300), sum(numbers(200)), made(count), raising(30), sorted(range(99), key=lambda one: -one)
                if count % 20 == 0: gc.collect(), asyncio.run(waits())
        sampler.start()
        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for one in threads: one.start()
        for one in threads: one.join()
        sampler.stop()
        names = {code.co_name for code in sampler.by_code()}
        bad = [one for one in sampler.lines if one.line < 0 or not one.code.co_filename]
        print(json.dumps([len(bad), sampler.lost, sampler.method, "deep" in names or sampler.method == "python"]))
    """)
    assert found[:2] == [0, 0]
    assert found[3]


def test_a_name_of_what_is_gone_ends_with_its_own():
    assert Gone("A.f.<locals>.g", "a.py", 3).co_name == "g"
    assert Sampler().method == "none"
