"""What machine code takes for granted may change at any moment, also within the function itself."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def alike(scene, part):
    told = scene(part)
    assert told["compiled"] == told["plain"]
    return told["plain"]


def test_a_global_that_a_callee_changes(scene):
    alike(scene, "a_global_that_a_callee_changes")


def test_a_global_that_a_callee_frees(scene):
    alike(scene, "a_global_that_a_callee_frees")


def test_builtins_that_are_shadowed_and_back(scene):
    alike(scene, "builtins_that_are_shadowed_and_back")


def test_a_global_that_goes_and_comes(scene):
    alike(scene, "a_global_that_goes_and_comes")


def test_a_key_that_only_equals_the_name(scene):
    alike(scene, "a_key_that_only_equals_the_name")


def test_classes_that_change(scene):
    alike(scene, "classes_that_change")


def test_a_class_that_dies(scene):
    alike(scene, "a_class_that_dies")


def test_functions_that_change(scene):
    alike(scene, "functions_that_change")


def test_a_change_in_the_middle_of_a_loop(scene):
    alike(scene, "a_change_in_the_middle_of_a_loop")


def test_changes_without_end(scene):
    told = scene("changes_without_end")
    assert told["right"]
    # a global that is not baked in needs no new machine code
    assert told["code"] in ("assumption-changed", "compiled")
    assert told["once"] in (["compiled", -1, "assumption-changed"], ["compiled", -1, "compiled"])


def test_watchers_of_other_tools(scene):
    told = scene("watchers_of_other_tools")
    assert told["right"]
    assert min(told["taken"]) >= 1
    assert told["code"] == "watchers-taken"
    assert told["advice"]
