"""What stands in more than one of the project's files is the same everywhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


OLDEST = re.search(r'^rust-version = "([\d.]+)"', read("Cargo.toml"), re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("README.md", r"Rust (\d\.\d+) or newer"), ("PLUGINS.md", r"Rust (\d\.\d+) or later")],
)
def test_the_pages_name_the_oldest_rust(name, pattern):
    assert re.findall(pattern, read(name)) == [OLDEST]


def test_every_crate_of_the_workspace_takes_the_oldest_rust_from_there():
    members = re.findall(r'^    "([\w/]+)",$', read("Cargo.toml").partition("[workspace.package]")[0], re.MULTILINE)
    assert len(members) > 5
    assert [one for one in members if "rust-version.workspace = true" not in read(f"{one}/Cargo.toml")] == []


def test_the_toolchain_file_asks_for_a_channel_that_is_no_older():
    """A number there would have to move with each release of Rust; the channel names none."""
    assert 'channel = "stable"' in read("rust-toolchain.toml")


@pytest.mark.skipif(not (ROOT / ".github").exists(), reason="a source archive has no workflows")
def test_a_workflow_tests_with_the_oldest_rust_and_none_names_another():
    workflows = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")}
    named = re.findall(r"cargo \+([\d.]+) |toolchain install ([\d.]+)", "".join(workflows.values()))
    assert {number for pair in named for number in pair if number} == {OLDEST}


@pytest.mark.skipif(not (ROOT / ".github").exists(), reason="a source archive has no workflows")
def test_the_workflows_install_every_version_that_the_package_claims():
    claimed = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', read("pyproject.toml"))
    (installed,) = re.findall(r"uv python install (3\.10 .*)", read(".github/workflows/test.yml"))
    assert set(claimed) <= set(installed.split())
    assert installed in read("CONTRIBUTING.md")


ASKS = re.compile(
    r"cfg!?\((?:all\(|any\(|not\()*(?:unix|windows|target_)|sys\.platform|os\.name\b|os\.wait4|setitimer|/proc/"
)


def test_every_file_that_asks_for_the_system_is_in_the_reviewed_list():
    places = [*ROOT.glob("core/src/**/*.rs"), *ROOT.glob("cpython/src/**/*.rs"), *ROOT.glob("backends/*/src/**/*.rs")]
    places += [*ROOT.glob("python/src/**/*.rs"), *ROOT.glob("python/jitctl/**/*.py")]
    asking = [path.relative_to(ROOT).as_posix() for path in places if ASKS.search(path.read_text(encoding="utf-8"))]
    assert len(asking) > 5
    listed = read("docs/explanation/reach.md")
    assert [name for name in asking if f"`{name}`" not in listed] == []
