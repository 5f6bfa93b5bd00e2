"""JITCTL_BACKEND_PATH, through `import jitctl` and the doctor: what is taken, what is refused, and why."""

import json
import os
import shutil
import struct

import pytest
from applies import SAME_WITH_JIT
from fixture_libraries import library
from place import installed

pytestmark = [
    pytest.mark.skipif(
        not installed._backend.describe()["extension"], reason="backends are loaded by the compiled extension only"
    ),
    SAME_WITH_JIT,
]
posix = pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
CHOSEN = "import jitctl; print(jitctl._backend.chosen()['name'])"


@pytest.fixture
def place(tmp_path):
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.fixture
def candidates(run):
    """Ask the doctor; give the candidates that are not ours, by file name. The text names each reason too."""

    def ask(*places, **environment):
        path = os.pathsep.join(map(str, places))
        found = run("-m", "jitctl", "doctor", "--json", JITCTL_BACKEND_PATH=path, **environment)
        assert found.stderr == ""
        data = json.loads(found.stdout)
        text = run("-m", "jitctl", "doctor", "--verbose", JITCTL_BACKEND_PATH=path, **environment).stdout
        others = [one for one in data["candidates"] if one["source"] == "path"]
        assert all(one["reason"] in text and "\n" not in one["reason"] for one in others)
        return {os.path.basename(one["file"]): one for one in others}

    return ask


def named(run, name, *places):
    """Import jitctl with a backend named; give what it printed or its error's last line."""
    found = run("-c", CHOSEN, JITCTL_BACKEND=name, JITCTL_BACKEND_PATH=os.pathsep.join(map(str, places)))
    return found.stdout.strip() if found.returncode == 0 else found.stderr.strip().splitlines()[-1]


def test_a_file_and_a_folder_are_found(run, candidates, place):
    file = library("minimal", place)
    name = candidates(file)[file.name]["name"]
    for where in (file, place):
        assert candidates(where)[file.name]["usable"]
        assert named(run, name, where) == name


def test_one_file_given_twice_is_one_candidate(candidates, place):
    file = library("minimal", place)
    (place / "link.so").symlink_to(file)
    assert len(candidates(file, place, file, place / "link.so")) == 1


def test_two_files_with_one_name_are_both_listed_and_neither_wins(run, candidates, place):
    one, two = library("twin_one", place), library("twin_two", place)
    found = candidates(place)
    for file, other in ((one, two), (two, one)):
        assert (found[file.name]["usable"], found[file.name]["code"]) == (False, "name-taken")
        assert str(other) in found[file.name]["reason"]
    error = named(run, "twin", place)
    assert "BackendError" in error
    assert str(one) in error
    assert str(two) in error
    assert run("-c", CHOSEN, JITCTL_BACKEND_PATH=str(place)).stdout.strip() != "twin"  # rank 600, and yet not chosen


def test_a_copy_of_ours_does_not_shadow_it(run, candidates, place):
    candidate = next(one for one in installed._backend.candidates() if one["name"] == "noop")
    copy = place / "libjitctl_backend_noop.so"
    shutil.copyfile(candidate["file"], copy)
    found = candidates(copy)[copy.name]
    assert (found["usable"], found["code"]) == (False, "name-taken")
    assert candidate["file"] in found["reason"]
    code = "import jitctl; print(jitctl._backend.chosen()['file'])"
    chosen = run("-c", code, JITCTL_BACKEND="noop", JITCTL_BACKEND_PATH=str(copy)).stdout.strip()
    assert os.path.samefile(chosen, candidate["file"])


@posix
def test_a_world_writable_file_is_refused(run, candidates, place):
    file = library("high_rank", place)
    assert candidates(file)[file.name]["usable"]
    file.chmod(0o777)
    found = candidates(file)[file.name]
    assert (found["usable"], found["code"]) == (False, "writable-by-others")
    assert "chmod o-w" in found["reason"]
    assert run("-c", CHOSEN, JITCTL_BACKEND_PATH=str(file)).returncode == 0


@posix
def test_a_file_in_a_world_writable_folder_is_refused(candidates, place):
    folder = place / "open"
    folder.mkdir()
    file = library("high_rank", folder)
    folder.chmod(0o777)
    for where in (file, folder):
        found = candidates(where)[file.name]
        assert (found["usable"], found["code"]) == (False, "writable-by-others")
        assert str(folder) in found["reason"]


@posix
def test_a_link_to_a_file_in_a_world_writable_folder_is_refused(candidates, place):
    folder = place / "open"
    folder.mkdir()
    file = library("high_rank", folder)
    folder.chmod(0o777)
    link = place / "link.so"
    link.symlink_to(file)
    assert candidates(link)["link.so"]["code"] == "writable-by-others"


@pytest.mark.skipif(os.uname().sysname != "Linux" if hasattr(os, "uname") else True, reason="ELF files")
def test_a_library_of_another_architecture_is_refused(run, candidates, place):
    file = library("high_rank", place, "other.so")
    data = bytearray(file.read_bytes())
    (machine,) = struct.unpack_from("<H", data, 18)
    struct.pack_into("<H", data, 18, 183 if machine != 183 else 62)
    file.write_bytes(data)
    found = candidates(file)["other.so"]
    assert (found["usable"], found["code"]) == (False, "not-a-library")
    assert f"this is machine {machine}" in found["reason"]
    assert "machine" in named(run, "other", file) or "BackendError" in named(run, "other", file)


def test_a_truncated_library_is_refused(candidates, place):
    file = library("high_rank", place)
    file.write_bytes(file.read_bytes()[:5000])
    assert candidates(file)[file.name]["code"] == "truncated"


def test_what_is_not_there_is_said_and_the_import_goes_on(run, candidates, place):
    assert candidates(place / "none.so")["none.so"]["code"] == "not-found"
    assert run("-W", "error", "-c", CHOSEN, JITCTL_BACKEND_PATH=str(place / "none.so")).returncode == 0


def test_an_empty_folder_adds_nothing(candidates, place):
    assert candidates(place) == {}


def test_the_highest_rank_is_used_and_the_path_is_ignored_where_python_ignores_its_own(run, run_code, place):
    file = library("high_rank", place)
    assert run("-c", CHOSEN, JITCTL_BACKEND_PATH=str(place)).stdout.strip() == "high"
    assert run_code(CHOSEN, "-E", JITCTL_BACKEND_PATH=str(file)) != "high"


def test_importing_does_not_look_for_entry_points(run_code):
    assert run_code("import sys, jitctl; print('importlib.metadata' in sys.modules)") == "False"


def test_entry_points_are_asked_for_a_name_that_is_not_known(run, place):
    file = library("minimal", place)
    info = place / "acme-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jitctl.backends]\nminimal = acme:library\nbroken = acme:missing\n")
    (place / "acme.py").write_text(f"def library():\n    return {str(file)!r}\n")
    from place import HOME

    path = os.pathsep.join([HOME, str(place)])
    data = json.loads(run("-m", "jitctl", "doctor", "--json", PYTHONPATH=path).stdout)
    found = {one["name"]: one for one in data["candidates"] if one["source"] == "entry-point"}
    assert "AttributeError" in found.pop("broken")["reason"]
    (name,) = (name for name, one in found.items() if one["file"] == str(file))
    assert found[name]["usable"]
    assert run("-c", CHOSEN, JITCTL_BACKEND=name, PYTHONPATH=path).stdout.strip() == name
