"""`jitctl find`: says where the time goes, what to hint and why not, and writes rules that can be tried."""

import argparse
import importlib
import json
import os
from collections import Counter

import pytest
from applies import SAME_WITH_JIT
from place import CHILDREN, HOME

import jitctl
from jitctl._cli.console import Console
from jitctl._cli.find_schema import Result
from jitctl._cli.found import FEWEST_SAMPLES, LEAST, pattern, result_of, shown
from jitctl._process.sampler import Line, Sampler
from jitctl._rules import load
from jitctl._stats.plain import from_plain


def looping(count):
    total = 0
    for number in range(count):
        total += number
    return total


def straight(value):
    return value


#: what each program begins with
WORK = f"""
import sampled_work
def work(samples={FEWEST_SAMPLES + 20}):
    total = 0
    for _ in sampled_work.until_taken(samples):
        for number in range(1000):
            total += number
"""
#: a program whose hot function is friendly to every JIT
HOT = f"""
import sampled_work
def hot(count):
    total = 0
    for number in range(count):
        total += number
    return total
for _ in sampled_work.until_taken({FEWEST_SAMPLES + 20}):
    hot(20000)
"""
#: the folders of jitctl and of `sampled_work`
PLACES = os.pathsep.join([HOME, CHILDREN])
MODULE = compile("x = 1", "program.py", "exec")


def sampled(compiled=None, **counts):
    """Give a sampler that has seen these functions so often."""
    sampler = Sampler()
    sampler.method = "python" if compiled is None else "extension"
    codes = {"looping": looping.__code__, "straight": straight.__code__, "module": MODULE}
    sampler.lines = Counter(
        {Line(codes[name], codes[name].co_firstlineno + 1, compiled): count for name, count in counts.items()}
    )
    sampler.seconds = 1.0
    return sampler


def text(result, width=80):
    import io

    options = argparse.Namespace(color="never", json=False, quiet=False, output=None)
    out = Console(options, io.StringIO())
    out.width = width
    return shown(result, out)


def found_of(sampler):
    """Give what is found, as the classes of its schema, which say what each field is."""
    raw = result_of(sampler, 0)
    found = from_plain(Result, raw)
    assert found.to_dict() == raw
    return found


def test_functions_are_told_by_their_share_until_most_of_the_time_is():
    found = found_of(sampled(looping=700, straight=150, module=150)).candidates
    assert [(one.qualname, round(one.share, 2)) for one in found] == [("looping", 0.70), ("straight", 0.15)]
    assert pattern(found[0].to_dict()) == f"{__name__}:looping"
    loops = jitctl._router.backend.loops(looping.__code__)
    assert loops in (1, None)
    assert (found[0].loops, found[0].hottest_line) == (loops, looping.__code__.co_firstlineno + 1)


def test_the_import_system_is_left_alone():
    sampler = sampled(looping=600)
    code = importlib._bootstrap._find_and_load.__code__
    sampler.lines[Line(code, code.co_firstlineno, None)] = 400
    found = {one.qualname: (one.suggestion, one.why) for one in found_of(sampler).candidates}
    assert found["looping"][0] == "focus"
    assert found["_find_and_load"] == ("leave", "it is Python's own import system, at work while modules are loaded")


def test_what_is_worth_a_hint_and_what_is_not():
    found = {one.qualname: one for one in found_of(sampled(looping=500, module=400, straight=100)).candidates}
    assert found["looping"].suggestion == "focus"
    assert found["<module>"].suggestion == "leave"
    assert "move it into a function" in found["<module>"].why


def test_a_function_that_could_save_nothing_is_left_out():
    few = int(1000 * LEAST) - 1
    found = found_of(sampled(looping=700, module=100, straight=few)).candidates
    assert "straight" not in [one.qualname for one in found]


def test_too_few_samples_say_nothing():
    result = found_of(sampled(looping=99))
    assert result.candidates == ()
    assert "too few" in text(result.to_dict())[0]


def test_what_runs_compiled_already_needs_no_hint():
    result = found_of(sampled(compiled=True, looping=900, straight=100))
    assert (result.in_jit.share, result.candidates[0].in_jit) == (1.0, 1.0)
    assert (result.candidates[0].suggestion, result.candidates[0].why) == ("leave", "it runs compiled already")
    assert text(result.to_dict())[1].startswith("in compiled code: 100 %")


def test_what_cannot_be_told_is_not_claimed():
    result = found_of(sampled(looping=900))
    assert (result.in_jit, result.candidates[0].in_jit) == (None, None)
    assert not any("JIT" in line for line in text(result.to_dict()))


@pytest.mark.parametrize("width", [80, 60, 40])
def test_the_text_fits(width):
    assert all(len(line) <= width for line in text(result_of(sampled(looping=500, module=500), 0), width))


