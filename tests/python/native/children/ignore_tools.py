"""What the tests of test_ignore_tools.py have fresh interpreters run."""

import sys

from look import executors, tell
from parts import given, part
from prelude_ignored import active, forms, make, seen, step

import jitctl
from jitctl import jit_focus, jit_ignore

if part("survives_tracing_tools"):
    tool, when = given.tool, given.when
    space = make()
    target = space["target"]

    def using_tool():
        m = sys.monitoring

        def trace(*_):
            return trace

        if tool == "settrace":
            sys.settrace(trace)
        elif tool == "setprofile":
            sys.setprofile(trace)
        else:
            m.use_tool_id(1, "test")
            m.register_callback(1, m.events.LINE, lambda *_: None)
            m.register_callback(1, m.events.JUMP, lambda *_: None)
            if tool == "monitoring":
                m.set_events(1, m.events.LINE | m.events.JUMP)
            else:
                m.set_local_events(1, target.__code__, m.events.LINE | m.events.JUMP)
        space["drive"](50)
        target(100)
        if tool == "settrace":
            sys.settrace(None)
        elif tool == "setprofile":
            sys.setprofile(None)
        else:
            m.set_events(1, 0)
            m.set_local_events(1, target.__code__, 0)
            m.free_tool_id(1)

    if when == "late":
        if sys._jit.is_enabled():
            jit_focus(target)
        active(space)
    jit_ignore(target)
    using_tool()
    tell(after=active(space))
    using_tool()
    tell(again=active(space), status=jitctl.stats(target).verdict.status)
elif part("applied_while_a_tool_traces"):
    space = make()
    target = space["target"]

    def trace(*_):
        return trace

    sys.settrace(trace)
    jit_ignore(target)
    space["drive"](20)
    sys.settrace(None)
    tell(active=active(space), status=jitctl.stats(target).verdict.status)
elif part("a_users_own_monitoring_is_undisturbed"):
    space = make()
    target = space["target"]
    m = sys.monitoring
    m.use_tool_id(2, "mine")
    calls = []
    m.register_callback(2, m.events.PY_START, lambda code, offset: calls.append(code.co_name))
    m.set_local_events(2, target.__code__, m.events.PY_START)
    jit_ignore(target)
    target(5)
    tell(calls=calls, mine=m.get_local_events(2, target.__code__) == m.events.PY_START)
    jitctl._backend.undo(target)
    target(5)
    tell(after=calls, mine_after=m.get_local_events(2, target.__code__) == m.events.PY_START)
elif part("tools_without_callbacks_come_and_go_within_a_step"):
    EVENTS = ["LINE", "JUMP", "INSTRUCTION", "CALL", "BRANCH_LEFT", "BRANCH_RIGHT", "PY_START", "PY_RETURN"]
    where = given.where
    m = sys.monitoring
    m.use_tool_id(1, "silent")

    def using(target, events):
        if "local" in where:
            m.set_local_events(1, target.__code__, events)
            m.set_local_events(1, target.__code__, 0)
        else:
            m.set_events(1, events)
            if "inside" not in where:
                target(3)
            m.set_events(1, 0)

    bad = []
    for name in [*EVENTS, "all", "restart"]:
        space = make()
        target = space["target"]
        jit_ignore(target)
        space["drive"](200)
        if not step(until=lambda: "INSTRUMENTED_JUMP_BACKWARD" not in forms(target)):
            bad.append("never cheap")
        events = sum(getattr(m.events, one) for one in (EVENTS if name in ("all", "restart") else [name]))
        seen.clear()
        if name == "restart":
            m.restart_events()
        if "inside" in where:
            target(6_000, lambda: using(target, events), 500)
        else:
            using(target, events)
        active_after = ("inside" in where and True in seen) or active(space)
        if active_after or executors(target):
            bad.append(name)
    tell(bad=bad)
elif part("cheap_again_after_a_tool"):
    space = make()
    target = space["target"]
    jit_ignore(target)

    def cheap():
        return "JUMP_BACKWARD_NO_JIT" in forms(target)

    tell(before=step(until=cheap))
    sys.settrace(lambda *_: None)
    target(3)
    sys.settrace(None)
    target(3)
    tell(after_the_tool=cheap(), later=step(until=cheap), active=active(space))
elif part("hinted_while_a_tool_is_active_it_becomes_cheap_later"):
    space = make()
    target = space["target"]
    m = sys.monitoring
    m.use_tool_id(2, "mine")
    lines = []
    m.register_callback(2, m.events.LINE, lambda code, line: lines.append(line))
    m.set_local_events(2, target.__code__, m.events.LINE)
    jit_ignore(target)
    full = jitctl.stats(target).verdict.message
    target(2)
    step()
    before = len(lines)
    target(2)
    still = len(lines) == 2 * before > 0
    m.set_local_events(2, target.__code__, 0)
    cheap = step(until=lambda: "JUMP_BACKWARD_NO_JIT" in forms(target))
    tell(full=full, still=still, cheap=cheap, active=active(space))
elif part("another_tools_id_is_left_as_it_was"):
    m, heard = sys.monitoring, []
    for number in range(5):
        m.use_tool_id(number, f"tool {number}")
        for event in (m.events.LINE, m.events.INSTRUCTION, m.events.JUMP, m.events.PY_START):
            m.register_callback(number, event, lambda *what: heard.append(what))
    space = make()
    target = space["target"]
    jit_ignore(target)
    cheap = "JUMP_BACKWARD_NO_JIT" in forms(target)
    target(10)
    tell(
        cheap=cheap,
        heard=len(heard),
        left=sum(m.get_local_events(n, target.__code__) for n in range(5)),
        names=[m.get_tool(n) for n in range(5)],
        active=active(space),
    )
elif part("a_tracer_that_comes_back_is_told_everything"):
    import threading

    thread = given.thread
    space, other = make(), make()
    target, twin = space["target"], other["target"]
    jit_ignore(target)

    def told(function, between=lambda: None):
        heard = []

        def trace(frame, what, value):
            if frame.f_code is function.__code__:
                heard.append((what, frame.f_lineno))
            return trace

        def work():
            sys.settrace(trace)
            function(3)
            between()
            function(3)
            sys.settrace(None)

        if thread:
            one = threading.Thread(target=work)
            one.start()
            one.join()
        else:
            work()
        return heard

    right = told(twin)
    first = told(target)
    step()
    again = told(target)
    pause = threading.Event()

    def wait():
        pause.wait(20)

    if thread:
        threading.Timer(0.3, pause.set).start()
        beside = []
        main = threading.Thread(target=lambda: beside.extend(told(target, wait)))
        main.start()
        while main.is_alive():
            step()
        tell(beside=beside == right)
    tell(first=first == right, again=again == right, events=len(right) > 10, active=active(space))
