"""What the tests of test_backends_command.py have fresh interpreters run."""

import itertools

from parts import given, part

from jitctl._conformance import cases, checks

if part("reading_may_change_nothing_of_itself"):
    count = itertools.count()
    checks._reading = eval(f"lambda function: {given.changes}")
    try:
        print(checks.reading())
    except cases.BrokenError as error:
        print("broken:", error)
