"""Backends of tests/fixtures/plugins as libraries, built when the first test asks for one."""

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"


@lru_cache(maxsize=1)
def _folder():
    """Build all of them; return their folder, or the reason why that cannot be done here.

    JITCTL_FIXTURES names a folder with ready ones. The workspace of the fixtures is complete once the Rust tests have
    generated a part of it.
    """
    named = os.environ.get("JITCTL_FIXTURES")
    if named:
        return Path(named)
    if not shutil.which("cargo") or not (FIXTURES / "Cargo.toml").is_file():
        return "no cargo to build the fixture backends with"
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    command = ["cargo", "build", "--quiet", "--package", "fixture-plugins", "--examples", "--target-dir", str(target)]
    done = subprocess.run(command, cwd=FIXTURES, capture_output=True, text=True)
    if done.returncode != 0:
        return f"the fixture backends cannot be built: {done.stderr.strip().splitlines()[-1]}; next: nox -s rust"
    return target / "debug" / "examples"


def library(name, folder, called=None):
    """Copy a fixture into `folder`, whose permissions the caller decides; skip where there is none."""
    built = _folder()
    if isinstance(built, str):
        pytest.skip(built)
    found = [built / f"{prefix}{name}.{suffix}" for prefix in ("lib", "") for suffix in ("so", "dylib", "dll")]
    source = next((file for file in found if file.is_file()), None)
    assert source is not None, f"no library of fixture {name} in {built}"
    target = folder / (called or source.name)
    shutil.copyfile(source, target)
    target.chmod(0o755)
    return target
