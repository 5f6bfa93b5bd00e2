"""`jitctl.stats()`: what it holds, how it reads, and that reading changes nothing."""

import itertools
import json
import threading

import pytest

STATUSES = {"applied", "pending", "partial", "unsupported", "refused"}


NUMBERS = itertools.count()


@pytest.fixture
def tag():
    """Give a module name that no other test uses: records live on until their functions are collected."""
    return f"tag{next(NUMBERS)}"


@pytest.fixture
def hinted(jitctl, tag):
    """Hint a function and a class in a module called `tag`, and a builtin."""

    def work(n):
        total = 0
        for i in range(n):
            total += i
        return total

    class Shop:
        def report_buy(self):
            pass

    work.__name__ = "report_work"
    work.__module__ = Shop.report_buy.__module__ = tag
    return jitctl.jit_focus(work), jitctl.jit_ignore(Shop), jitctl.jit_once(len)


def test_the_record_of_one_function(jitctl, tag, hinted):
    work = hinted[0]
    record = jitctl.stats(work)
    assert isinstance(record, jitctl.Record)
    assert isinstance(record.verdict, jitctl.Verdict)
    assert record.function is work
    assert (record.name, record.module) == ("report_work", tag)
    assert record.qualname.endswith("hinted.<locals>.work")
    assert (record.file, record.line) == (work.__code__.co_filename, work.__code__.co_firstlineno)
    assert (record.hint, record.origin) == ("focus", "function")
    assert record.backend == jitctl._backend.chosen()["name"]
    assert record.verdict.status in STATUSES
    assert record.verdict.code == record.verdict.code.lower()
    assert record.verdict.message
    assert str(record.tier)


def test_methods_properties_and_classes_can_be_asked_for(jitctl, tag, hinted):
    shop = hinted[1]
    assert jitctl.stats(shop().report_buy) == jitctl.stats(shop.report_buy)
    of_class = jitctl.stats(shop)
    assert isinstance(of_class, jitctl.Stats)
    assert [record.name for record in of_class] == ["report_buy"]

    getter = jitctl.jit_focus(property(lambda self: 1))
    assert len(jitctl.stats(getter)) == 1


def test_an_object_without_a_hint_is_a_lookup_error(jitctl):
    def unhinted():
        pass

    with pytest.raises(LookupError, match=r"unhinted \(function\) has no hint; decorate it with jit_focus"):
        jitctl.stats(unhinted)
    with pytest.raises(TypeError, match=r"stats needs a function, method, property or class; got 3 \(int\)"):
        jitctl.stats(3)


def test_filters(jitctl, tag, hinted):
    assert [record.name for record in jitctl.stats(name="report_*", module=tag)] == ["report_work", "report_buy"]
    assert [record.name for record in jitctl.stats(name="*.Shop.report_buy", module=tag)] == ["report_buy"]
    assert len(jitctl.stats(module="no.such.module")) == 0
    assert all(record.module == "builtins" for record in jitctl.stats(module="builtins"))
    with pytest.raises(TypeError, match="either a function or module= and name=, not both"):
        jitctl.stats(hinted[0], name="x")


def test_it_is_a_sequence(jitctl, tag, hinted):
    found = jitctl.stats(module=tag)
    assert len(found) == 2
    assert found[0] == next(iter(found)) == jitctl.stats(hinted[0])
    assert found[-1] in found
    assert isinstance(found[:1], jitctl.Stats)
    assert next(reversed(found)) == found[1]


