"""What the tests of test_frozen.py have fresh interpreters run."""

import sys

from parts import part

if part("advice_of_a_frozen_app_can_be_followed"):
    sys.frozen = True
    import jitctl
    from jitctl._stats.records import Verdict

    raw = {"status": "refused", "code": "x", "message": "m", "measures": []}
    print(Verdict.read({**raw, "advice": "run `python -m jitctl doctor` to see why"}).advice)

    @jitctl.jit_focus
    def f():
        pass

    print("python -m" in jitctl.stats(f).verdict.advice)
    from jitctl.__main__ import main

    sys.argv = ["app"]
    print(len(jitctl.__file__) > 0 and main(["doctor"]) in (0, 3))
