"""`jitctl run --record`, `--report` and `jitctl report`, for programs of every kind and end."""

import json
import os
import signal
import textwrap
import zipfile

import pytest
from applies import SAME_WITH_JIT
from place import CHILDREN, HOME
from recordings import function, recording

pytestmark = SAME_WITH_JIT

WORK = """
import sampled_work
def work(samples):
    total = 0
    for _ in sampled_work.until_taken(samples):
        for number in range(1000):
            total += number
    return total
"""
RULES = '[[rule]]\nmatch = "__main__:work"\nhint = "focus"\n'


@pytest.fixture
def recorded(tmp_path, run):
    """Run a program with --record and give how it ended, and the recording (None where there is none)."""
    (tmp_path / "hints.toml").write_text(RULES, encoding="utf-8")
    file = tmp_path / "run.json"

    def start(text, *arguments, target=(), options=(), place=(), **environment):
        program = tmp_path / "program.py"
        program.write_text(WORK + textwrap.dedent(text), encoding="utf-8")
        words = ["run", "-q", "--hints", str(tmp_path / "hints.toml"), "--record", str(file), *options]
        path = os.pathsep.join([*place, HOME, CHILDREN])
        done = run("-m", "jitctl", *words, *(target or [str(program)]), *arguments, **environment, PYTHONPATH=path)
        return done, json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    return start


def names(found):
    return {f"{one['module']}:{one['qualname']}" for one in found["functions"] if one["samples"]}


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("", 0),
        ("import sys; sys.exit(7)", 7),
        ("raise SystemExit('text')", 1),
        ("1 / 0", 1),
        ("raise KeyboardInterrupt", 130),
    ],
)
def test_however_the_program_ends(recorded, run, ending, code):
    done, found = recorded(f"work(30)\n{ending}\n")
    assert done.returncode == run("-c", ending).returncode
    assert found["exit_code"] == code
    assert "__main__:work" in names(found)


def test_what_is_recorded(recorded):
    _, found = recorded("work(50)\nprint('done')\n")
    assert found["command"][0].endswith("program.py")
    (work,) = [one for one in found["functions"] if one["qualname"] == "work"]
    assert work["hint"] in ("focus", "")  # before 3.12, functions of the program itself are not seen when they are made
    assert work["source"][0] == "def work(samples):"
    assert sum(line["samples"] for line in work["lines"]) == work["samples"]
    assert abs(sum(one["share"] for one in found["functions"]) - 1) < 0.05
    if found["method"] == "extension":
        assert sum(one["samples"] for one in found["timeline"]) == found["samples"]
    else:
        assert found["in_jit"] is None
        assert found["note"]


def test_arguments_and_output_are_the_programs_own(recorded):
    done, _ = recorded("import sys\nprint(sys.argv[1:])\n", "a", "--record", "b")
    assert (done.stdout, done.stderr) == ("['a', '--record', 'b']\n", "")


def test_a_module_and_an_archive(recorded, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "package" / "__main__.py").write_text(WORK + "work(30)\n", encoding="utf-8")
    done, found = recorded("", target=["-m", "package"], place=[str(tmp_path)])
    assert done.returncode == 0, done.stderr
    assert found["command"] == ["-m", "package"]
    assert "__main__:work" in names(found)
    archive = tmp_path / "app.pyz"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("__main__.py", WORK + "work(30)\n")
    done, found = recorded("", target=[str(archive)])
    assert done.returncode == 0, done.stderr
    (work,) = [one for one in found["functions"] if one["qualname"] == "work"]
    assert work["source"][0] == "def work(samples):"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_writes_nothing(recorded):
    done, found = recorded("""
        import os, sys
        if not os.fork():
            work(0)
            sys.exit(0)  # with everything that is done at its end
        os.wait()
        work(30)
        """)
    assert done.returncode == 0, done.stderr
    assert found["exit_code"] == 0
    assert "__main__:work" in names(found)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_of_multiprocessing(recorded, method):
    if method == "forkserver" and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    done, found = recorded(f"""
        import multiprocessing
        if __name__ == "__main__":
            with multiprocessing.get_context({method!r}).Pool(2) as pool:
                pool.map(work, [0, 0])
            work(30)
            print("done")
        """)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    assert "__main__:work" in names(found)