def test_the_headline_counts_and_names_the_backend(jitctl, tag, hinted):
    found = jitctl.stats(module=tag)
    counts = {status: [r.verdict.status for r in found].count(status) for status in STATUSES}
    assert found.headline.startswith("2 functions: ")
    for status, count in counts.items():
        assert (f"{count} {status}" in found.headline) == bool(count)
    assert f"; backend {jitctl._backend.chosen()['name']}" in found.headline
    assert "JIT built" in found.headline
    assert jitctl.stats(name="nothing like this").headline.startswith("0 functions: no hints; backend ")


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 250])
def test_the_table_fits_the_terminal_and_no_message_is_cut(jitctl, tag, hinted, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    found = jitctl.stats(module=tag)
    headline, table = str(found).split("\n\n")
    assert " ".join(headline.split()) == found.headline
    lines = table.split("\n")
    assert max(map(len, [*headline.split("\n"), *lines])) <= width
    assert lines[0].split()[:3] == ["function", "hint", "verdict"]
    unbroken = "".join(table.split())
    for record in found:
        assert "".join(record.verdict.message.split()) in unbroken
        assert record.verdict.code in unbroken
    assert any(line.startswith("work (" if width == 250 else "work") for line in lines)
    if width == 250:
        assert lines[0].split() == ["function", "hint", "verdict", "code", "tier", "message"]
        assert len(lines) == 3
    if width <= 80:
        assert {line[:4] for line in lines[2:]} >= {"    "}


def test_the_functions_own_name_stands_before_its_package(jitctl, tag):
    def long_name_of_a_function():
        pass

    long_name_of_a_function.__module__ = f"{tag}.a_package.of.some_depth.with_a.module"
    long_name_of_a_function.__qualname__ = "Class.long_name_of_a_function"
    record = jitctl.stats(jitctl.jit_focus(long_name_of_a_function))
    assert record.title == f"Class.long_name_of_a_function ({tag}.a_package.of.some_depth.with_a.module)"


@pytest.mark.parametrize("width", [*range(39, 46), 80])
def test_where_space_is_short_the_package_goes_first(jitctl, tag, monkeypatch, width):
    def short_name():
        pass

    short_name.__module__ = f"{tag}.a_package.of.some_depth.with_a.module.of_a_long_name.that_fits_nowhere"
    short_name.__qualname__ = "short_name"
    jitctl.jit_focus(short_name)
    monkeypatch.setenv("COLUMNS", str(width))
    assert "\nshort_name" in str(jitctl.stats(module=f"{tag}.*"))


def test_a_long_table_is_cut_and_says_so(jitctl, tag):
    kept = []
    for _ in range(65):

        def many():
            pass

        many.__module__ = tag
        kept.append(jitctl.jit_focus(many))
    text = str(jitctl.stats(module=tag))
    assert text.endswith("5 more: stats(name=...) or stats(module=...) narrows, to_dict() has all"), text
    assert len(jitctl.stats(module=tag).to_dict()["records"]) == 65


def test_html_is_escaped(jitctl, tag, hinted):
    html = jitctl.stats(module=tag)._repr_html_()
    assert html.startswith("<table><caption>2 functions: ")
    assert f"work ({tag}.hinted)" in html
    assert html.count("<tr>") == 3
    for record in (jitctl.stats(hinted[0]), *jitctl.stats(module=tag)):
        assert "hinted.&lt;locals&gt;." in record._repr_html_()
        assert "<locals>" not in record._repr_html_()
        assert record.verdict.message in record._repr_html_()


def test_json_has_everything_and_a_schema(jitctl, tag, hinted):
    found = jitctl.stats(module=tag)
    data = json.loads(found.to_json(indent=1))
    assert data == json.loads(json.dumps(found.to_dict()))
    assert data["schema"] == 1
    assert data["jitctl"] == jitctl.__version__
    assert data["headline"] == found.headline
    assert data["interpreter"]["implementation"]
    assert data["backend"]["name"]
    assert data["jit"]["on"] == data["interpreter"]["jit_enabled"]
    assert data["jit"]["text"] in data["headline"]
    first = data["records"][0]
    assert set(first) == {
        *("name", "module", "qualname", "file", "line", "hint", "origin", "backend", "verdict", "tier", "profile"),
        *("unfriendly", "others"),
    }
    assert set(first["verdict"]) == {"status", "code", "message", "advice", "measures"}
    assert set(first["tier"]) == {
        "instructions",
        "specialisable",
        "specialised",
        "failed",
        "warmth",
        "regions",
        "exits",
    }


def check(value, schema, at="$"):
    """Say what in `value` does not fit `schema`, by the few keywords that ours uses."""
    assert set(schema) <= {
        *("$schema", "title", "type", "properties", "required", "items", "prefixItems"),
        *("minItems", "minimum", "enum", "const"),
    }, f"{at}: a keyword this check does not know"
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    wanted = schema.get("type", [])
    for kind in [wanted] if isinstance(wanted, str) else wanted:
        if value is None if kind == "null" else isinstance(value, kinds[kind]):
            break
    else:
        assert not wanted, f"{at}: {value!r} is no {wanted}"
    assert value in schema.get("enum", [value]), at
    assert value == schema.get("const", value), at
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), at
        for key, inner in schema.get("properties", {}).items():
            check(value[key], inner, f"{at}.{key}")
    if isinstance(value, list):
        assert len(value) >= schema.get("minItems", 0), at
        for number, one in enumerate(value):
            check(one, schema.get("items", {}), f"{at}[{number}]")
        for number, inner in enumerate(schema.get("prefixItems", ())):
            check(value[number], inner, f"{at}[{number}]")


