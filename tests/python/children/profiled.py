"""Functions that are profiled, inferred and sampled: how many calls of each were counted."""

from jitctl import jit_focus, jit_ignore, jit_once, stats


@jit_focus(profile=True, infer=True)
def inferred(n: int = 50):
    t = 0
    for i in range(n):
        t += i
    return t


@jit_once(profile=True, sample_args=(30,))
def sampled(n):
    t = 0
    for i in range(n):
        t += i
    return t


@jit_ignore
def plain(x):
    return x + 1


for _ in range(300):
    assert (inferred(50), sampled(20), plain(1)) == (1225, 190, 2)
for f in (inferred, sampled, plain):
    found = stats(f)
    print(f.__name__, found.profile.all.count if found.profile else None, found.verdict.code)
str(stats()), stats().to_json(), stats()._repr_html_()
