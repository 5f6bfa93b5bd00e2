"""A place outside the tree, where PLUGINS.md's reader works: a checkout beside it, Python, jitctl."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from guide import ROOT


def run(*command: object, **more: object) -> str:
    """Run a command; return what it printed, or fail with it."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="session")
def published_core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return jitctl-core as the registry would give it out: packaged, and unpacked elsewhere."""
    target = tmp_path_factory.mktemp("package")
    run(
        *("cargo", "package", "--quiet", "--package", "jitctl-core", "--allow-dirty", "--no-verify"),
        *("--target-dir", target),
        cwd=ROOT,
    )
    (crate,) = (target / "package").glob("jitctl-core-*.crate")
    with tarfile.open(crate) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(target, filter="data")
        else:
            archive.extractall(target)
    return target / crate.stem


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of a fresh environment."""
    folder = tmp_path_factory.mktemp("venv")
    # Debian's own venv module brings no pip along; nox's sessions have virtualenv.
    maker = "virtualenv" if importlib.util.find_spec("virtualenv") else "venv"
    run(sys.executable, "-m", maker, folder)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def jitctl(python: Path) -> str | None:
    """Install jitctl for `python`; return None, or why it cannot be had.

    JITCTL_WHEEL_FILE names a wheel; otherwise the newest one in dist/ is taken; otherwise the package in the tree.
    """
    named = os.environ.get("JITCTL_WHEEL_FILE")
    built = sorted((ROOT / "dist").glob("*-abi3-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    wheels = [Path(named)] if named else built
    if wheels:
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheels[-1])
        return None
    if not list((ROOT / "python" / "jitctl").glob("_backend*.so")):
        return "jitctl is not built: no wheel in dist/ and no extension in python/jitctl; next: nox -s wheel"
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(packages) / "jitctl-in-the-tree.pth").write_text(f"{ROOT / 'python'}\n", encoding="utf-8")
    return None


@pytest.fixture(scope="session")
def workplace(python: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a folder outside the tree that holds nothing but a checkout of jitctl, and the environment to work in."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "jitctl").symlink_to(ROOT, target_is_directory=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JITCTL_", "CARGO_"))}
    environment.pop("PYTHONPATH", None)
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
    return folder, environment
