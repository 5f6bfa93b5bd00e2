"""Parses a JSON document with a grammar, by lark. Argument: how many times, default 300."""

import json
import sys

from lark import Lark

GRAMMAR = r"""
?value: object | array | string | SIGNED_NUMBER -> number | "true" -> true | "false" -> false | "null" -> null
array: "[" [value ("," value)*] "]"
object: "{" [pair ("," pair)*] "}"
pair: string ":" value
string: ESCAPED_STRING
%import common.ESCAPED_STRING
%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""


def main(times: int) -> None:
    """Work, and print how large the tree is."""
    rows = [{"id": n, "tags": ["a", "b", n], "more": {"on": True, "off": None}} for n in range(60)]
    parser, document = Lark(GRAMMAR, parser="lalr", start="value"), json.dumps(rows)
    print(sum(len(parser.parse(document).children) for _ in range(times)))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
