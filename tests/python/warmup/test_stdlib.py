"""Real functions of the standard library: armed, then called, they do what they did; their code is moved right."""

import ast
import dis
import importlib
import importlib.util
import io
import json.decoder
import json.scanner
import sys
import types

import pytest
from warmed import STAND_INS, fresh, jit_focus

MODULES = [
    "argparse",
    "ast",
    "asyncio.base_events",
    "asyncio.queues",
    "asyncio.tasks",
    "bdb",
    "calendar",
    "codecs",
    "collections",
    "configparser",
    "contextlib",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "dis",
    "email.message",
    "email._header_value_parser",
    "enum",
    "fractions",
    "functools",
    "gettext",
    "heapq",
    "html.parser",
    "http.client",
    "http.cookies",
    "inspect",
    "ipaddress",
    "json.decoder",
    "json.encoder",
    "locale",
    "logging",
    "numbers",
    "optparse",
    "os",
    "pathlib",
    "pickle",
    "pickletools",
    "plistlib",
    "pprint",
    "random",
    "shutil",
    "socket",
    "statistics",
    "string",
    "subprocess",
    "tarfile",
    "textwrap",
    "threading",
    "tokenize",
    "traceback",
    "types",
    "typing",
    "unittest.mock",
    "urllib.parse",
    "uuid",
    "xml.dom.minidom",
    "zipfile",
]


class Unready(Exception):
    pass


def unready():
    raise Unready


def armed(function):
    return jit_focus(sample_args=unready)(function)


