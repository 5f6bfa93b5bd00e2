"""Writes the drawings of docs/explanation: ``python tools/drawings.py``; a test compares."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from docsite.drawing import svg
from docsite.drawings import DRAWINGS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "drawings"

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in DRAWINGS.items():
        (FOLDER / f"{name}.svg").write_text(svg(drawing), encoding="utf-8")
