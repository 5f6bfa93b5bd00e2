"""A rules file with a mistake: one line with file and line, what is allowed, and nothing of it is applied."""

import pytest

from jitctl._rules.document import read

GOOD = '[[rule]]\nmatch = "json:dumps"\nhint = "focus"\n'
#: what the file holds, the line that is named, and words that the message has
MISTAKES = {
    "all of everything": ('[[rule]]\nmatch = "*:*"\nhint = "focus"', 2, ["'*:*'", "name a module"]),
    "all, written otherwise": ('[[rule]]\nhint = "focus"\nmatch = ["a:b", "**:?*"]', 3, ["'**:?*'", "name a module"]),
    "no colon": ('[[rule]]\nmatch = "json.dumps"\nhint = "focus"', 2, ["'json.dumps'", "module:qualname"]),
    "two colons": ('[[rule]]\nmatch = "a:b:c"\nhint = "focus"', 2, ["module:qualname"]),
    "no name": ('[[rule]]\nmatch = "json:"\nhint = "focus"', 2, ["module:qualname"]),
    "no match": ('[[rule]]\nhint = "focus"', 1, ["match must be"]),
    "empty match": ('[[rule]]\nmatch = []\nhint = "focus"', 2, ["match must be"]),
    "match of another type": ('[[rule]]\nmatch = 3\nhint = "focus"', 2, ["match must be"]),
    "no hint": (GOOD + '[[rule]]\nmatch = "a:b"', 4, ["has no hint", "focus, ignore, once, none"]),
    "unknown hint": ('[[rule]]\nmatch = "a:b"\nhint = "focsu"', 3, ["'focsu'", "focus, ignore, once, none"]),
    "misspelt key": (
        '[[rule]]\nmatch = "a:b"\nhint = "focus"\ntreshold = 3',
        4,
        ["did you mean threshold?", "allowed"],
    ),
    "a key of another hint": ('[[rule]]\nmatch = "a:b"\nhint = "ignore"\nthreshold = 3', 4, ["ignore", "threshold"]),
    "samples": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\nsample_args = [1]', 4, ["sample_args", "decorator"]),
    "threshold too large": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\nthreshold = 5000', 4, ["threshold", "4000"]),
    "threshold of another type": (
        '[[rule]]\nmatch = "a:b"\nhint = "focus"\nthreshold = "2"',
        4,
        ["threshold", "whole"],
    ),
    "python of another form": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\npython = "3.15"', 4, ["python", ">=3.15"]),
    "python of another type": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\npython = 3.15', 4, ["python must be a text"]),
    "until as a text": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\nuntil = "2027-03-01"', 4, ["until", "2027-03-01"]),
    "reason of another type": ('[[rule]]\nmatch = "a:b"\nhint = "focus"\nreason = 1', 4, ["reason must be a text"]),
    "one bracket": ('[rule]\nmatch = "a:b"\nhint = "focus"', None, ["[[rule]]", "two brackets"]),
    "another table": ('[[rules]]\nmatch = "a:b"\nhint = "focus"', None, ["'rules'", "[[rule]]"]),
    "backend of another type": ("backend = 1\n" + GOOD, 1, ["backend", "compiler,native"]),
    "backend with a gap": ('backend = "native,"\n' + GOOD, 1, ["backend", "compiler,native"]),
    "no TOML": ('[[rule]]\nmatch = "a:b\nhint = "focus"', 2, ["is no TOML"]),
    "in the second rule": (
        GOOD + '\n[[rule]]\nmatch = "a:b"\nhint = "once"\nwhen = "later"',
        8,
        ["when", "first-call"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_with_its_place(name, tmp_path, jitctl):
    text, line, words = MISTAKES[name]
    file = tmp_path / "jitctl.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(jitctl.rules.RulesError) as caught:
        jitctl.rules.load(file)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{file}:{line}: " if line else f"{file}: " if caught.value.line is None else f"{file}:")
    assert [word for word in words if word not in message] == []


def test_the_line_is_that_of_pyproject(tmp_path, jitctl):
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "x"\n\n[[tool.jitctl.rule]]\nmatch = "a:b"\nhint = "no"\n', encoding="utf-8")
    with pytest.raises(jitctl.rules.RulesError, match=":6: there is no hint 'no'"):
        jitctl.rules.load(file)


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"a='\xff'")]
)
def test_a_file_that_cannot_be_read(make, tmp_path, jitctl):
    file = tmp_path / "jitctl.toml"
    make(file)
    with pytest.raises(jitctl.rules.RulesError, match=r"cannot be read|is not UTF-8"):
        jitctl.rules.load(file)


def test_nothing_starts(tmp_path, run):
    (tmp_path / "jitctl.toml").write_text(GOOD + '[[rule]]\nmatch = "*:*"\nhint = "focus"\n', encoding="utf-8")
    (tmp_path / "program.py").write_text("print('started')", encoding="utf-8")
    done = run("-m", "jitctl", "run", "--hints", str(tmp_path / "jitctl.toml"), str(tmp_path / "program.py"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "jitctl.toml:5: '*:*'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_lines_of_many_rules_are_looked_for_once(tmp_path):
    class Lines(list):
        readings = 0

        def __iter__(self):
            self.readings += 1
            return super().__iter__()

    file = tmp_path / "jitctl.toml"
    file.write_text("# ours\n" + '[[rule]]\nmatch = "a:b"\n\nhint = "focus"\n' * 200, encoding="utf-8")
    document = read(str(file))
    document.lines = Lines(document.lines)
    assert [document.line(number) for number in range(200)] == [2 + 4 * number for number in range(200)]
    assert document.line(199, "hint") == 5 + 4 * 199
    assert document.line(200) is None
    assert document.lines.readings == 1


@pytest.mark.parametrize("text", ["", 'backend = "native"\n', '\n\nbackend = "native"\n[[rule]]\nbackend = 1\n'])
def test_the_line_of_a_key_at_the_top(tmp_path, text):
    file = tmp_path / "jitctl.toml"
    file.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    expected = next((number for number, line in enumerate(lines, 1) if line.startswith("backend")), None)
    document = read(str(file))
    assert document.line(None, "backend") == expected
    assert document.line(None, "absent") is None


def test_the_line_of_a_key_in_pyproject(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(
        '[tool.other]\nbackend = 1\n[tool.jitctl] # ours\nbackend = "x"\n[[tool.jitctl.rule]]\nmatch = "a:b"\n'
        'hint = "focus"\n[tool.more]\nhint = 1\n',
        encoding="utf-8",
    )
    document = read(str(file))
    assert (document.line(None, "backend"), document.line(0), document.line(0, "hint")) == (4, 5, 7)
