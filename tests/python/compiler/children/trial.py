"""What the tests of test_trial.py have fresh interpreters run."""

import trials
from parts import part
from twins import tell

if part("what_is_slower_than_the_interpreter_is_undone"):
    tell(**trials.outcomes())
elif part("calls_take_turns_only_while_they_are_timed"):
    tell(**trials.turns())
elif part("nested_calls_are_made_as_the_call_that_is_timed"):
    tell(**trials.nested())
