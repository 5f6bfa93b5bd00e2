"""Records are held weakly and belong to one object, whatever its id was before."""

import threading
import weakref


def make():
    def f():
        pass

    return f


def test_a_hint_does_not_keep_the_function_alive(jitctl, collect):
    f = make()
    gone = weakref.ref(f)
    jitctl.jit_focus(f)
    del f
    collect()
    assert gone() is None


def test_dead_functions_leave_the_records(jitctl, collect):
    name = "only_here"
    kept = []
    for number in range(20):
        f = make()
        f.__name__ = name
        jitctl.jit_focus(f)
        if number % 2:
            kept.append(f)
    del f
    collect()
    assert len(jitctl.stats(name=name)) == 10


def test_a_new_object_at_an_old_address_has_no_record(jitctl):
    for _ in range(200):
        f = make()
        assert jitctl._backend.record(f) is None
        jitctl.jit_focus(f)
        assert jitctl._backend.record(f)["object"] is f
        del f


def test_a_function_in_a_cycle_goes_too(jitctl, collect):
    f = make()
    f.myself = f
    gone = weakref.ref(f)
    jitctl.jit_once(f)
    del f
    collect()
    assert gone() is None


def test_equal_objects_are_not_the_same(jitctl):
    class Equal:
        def __call__(self):
            pass

        def __eq__(self, other):
            return True

        __hash__ = None

    first, second = Equal(), Equal()
    jitctl.jit_focus(first)
    assert jitctl._backend.record(first) is not None
    assert jitctl._backend.record(second) is None


def test_records_come_in_the_order_of_the_hints(jitctl):
    functions = [make() for _ in range(50)]
    for number, f in enumerate(functions):
        f.__name__ = f"ordered_{number}"
        jitctl.jit_focus(f)
    assert [record.function for record in jitctl.stats(name="ordered_*")] == functions


def test_a_stored_report_does_not_keep_functions_alive(jitctl, collect):
    f = make()
    f.__name__ = "reported"
    jitctl.jit_focus(f)
    report = jitctl.stats(name="reported")
    assert report[0].function is f
    del f
    collect()
    assert report[0].function is None
    assert report[0].name == "reported"


def test_many_threads_may_hint_at_once(jitctl):
    kept, errors = [], []

    def work():
        try:
            for _ in range(200):
                f = make()
                f.__name__ = "threaded"
                kept.append(jitctl.jit_focus(f))
                jitctl._backend.record(f)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(jitctl.stats(name="threaded")) == len(kept) == 800
