"""What trainings need of Python: imported when one starts, never at import time."""