@SAME_WITH_JIT
def test_the_command(tmp_path, run):
    program = tmp_path / "program.py"
    program.write_text(HOT + "print('out')\nraise SystemExit(4)\n", encoding="utf-8")
    rules = tmp_path / "found.toml"
    done = run("-m", "jitctl", "find", "--json", str(program), PYTHONPATH=PLACES)
    assert (done.returncode, done.stdout) == (4, "out\n"), done.stderr
    found = json.loads(done.stderr)
    assert found["exit_code"] == 4
    assert sorted(found) == sorted(json.loads(run("-m", "jitctl", "find", "--schema").stdout)["properties"])
    assert "__main__:hot" in [f"{one['module']}:{one['qualname']}" for one in found["candidates"]]
    done = run("-m", "jitctl", "find", "-o", str(rules), str(program), PYTHONPATH=PLACES)
    assert (done.returncode, done.stdout) == (4, "out\n"), done.stderr
    assert "rules written to" in done.stderr
    # On a busy machine, what the program waits with may take enough time to be suggested as well.
    assert [one.hint for one in load([str(rules)]).rules if one.match == ("__main__:hot",)] == ["focus"]
    again = run("-m", "jitctl", "find", "-o", str(rules), str(program))
    assert (again.returncode, again.stdout) == (2, "")
    whole = tmp_path / "found.json"
    assert run("-m", "jitctl", "find", "--json", "-o", str(whole), str(program), PYTHONPATH=PLACES).stderr == ""
    assert json.loads(whole.read_text(encoding="utf-8"))["exit_code"] == 4


def found_in(done):
    return {
        f"{one['module']}:{one['qualname']}" for one in json.loads(done.stderr[done.stderr.index("{") :])["candidates"]
    }


#: what takes long to import, and nothing that `find` writes needs
SLOW = {"ast", "dataclasses", "inspect", "jitctl._stats", "json.decoder", "shutil", "typing", "weakref"}


@SAME_WITH_JIT
def test_little_is_imported_for_a_run(tmp_path, run):
    program = tmp_path / "program.py"

    def imported(*words, work):
        program.write_text(WORK + work, encoding="utf-8")
        lines = run("-X", "importtime", *words, str(program), PYTHONPATH=PLACES).stderr.splitlines()
        return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}

    of_program = imported(work="")  # its work is over when there are samples
    if not of_program:
        pytest.skip("this interpreter does not tell what it imports")
    with_find = imported("-m", "jitctl", "find", work="work()\n")
    assert "jitctl._cli.found" in with_find
    # 3.14's argparse imports what colours its texts, even to make a line of usage (`_colorize`).
    of_argparse = {"ast", "dataclasses", "inspect", "weakref"} if "_colorize" in with_find else set()
    assert (with_find - of_program - of_argparse) & SLOW == set()


@SAME_WITH_JIT
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("work()\n1 / 0\n", 1),
        ("import sys\nwork()\nsys.exit('text')\n", 1),
        ("import threading\none = threading.Thread(target=work, args=(0,))\none.start()\nwork()\none.join()\n", 0),
        ("import asyncio\nasync def main(): work()\nasyncio.run(main())\n", 0),
        ("import os, sys\nif not os.fork():\n    work(0)\n    sys.exit(3)\nos.wait()\nwork()\n", 0),
        (
            "import multiprocessing\nif __name__ == '__main__':\n    one = multiprocessing.get_context('spawn')"
            ".Process(target=work, args=(0,))\n    one.start()\n    one.join()\n    work()\n",
            0,
        ),
    ],
)
def test_programs_of_every_kind(tmp_path, run, text, code):
    if "fork" in text and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    program = tmp_path / "program.py"
    program.write_text(WORK + text, encoding="utf-8")
    done = run("-m", "jitctl", "find", "--json", str(program), PYTHONPATH=PLACES)
    assert done.returncode == code, done.stderr
    assert done.stderr.count('"schema"') == 1  # children say nothing
    assert "__main__:work" in found_in(done)


@SAME_WITH_JIT
def test_a_module_and_an_archive(tmp_path, run):
    import zipfile

    (tmp_path / "module.py").write_text(WORK + "work()\n", encoding="utf-8")
    place = os.pathsep.join([str(tmp_path), PLACES])
    done = run("-m", "jitctl", "find", "--json", "-m", "module", path=False, PYTHONPATH=place)
    assert "__main__:work" in found_in(done)
    with zipfile.ZipFile(tmp_path / "app.pyz", "w") as made:
        made.writestr("__main__.py", WORK + "work()\n")
    assert "__main__:work" in found_in(
        run("-m", "jitctl", "find", "--json", str(tmp_path / "app.pyz"), PYTHONPATH=PLACES)
    )


@SAME_WITH_JIT
def test_a_program_that_is_ended_by_a_signal(tmp_path, run):
    import signal

    program = tmp_path / "program.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n", encoding="utf-8")
    assert run("-m", "jitctl", "find", str(program)).returncode == -signal.SIGTERM