def codes(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def of_module(name):
    path = importlib.import_module(name).__file__
    with open(path, "rb") as file:
        module = compile(file.read(), path, "exec", dont_inherit=True)
    return [code for code in codes(module) if code.co_flags & 2]  # CO_NEWLOCALS: functions, not classes and modules


def listing(code, skip=frozenset()):
    """Instructions with the index of each jump's goal, lines and columns: what a move must not change."""
    found = [i for i in dis.get_instructions(code) if i.opname not in ("EXTENDED_ARG", "CACHE")]
    found = [i for index, i in enumerate(found) if index not in skip]
    raw = sorted(dis.get_instructions(code), key=lambda i: i.offset)
    heads, head = {}, None  # a jump goes to the first prefix
    for one in raw:
        head = one.offset if head is None else head
        if one.opname != "EXTENDED_ARG":
            heads[head], head = one.offset, None
    index = {i.offset: number for number, i in enumerate(found)}
    jumps = dis.hasjabs + dis.hasjrel
    lines = {}
    for start, end, line in code.co_lines():
        lines.update(dict.fromkeys(range(start, end, 2), line))
    rows = []
    for i in found:
        argument = index[heads[i.argval]] if i.opcode in jumps else i.argval
        columns = getattr(i, "positions", None)
        rows.append((i.opname, repr(argument) if argument is not i else None, lines.get(i.offset), columns))
    handlers = []
    if hasattr(dis, "_parse_exception_table"):
        offsets = sorted(index)
        place = lambda offset: sum(1 for one in offsets if one < offset)  # noqa: E731
        for entry in dis._parse_exception_table(code):
            handlers.append((place(entry.start), place(entry.end), index[entry.target], entry.depth, entry.lasti))
    return rows, handlers


@pytest.mark.skipif(not STAND_INS, reason="later versions leave the code as it is")
@pytest.mark.parametrize("module", MODULES)
def test_the_code_is_moved_right(module):
    for code in of_module(module):
        function = types.FunctionType(code, {}, closure=tuple(types.CellType() for _ in code.co_freevars))
        new = armed(function).__code__
        assert new is not code
        assert new.co_code.endswith(code.co_code)
        extra = len(new.co_code) - len(code.co_code)
        real = [i for i in dis.get_instructions(new) if i.opname not in ("EXTENDED_ARG", "CACHE")]
        prologue = {index for index, i in enumerate(real) if i.offset < extra}
        assert listing(new, prologue) == listing(code), code


def module_of(name, arm):
    """Import a module once more, with every function of it armed if asked."""
    again = "_again_" + name.replace(".", "_")
    spec = importlib.util.spec_from_file_location(again, importlib.util.find_spec(name).origin)
    module = sys.modules[again] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in list(vars(module).values()) if arm else ():
        functions = [value, *vars(value).values()] if isinstance(value, type) else [value]
        for function in functions:
            function = getattr(function, "__func__", getattr(function, "fget", function))
            if isinstance(function, types.FunctionType) and function.__globals__ is vars(module):
                armed(fresh(function))
    return module


TEXT = "The quick brown fox jumps over the lazy dog, and then it does so again.\n\n  Twice.\n" * 4


def textwrap(m):
    return m.wrap(TEXT, 30), m.fill(TEXT, 20, initial_indent="* "), m.dedent("  a\n   b\n"), m.shorten(TEXT, 30)


def heapq(m):
    heap = [5, 3, 8, 1, 9, 2]
    m.heapify(heap)
    merged = list(m.merge([1, 4, 9], [2, 3, 10], key=lambda x: x, reverse=False))
    replace = m.heapreplace_max if hasattr(m, "heapreplace_max") else m._heapreplace_max  # public since 3.14
    return heap, merged, m.nlargest(3, heap), m.nsmallest(2, heap, key=lambda x: -x), replace(heap, 4)


def difflib(m):
    m.HtmlDiff._default_prefix = 0
    one, two = TEXT.split(), TEXT.replace("fox", "cat").split()
    return (
        list(m.unified_diff(one, two)),
        list(m.ndiff(one[:9], two[:9])),
        m.SequenceMatcher(None, one, two).ratio(),
        m.get_close_matches("appel", ["ape", "apple", "peach"]),
        m.HtmlDiff().make_table(one[:5], two[:5]),
    )


def decoder(m):
    text = json.dumps({"a": [1, 2.5, None, True, {"b": "x\n\u1234"}], "c": {}, "d": []}, indent=1)
    made = m.JSONDecoder()
    made.parse_string, made.scan_once = m.py_scanstring, json.scanner.py_make_scanner(made)
    made.parse_object, made.parse_array = m.JSONObject, m.JSONArray
    made.scan_once = json.scanner.py_make_scanner(made)
    errors = []
    for bad in ('{"a" 1}', "[1,]", '"\\u12"', '{"a": 1', "nul"):
        try:
            made.decode(bad)
        except ValueError as error:
            errors.append(str(error))
    return made.decode(text), errors


def statistics(m):
    data = [1.5, 2.25, 2.25, 7, 9.125]
    spread = m.variance(data), m.pstdev(data), m.quantiles(data)
    return m.mean(data), m.median(data), m.mode(data), spread, m.NormalDist(0, 1).cdf(1.5)


def ast_(m):
    return m.unparse(ast.parse("def f(a, *b, c=1):\n    return [x async for x in a if x] or {**b}")), m.literal_eval(
        "[1, {2: 3}]"
    )


def configparser(m):
    parser = m.ConfigParser()
    parser.read_string("[a]\nx = 1\ny = %(x)s2\n[b]\nz : q\n  more\n")
    out = io.StringIO()
    parser.write(out)
    return out.getvalue(), parser["a"]["y"], parser.getint("a", "x"), parser.has_option("b", "q")


def fractions(m):
    return str(m.Fraction(3, 7) + m.Fraction("1.25") ** 2), m.Fraction(22, 7).limit_denominator(3) == 3


def csv(m):
    out = io.StringIO()
    writer = m.DictWriter(out, ["a", "b"])
    writer.writeheader()
    writer.writerow({"a": 1, "b": 'x"y'})
    return out.getvalue(), list(m.DictReader(io.StringIO(out.getvalue()))), m.Sniffer().sniff("a;b\nc;d\n").delimiter


def tokenize(m):
    return [tuple(token) for token in m.generate_tokens(io.StringIO("def f(x):\n    return x[1:] # c\n").readline)]


WORKS = {
    "textwrap": textwrap, "heapq": heapq, "difflib": difflib, "json.decoder": decoder, "statistics": statistics,
    "ast": ast_, "configparser": configparser, "fractions": fractions, "csv": csv, "tokenize": tokenize,
}  # fmt: skip


@pytest.mark.parametrize("name", WORKS)
def test_armed_modules_do_what_they_did(name):
    expected = WORKS[name](module_of(name, arm=False))
    module = module_of(name, arm=True)
    assert repr(WORKS[name](module)) == repr(expected)
    assert repr(WORKS[name](module)) == repr(expected)
