"""How wide the terminal is. `shutil` tells it too, and takes longer to import than what comes after it."""

import os


def terminal_width() -> int:
    """Return the columns that COLUMNS names, or those of the terminal at standard output, or 80."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size().columns or 80
    except (OSError, ValueError):
        return 80
