"""Writes docs/reference.md from the package's tables: the keywords of the decorators and the environment variables.

``python tools/reference.py`` writes it; a test compares.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "reference.md"


def text() -> str:
    """Make the page."""
    # The tables are read without starting a backend.
    os.environ["JITCTL_PURE_PYTHON"] = "1"
    sys.path.insert(0, str(ROOT / "python"))
    from jitctl._keywords import KEYWORDS
    from jitctl._settings import VARIABLES

    lines = [
        "# Keywords and environment variables",
        "",
        "Made by `python tools/reference.py` from `python/jitctl/_keywords.py` and `_settings.py`.",
        "",
        "## Keywords of the decorators",
        "",
        "| keyword | of | type | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for one in KEYWORDS:
        hints = ", ".join(f"`jit_{hint}`" for hint in one.hints)
        lines.append(f"| `{one.name}` | {hints} | `{one.annotation}` | {one.meaning} |")
    lines += [
        "",
        "`SampleArgs`: a tuple or list, `SampleKwargs`: a mapping, or a callable that makes it; `When`: see above.",
        "",
        "## Environment variables",
        "",
        "All of them are ignored where Python ignores its own (`python -E`, `python -I`, most frozen apps). A value",
        "that cannot be meant is told in one line at import and by `doctor`.",
        "",
        "| example | meaning |",
        "| --- | --- |",
    ]
    lines += [f"| `{one.name}={one.example}` | {one.meaning} |" for one in VARIABLES]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
