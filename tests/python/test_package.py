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
