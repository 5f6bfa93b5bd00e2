"""The rule by which a function may be called with arguments that nobody gave: what it allows, what it forbids."""

import builtins
import importlib
import sys
import types

import pytest
from warmed import SEEN

from jitctl._training.inference import prepared
from jitctl._training.inference.expressions import BUILTINS, METHODS
from jitctl._training.inference.rule import obstacle

pytestmark = pytest.mark.skipif(SEEN, reason="before 3.12 nothing is called unless it was asked for")

NUMBER = 3
NAMES = ("a", "b")
TABLE = [1, 2]


class Thing:
    """Whatever an operator does with it would be code of the user's."""

    def __radd__(self, other):
        raise AssertionError("it was called")


THING = Thing()


def helper(n):
    return n


def loop(n: int):
    total = 0
    for i in range(n):
        total += i * i
    return total


def nested(rows: "list[list[int]]", n: int):
    total = 0
    for row in rows:
        for i in range(n + 1):
            total += len(row) * i
    return total


def comprehension(words: "list[str]"):
    return [word.upper() for word in words if word]


def pairs(table: "dict[str, int]"):
    return {value: key for key, value in table.items()}


def numbers(x: float, n: int):
    return (x**2 + abs(n) * NUMBER) % 7 - (n << 2)


def texts(text: str):
    return f"{text!r} {len(text):>5} {text.split()[0]}" + text.strip()


def raises(n: int):
    if n < 0:
        raise ValueError(f"negative: {n}")
    return n in (1, 2, 3)


def best(items: "list[int]"):
    found = items[0]
    for _, item in enumerate(items):
        if item > found:
            found = item
    return found


def defaults(n: int, names=NAMES, step=2):
    return n * step if names else NAMES


def unpacks(items: "list[int]"):
    first, *rest = items
    return first + sum(rest)


ALLOWED = [loop, nested, comprehension, pairs, numbers, texts, raises, best, defaults, unpacks]


@pytest.mark.parametrize("function", ALLOWED, ids=lambda one: one.__name__)
def test_allowed(function):
    offers = prepared(function, False)
    assert isinstance(offers, list), offers
    arguments, keywords, _, _ = offers[0]
    function(*arguments(), **keywords())


def prints(n: int):
    print(n)


def calls(n: int):
    return helper(n)


def reads(n: int):
    return TABLE[n]


def uses(n: int):
    return n + THING


def sets(n: int):
    sets.n = n


def puts(items: "list[int]"):
    items[0] = 1


def appends(items: "list[int]"):
    items.append(1)


def global_(n: int):
    global NUMBER
    NUMBER = n


def imports(n: int):
    import json

    return json


def enters(path: str):
    with open(path):
        pass


def yields(n: int):
    yield n


def inner(n: int):
    return [(lambda: n) for _ in range(3)]


def catches(n: int):
    try:
        return 1 // n
    except ZeroDivisionError:
        return 0


def keywords(items: "list[int]"):
    return sorted(items, reverse=True)


def keeps(n: int, held=[]):  # noqa: B006
    held += [n]
    return held


def thing(it: Thing):
    return 1 + it


def while_(n: int):
    while n:
        n -= 1


def far(limit=200_000_000):
    total = 0
    for i in range(limit):
        total += i
    return total


def rebound(n: int):
    n = n * 1000 * 1000 * 1000
    return [0 for _ in range(n)]


def deeper(n: int):
    total = 0
    for _ in range(n):
        for _ in range(n):
            for _ in range(n):
                total += 1
    return total


def power(n: int):
    return 10**n**n


def shifted(n: int):
    return 1 << n


def repeated(n: int):
    return [0] * (n * 100_000_000)


def starred(n: int, *rest):
    return rest * n


def padded(text: str, n: int):
    return f"{text:>{n}}" + "%1000000000d" % n  # noqa: UP031


def walked(n: int):
    return list(range(n * 10**12))


def doubled(n: int):
    text = "text"
    for _ in range(n):
        text += text
    return text


def replaced(text: str):
    return text.replace("", text).replace("", text)


def joined(text: str):
    return text.join(text).join(text)


def shows(n: int):
    found = []
    for _ in range(n):
        found = [found, found]
    return str(found)


def zipped(items: "list[int]"):
    for _ in range(90):
        items = list(zip(items, items, strict=False))
    return items == items


def branches(n: int, text: str):
    return (text if n else 2) * (n * 10**9)


def sometimes(n: int, text: str):
    value = 3
    if n:
        value = text
    return value * (n + 10**9)


