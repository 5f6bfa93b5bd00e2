"""An exception that is none of the training's reaches the caller of the function under native, too."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("options", ["samples", "inferred"])
@pytest.mark.parametrize("when", ["first-call", "decoration"])
@pytest.mark.parametrize("how", ["signal", "thread"])
def test_it_reaches_the_caller(scene, mode, how, when, options):
    code = f"import interrupted, look; look.tell(seen=interrupted.interrupted({how!r}, {when!r}, {options!r}))"
    assert scene(code, **mode)["seen"] == [True, "interrupted", 0]
