"""Looking for effects leaves nothing of the program alive."""

import gc
import weakref

from jitctl._inference import effect_of


class Kept:
    pass


def risky():
    print("an effect")


def test_a_refusal_keeps_no_frame_of_the_caller():
    def caller():
        local = Kept()
        effect = effect_of(risky, [], {})
        assert effect is not None
        return weakref.ref(local)

    gc.collect()
    gc.disable()
    try:
        assert caller()() is None
    finally:
        gc.enable()
