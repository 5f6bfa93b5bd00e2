"""Puts rules in force in processes that a program under ``jitctl run`` starts: Python imports this module by itself.

The folder of this file stands first in PYTHONPATH there. The `sitecustomize` that would have been imported is imported,
too.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def _others() -> None:
    """Import the `sitecustomize` behind this one, where there is one."""
    before = sys.path[:]
    sys.path[:] = [place for place in before if os.path.abspath(place or os.curdir) != HERE]
    mine = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
        if mine is not None:
            sys.modules["sitecustomize"] = mine
    finally:
        sys.path[:] = before


_others()
# jitctl reads the variable when it is imported.
if os.environ.get("JITCTL_HINTS"):
    try:
        import jitctl  # noqa: F401
    except ModuleNotFoundError as error:  # another environment, without jitctl
        if error.name != "jitctl":
            raise
