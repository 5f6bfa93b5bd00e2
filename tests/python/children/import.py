"""What the tests of test_import.py have fresh interpreters run."""

import importlib.machinery
import os
import shutil
import sys

from parts import given, part

if part("a_copy_with_a_broken_extension"):
    import jitctl

    target = os.path.join(given.folder, "jitctl")
    shutil.copytree(os.path.dirname(jitctl.__file__), target, ignore=shutil.ignore_patterns("_backend*.*", "backends"))
    with open(os.path.join(target, "_backend" + importlib.machinery.EXTENSION_SUFFIXES[0]), "w") as file:
        file.write("no library")
elif part("a_broken_extension_is_no_error"):
    sys.path.insert(0, given.folder)
    import jitctl

    @jitctl.jit_focus
    def f():
        pass

    assert jitctl.__file__.startswith(given.folder)
    info = jitctl._backend.describe()
    print(info["extension"], info["reason"])
    print(jitctl.stats(f).verdict.code)
elif part("a_failed_import_can_be_caught_and_tried_again"):
    for _ in range(2):
        try:
            import jitctl
        except ImportError as error:
            print(type(error).__name__)
    del os.environ["JITCTL_BACKEND"]
    import jitctl

    print(jitctl._backend.chosen()["name"] != "")
