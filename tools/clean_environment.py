"""The environment of processes that tests and benchmarks start: the caller's, without its settings."""

from __future__ import annotations

import os
from collections.abc import Sequence

#: how the names of variables begin that bend jitctl or an interpreter
SETTINGS = ("JITCTL_", "PYTHON")


def clean_environment(keep: Sequence[str] = (), also: Sequence[str] = (), **more: str) -> dict[str, str]:
    """Give all variables but settings, and `more`.

    `keep` names settings that stay where they are set; `also` has further beginnings of names that go.
    """
    gone = (*SETTINGS, *also)
    kept = {name: value for name, value in os.environ.items() if name in keep or not name.startswith(gone)}
    return {**kept, **more}