def test_the_json_keeps_the_published_schema(jitctl, tag, hinted):
    schema = jitctl.Stats.json_schema()
    assert json.loads(json.dumps(schema)) == schema
    data = json.loads(jitctl.stats().to_json())
    assert len(data["records"]) >= 3
    check(data, schema)
    assert set(data) == set(schema["properties"])
    data["records"][0]["hint"] = "other"
    with pytest.raises(AssertionError, match=r"records\[0\]\.hint"):
        check(data, schema)


def told(jitctl, tag):
    """What is read, without the note that counts the native backend's own upkeep: that goes on beside any reader."""
    seen = jitctl.stats(module=tag).to_dict()
    for one in (seen["backend"], *seen["backend"]["chain"]):
        one["notes"] = [note for note in one.get("notes", ()) if note[0] != "maintenance"]
    return seen


def test_readers_in_several_threads_see_the_same(jitctl, tag, hinted):
    expected = told(jitctl, tag)
    stop = threading.Event()
    wrong = []

    def read():
        while not stop.is_set():
            try:
                if told(jitctl, tag) != expected or jitctl.stats(hinted[0]).name != "report_work":
                    wrong.append("another answer")
                str(jitctl.stats(module=tag)), jitctl.stats(module=tag)._repr_html_()
            except Exception as error:
                wrong.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(200):  # hints that come and go meanwhile
        other = jitctl.jit_focus(lambda: None)
        jitctl._backend.undo(other)
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong, wrong[:3]


def test_names_that_would_break_the_table_are_escaped(jitctl, tag, monkeypatch):
    def odd():
        pass

    odd.__module__ = tag
    odd.__qualname__ = "first\nsecond\x1b[31m"
    jitctl.jit_focus(odd)
    monkeypatch.setenv("COLUMNS", "200")
    lines = str(jitctl.stats(module=tag)).split("\n")
    assert len(lines) == 4 + bool(jitctl.stats(odd).unfriendly)
    assert lines[3].startswith(f"first\\nsecond\\x1b[31m ({tag})")
    assert "\x1b" not in str(jitctl.stats(odd))


def test_wide_characters_count_twice(jitctl):
    from jitctl._stats.table import text_table
    from jitctl._text import columns, cut

    assert columns("漢字") == 4
    assert columns("e\u0301") == 1
    assert columns(cut("漢字漢字漢字", 6)) <= 6
    heads, row = text_table(("a", "b"), [("漢字", "x")], 80).split("\n")
    assert columns(heads.split("b")[0]) == columns(row.split("x")[0])


def test_reading_changes_nothing(jitctl, tag, hinted):
    first = told(jitctl, tag)
    for _ in range(3):
        str(jitctl.stats())
        assert told(jitctl, tag) == first


def test_the_printed_record_reads_as_text(jitctl, tag, hinted):
    lines = str(jitctl.stats(hinted[0])).split("\n")
    assert lines[0].startswith(f"{tag}.hinted.<locals>.work: focus ")
    assert lines[-1].strip().startswith("backend: ")
    assert f"test_report.py:{hinted[0].__code__.co_firstlineno}" in lines[-1]


