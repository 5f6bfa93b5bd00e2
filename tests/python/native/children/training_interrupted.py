"""What the tests of test_training_interrupted.py have fresh interpreters run."""

from interrupted import interrupted
from look import tell
from parts import given, part

if part("it_reaches_the_caller"):
    tell(seen=interrupted(given.how, given.when, given.options))
