"""What trainings need of Python: imported when one starts, never at import time."""

from __future__ import annotations