def test_the_words_for_a_tier(jitctl):
    from jitctl._stats.records import Tier

    region = {"offset": 8, "line": 3, "last_line": 4, "kind": "loop", "micro_ops": 40, "valid": True}
    known = {"instructions": 20, "specialisable": 8, "specialised": 0, "regions": []}

    def words(**more):
        return str(Tier.read({**known, **more}))

    assert str(Tier.read({})) == "not known"
    assert words() == "interpreted"
    assert words(specialised=4) == "specialised 50 %"
    assert words(regions=[region]) == "compiled at line 3"
    assert words(regions=[{**region, "valid": False}]) == "interpreted"
    many = [{**region, "line": 100 + n, "last_line": 101 + n} for n in range(10)] * 2
    assert words(regions=many) == "compiled: 20 regions, lines 100 to 110"
    assert words(regions=[{**region, "last_line": 3}] * 2) == "compiled: 2 regions, line 3"
    assert words(regions=[{**region, "line": None, "last_line": None}] * 2) == "compiled: 2 regions"
    partly = Tier.read({**known, "regions": [region]}), Tier.read({**known, "regions": many}), Tier.read(known)
    assert [one.words(partly=True) for one in partly] == [
        *("partly compiled: line 3", "partly compiled: 20 regions, lines 100 to 110", "interpreted")
    ]
    assert Tier.read({**known, "regions": [region]}).to_dict()["regions"][0]["machine_code_bytes"] is None


def test_a_record_and_a_profile_show_themselves_in_one_line(jitctl, tag, hinted):
    jitctl.jit_focus(hinted[0], profile=True)
    hinted[0](3)
    record = jitctl.stats(hinted[0])
    jitctl.profiler.stop(hinted[0])
    assert repr(record).startswith(f"<Record {tag}.hinted.<locals>.work: focus {record.verdict.status} (")
    assert repr(record.profile).startswith(f"<Profile ({record.profile.state}): ")
    for shown in (repr(record), repr(record.profile), repr(jitctl.stats())):
        assert "\n" not in shown
        assert len(shown) < 500
    assert record._repr_html_().count("<table>") == record.profile._repr_html_().count("<table>") == 1


def test_a_record_does_not_change_any_more(jitctl, tag, hinted):
    record = jitctl.stats(hinted[0])
    for thing, name in ((record, "hint"), (record.verdict, "code"), (record.tier, "regions")):
        with pytest.raises(AttributeError):
            setattr(thing, name, None)
    assert hash(record) == hash(jitctl.stats(hinted[0]))


def test_verdict_and_state_are_of_one_moment(jitctl):
    """Where code is compiled between the two readings, both are read again."""
    from jitctl._stats.records import Record

    region = {"offset": 8, "line": 3, "last_line": 4, "kind": "loop", "micro_ops": 40, "valid": True}

    def work():
        pass

    class Compiling:
        """Compiles the function as soon as its verdict was read for the first time."""

        asked = 0

        def record(self, thing):
            self.asked += 1
            code = "armed" if self.asked == 1 else "compiled"
            verdict = {"status": "applied", "code": code, "message": code, "advice": "", "measures": []}
            asked = {"object": thing, "hint": "focus", "origin": "function", "backend": "made up", "others": []}
            return {**asked, "verdict": verdict}

        def observe(self, thing):
            return {"instructions": 20, "regions": [region] if self.asked else []}

        def unfriendly(self, thing):
            return []

        def profile(self, thing):
            return None

    backend = Compiling()
    record = Record.read({**backend.record(work), "verdict": None}, Compiling())
    assert (record.verdict.code, str(record.tier)) == ("compiled", "compiled at line 3")


@pytest.mark.parametrize(
    ("built", "on", "note", "expected"),
    [
        (False, False, "", (None, "no JIT built")),
        (True, True, "on for the process", ("process", "JIT built, on")),
        (True, False, "off", ("process", "JIT built, off")),
        (True, True, "switched on by jitctl, for hinted functions", ("jitctl", "switched on by jitctl")),
        (True, False, "switched off by jitctl while a tracing tool is active", ("tracer", "a tracing tool is active")),
        (True, False, "switched off by jitctl while the perf trampoline is active", ("system", "perf trampoline")),
        (True, False, "switched off by jitctl while the system refuses executable memory", ("system", "memory")),
    ],
)
def test_who_has_the_jit_on_or_off(jitctl, built, on, note, expected):
    """The notes are native's words; tests/python/native/test_jit_state.py reads them from there."""
    from dataclasses import replace

    from jitctl._stats.system import _jit_state, read_system

    found = _jit_state(replace(read_system().interpreter, jit_built=built, jit_enabled=on), {"JIT": note})
    assert (found.built, found.on, found.by) == (built, on, expected[0])
    assert expected[1] in found.text
