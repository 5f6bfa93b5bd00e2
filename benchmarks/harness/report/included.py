"""Results that other commands write as Markdown, taken into a page."""

import re
from pathlib import Path


def text(path: Path) -> str:
    """Return a page without its title, its headings two levels lower."""
    if not path.exists():
        return f"Not run yet: `benchmarks/results/{path.name}` does not exist."
    body = re.sub(r"\A# [^\n]*\n", "", path.read_text("utf-8"))
    return re.sub(r"^(#+) ", r"##\1 ", body, flags=re.M)
