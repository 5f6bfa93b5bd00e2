"""Imports and runs more than twenty standard modules, with loops long enough to compile where nothing prevents it."""

import argparse
import ast
import base64
import collections
import configparser
import copy
import csv
import datetime
import difflib
import email.message
import email.parser
import fnmatch
import fractions
import functools
import heapq
import html.parser
import io
import json
import pickle
import pprint
import random
import re
import shlex
import statistics
import string
import textwrap
import tokenize
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile


def json_and_pickle():
    for i in range(300):
        thing = {"a": [i] * 5, "b": {"c": str(i)}}
        json.loads(json.dumps(thing, indent=1))
        pickle._loads(pickle._dumps(thing))
        copy.deepcopy(thing)


def texts():
    for i in range(60):
        text = " ".join(f"word{j}" for j in range(60))
        textwrap.wrap(text, 40)
        shlex.split(text)
        list(difflib.SequenceMatcher(None, text[:80], text[5:90]).get_opcodes())
        string.Template("$a $b").substitute(a=i, b=2)
        re.compile(f"(a{i}|b)*[c-f]+").match("abc")
        pprint.pformat({"k": [text] * 3})
        fnmatch.filter(["a.py", "b.txt"] * 20, "*.py")


def parsers():
    source = "def f(a, b):\n    return [x * 2 for x in a if x > b]\n" * 20
    for _ in range(10):
        ast.unparse(ast.parse(source))
        list(tokenize.generate_tokens(io.StringIO(source).readline))
        html.parser.HTMLParser().feed("<p>one<b>two</b></p>" * 60)
        email.parser.Parser().parsestr("A: b\nC: d\n\nbody")
        config = configparser.ConfigParser()
        config.read_string("[a]\nb=1\nc=%(b)s2\n" + "".join(f"k{i}={i}\n" for i in range(90)))
        ET.fromstring("<a>" + "<b c='d'/>" * 80 + "</a>")
        list(csv.DictReader(io.StringIO("a,b\n" + "1,2\n" * 300)))
    message = email.message.EmailMessage()
    message.set_content("text")
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", type=int)
    for i in range(50):
        parser.parse_args(["--one", str(i)])


def numbers():
    dice = random.Random(1)
    many = [dice.random() for _ in range(3000)]
    statistics.stdev(many)
    for i in range(1, 3000):
        fractions.Fraction(i, i + 2) + 1
    heap = []
    for one in many:
        heapq.heappush(heap, one)
    dice.shuffle(many)
    functools.reduce(lambda a, b: a + b, many)
    day = datetime.date(2020, 1, 1)
    for i in range(3000):
        day + datetime.timedelta(days=i)
    chain = collections.ChainMap({"a": 1}, {"b": 2})
    for _ in range(3000):
        chain["b"], base64.b64encode(b"abc"), urllib.parse.quote("a b/ü")
        collections.OrderedDict(a=1).move_to_end("a")
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        for i in range(100):
            archive.writestr(f"f{i}", b"data")


def tour():
    for part in (json_and_pickle, texts, parsers, numbers):
        part()
    return len([name for name in globals() if not name.startswith("_")])
