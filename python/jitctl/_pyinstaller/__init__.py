"""Tells PyInstaller, through the entry point ``pyinstaller40``, where the hook for jitctl is."""

import os


def get_hook_dirs() -> list[str]:
    """Return the folder with the hook."""
    return [os.path.dirname(os.path.abspath(__file__))]
