"""Recordings: what is written is read back, and what is none is told so; shares have intervals that hold."""

import json
import random

import pytest
from recordings import REASON, function, recording

from jitctl._report.difference import changes, words
from jitctl._report.recording import Recording, UnreadableError, read
from jitctl._report.screen import screen
from jitctl._report.share import Share


def plain(text, color):
    return text


def colored(text, color):
    return f"<{color}>{text}</>"


def test_what_is_written_is_read_back(tmp_path):
    whole = recording(function(reasons=(REASON,), hint="focus", regions=2), function("g", first_compiled=None))
    file = tmp_path / "run.json"
    file.write_text(whole.to_json(), encoding="utf-8")
    assert read(str(file)) == whole


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        ("{", "is no JSON"),
        ("[]", "no recording"),
        ("{}", "no recording"),
        ('{"schema": 99}', "a recording of form 99"),
        ('{"schema": 1, "functions": 3}', "is damaged"),
        ('{"schema": 1, "status": []}', "is damaged"),
    ],
)
def test_what_is_no_recording_is_told(tmp_path, content, told):
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableError, match=told) as error:
        read(str(file))
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("samples", [20, 300])
def test_the_interval_holds_the_true_share(share, samples):
    """In 95 of 100 cases it should; in a thousand made-up ones it may be a little less, for few samples."""
    draw = random.Random(7)
    held = 0
    for _ in range(1000):
        estimated = Share.estimated(sum(draw.random() < share for _ in range(samples)), samples)
        held += estimated.low <= share <= estimated.high
    assert held >= 910


def test_no_samples_no_share():
    assert Share.estimated(0, 0) is None
    assert "not known" in "\n".join(screen(recording(in_jit=None), 80, plain))


@pytest.mark.parametrize("width", [120, 80, 40])
def test_the_screen_fits(width):
    long = function(
        "A" * 30 + ".method_" + "b" * 40, reasons=(REASON,), hint="focus", status="pending", message="waits"
    )
    text = list(
        screen(recording(long, function(regions=2, hint="once"), note="x" * 30 + " and more" * 9), width, plain)
    )
    assert [line for line in text if len(line) > width] == []
    assert text[0].startswith("60 % (57 to 63 %)")
    assert "raise-in-loop (line 14)" in " ".join(line.strip() for line in text)


def test_colours_are_asked_for_and_hide_no_text():
    whole = recording(function(regions=2), function("g", hint="focus", status="pending", verdict="armed", message="m"))
    painted = "\n".join(screen(whole, 80, colored))
    assert "<bold>60 %" in painted
    assert "<green>compiled at line 12</>" in painted
    for mark in ("<bold>", "<green>", "<yellow>", "</>"):
        painted = painted.replace(mark, "")
    assert painted == "\n".join(screen(whole, 80, plain))


def test_what_changed_between_two_runs():
    old = recording(
        function("lost", regions=2, compiled=0.9),
        function("same", compiled=0.5),
        function("slow", samples=50),
        function("gone", samples=60),
        function("little", samples=4, regions=1),
        in_jit=0.8,
    )
    now = recording(
        function("lost", reasons=(REASON,)),
        function("same", compiled=0.52),
        function("slow", samples=400),
        function("new", regions=1),
        function("little", samples=4),
        in_jit=0.2,
    )
    found = {(one.name, one.word): one for one in changes(old, now)}
    assert sorted(found) == [("shop:gone", "gone"), ("shop:lost", "lost"), ("shop:slow", "time")]
    assert "raise-in-loop" in found["shop:lost", "lost"].text
    assert found["shop:lost", "lost"].worse
    assert words(old, now) == "less"
    assert words(now, old) == "more"
    assert words(now, now) == "no difference that samples show"
    assert list(changes(now, now)) == []
    gained = [one for one in changes(now, old) if one.word == "gained"]
    assert [one.name for one in gained] == ["shop:lost"]


def test_all_fields_are_in_the_schema():
    schema = Recording.json_schema()
    assert sorted(schema["properties"]) == sorted(json.loads(recording().to_json()))
