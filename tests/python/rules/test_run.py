"""`jitctl run`: the program is what it is without, and its functions, in children too, have the hints of the rules."""

import textwrap

import pytest

RULES = '[[rule]]\nmatch = "__main__:work"\nhint = "focus"\n'
TELL = "import jitctl; record = jitctl._router.backend.record(work); print(__name__, record and record['hint'])\n"


@pytest.fixture
def program(tmp_path, run):
    """Run a program with rules in a folder of its own."""

    def start(text, *arguments, rules=RULES, before=(), **environment):
        (tmp_path / "jitctl.toml").write_text(rules, encoding="utf-8")
        (tmp_path / "program.py").write_text(textwrap.dedent(text), encoding="utf-8")
        words = ["-m", "jitctl", "run", "--hints", str(tmp_path / "jitctl.toml"), *before]
        return run(*words, str(tmp_path / "program.py"), *arguments, **environment)

    return start


@pytest.fixture
def sees(jitctl_extension):
    """Skip nothing: say whether functions of the program itself can be seen as they are made."""
    return jitctl_extension


@pytest.fixture(scope="module")
def jitctl_extension():
    import jitctl
    from jitctl._rules.functions import SEES_NESTED

    return SEES_NESTED and jitctl._router.backend.describe()["extension"]


def test_functions_of_the_program_itself(program, sees):
    done = program("def work(): pass\n" + TELL)
    assert (done.returncode, done.stdout.split()) == (0, ["__main__", "focus" if sees else "None"])


def test_what_the_program_sees_of_itself(program, tmp_path, run):
    text = """
        import sys, pickle
        class Thing: pass
        print(sys.argv[1:], __name__, __spec__, __file__, sys.path[0], sys.modules["__main__"].Thing is Thing)
        print(type(pickle.loads(pickle.dumps(Thing()))) is Thing, sorted(globals()))
    """
    ruled = program(text, "a", "-q", "--", "--hints")
    plain = run(str(tmp_path / "program.py"), "a", "-q", "--", "--hints")
    assert ruled.stdout == plain.stdout


@pytest.mark.parametrize(
    "ending", ["sys.exit(7)", "sys.exit('no')", "1 / 0", "raise KeyError('k') from OSError()", "pass"]
)
def test_how_the_program_ends(program, tmp_path, run, ending):
    ruled = program(f"import sys\ndef work():\n    {ending}\nwork()\n", before=["-q"])
    plain = run(str(tmp_path / "program.py"))
    assert (ruled.returncode, ruled.stdout, ruled.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_a_module(tmp_path, run):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "package" / "__main__.py").write_text(
        "import sys; print(__name__, __package__, __spec__.name, sys.argv)", encoding="utf-8"
    )
    (tmp_path / "jitctl.toml").write_text(RULES, encoding="utf-8")
    words = ["-m", "jitctl", "run", "-q", "--hints", str(tmp_path / "jitctl.toml"), "-m", "package", "x"]
    place = {"PYTHONPATH": str(tmp_path) + ":" + place_of_jitctl()}
    ruled, plain = run(*words, path=False, **place), run("-m", "package", "x", path=False, **place)
    assert (ruled.returncode, ruled.stdout) == (plain.returncode, plain.stdout)


def place_of_jitctl():
    from place import HOME

    return HOME


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_that_the_program_starts(program, sees, method):
    text = f"""
        import multiprocessing
        def work(): pass
        def child(): {TELL.strip()}
        if __name__ == "__main__":
            one = multiprocessing.get_context({method!r}).Process(target=child)
            one.start()
            one.join()
    """
    done = program(text)
    name = "__main__" if method == "fork" else "__mp_main__"
    found = "focus" if sees or method != "fork" else "None"
    assert done.stdout.split() == [name, found], done.stderr


def test_an_interpreter_that_the_program_starts(program):
    text = """
        import subprocess, sys
        code = "import json, jitctl; print(jitctl._router.backend.record(json.dumps)['hint'])"
        subprocess.run([sys.executable, "-c", code], check=True)
    """
    done = program(text, rules='[[rule]]\nmatch = "json:dumps"\nhint = "once"\n')
    assert done.stdout.split() == ["once"], done.stderr


def test_a_rule_for_the_program_itself_is_told_where_its_functions_are_not_seen(program, sees, tmp_path):
    done = program("def work(): pass\n")
    why = "; functions of the program itself are seen on CPython 3.12 and later only"
    told = f"jitctl: {tmp_path / 'jitctl.toml'}:1: the rule matched nothing: __main__:work{why}\n"
    assert done.stderr == ("" if sees else told)


def test_a_start_anew_is_told_unless_quiet(program):
    told = program("", rules="", before=["--jit", "on"])
    quiet = program("", rules="", before=["--jit", "on", "-q"])
    assert (told.stderr, quiet.stderr) == ("jitctl: starts Python anew with PYTHON_JIT=1\n", "")


def test_rules_that_did_nothing_are_told_on_standard_error(program, tmp_path):
    rules = '[[rule]]\nmatch = "absent:f"\nhint = "focus"\n[[rule]]\nmatch = "a:b"\nhint = "once"\nuntil = 2020-01-01\n'
    done = program("print('done')", rules=rules)
    file = tmp_path / "jitctl.toml"
    assert done.stdout == "done\n"
    assert done.stderr.splitlines() == [
        f"jitctl: {file}:1: the rule matched nothing: absent:f",
        f"jitctl: {file}:4: the rule expired on 2020-01-01",
    ]


def test_without_rules_nothing_starts(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text("print('started')", encoding="utf-8")
    done = run("-m", "jitctl", "run", "program.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--hints FILE" in done.stderr


@pytest.mark.parametrize("words", [[], ["absent.py"], ["-m", "absent_module"]])
def test_nothing_to_run(tmp_path, run, words):
    (tmp_path / "jitctl.toml").write_text(RULES, encoding="utf-8")
    done = run("-m", "jitctl", "run", "--hints", str(tmp_path / "jitctl.toml"), *words)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_disabled(program):
    text = TELL.replace("record['hint']", "record['verdict']['code']")
    done = program("def work(): pass\n" + text, JITCTL_DISABLE="1")
    assert done.stdout.split()[1] in ("disabled", "None")