def either(n: int, text: str):
    for i in [n] if n else [text]:
        n = i * n
    return n


def swapped(n: int, text: str):
    x = 3
    x, text = text, x
    return [x + 0 for x in (1, 2)] and x * (n + 10**9)


def warns(flag: bool):
    return ~flag


FORBIDDEN = {
    prints: "uses print",
    calls: "uses helper, a function",
    reads: "uses TABLE, a list",
    uses: "uses THING, a Thing",
    sets: "uses sets, a function",
    puts: "sets an item",
    appends: "uses the attribute append",
    global_: "sets the global name NUMBER",
    imports: "imports json",
    enters: "uses open",
    yields: "a generator",
    inner: "nested function or comprehension that uses n",
    catches: "catches exceptions",
    keywords: "calls with keywords",
    keeps: "the default value of held",
    thing: "an instance of Thing",
    while_: "has a while loop",
    far: "range() on what is not known to be small",
    rebound: "range() on what is not known to be small",
    deeper: "loops over what is not known to be small",
    power: "uses **",
    shifted: "uses <<",
    repeated: "uses *",
    starred: "uses *",
    padded: "formats",
    walked: "range() on what is not known to be small",
    doubled: "uses +",
    replaced: "the attribute replace",
    joined: "the attribute join",
    shows: "makes a container",
    zipped: "makes a container",
    branches: "uses *",
    sometimes: "uses *",
    either: "loops over what is not known to be small",
    swapped: "uses *",
    warns: "uses ~",
}


@pytest.mark.parametrize("function", FORBIDDEN, ids=lambda one: one.__name__)
def test_forbidden(function):
    refusal = prepared(function, False)
    assert isinstance(refusal, tuple), refusal
    code, message, advice = refusal
    assert FORBIDDEN[function] in message
    assert code in ("has-effects", "no-samples")
    assert "sample_args" in advice
    assert "infer=True" in advice


@pytest.mark.parametrize("function", [prints, reads, appends], ids=lambda one: one.__name__)
def test_the_line_is_named(function):
    _, message, _ = prepared(function, False)
    assert f"(line {function.__code__.co_firstlineno + 1})" in message


def test_a_builtin_that_was_replaced_is_no_builtin():
    space = {"len": helper}
    exec("def f(n: int):\n    return len(n)\n", space)
    assert "uses len, a function" in obstacle(space["f"], [1], {})


def test_names_of_another_dict_are_not_looked_up():
    class Names(dict):
        def __missing__(self, key):
            raise AssertionError("it was asked")

    function = types.FunctionType((lambda n: n + missing).__code__, Names())  # noqa: F821
    assert "needs missing" in obstacle(function, [1], {})


def test_what_is_in_a_list_is_there():
    kinds = (str, bytes, int, float, complex, list, tuple, dict, set, frozenset, range)
    assert [name for name in METHODS if not any(hasattr(kind, name) for kind in kinds)] == []
    assert all(vars(builtins)[name] is one for name, one in BUILTINS.items())


def functions_of(name):
    module = importlib.import_module(name)
    for thing in [module, *[one for one in vars(module).values() if isinstance(one, type)]]:
        for one in list(vars(thing).values()):
            found = getattr(one, "__func__", one)
            if isinstance(found, types.FunctionType) and found.__module__ == name:
                yield found


SWEPT = [
    "calendar",
    "colorsys",
    "difflib",
    "fractions",
    "ipaddress",
    "statistics",
    "string",
    "textwrap",
    "bisect",
    "heapq",
]
SWEPT += ["ast", "copy", "posixpath", "ntpath", "keyword", "shlex", "tokenize", "html", "http.cookies", "email.utils"]


@pytest.mark.parametrize("name", SWEPT)
def test_no_other_code_runs(name):
    """What the rule allows is called under a profiler: the function itself runs, and builtins of the lists."""
    entered = []
    for function in functions_of(name):
        offers = prepared(function, False)
        for arguments, words, _, _ in offers if isinstance(offers, list) else []:
            given, named = arguments(), words()

            def seen(frame, event, argument, code=function.__code__):
                if event == "call" and frame.f_code is not code:
                    entered.append((code.co_qualname, frame.f_code.co_qualname))
                if event == "c_call" and argument is not sys.setprofile:
                    known = argument.__name__ in METHODS or argument.__name__ in BUILTINS
                    if not known:
                        entered.append((code.co_qualname, argument.__name__))

            sys.setprofile(seen)
            try:
                function(*given, **named)
            except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
                pass  # the arguments are invented
            finally:
                sys.setprofile(None)
    assert entered == []
