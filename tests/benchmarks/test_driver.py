"""How processes take turns, and that the workers are pyperf scripts that run on the interpreter at hand."""

import json
import platform
import subprocess
import sys
import time
from pathlib import Path

import pyperf
import pytest
from clean_environment import clean_environment
from figures import bench
from harness import BENCHMARKS
from harness.configurations import ENVIRONMENTS, Configuration, Place
from harness.driver import Driver, FailedError
from harness.parts import PARTS, QUICK_KERNELS, Cell, Choice

HERE = Place("cpython" + platform.python_version(), "3.14", sys.executable, "cpython", True)
OTHER = Place("pypy8.0.1", "3.11", "no such program", "pypy", False)
SITE = str(Path(pyperf.__file__).resolve().parents[1])


class Peers:
    """Stands in for harness.peers.Peers: nothing is fetched."""

    work = Path("nowhere")

    def has(self, peer, place):
        return place.jit

    def environment(self, name, place):
        return clean_environment(PYTHONPATH=SITE, **ENVIRONMENTS[name])


def cell(group, environment, hint="none", rounds=2):
    return Cell(group, Configuration(HERE.label, environment, hint), "kernel", ("--kernel", group), rounds)


@pytest.fixture
def driver(monkeypatch):
    """A driver whose processes are made up; `driver.seen` has them in order."""
    one = Driver([HERE, OTHER], Peers(), lambda text: None)
    one.seen = []

    def worker(cell, more):
        one.seen.append((cell.group, cell.configuration.environment, "--calibrate-loops" in more))
        found = bench(f"kernel {cell.group}", [[1.0]])
        if "--calibrate-loops" in more:
            run = pyperf.Run(
                [],
                warmups=[(8, 1.0)],
                metadata={"name": f"kernel {cell.group}", "calibrate_loops": 8},
                collect_metadata=False,
            )
            return [pyperf.Benchmark([run])]
        return [found]

    monkeypatch.setattr(one, "_worker", worker)
    return one


def test_configurations_take_turns_and_rounds_repeat_it(driver):
    cells = [cell(group, environment) for group in "ab" for environment in ("off", "jit")]
    assert driver.run(cells, None) == 2
    measured = [(group, environment) for group, environment, calibrating in driver.seen if not calibrating]
    assert measured[:4] == [("a", "off"), ("a", "jit"), ("b", "off"), ("b", "jit")]
    # The second round is in an order of its own, but never mixes groups.
    assert [group for group, _ in measured[4:]] == ["a", "a", "b", "b"]
    merged = driver.benches[cells[0].configuration]["kernel a"]
    assert merged.get_nrun() == 2


def test_all_modes_of_an_interpreter_share_one_calibration(driver):
    driver.run([cell("a", environment) for environment in ("off", "jit", "optin")], None)
    assert [one for one in driver.seen if one[2]] == [("a", "off", True)]


def test_cells_with_fewer_rounds_sit_out_the_later_ones(driver):
    driver.run([cell("a", "off", rounds=3), cell("a", "jit", rounds=1)], None)
    assert sum(environment == "jit" for _, environment, _ in driver.seen) == 1
    assert driver.benches[cell("a", "off").configuration]["kernel a"].get_nrun() == 3


def test_no_round_is_started_that_would_end_too_late(driver):
    assert driver.run([cell("a", "off", rounds=9)], time.monotonic() - 1) == 1


def test_a_failure_is_kept_and_the_rest_goes_on(driver, monkeypatch):
    works = driver._worker

    def worker(cell, more):
        if cell.configuration.environment == "jit":
            raise FailedError("exit code 1: why")
        return works(cell, more)

    monkeypatch.setattr(driver, "_worker", worker)
    driver.run([cell("a", "off"), cell("a", "jit")], None)
    assert driver.failures == {f"kernel a in {HERE.label}_jit_none": "exit code 1: why"}
    assert list(driver.benches) == [cell("a", "off").configuration]


def test_another_answer_is_a_failure(driver, monkeypatch):
    works = driver._worker

    def worker(cell, more):
        found = works(cell, more)
        for one in found:
            one.update_metadata({"answer": 1 if cell.configuration.environment == "off" else 2})
        return found

    monkeypatch.setattr(driver, "_worker", worker)
    driver.run([cell("a", "off"), cell("a", "jit")], None)
    assert list(driver.failures.values()) == [f"kernel a computes something else than in {HERE.label}_off_none"]


def test_every_part_has_a_worker_and_no_cell_twice(monkeypatch):
    monkeypatch.setattr("harness.programs.folder", lambda peers: Path("data"))
    monkeypatch.setattr("harness.programs.everything", lambda place, name, peers: [])
    monkeypatch.setattr("harness.programs.stored", lambda name, under="": [])
    monkeypatch.setattr("harness.programs.choices", lambda under="": {"programs": {"richards": {}, "nbody": {}}})
    for quick in (False, True):
        choice = Choice([HERE, OTHER], Peers(), quick, 5, [])
        for name, part in PARTS.items():
            cells = part(choice)
            assert cells, name
            assert all((BENCHMARKS / "workers" / f"{one.worker}.py").exists() for one in cells)
            keys = [(one.group, one.configuration, one.worker) for one in cells]
            assert len(set(keys)) == len(keys), name
        if quick:
            assert {one.group for one in PARTS["kernels"](choice)} == set(QUICK_KERNELS)


def test_named_kernels_only():
    choice = Choice([HERE], Peers(), False, 5, ["lcg"])
    assert {one.group for one in PARTS["kernels"](choice)} == {"lcg"}


def test_a_real_process():
    driver = Driver([HERE], Peers(), lambda text: None)
    one = cell("lcg", "off", rounds=2)._replace(options=("--min-time", "0.001", "--values", "2", "--warmups", "1"))
    assert driver.run([one], None) == 2
    assert driver.failures == {}
    found = driver.benches[one.configuration]["kernel lcg"]
    assert [len(run.values) for run in found.get_runs()] == [2, 2]
    assert found.get_metadata()["loops"] >= 1
    assert 1e-5 < found.median() < 1


def test_a_real_process_that_fails():
    driver = Driver([HERE], Peers(), lambda text: None)
    driver.run([cell("no such kernel", "off")], None)
    assert list(driver.failures.values()) == ["exit code 1: KeyError: 'no such kernel'"]


@pytest.mark.parametrize("worker", ["kernel.py --kernel lcg", "call.py", "process.py --statements {}"])
def test_a_worker_is_a_pyperf_script_by_itself(worker, tmp_path):
    script, *arguments = worker.replace("{}", json.dumps({"bare": "pass"}).replace(" ", "")).split()
    command = [sys.executable, str(BENCHMARKS / "workers" / script), *arguments]
    # Options of our own reach the processes that pyperf starts.
    options = ["--processes", "1", "--values", "1", "--warmups", "1", "--min-time", "0.0005", "--copy-env", "--quiet"]
    target = tmp_path / "found.json"
    environment = Peers().environment("off", HERE)
    done = subprocess.run([*command, *options, "-o", str(target)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert pyperf.BenchmarkSuite.load(str(target)).get_benchmarks()
