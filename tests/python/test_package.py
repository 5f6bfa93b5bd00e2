"""Facts of the package that stand in more than one place agree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_type_information_is_installed(jitctl):
    folder = Path(jitctl.__file__).parent
    assert (folder / "py.typed").is_file()
    assert (folder / "_backend.pyi").is_file()


def test_the_version_is_the_one_installed(jitctl):
    from importlib import metadata

    try:
        installed = metadata.version("jitctl")
    except metadata.PackageNotFoundError:
        pytest.skip("jitctl is not installed, only on the path")
    assert installed == jitctl.__version__


def test_the_extension_has_the_packages_version(jitctl):
    manifest = (ROOT / "python" / "Cargo.toml").read_text(encoding="utf-8")
    if re.search(r"^version\.workspace\s*=\s*true", manifest, re.MULTILINE):
        manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8").partition("[workspace.package]")[2]
    assert re.search(r'^version\s*=\s*"([^"]+)"', manifest, re.MULTILINE).group(1) == jitctl.__version__


def test_every_folder_of_the_package_is_shipped():
    """A folder that pyproject.toml does not name works in the tree and is missing in the wheel."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(r'"([\w.]+)"', re.search(r"^packages = \[(.*?)\]", text, re.MULTILINE | re.DOTALL).group(1))
    package = ROOT / "python" / "jitctl"
    there = {file.parent.relative_to(package.parent) for file in package.rglob("*.py")}
    assert sorted(named) == sorted(".".join(folder.parts) for folder in there)


def test_the_script_that_pip_installs_starts_the_command_line():
    from importlib import import_module

    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    module, _, name = re.search(r'^jitctl = "([\w.:]+)"', text, re.MULTILINE).group(1).partition(":")
    assert callable(getattr(import_module(module), name))
