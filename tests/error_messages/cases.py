"""The combinations of operations and operands in which an error is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One statement in a loop over values: it runs with good ones until it is compiled, and then with a bad one.

    The statement uses ``v`` (the value) and ``k`` (1 where it is the bad one), besides what ``before`` defines.
    """

    name: str
    statement: str
    good: str
    bad: str
    before: str = ""


ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@")
OPERATORS = (*ARITHMETIC, "<", "<=", ">", ">=", "in", "is", "==", "!=")
LEFT = {
    "int": "3",
    "big": "10**30",
    "float": "2.5",
    "str": "'ab'",
    "list": "[1]",
    "tuple": "(1,)",
    "dict": "{1: 2}",
    "none": "None",
}
RIGHT = {
    "zero": "0",
    "float zero": "0.0",
    "complex zero": "0j",
    "negative": "-1",
    "int": "3",
    "float": "2.5",
    "huge": "10**400",
    "huge float": "1e308",
    "str": "'ab'",
    "list": "[1]",
    "none": "None",
    "object": "object()",
}
#: not with these operators: numbers without end
GROW = ("**", "<<", "*")
SEQUENCES = {
    "list": "[1, 2, 3]",
    "tuple": "(1, 2, 3)",
    "str": "'abc'",
    "dict": "{0: 1, 1: 2}",
    "bytes": "b'abc'",
    "range": "range(3)",
}
INDICES = ("10**30", "7", "-9", "1.5", "'k'", "None", "slice(0, 2)", "(1,)", "[1]")
ON_SEQUENCES = (
    "r = v[1]",
    "r = v[0:2]",
    "r = len(v)",
    "for q in v: pass",
    "p, q, r = v",
    "p, *q = v",
    "r = 1 in v",
    "r = [0, *v]",
    "r = (lambda *a: a)(*v)",
)
CLASSES = """
class Slots:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
class Plain:
    def __init__(self): self.a = 1
    def m(self): return 1
    @property
    def p(self): return self.a
    def __getitem__(self, i): return self.a
class Getattr:
    def __getattr__(self, name): raise AttributeError("mine " + name)
class Raises:
    @property
    def a(self): raise ValueError("p")
    def m(self): raise KeyError("m")
    def __getitem__(self, i): raise IndexError("x")
"""
ATTRIBUTES = ("r = v.a", "r = v.m()", "r = v.p", "r = v[0]", "v.z = 1", "v.a = 1", "if k: r = v.nope", "if k: del v.zz")
OBJECTS = ("Slots()", "Getattr()", "Raises()", "1", "None", "Plain", "'s'")
CALLABLES = (
    "lambda: 1",
    "lambda a, b, c: a",
    "lambda a, b, *, c: a",
    "eval('lambda a, /, b: a')",
    "lambda a, b: 1 / 0",
    "len",
    "int",
    "type('C', (), {})",
    "3",
    "None",
    "{}.get",
    "[].append",
    "''.join",
    "isinstance",
)
CALLS = ("v(1, 2)", "v(1, b=2)", "v(a=1, b=2)", "v(*(1, 2))", "v(*(1,), **{'b': 2})")
CONVERSIONS = (
    "int(v)", "float(v)", "list(v)", "dict(v)", "abs(v)", "-v", "~v", "next(v)", "chr(v)", "ord(v)", "f'{v:d}'",
    "'%d' % v", "round(v)", "min(v)", "sum(v)", "sorted(v)", "isinstance(1, v)", "v.upper()", "v.append(1)",
    "[1, 2].index(v)", "{}.pop(v)", "{}[v]", "'a'.join(v)", "divmod(7, v)", "v if v else 1 / 0", "getattr(v, 'q')",
    "v.bit_length()", "1.0 / v", "1 // v", "1 % v", "1.5 // v", "1.5 % v", "v / 0", "1j / v", "int('1') + v", "v + 'a'",
    "v + 1.5", "len(v)", "0 ** v", "0.0 ** v",
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Give them all."""
    yield from _operators()
    yield from _sequences()
    for statement in ATTRIBUTES:
        for bad in OBJECTS:
            yield Case(f"{statement} of {bad}", statement, "Plain()", bad, CLASSES)
    for call in CALLS:
        for bad in CALLABLES:
            yield Case(f"{call} of {bad}", f"r = {call}", "lambda a, b: a", bad)
    for conversion in CONVERSIONS:
        for good in ("1", "2.5", "'12'"):
            for name, bad in RIGHT.items():
                if "huge" not in name or "**" not in conversion:
                    yield Case(f"{conversion} after {good} of {name}", f"r = {conversion}", good, bad)
    for name, statement, good, bad, before in OTHERS:
        yield Case(name, statement, good, bad, before)


def _operators() -> Iterator[Case]:
    for operator in OPERATORS:
        for left, value in LEFT.items():
            for right, bad in RIGHT.items():
                if operator in GROW and ("huge" in right or left == "big"):
                    continue
                name = f"{left} {operator} {right}"
                yield Case(name, f"r = x {operator} v", value, bad, f"x = {value}")
                yield Case(f"{name}, turned", f"r = v {operator} x", value, bad, f"x = {value}")
                if operator not in ARITHMETIC:
                    continue
                yield Case(f"{name}, in place", f"y = x; y {operator}= v", value, bad, f"x = {value}")
                if operator not in GROW:
                    total = f"r = r {operator} v if type(r) is type(x) else x"
                    yield Case(f"{name}, kept", total, value, bad, f"x = {value}")


def _sequences() -> Iterator[Case]:
    for name, value in SEQUENCES.items():
        for index in INDICES:
            yield Case(f"{name}[{index}]", "r = s[v]", "1", index, f"s = {value}")
            yield Case(f"{name}[{index}] =", "s[v] = 1", "1", index, f"s = {value}")
        for statement in ON_SEQUENCES:
            for right, bad in {**RIGHT, **SEQUENCES}.items():
                yield Case(f"{statement} of {right} after {name}", statement, value, bad)


#: name, statement, good, bad, before
OTHERS: list[tuple[str, str, str, str, str]] = [
    ("raise", "if k: raise v('x')", "ValueError", "3", ""),
    ("raisefrom", "if k: raise ValueError('a') from v", "None", "3", ""),
    ("assert", "assert v, v", "1", "0", ""),
    ("name", "if k: r = nope", "1", "1", ""),
    ("unbound", "if k: r = zz\n            if 0: zz = 1", "1", "1", ""),
    ("delname", "if k: del zz", "1", "1", ""),
    ("global del", "if k: del G\n            r = G", "1", "1", ""),
    ("import", "if k: import nope_mod", "1", "1", ""),
    ("importfrom", "if k: from os import nope_name", "1", "1", ""),
    ("with none", "with v: pass", "__import__('contextlib').nullcontext()", "None", ""),
    (
        "with exit",
        "with v: pass",
        "__import__('contextlib').nullcontext()",
        "type('X',(),{'__enter__':lambda s:1})()",
        "",
    ),
    (
        "with raise",
        "with v: 1/(1-k)",
        "__import__('contextlib').nullcontext()",
        "__import__('contextlib').nullcontext()",
        "",
    ),
    ("finally", "try:\n                r = 1/(1-k)\n            finally: r = 2", "1", "1", ""),
    ("reraise", "try: r = 1/(1-k)\n            except ZeroDivisionError as e: raise", "1", "1", ""),
    ("chain", "try: r = 1/(1-k)\n            except ZeroDivisionError as e: raise KeyError(v)", "1", "1", ""),
    (
        "chainfrom",
        "try: r = 1/(1-k)\n            except ZeroDivisionError as e: raise KeyError(v) from e",
        "1",
        "1",
        "",
    ),
    ("note", "try: r = 1/(1-k)\n            except ZeroDivisionError as e: e.add_note(str(v)); raise", "1", "1", ""),
    ("callee", "r = g(1-k)", "1", "1", "g = lambda a: 1/a"),
    ("callee2", "r = g(v)", "1", "'s'", "def g(a):\n    b = a + 1\n    return b"),
    ("deep", "r = g(v, 5)", "1", "'s'", "def g(a, n):\n    if n: return g(a, n-1)\n    return a + 1"),
    ("gen", "r = list(g(v))", "1", "'s'", "def g(a):\n    yield a + 1"),
    ("gen2", "for r in g(v): pass", "3", "'s'", "def g(a):\n    for i in range(3): yield a + i"),
    ("gen stop", "r = list(g(k))", "1", "1", "def g(k):\n    yield 1\n    if k: next(iter(()))"),
    ("comp", "r = [q + 1 for q in v]", "[1,2]", "[1,'s']", ""),
    ("genexp", "r = sum(q + 1 for q in v)", "[1,2]", "[1,'s']", ""),
    ("dictcomp", "r = {q: q+1 for q in v}", "[1,2]", "[1,[]]", ""),
    ("match", "match v:\n                case int(a): r = a\n                case v.nope: r = 1", "1", "'s'", ""),
    (
        "matchcls",
        "match v:\n                case C(a, b): r = a",
        "C(1,2)",
        "D()",
        "class C:\n    __match_args__=('a','b')\n    def __init__(s,a,b): s.a=a; s.b=b\nclass D(C):\n"
        "    __match_args__=('a',)\n    def __init__(s): s.a=1",
    ),
    (
        "super",
        "r = C().m(k)",
        "1",
        "1",
        "class B:\n    def m(s,k): return 1/(1-k)\nclass C(B):\n    def m(s,k): return super().m(k)",
    ),
    (
        "prop",
        "r = c.p",
        "1",
        "1",
        "class C:\n    n=0\n    @property\n    def p(s):\n        if v_[0]: raise AttributeError('in p')\n"
        "        return 1\nc=C()",
    ),
    ("eg", "raise ExceptionGroup('g',[ValueError(v)]) if k else None", "1", "1", ""),
    (
        "eg*",
        "try:\n                if k: raise ExceptionGroup('g',[ValueError(v), KeyError(1)])\n"
        "            except* ValueError: pass",
        "1",
        "1",
        "",
    ),
    ("walrus", "r = (q := v + 1) + q", "1", "'s'", ""),
    ("ternary", "r = v + 1 if v else v.nope", "1", "0", ""),
    ("chained cmp", "r = 1 < v < 3", "2", "'s'", ""),
    ("and", "r = v and v + 1", "1", "'s'", ""),
    ("fstr", "r = f'{v + 1!r:>{v}}'", "1", "'s'", ""),
    ("mult line", "r = (v +\n                 1 *\n                 v)", "1", "'s'", ""),
    ("nested call", "r = abs(int(v) + len(str(v)))", "1", "'s'", ""),
    ("setattr fn", "setattr(o, v, 1)", "'a'", "1", "class O: pass\no=O()"),
    ("delitem", "d = {1: 2}\n            del d[v]", "1", "2", ""),
    ("list.pop", "[1,2].pop(v)", "1", "9", ""),
    ("strfmt", "'{} {}'.format(v) if k else ''", "1", "1", ""),
    ("pct", "('%s %s' % (v,)) if k else ''", "1", "1", ""),
    ("startswith", "'a'.startswith(v)", "'a'", "1", ""),
    ("iter mod", "for q in d:\n                if k: d[q+99] = 1", "1", "1", "d={1:1,2:2}"),
    ("set mod", "for q in s:\n                if k: s.add(q+99)", "1", "1", "s={1,2}"),
    ("range big", "for q in range(v):\n                if q > 2: break", "3", "'x'", ""),
    ("stopiter", "r = next(v_iter) if k else 1", "1", "1", "v_iter=iter(())"),
    ("recursion", "if k: g()", "1", "1", "def g(): g()"),
    ("memory", "if k: r = [0] * (1<<62)", "1", "1", ""),
    ("overflow", "r = float(v)", "1", "10**400", ""),
    ("overflow2", "r = v * 1.5", "1", "10**400", ""),
    ("overflow3", "r = 1.5 + v", "1", "10**400", ""),
    ("overflow4", "r = 2.5 ** v", "2", "10**5", ""),
    ("neg pow", "r = (-8.0) ** v", "2", "0.5", ""),
    ("zero neg pow", "r = z ** v", "1", "-1", "z=0"),
    ("zerof neg pow", "r = z ** v", "1", "-1", "z=0.0"),
    ("maxdigits", "r = str(v)", "1", "10**5000", ""),
    ("maxdigits2", "r = int(v)", "'1'", "'1'*5000", ""),
]
