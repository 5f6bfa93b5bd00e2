"""An exception that is none of the training's reaches the caller of the function under native, too."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("options", ["samples", "inferred"])
@pytest.mark.parametrize("when", ["first-call", "decoration"])
@pytest.mark.parametrize("how", ["signal", "thread"])
def test_it_reaches_the_caller(scene, mode, how, when, options):
    given = {"how": how, "when": when, "options": options}
    assert scene("it_reaches_the_caller", given=given, **mode)["seen"] == [True, "interrupted", 0]
