"""The pytest plugin of jitctl. It imports nothing of jitctl until ``--jitctl`` or the fixture ``jit`` is used.

It stands outside of the package, since importing a module of a package imports the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

MODES = ("off", "report", "every-hint")
_KEY = "jitctl"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--jitctl``."""
    parser.getgroup("jitctl", "hints for the JIT").addoption(
        "--jitctl",
        choices=MODES,
        help="off: no hint does anything; report: say at the end what became of the hints; every-hint: fail where one "
        "is not in force at the end",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark, and switch hints off where that was asked for."""
    config.addinivalue_line(
        "markers", "jit: skip this test, with the reason, where hints can do nothing (another interpreter, a tracer)"
    )
    if config.getoption("jitctl") == "off":
        import jitctl

        jitctl.disable()
        config.add_cleanup(_enable)


def _enable() -> None:
    import jitctl

    jitctl.enable()


@pytest.fixture
def jit() -> ModuleType:
    """`jitctl.testing`: assert_compiled(f), assert_not_compiled(f), no_exits(); skips where hints can do nothing."""
    _skip_where_nothing_can_be_said()
    from jitctl import testing

    return testing


def _skip_where_nothing_can_be_said() -> None:
    from jitctl import testing

    reason = testing.reason_to_skip()
    if reason:
        pytest.skip(f"jitctl: {reason}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Heed the mark."""
    if item.get_closest_marker("jit") is not None:
        _skip_where_nothing_can_be_said()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session where a hint is not in force and every one has to be; keep what is to be told."""
    mode = session.config.getoption("jitctl")
    if mode not in ("report", "every-hint"):
        return
    if _workers(session.config):  # of xdist: they told, and this process has run no test
        bad = any(one["failures"] for one in _workers(session.config))
    else:
        told = _told(mode)
        bad = bool(told["failures"])
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = told
        else:
            _workers(session.config).append(told)
    if bad and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _told(mode: str) -> dict[str, Any]:
    import jitctl
    from jitctl import testing

    reason = testing.reason_to_skip() if mode == "every-hint" else ""
    failures = testing.failures() if mode == "every-hint" and not reason else []
    return {"table": str(jitctl.stats()), "failures": failures, "reason": reason}


_DATA: pytest.StashKey[list[dict[str, Any]]] = pytest.StashKey()


def _workers(config: pytest.Config) -> list[dict[str, Any]]:
    return config.stash.setdefault(_DATA, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """Take what a worker of xdist told."""
    told = getattr(node, "workeroutput", {}).get(_KEY)
    if told:
        _workers(node.config).append(told)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what became of the hints."""
    mode = config.getoption("jitctl")
    for told in _workers(config):
        if mode == "report":
            terminalreporter.section("jitctl: hints")
            terminalreporter.write_line(told["table"])
        elif told["reason"]:
            terminalreporter.section("jitctl: hints were not looked at")
            terminalreporter.write_line(told["reason"])
        for failure in told["failures"]:
            terminalreporter.section("jitctl: a hint is not in force")
            terminalreporter.write_line(failure)
