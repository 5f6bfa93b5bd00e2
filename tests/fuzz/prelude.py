"""What every generated program starts with: state, a log, and classes whose every move can be seen."""

from pathlib import Path

#: the file name of all generated code: observers record only frames of it
FILE = "<fuzz>"

#: names that programs may use and that the worker puts into their namespace
GIVEN = ("hook", "where", "drive")

TEXT = "\n" + (Path(__file__).resolve().parent / "program_start.py").read_text(encoding="utf-8")
