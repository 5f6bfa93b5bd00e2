"""What the documentation site makes of the package when it is built: nothing is left out."""

import argparse
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from docsite.commands import commands_page, parsers, schemas
from docsite.drawing import Drawing, Step, svg
from docsite.drawings import DRAWINGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def without_traces(monkeypatch):
    """Leave no package of the tree, and no variable, to the tests that follow."""
    monkeypatch.setenv("JITCTL_PURE_PYTHON", "1")
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
        del sys.modules[name]


def test_every_command_and_each_of_its_options_is_in_the_reference():
    page, found = commands_page(), parsers()
    from jitctl._cli.parser import COMMANDS

    assert {f"jitctl {name}" for name in COMMANDS} <= set(found)
    for typed, parser in found.items():
        section = page.partition(f" {typed}\n")[2].partition("\n##")[0]
        assert section.strip(), typed
        if any(isinstance(action, argparse._SubParsersAction) for action in parser._actions):
            continue  # its actions have sections of their own
        for action in parser._actions:
            if action.help != argparse.SUPPRESS:
                assert all(f"`{name}" in section for name in action.option_strings or [action.metavar]), (typed, action)


def test_an_option_in_a_sentence_is_shown_as_typed():
    from docsite.commands import _inline

    assert _inline("With --rules or -o, well-known") == "With `--rules` or `-o`, well-known"
    assert _inline("as `--json` | <x>") == "as `--json` \\| &lt;x>"


def test_every_schema_is_there_and_numbered():
    found = schemas()
    assert {"jitctl doctor --schema", "jitctl check --schema", "Stats.json_schema()"} <= set(found)
    for text in found.values():
        assert json.loads(text)["type"] == "object"


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_one_in_the_tree_and_is_shown(name):
    folder = ROOT / "docs" / "explanation"
    text = (folder / "drawings" / f"{name}.svg").read_text(encoding="utf-8")
    assert text == svg(DRAWINGS[name]), "run python tools/drawings.py"
    assert f"drawings/{name}.svg" in (folder / "backends.md").read_text(encoding="utf-8")


def test_every_backend_has_a_drawing():
    folders = {manifest.parent.name for manifest in (ROOT / "backends").glob("*/Cargo.toml")}
    assert folders - {"training"} <= set(DRAWINGS)


def test_boxes_stand_below_each_other_and_in_their_lanes():
    steps = [Step(0, "a"), Step(2, "a text that is longer than one line of a box is", "why"), Step(2, "b < c")]
    root = ElementTree.fromstring(svg(Drawing("title", ("x", "y", "z"), steps)))
    boxes = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if one.get("stroke")]
    tops = [int(one.get("y")) for one in boxes]
    heights = [int(one.get("height")) for one in boxes]
    assert tops == sorted(tops)
    assert all(top + height < below for top, height, below in zip(tops, heights, tops[1:], strict=False))
    assert int(boxes[0].get("x")) < int(boxes[1].get("x")) == int(boxes[2].get("x"))
    assert heights[1] > heights[0]
    words = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"x", "y", "z", "a", "why", "b < c"} <= set(words)
