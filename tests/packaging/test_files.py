"""The files in dist/ are what a stranger's pip, a registry and a lawyer need: `nox -s package`."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
LIBRARY = (".so", ".pyd", ".dylib", ".dll")
sys.path.insert(0, str(ROOT / "tools"))

from interp.find import find_interpreters  # noqa: E402

FOUND = find_interpreters(ROOT / ".interpreters", one_each=True)


def only(pattern):
    (found,) = DIST.glob(pattern)
    return found


@pytest.fixture(scope="module")
def wheel():
    with zipfile.ZipFile(only("*-abi3-*.whl")) as file:
        yield file


@pytest.fixture(scope="module")
def metadata(wheel):
    return message_from_bytes(wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))))


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.name)
def test_pip_chooses_the_right_file_by_itself(one, tmp_path):
    compiled = one.implementation == "cpython" and not one.free_threaded
    command = [sys.executable, "-m", "virtualenv", "--quiet", "--python", one.path, str(tmp_path / "env")]
    subprocess.run(command, check=True)
    python = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    # What it depends on comes from the registry; of jitctl itself only this version, from here.
    wanted = f"jitctl=={only('*-abi3-*.whl').name.split('-')[1]}"
    command = [python, "-m", "pip", "install", "--find-links", str(DIST), "--only-binary", ":all:", wanted]
    subprocess.run(command, check=True, capture_output=True)
    code = "import jitctl; print(jitctl._router.backend.describe()['extension'])"
    told = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert told.stdout.split() == [str(compiled)]
    checked = subprocess.run([python, "-m", "pip", "check"], capture_output=True, text=True)
    # PyPy comes with packages of its own, of which one lacks something.
    own = one.implementation == "pypy" and "jitctl" not in checked.stdout
    assert checked.returncode == 0 or own, checked.stdout


#: what no machine here runs -> how pip is told that it runs there
ELSEWHERE = {
    "free-threaded 3.14": ["--implementation", "cp", "--abi", "cp314t", "--python-version", "3.14"],
    "free-threaded 3.15": ["--implementation", "cp", "--abi", "cp315t", "--python-version", "3.15"],
    "GraalPy": ["--implementation", "graalpy", "--abi", "graalpy250_312_native", "--python-version", "3.12"],
    "another system": ["--implementation", "cp", "--abi", "abi3", "--python-version", "3.14", "--platform", "nowhere"],
}


def chosen(tmp_path, options):
    """Give the name of the file that pip chooses among ours."""
    command = [sys.executable, "-m", "pip", "download", "--no-index", "--find-links", str(DIST), "--no-deps"]
    command += ["--only-binary", ":all:", "-d", str(tmp_path), *options, "jitctl"]
    subprocess.run(command, check=True, capture_output=True)
    (file,) = tmp_path.iterdir()
    return file.name


@pytest.mark.parametrize("name", ELSEWHERE)
def test_pip_chooses_the_wheel_in_pure_python_elsewhere(name, tmp_path):
    assert chosen(tmp_path, ELSEWHERE[name]).endswith("-py3-none-any.whl")


@pytest.mark.parametrize("minor", range(10, 16))
def test_pip_chooses_the_compiled_wheel_for_every_cpython_that_the_package_claims(minor, tmp_path):
    options = ["--implementation", "cp", "--abi", f"cp3{minor}", "--abi", "abi3", "--python-version", f"3.{minor}"]
    assert "-abi3-" in chosen(tmp_path, options)


PURE = [one for one in FOUND if one.implementation != "cpython" or one.free_threaded]


@pytest.mark.parametrize("one", PURE, ids=lambda one: one.name)
def test_the_source_archive_installs_without_rust_where_the_package_is_pure(one, tmp_path):
    subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", "--python", one.path, tmp_path / "env"], check=True)
    python = tmp_path / "env/bin/python"
    place = [folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "cargo").exists()]
    command = [python, "-m", "pip", "install", "--no-binary", "jitctl", only("*.tar.gz")]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": os.pathsep.join(place)})
    told = subprocess.run([python, "-m", "jitctl", "doctor", "--json"], capture_output=True, text=True, cwd=tmp_path)
    assert told.returncode == 3
    assert json.loads(told.stdout)["interpreter"]["extension"] is False


def test_every_link_of_the_description_is_absolute(metadata):
    text = metadata.get_payload()
    links = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r"^\[[^\]]+\]: (\S+)", text, re.M)
    assert len(links) > 5
    assert [link for link in links if not re.match(r"\w+://|#", link)] == []


def test_the_metadata_says_who_where_and_for_what(metadata):
    urls = {line.partition(",")[0] for line in metadata.get_all("Project-URL")}
    assert urls >= {"Homepage", "Documentation", "Changelog", "Issues", "Source"}
    assert metadata["License-Expression"] == "MIT"
    classifiers = metadata.get_all("Classifier")
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 16)} <= set(classifiers)


def test_the_bill_of_materials_has_every_crate_and_each_has_its_licence(wheel):
    names = wheel.namelist()
    bill = json.loads(wheel.read(next(name for name in names if name.endswith(".cyclonedx.json"))))
    crates = {one["name"] for one in bill["components"]}
    assert {"jitctl-core", "jitctl-python", "abi_stable", "pyo3", "libloading", "semver", "thiserror"} <= crates
    assert not crates & {"pyo3-macros", "syn", "criterion"}  # nothing of them is in a library
    licences = wheel.read(next(name for name in names if name.endswith("/LICENSES-OF-CRATES.txt"))).decode()
    missing = [one for one in crates if not one.startswith("jitctl") and not re.search(rf"\b{one} \d", licences)]
    assert missing == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere symbols are kept in other ways")
def test_no_library_carries_symbols_that_only_a_debugger_reads(wheel):
    libraries = [name for name in wheel.namelist() if name.endswith(LIBRARY)]
    assert libraries
    assert [name for name in libraries if b".symtab" in wheel.read(name)] == []


def test_no_library_names_a_folder_of_the_machine_that_built_it(wheel):
    places = [str(ROOT).encode(), str(Path.home() / ".cargo").encode()]
    libraries = [name for name in wheel.namelist() if name.endswith(LIBRARY)]
    assert libraries
    assert [name for name in libraries for place in places if place in wheel.read(name)] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout knows which files are tracked")
def test_the_source_archive_is_complete():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    with tarfile.open(only("*.tar.gz")) as archive:
        there = {name.partition("/")[2] for name in archive.getnames()}
    # What only a checkout needs.
    left_out = (".github/", ".gitignore", ".pre-commit-config.yaml", ".editorconfig", ".ci/")
    assert [name for name in tracked if name and name not in there and not name.startswith(left_out)] == []


def test_the_wheel_in_pure_python_holds_all_of_it_and_no_library():
    with zipfile.ZipFile(only("*-py3-none-any.whl")) as pure, zipfile.ZipFile(only("*-abi3-*.whl")) as compiled:
        ours = {name for name in compiled.namelist() if ".dist-info/" not in name and not name.endswith(LIBRARY)}
        assert {name for name in pure.namelist() if ".dist-info/" not in name} == ours
