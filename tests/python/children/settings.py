"""What the tests of test_settings.py have fresh interpreters run."""

from parts import part

import jitctl

if part("disabled_hints_say_so"):

    @jitctl.jit_focus
    def f():
        return 1

    verdict = jitctl.stats(f).verdict
    print(verdict.status, verdict.code, f(), "JITCTL_DISABLE" in verdict.advice)
    print(jitctl._backend.chosen()["disabled"])
elif part("the_log_is_heeded_where_variables_are"):

    @jitctl.jit_focus
    def f(n):
        return [i for i in range(n)]  # noqa: C416 - a loop of its own

    f(9)