def test_threads_and_asyncio(recorded):
    # Without the extension only the main thread is sampled: another one cannot wait for samples.
    done, found = recorded("""
        import asyncio, threading
        async def waits():
            work(20)
            await asyncio.sleep(0.01)
            return 5
        thread = threading.Thread(target=work, args=(0,))
        thread.start()
        assert asyncio.run(waits()) == 5
        thread.join()
        """)
    assert done.returncode == 0, done.stderr
    assert "__main__:work" in names(found)


@pytest.mark.skipif(not hasattr(os, "kill") or os.name == "nt", reason="this system has no signals of this kind")
@pytest.mark.parametrize("ending", ["os._exit(5)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_an_end_that_leaves_no_time_to_write_is_as_without_us(recorded, ending):
    done, found = recorded(f"import os, signal\nwork(10)\n{ending}\n")
    assert done.returncode == (5 if "_exit" in ending else -signal.SIGKILL)
    assert found is None


def test_a_place_that_cannot_be_written_to_is_told_before_the_program_runs(tmp_path, run):
    (tmp_path / "hints.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "program.py").write_text("print('ran')\n", encoding="utf-8")
    for option in ("--record", "--report"):
        words = ["run", "--hints", str(tmp_path / "hints.toml"), option, str(tmp_path / "absent" / "x")]
        done = run("-m", "jitctl", *words, str(tmp_path / "program.py"))
        assert (done.returncode, done.stdout) == (2, "")
        assert "cannot write to" in done.stderr


def test_the_report_of_a_real_run(recorded, tmp_path, run):
    page = tmp_path / "page.html"
    _, found = recorded("work(50)\n", options=["--report", str(page)])
    assert "<!doctype html>" in page.read_text(encoding="utf-8")
    file, again = str(tmp_path / "run.json"), tmp_path / "again.html"
    done = run("-m", "jitctl", "report", file, "--html", str(again), COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert again.read_text(encoding="utf-8") == page.read_text(encoding="utf-8")
    lines = done.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line)
    assert any("__main__:work" in line for line in lines)
    told = json.loads(run("-m", "jitctl", "report", file, "--json", "--diff", file).stdout)
    assert told["recording"] == found
    assert (told["changes"], told["passed"]) == ([], None)
    schema = json.loads(run("-m", "jitctl", "report", "--schema").stdout)
    assert sorted(schema["properties"]) == sorted(told)
    schema = json.loads(run("-m", "jitctl", "run", "--schema").stdout)
    assert sorted(schema["properties"]) == sorted(found)


@pytest.mark.parametrize(
    ("share", "limit", "code"), [(0.6, "50", 0), (0.6, "60%", 0), (0.6, "60.1", 1), (None, "1", 3), (0.6, "none", 2)]
)
def test_a_limit(tmp_path, run, share, limit, code):
    file = tmp_path / "run.json"
    file.write_text(recording(function(), in_jit=share).to_json(), encoding="utf-8")
    done = run("-m", "jitctl", "report", str(file), "--fail-under", limit)
    assert done.returncode == code, done.stderr
    if code in (1, 3):
        assert "FAIL" in done.stdout


def test_two_runs_compared(tmp_path, run):
    for name, regions in (("old", 1), ("new", 0)):
        whole = recording(function(regions=regions))
        (tmp_path / f"{name}.json").write_text(whole.to_json(), encoding="utf-8")
    done = run("-m", "jitctl", "report", str(tmp_path / "new.json"), "--diff", str(tmp_path / "old.json"))
    assert "lost     shop:f: was compiled at line 12, is specialised 90 %" in done.stdout
    colored = run("-m", "jitctl", "report", str(tmp_path / "new.json"), "--color", "always")
    assert "\x1b[" in colored.stdout
    assert "\x1b[" not in done.stdout


def test_no_file_and_no_recording(tmp_path, run):
    assert run("-m", "jitctl", "report").returncode == 2
    done = run("-m", "jitctl", "report", str(tmp_path / "absent.json"))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
