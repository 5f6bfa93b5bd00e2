"""Build of the compiled part: the extension and one shared library per backend.

Everything else about the package stands in pyproject.toml. Where the compiled part cannot run
(PyPy and others, free-threaded CPython, CPython before 3.10) or is not wanted
(``JITCTL_PURE_PYTHON=1``), the package is pure Python and its decorators do nothing.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent.resolve()
PURE = (
    os.environ.get("JITCTL_PURE_PYTHON", "") not in ("", "0")
    or sys.implementation.name != "cpython"
    or sys.version_info < (3, 10)
    or bool(sysconfig.get_config_var("Py_GIL_DISABLED"))  # abi3 does not load there
)


class BuildFresh(build_py):
    """Start from an empty build folder: what an earlier build left there would be shipped too."""

    def run(self) -> None:
        """Remove this package from build/lib*, then build."""
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / "jitctl", ignore_errors=True)
        super().run()


def rust_extensions() -> list:
    """List the extension and a library for every crate in backends/ that makes one."""
    from setuptools_rust import Binding, RustExtension

    common = {"py_limited_api": True, "debug": False}
    libraries = [
        RustExtension(
            f"jitctl.backends.libjitctl_backend_{crate.parent.name}",
            crate.relative_to(ROOT).as_posix(),
            binding=Binding.NoBinding,
            **common,
        )
        for crate in sorted(ROOT.glob("backends/*/Cargo.toml"))
        if "cdylib" in crate.read_text(encoding="utf-8")  # the others are code that backends share
        and not crate.with_name("pyproject.toml").exists()  # a package of its own
    ]
    return [RustExtension("jitctl._backend", "python/Cargo.toml", binding=Binding.PyO3, **common), *libraries]


setup(
    cmdclass={"build_py": BuildFresh},
    rust_extensions=[] if PURE else rust_extensions(),
    options={} if PURE else {"bdist_wheel": {"py_limited_api": "cp310"}},
)
