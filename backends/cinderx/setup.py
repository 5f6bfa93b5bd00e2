"""Build of the backend's shared library; everything else stands in pyproject.toml."""

from setuptools import setup
from setuptools_rust import Binding, RustExtension

setup(
    rust_extensions=[
        RustExtension(
            "jitctl_cinderx.libjitctl_cinderx",
            "Cargo.toml",
            binding=Binding.NoBinding,  # it links no Python, so one file serves every version
            py_limited_api=True,
            debug=False,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp314"}},
)
