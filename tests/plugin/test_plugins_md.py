"""PLUGINS.md, done as its reader would do it: every file is written, every command is run, outside the tree."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from guide import ROOT, Block, blocks

GUIDE = ROOT / "PLUGINS.md"
BLOCKS = blocks(GUIDE)


class Reader:
    """Works through the guide: the folder and the variables that one block leaves are those of the next."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """Start in `folder`."""
        self.start = self.folder = folder
        self.environment = environment
        self.printed = ""

    def write(self, block: Block) -> None:
        """Write the file that the block shows."""
        path = self.folder / block.words["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")

    def run(self, block: Block) -> None:
        """Run the block's commands; the first that fails is the end."""
        state = self.start / "state"
        after = f"{{ pwd; env; }} > {shlex.quote(str(state))}"
        done = subprocess.run(
            ["sh", "-eu", "-c", f"{block.body}\n{after}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = done.stdout
        assert done.returncode == 0, f"PLUGINS.md, line {block.line}: status {done.returncode}\n{done.stdout}"
        folder, *variables = state.read_text(encoding="utf-8").splitlines()
        self.folder = Path(folder)
        self.environment = dict(line.split("=", 1) for line in variables if "=" in line)


@pytest.fixture(scope="module")
def reader(workplace: tuple[Path, dict[str, str]]) -> Reader:
    return Reader(*workplace)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block.kind}-{block.name}")
def test_block(block: Block, reader: Reader, request: pytest.FixtureRequest) -> None:
    if "file" in block.words:
        reader.write(block)
    elif block.kind == "sh":
        if "needs" in block.words:
            reader.printed = ""
            reason = request.getfixturevalue(block.words["needs"])
            if reason:
                pytest.skip(reason)
        reader.run(block)
    elif reader.printed:
        for line in block.body.splitlines():
            assert line in reader.printed, f"PLUGINS.md, line {block.line}: not printed: {line}\n{reader.printed}"
    else:
        pytest.skip("what prints it was skipped")


def test_the_line_for_later_works_with_the_core_as_it_will_be_published(
    reader: Reader, published_core: Path, tmp_path: Path
) -> None:
    """Once jitctl-core is on crates.io: the line in the comment, with the packaged crate in the registry's place."""
    manifest = next(block.body for block in BLOCKS if block.words.get("file") == "Cargo.toml")
    now, later = 'path = "../jitctl/core"', 'version = "1"'
    assert f"# once it is on crates.io: {later} in place of the path" in manifest
    for block in BLOCKS:
        if "file" in block.words:
            path = tmp_path / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body.replace(now, later), encoding="utf-8")
    (tmp_path / ".cargo").mkdir()
    config = f"[patch.crates-io]\njitctl-core = {{ path = '{published_core}' }}\n"
    (tmp_path / ".cargo" / "config.toml").write_text(config, encoding="utf-8")
    command = ["cargo", "check", "--quiet", "--all-targets", "--target-dir", reader.folder / "target" / "later"]
    done = subprocess.run(command, cwd=tmp_path, env=reader.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nothing_in_it_is_left_out() -> None:
    """Each block is a file, a command, or what the command before it prints; indented listings would escape."""
    assert [block.name for block in BLOCKS if not ("file" in block.words or block.kind in ("sh", "text"))] == []
    for before, block in itertools.pairwise(BLOCKS):
        assert block.kind != "text" or before.kind == "sh", f"line {block.line} shows the output of nothing"
    outside = re.sub(r"^```.*?^```$", "", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert re.search(r"^ {4,}\S", outside, re.MULTILINE) is None


def test_every_link_leads_somewhere() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings
