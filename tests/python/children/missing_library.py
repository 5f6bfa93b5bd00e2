"""What the tests of test_missing_library.py have fresh interpreters run."""

import json
import sys

from parts import given, part

if part("what_the_doctor_and_a_hint_say"):
    sys.path.insert(0, given.folder)
    import jitctl
    from jitctl._cli import doctor

    @jitctl.jit_focus
    def f():
        return 5

    assert f() == 5
    assert jitctl.__file__.startswith(given.folder)
    print(json.dumps([doctor.diagnosis().to_dict(), jitctl.stats(f).to_dict()]))
