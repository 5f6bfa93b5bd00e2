"""Rules reach what they name: loaded modules at once, later ones when they were executed; and say what they did."""

import importlib
import inspect
import sys
import textwrap
import zipfile

import pytest

MODULE = """
class Point:
    def norm(self):
        return 1

    @staticmethod
    def unit():
        return Point()

    class Inner:
        def deep(self):
            return 2


def plain():
    return 3


def outer():
    def inner():
        return 4

    return inner


from json import dumps
"""


@pytest.fixture
def load(jitctl, tmp_path, monkeypatch):
    """Write a rules file, load it, and end the rules afterwards."""

    def loaded(text):
        file = tmp_path / "jitctl.toml"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return jitctl.rules.load(file)

    monkeypatch.syspath_prepend(str(tmp_path))
    yield loaded
    jitctl.rules.clear()
    for name in [name for name in sys.modules if name.startswith("ruled")]:
        del sys.modules[name]


@pytest.fixture
def module(tmp_path):
    """Write an importable module, and give a way to import it."""

    def imported(name="ruled", text=MODULE):
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return imported


def rule(match, hint="focus", more=""):
    return f'[[rule]]\nmatch = "{match}"\nhint = "{hint}"\n{more}\n'


def hints(jitctl, *functions):
    return [getattr(jitctl._router.backend.record(one), "get", lambda _: None)("hint") for one in functions]


def test_a_module_that_is_loaded_and_one_that_comes(jitctl, load, module):
    before = module()
    load(rule("ruled*:plain"))
    after = module("ruled_later")
    assert hints(jitctl, before.plain, after.plain, before.outer) == ["focus", "focus", None]


def test_a_class_a_method_and_a_nested_class(jitctl, load, module):
    load(rule("ruled:Point.norm", "ignore") + rule("ruled:Point"))
    made = module()
    found = hints(jitctl, made.Point.norm, made.Point.unit, made.Point.Inner.deep, made.plain)
    assert found == ["ignore", "focus", "focus", None]


def test_what_is_imported_from_elsewhere_is_left_alone(jitctl, load, module):
    load(rule("ruled:*"))
    made = module()
    assert hints(jitctl, made.dumps, made.plain) == [None, "focus"]


def test_the_first_match_decides_and_what_it_hides_is_known(jitctl, load, module):
    rules = load(rule("ruled:plain", "ignore") + rule("ruled:plai*", "focus") + rule("ruled:absent"))
    made = module()
    active = jitctl.rules._rules.active
    assert hints(jitctl, made.plain) == ["ignore"]
    assert jitctl.rules.rule_of(made.plain) is rules[0]
    assert (active.overruled(), active.unmatched()) == ([rules[1]], [rules[2]])


def test_a_rule_wins_over_the_program_and_none_takes_its_hint_away(jitctl, load, module):
    load(rule("ruled:a", "ignore") + rule("ruled:b", "none"))
    text = "from jitctl import jit_focus\n" + "".join(f"@jit_focus\ndef {name}(): pass\n" for name in "abc")
    decorated = text.replace("jitctl", jitctl.__name__)
    made = module(text=decorated)
    assert hints(jitctl, made.a, made.b, made.c) == ["ignore", None, "focus"]
    for one in (made.a, made.b, made.c):
        jitctl.jit_once(one)
    assert hints(jitctl, made.a, made.b, made.c) == ["ignore", None, "once"]


def test_the_verdict_names_the_rule(jitctl, load, module, tmp_path):
    load("\n" + rule("ruled:plain"))
    assert f"the rule at {tmp_path / 'jitctl.toml'}:2" in jitctl.stats(module().plain).verdict.message


@pytest.mark.parametrize("more", ['python = "<3.10"', "until = 2020-01-01"])
def test_a_rule_that_does_not_hold_here_and_now_does_nothing(jitctl, load, module, more):
    (one,) = load(rule("ruled:plain", more=more))
    assert hints(jitctl, module().plain) == [None]
    assert one.idle()


def test_reloading_applies_again(jitctl, load, module):
    load(rule("ruled:plain"))
    made = module()
    old = made.plain
    made = importlib.reload(made)
    assert made.plain is not old
    assert hints(jitctl, made.plain) == ["focus"]


def test_the_import_system_shows_no_trace(jitctl, load, module):
    plain = module("ruled_before")
    load(rule("ruled:plain"))
    made = module()
    assert type(made.__loader__) is type(plain.__loader__)
    assert made.__spec__.loader is made.__loader__
    assert vars(made.__loader__).keys() == vars(plain.__loader__).keys()
    assert "def plain" in inspect.getsource(made.plain)
    assert importlib.util.find_spec("ruled") is made.__spec__


def test_a_module_in_a_zip_file(jitctl, load, tmp_path, monkeypatch):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("ruled_a.py", MODULE)
        file.writestr("ruled_b.py", MODULE)
    monkeypatch.syspath_prepend(str(archive))
    load(rule("ruled_*:plain"))
    first, second = importlib.import_module("ruled_a"), importlib.import_module("ruled_b")
    assert hints(jitctl, first.plain, second.plain) == ["focus", "focus"]
    assert "exec_module" not in vars(first.__loader__)


def test_a_module_that_fails_can_be_imported_when_it_is_mended(jitctl, load, module, tmp_path):
    load(rule("ruled:plain"))
    with pytest.raises(ZeroDivisionError):
        module(text="1 / 0")
    (tmp_path / "ruled.py").unlink()
    assert hints(jitctl, module(text=MODULE + "# longer").plain) == ["focus"]


def test_functions_that_are_made_later(jitctl, load, module):
    if not jitctl.rules._rules.functions.SEES_NESTED or not jitctl._router.backend.describe()["extension"]:
        return  # nothing tells when they are made
    load(rule("ruled:outer.<locals>.inner", "ignore"))
    inner = module().outer()
    assert hints(jitctl, inner) == ["ignore"]
    jitctl.jit_focus(inner)
    assert hints(jitctl, inner) == ["ignore"]


def test_the_nearest_file_is_found_and_one_without_our_table_is_not_ours(jitctl, tmp_path, monkeypatch):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    (tmp_path / "jitctl.toml").write_text(rule("ruled:plain"), encoding="utf-8")
    monkeypatch.chdir(deep)
    assert jitctl.rules._rules.discovered(str(deep)) == str(tmp_path / "jitctl.toml")
    (deep / "pyproject.toml").write_text('[[tool.jitctl.rule]]\nmatch = "a:b"\nhint = "once"\n', encoding="utf-8")
    try:
        (one,) = jitctl.rules.load()
    finally:
        jitctl.rules.clear()
    assert (one.hint, one.file) == ("once", str(deep / "pyproject.toml"))


@pytest.mark.parametrize(
    ("specifier", "version", "holds"),
    [
        (">=3.14", (3, 14, 0), True), (">=3.14", (3, 13, 9), False), (">=3.14,<3.16", (3, 15, 2), True),
        ("<3.15", (3, 15, 0), False), ("<=3.15", (3, 15, 4), True), (">3.15", (3, 15, 4), False),
        ("==3.15", (3, 15, 4), True), ("!=3.15", (3, 15, 4), False), ("==3.15.1", (3, 15, 4), False),
    ],
)  # fmt: skip
def test_versions(jitctl, specifier, version, holds):
    assert jitctl.rules._rules.rule.holds(specifier, version) is holds
