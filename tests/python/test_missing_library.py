"""Each backend is a library of its own: without one the others work, and the doctor says what is missing."""

import json
import shutil
from pathlib import Path

import pytest

import jitctl

FOLDER = Path(jitctl.__file__).parent
LIBRARIES = sorted((FOLDER / "backends").glob("libjitctl_backend_*"))


pytestmark = pytest.mark.skipif(not LIBRARIES, reason="the extension is not loaded: no library is used")


def name_of(library):
    return library.name.split(".")[0][len("libjitctl_backend_") :]


@pytest.fixture
def without(tmp_path, run_part):
    """Copy the package without one library, and give what the doctor and a hint say there."""

    def start(library, truncate=False):
        copy = tmp_path / "jitctl"
        shutil.copytree(FOLDER, copy)
        target = copy / "backends" / library.name
        if truncate:
            target.write_bytes(library.read_bytes()[:5000])
        else:
            target.unlink()
        return json.loads(run_part("what_the_doctor_and_a_hint_say", given={"folder": str(tmp_path)}))

    return start


@pytest.mark.parametrize("truncate", [False, True], ids=["deleted", "truncated"])
@pytest.mark.parametrize("library", LIBRARIES, ids=name_of)
def test_the_others_work(without, library, truncate):
    diagnosis, record = without(library, truncate)
    candidates = {one["name"]: one for one in diagnosis["candidates"]}
    broken = candidates[name_of(library)]
    assert (broken["usable"], broken["chosen"]) == (False, False)
    assert library.name in broken["reason"]
    assert record["backend"] != name_of(library)
    for other in LIBRARIES:
        if other != library:
            assert candidates[name_of(other)]["code"] not in ("not-found", broken["code"])
