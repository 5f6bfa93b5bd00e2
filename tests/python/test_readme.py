"""The example in README.md runs as it stands, on every interpreter."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_example_runs(tmp_path: Path) -> None:
    """It must print what it computes, whatever became of the hints."""
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    script = tmp_path / "example.py"
    script.write_text(example[1], encoding="utf-8")
    done = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("0.750 aa\n"), done.stdout
    assert "3 functions" in done.stdout, done.stdout


def test_every_variable_of_the_doctor_is_in_the_table() -> None:
    """What the doctor explains, README explains too."""
    from jitctl._settings import VARIABLES

    text = README.read_text(encoding="utf-8")
    assert [one.name for one in VARIABLES if one.name not in text and not one.meaning.startswith("for tests")] == []
