"""Build of the compiled part: the extension and one shared library per backend.

Everything else about the package stands in pyproject.toml. Where the compiled part cannot run
(PyPy and others, free-threaded CPython) or is not wanted
(``JITCTL_PURE_PYTHON=1``), the package is pure Python and its decorators do nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent.resolve()
sys.path.insert(0, str(ROOT / "tools"))

from wheel_about import about, crates  # noqa: E402

#: where files of the repository can be read, and where pictures can be taken from
BLOB = "https://github.com/jitctl/jitctl/blob/main/"
RAW = "https://raw.githubusercontent.com/jitctl/jitctl/main/"
PURE = (
    os.environ.get("JITCTL_PURE_PYTHON", "") not in ("", "0")
    or sys.implementation.name != "cpython"
    or bool(sysconfig.get_config_var("Py_GIL_DISABLED"))  # abi3 does not load there
)


class BuildFresh(build_py):
    """Start from an empty build folder: what an earlier build left there would be shipped too."""

    def run(self) -> None:
        """Remove this package from build/lib*, then build."""
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / "jitctl", ignore_errors=True)
        super().run()


class WheelThatTells(bdist_wheel):
    """Put the bill of materials and the licences of the Rust crates into the wheel."""

    def write_wheelfile(self, wheelfile_base: str, **more: str) -> None:
        """Write ``WHEEL``, as always, and what stands beside it."""
        super().write_wheelfile(wheelfile_base, **more)
        if not PURE:
            inside = crates.shipped(ROOT, [ROOT / "python" / "Cargo.toml", *backends()])
            about.write(Path(wheelfile_base), self.distribution.get_name(), self.distribution.get_version(), inside)


def backends() -> list:
    """List the manifests of the crates in backends/ that make a library of this package."""
    return [
        crate
        for crate in sorted(ROOT.glob("backends/*/Cargo.toml"))
        if "cdylib" in crate.read_text(encoding="utf-8")  # the others are code that backends share
        and not crate.with_name("pyproject.toml").exists()  # a package of its own
    ]


def rust_extensions() -> list:
    """List the extension and a library for every backend."""
    from setuptools_rust import Binding, RustExtension

    common = {"py_limited_api": True, "debug": False}
    libraries = [
        RustExtension(
            f"jitctl.backends.libjitctl_backend_{crate.parent.name}",
            crate.relative_to(ROOT).as_posix(),
            binding=Binding.NoBinding,
            **common,
        )
        for crate in backends()
    ]
    return [RustExtension("jitctl._backend", "python/Cargo.toml", binding=Binding.PyO3, **common), *libraries]


def readme() -> str:
    """Return README.md with absolute links: on the package index there are no files beside it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^\]]*\]\()(?!\w+:|#)", rf"\g<1>{RAW}", text)
    text = re.sub(r"(?<!!)(\[[^\]]*\]\()(?!\w+:|#)", rf"\g<1>{BLOB}", text)
    return re.sub(r"^(\[[^\]]+\]: )(?!\w+:|#)", rf"\g<1>{BLOB}", text, flags=re.M)


def repeatable() -> None:
    """Let two builds of one commit give the same file: no time of the build, and no folder of the machine in it."""
    if "SOURCE_DATE_EPOCH" not in os.environ:
        command = ["git", "log", "-1", "--format=%ct"]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True) if shutil.which("git") else None
        # Outside a checkout the archive's own file tells when it was made.
        made = told.stdout.strip() if told and told.returncode == 0 else ""
        os.environ["SOURCE_DATE_EPOCH"] = made or str(int((ROOT / "pyproject.toml").stat().st_mtime))
    if PURE:
        return
    home = os.environ.get("CARGO_HOME") or str(Path.home() / ".cargo")
    flags = os.environ.get("CARGO_ENCODED_RUSTFLAGS") or "\x1f".join(os.environ.get("RUSTFLAGS", "").split())
    remap = [f"--remap-path-prefix={home}=cargo", f"--remap-path-prefix={ROOT}=jitctl"]
    os.environ["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join([*filter(None, [flags]), *remap])


repeatable()
setup(
    long_description=readme(),
    long_description_content_type="text/markdown",
    cmdclass={"build_py": BuildFresh, "bdist_wheel": WheelThatTells},
    rust_extensions=[] if PURE else rust_extensions(),
    options={} if PURE else {"bdist_wheel": {"py_limited_api": "cp310"}},
)
