"""The examples of README and docs/using.md run as they stand, on every interpreter, and print what is shown there."""

import re
from pathlib import Path

import pytest
from place import installed

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "docs" / "using.md")
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCK = re.compile(r"^```(?P<kind>\w+)(?P<words>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [
    (found["kind"], dict(word.split("=") for word in found["words"].split()), found["body"])
    for found in BLOCK.finditer(TEXT)
]
EXAMPLES = [body for kind, _, body in BLOCKS if kind == "python"]
OUTPUTS = [words for kind, words, _ in BLOCKS if kind == "text"]
#: the interpreter that the outputs are from: native, with the JIT built and off
HERE = installed._backend.describe()
SHOWN = HERE["version"].startswith("3.15") and not HERE["debug"] and installed._backend.chosen()["name"] == "native"
shown = pytest.mark.skipif(not SHOWN, reason="the outputs are what 3.15 prints")


def what_prints(number):
    """Give what stands before an output: the last example or command."""
    place = [index for index, (kind, _, _) in enumerate(BLOCKS) if kind == "text"][number]
    return next(BLOCKS[index] for index in range(place - 1, -1, -1) if BLOCKS[index][0] in ("python", "sh")), BLOCKS[
        place
    ]


def plain(text, numbers="exact"):
    """Leave out what differs between machines: versions of the interpreter, and times where it is said so."""
    text = re.sub(r"(CPython 3\.15)\.[\w.-]+", r"\1", text)
    if numbers == "any":
        text = re.sub(
            r"compilation (paid|made no difference|did not pay)(: [\d.]+ times as \w+)?", "compilation ...", text
        )
        text = re.sub(r"; consider taking the hint away$", "", text.strip())
        text = re.sub(r"(?<=[ (])[\d.]+ (ns|us|ms|s)\b", "N", text)
    return " ".join(text.split())


@pytest.fixture
def example(run, tmp_path):
    """Run an example as a script, and give what it printed."""

    def start(code, **environment):
        script = tmp_path / "example.py"
        script.write_text(code, encoding="utf-8")
        done = run("-W", "error", str(script), COLUMNS="80", **environment)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        return done.stdout

    return start


def test_the_first_example_prints_what_it_computes_whatever_became_of_the_hints(example):
    found = example(EXAMPLES[0])
    assert found.startswith("0.750 aa\n3 functions: "), found


def test_the_other_examples_run(example):
    assert len(EXAMPLES) == 2
    assert example(EXAMPLES[1]).strip()


@shown
@pytest.mark.parametrize("number", range(len(OUTPUTS)))
def test_what_readme_shows_is_what_is_printed(run, example, number):
    (kind, _, body), (_, words, expected) = what_prints(number)
    assert words["output"] == "3.15"
    if kind == "python":
        found = example(body)
    else:
        command, *arguments = body.split()
        assert command == "jitctl"
        found = run("-m", "jitctl", *arguments, COLUMNS="80").stdout
    numbers = words.get("numbers", "exact")
    assert plain(found, numbers) == plain(expected, numbers)
    if numbers == "exact":
        lines = [line.rstrip() for line in found.splitlines()]
        assert len(lines) == len(expected.splitlines())


@shown
def test_the_first_example_says_compiled_each_time(example):
    """The verdict is that of the moment of reading: never the one before."""
    for _ in range(30):
        (row, message) = example(EXAMPLES[0]).splitlines()[6:8]
        assert row.split() == ["mean", "(__main__)", "focus", "applied", "compiled", "compiled", "at", "line", "7"]
        assert message.strip() == "1 loop compiled"


@shown
def test_iterations_until_compiled_are_those_of_the_verdict(run_code):
    code = "import jitctl\n@jitctl.jit_focus\ndef f(n):\n    for i in range(n): i + 1\n"
    (about,) = set(re.findall(r"about (\d+)", run_code(code + "print(jitctl.stats(f).verdict.message)")))
    assert f"instead of about {about} " in TEXT


@shown
def test_the_profile_says_why_it_cannot_tell_whether_a_hint_paid(example):
    found = example(EXAMPLES[1], PYTHON_JIT="0")
    assert "nothing to compare, since no call ran compiled code: PYTHON_JIT=0 keeps the JIT off" in found


@shown
@pytest.mark.parametrize(
    ("environment", "on"),
    [({"PYTHON_JIT": "0"}, False), ({"PYTHON_JIT": "0", "JITCTL_OPT_IN": "1"}, True), ({"JITCTL_OPT_IN": "0"}, False)],
    ids=str,
)
def test_how_the_jit_is_kept_off(example, environment, on):
    code = EXAMPLES[0].replace("print(stats())", "print(stats().to_dict()['jit']['on'])")
    assert example(code, **environment).split()[-1] == str(on)


@shown
def test_ignore_does_not_switch_the_jit_on(run_code):
    assert run_code("import jitctl; jitctl.jit_ignore(lambda: None); print(sys._jit.is_enabled())") == "False"


def test_every_variable_of_the_doctor_is_in_the_table():
    """What the doctor explains, the page explains too, save what is for work on jitctl itself."""
    from jitctl._settings import VARIABLES

    own = re.compile(r"FALSIFY$|_VERIFY$|_TRIALS$|_DUMP$")
    assert [one.name for one in VARIABLES if one.name not in TEXT and not own.search(one.name)] == []


def test_no_variable_stands_twice_in_the_table():
    (table,) = re.findall(r"^\| variable \| meaning \|\n(.*?)\n\n", TEXT, re.MULTILINE | re.DOTALL)
    names = [name for row in table.splitlines() for name in re.findall(r"`(\w+)", row.split("|")[1])]
    assert len(names) > 5
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page):
    links = set(re.findall(r"\]\(([^)#:]+)[)#]", page.read_text(encoding="utf-8")))
    assert len(links) > 5
    assert [link for link in links if not (page.parent / link).exists()] == []
