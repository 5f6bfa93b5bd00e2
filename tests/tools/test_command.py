"""The command as users run it, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

COMMAND = Path(__file__).resolve().parents[2] / "tools/interpreters.py"


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, str(COMMAND), *map(str, arguments)], capture_output=True, text=True, **options
    )


def test_list_shows_this_interpreter_in_both_forms(tmp_path):
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    listed = run("--dir", tmp_path, "list", "--json", env={"PATH": path, "HOME": str(tmp_path)})
    assert listed.returncode == 0, listed.stderr
    versions = [one["version"] for one in json.loads(listed.stdout)]
    assert sys.version.split()[0] in versions
    table = run("--dir", tmp_path, "list", env={"PATH": path, "HOME": str(tmp_path)})
    assert table.stdout.splitlines()[0].split()[:2] == ["name", "version"]
    assert len(table.stdout.splitlines()) == len(versions) + 1


def test_check_without_a_fetch_says_what_to_do(tmp_path):
    done = run("--dir", tmp_path, "check")
    assert done.returncode == 1
    assert done.stderr == (
        "interpreters: nothing was fetched yet; expected fetched interpreters; next: run the fetch command\n"
    )


def test_fetch_without_apt_says_what_to_do(tmp_path):
    done = run("--dir", tmp_path, "fetch", env={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    for part in ("has no apt-get", "expected a Debian-like system", "uv python install 3.14"):
        assert part in done.stderr
