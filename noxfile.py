"""The project's sessions: `nox -l` lists them, `nox -s <name>` runs one, `make test` runs what must pass.

A session `python-<interpreter>` exists for every interpreter that tools/interpreters.py finds.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tools"))

from clean_environment import SETTINGS  # noqa: E402
from interp.find import find_interpreters  # noqa: E402
from interp.probe import Interpreter  # noqa: E402
from suite.modes import modes_of  # noqa: E402

RESULTS = ROOT / ".nox" / "results"
HOME = Path(os.environ.get("JITCTL_INTERPRETERS") or ROOT / ".interpreters").resolve()
FOUND = find_interpreters(HOME, one_each=True)
#: processes that share the Python tests of one interpreter: most tests start one and wait for it
WORKERS = "2"
GROUPS = nox.project.load_toml("pyproject.toml")
# `make test` builds the wheel once and then starts sessions side by side, which must not build it again.
BUILT = ["wheel"] if os.environ.get("JITCTL_WHEEL") != "built" else []
# The caller's own settings must not decide what the tests see.
NEUTRAL: dict[str, str | None] = {name: None for name in os.environ if name.startswith(SETTINGS)}
NEUTRAL |= {"PYTHONFAULTHANDLER": "1", "PYTHONDONTWRITEBYTECODE": "1"}

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "virtualenv"  # it brings pip along; Debian's own venv module does not
nox.options.sessions = ["interpreters", "lint", "package", "rust", "tools", "plugin", "cinderx", "python"]


def builder() -> str:
    """Return the interpreter that builds the wheel: its file names are right for all only up to 3.14."""
    fit = [o for o in FOUND if o.implementation == "cpython" and not o.debug and not o.free_threaded]
    fit = [o for o in fit if o.minor in ("3.11", "3.12", "3.13", "3.14")]
    # A fetched one is complete; a system's may lack parts.
    return min(fit, key=lambda o: o.origin != "fetched").path if fit else sys.executable


def carriers() -> list[Interpreter]:
    """Return the release interpreters that carry a JIT, newest first."""
    return [o for o in reversed(FOUND) if o.jit_built and not o.debug and not o.free_threaded]


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group."""
    return list(nox.project.dependency_groups(GROUPS, name))


def install_jitctl(session: nox.Session, one: Interpreter | None = None) -> None:
    """Install the compiled wheel, or, where compiled code cannot run, the one in pure Python."""
    pure = one is not None and (one.implementation != "cpython" or one.free_threaded)
    built = sorted((ROOT / "dist").glob("*-py3-none-any.whl" if pure else "*-abi3-*.whl"))
    if not built:
        session.error("nothing in dist/; expected the built package; next: nox -s wheel")
    session.install("--force-reinstall", "--no-deps", str(built[-1]))


@nox.session(venv_backend="none")
def interpreters(session: nox.Session) -> None:
    """Fetch the interpreters to test on, and list all there are."""
    for command in (["fetch", *session.posargs], ["list"]):
        session.run(sys.executable, "tools/interpreters.py", *command)


@nox.session(python=builder())
def wheel(session: nox.Session) -> None:
    """Build the wheel for all CPython versions, the one in pure Python, and the source archive, into dist/."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    session.install("build")
    for variables in (NEUTRAL, NEUTRAL | {"JITCTL_PURE_PYTHON": "1"}):
        session.run("python", "-m", "pip", "wheel", ".", "--no-deps", "-w", "dist", env=variables)
    session.run("python", "-m", "build", "--sdist", "--outdir", "dist", env=NEUTRAL)


@nox.session(python=builder(), requires=BUILT)
def lint(session: nox.Session) -> None:
    """Check formatting, lints and types of Rust and Python; all checks run, then the session fails if one did."""
    session.install(*group("lint"))
    install_jitctl(session)
    checks = {
        "cargo fmt": ["cargo", "fmt", "--all", "--check"],
        "clippy": ["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy", "--strict", "python/jitctl", "tools"],
        "stubtest": ["python", "-m", "mypy.stubtest", "jitctl._backend"],
    }
    failed = []
    for name, command in checks.items():
        try:
            session.run(*command, external=command[0] == "cargo")
        except nox.command.CommandFailed:
            failed.append(name)
        # tools/suite/counts.py reads this line.
        print(f"lint: {name}: {'failed' if name in failed else 'ok'}", flush=True)
    if failed:
        session.error("failed: " + ", ".join(failed))


@nox.session(python=builder(), requires=BUILT)
def package(session: nox.Session) -> None:
    """Check the files in dist/: their metadata and contents, what they link to, and which of them each pip chooses."""
    session.install(*group("test"), *group("package"))
    built = [str(path) for path in sorted((ROOT / "dist").iterdir())]
    wheels = [path for path in built if path.endswith(".whl")]
    compiled = [path for path in wheels if "-abi3-" in path]
    session.run("twine", "check", "--strict", *built)
    session.run("check-wheel-contents", *wheels)
    session.run("abi3audit", "--strict", *compiled)
    if sys.platform == "linux":
        session.run("auditwheel", "show", *compiled)
    if not _pytest(session, "package", ["tests/packaging"], {}):
        session.error("failed: package")


@nox.session(venv_backend="none")
def rust(session: nox.Session) -> None:
    """Run the Rust tests of the workspace."""
    session.run("cargo", "test", "--workspace", "--no-fail-fast", *session.posargs, external=True)


@nox.session(python=carriers()[-1].path if carriers() else builder())
def tools(session: nox.Session) -> None:
    """Test the tools in tools/, the benchmarks' and the evidence's own programs, and the types that users see."""
    session.install(*group("test"), *group("lint"), *group("bench"))
    if not _pytest(
        session,
        "tools",
        ["tests/tools", "tests/layers", "tests/benchmarks", "tests/typing", "tests/evidence/tests"],
        {},
    ):
        session.error("failed: tools")


@nox.session(python=carriers()[0].path if carriers() else builder(), requires=BUILT)
def plugin(session: nox.Session) -> None:
    """Follow PLUGINS.md from an empty folder to an installed plugin, with nothing of ours but what is published."""
    session.install(*group("test"), "virtualenv")
    install_jitctl(session)
    # Out of the tree: below it, cargo takes the plugin for a member of our workspace.
    if not _pytest(session, "plugin", ["tests/plugin"], {"TMPDIR": tempfile.gettempdir()}):
        session.error("failed: plugin")


@nox.session(python=[one.path for one in carriers()] or builder(), requires=BUILT)
def cinderx(session: nox.Session) -> None:
    """Test the CinderX backend as what it is: another package, installed beside jitctl."""
    session.install(*group("test"))
    install_jitctl(session)
    session.install("./backends/cinderx")
    name = f"cinderx-{Path(str(session.python)).name}"
    # From elsewhere: in its own folder the sources would shadow what was installed.
    with session.chdir(session.create_tmp()):
        passed = _pytest(session, name, [str(ROOT / "backends" / "cinderx" / "tests")], {})
    if not passed:
        session.error(f"failed: {name}")


@nox.session(python=builder())
def repeatable(session: nox.Session) -> None:
    """Build both wheels of the last commit twice, in two folders, and compare them byte by byte."""
    places = [Path(session.create_tmp()) / name for name in ("one", "another folder")]
    for place in places:  # both before the first is built, for a commit may come meanwhile
        shutil.rmtree(place, ignore_errors=True)
        session.run("git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(place), external=True)
    for place in places:
        for variables in (NEUTRAL, NEUTRAL | {"JITCTL_PURE_PYTHON": "1"}):
            session.run(
                "python", "-m", "pip", "wheel", str(place), "--no-deps", "-w", str(place / "dist"), env=variables
            )
    first, second = ({file.name: file.read_bytes() for file in (place / "dist").iterdir()} for place in places)
    different = sorted(name for name in first | second if first.get(name) != second.get(name))
    if different:
        session.error("built twice and not the same: " + ", ".join(different))
    session.log("the same: " + ", ".join(sorted(first)))


#: What is tested on an emulated machine: every kind of hint on every kind of function, what it answers, and the native
#: backend in fresh processes. The rest builds libraries for this machine, counts on its speed, or takes hours there.
CORE = [
    *(
        f"tests/python/test_{name}.py"
        for name in ("identity", "options", "names", "targets", "records", "precedence", "wrappers", "class_hints")
    ),
    *(
        f"tests/python/native/test_{name}.py"
        for name in ("internal_selftest", "focus", "ignore", "ignore_tools", "once")
    ),
]


@nox.session(python=builder())
def aarch64(session: nox.Session) -> None:
    """Build the wheel for Linux on aarch64 and run the core of the tests there, emulated; takes an hour, needs apt."""
    target = "aarch64-unknown-linux-gnu"
    session.install("ziglang", "cargo-zigbuild", "virtualenv")
    session.run("rustup", "target", "add", target, external=True)
    told = session.run("python", "tools/interpreters.py", "foreign", silent=True, stderr=None)
    programs = [line for line in str(told).splitlines() if line.startswith("/")]
    dist = ROOT / "target" / "aarch64"
    shutil.rmtree(dist, ignore_errors=True)
    cross = {"CARGO": "cargo-zigbuild", "CARGO_BUILD_TARGET": target, "_PYTHON_HOST_PLATFORM": "linux-aarch64"}
    # The linker is in a package of the session, and the environment that pip builds in hides packages.
    place = session.run("python", "-c", "import ziglang; print(ziglang.__path__[0])", silent=True, stderr=None)
    cross["CARGO_ZIGBUILD_ZIG_PATH"] = str(Path(str(place).strip()) / "zig")
    # Emulated code is slow however it was optimised; so it may as well be built in a short time.
    cross |= {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
    session.run("python", "-m", "pip", "wheel", ".", "--no-deps", "-w", str(dist), env=NEUTRAL | cross)
    # Where the emulated programs' loader and libraries stand.
    libraries = Path(programs[0]).parents[1]
    runner = {
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER": f"{HOME}/qemu-aarch64 -L {libraries}",
        "CARGO_ZIGBUILD_ZIG_PATH": cross["CARGO_ZIGBUILD_ZIG_PATH"],
    }
    # Those of the core build libraries for this machine, which that one could not load.
    crates = [f"--package=jitctl-{name}" for name in ("cpython", "verdicts", "training")]
    session.run("cargo-zigbuild", "test", "--target", target, *crates, "--no-fail-fast", env=runner)
    (wheel,) = dist.glob("*-abi3-linux_aarch64.whl")
    failed = []
    for program in programs:
        place = Path(session.create_tmp()) / Path(program).name
        session.run("virtualenv", "--quiet", "--clear", "--python", program, str(place))
        inside = str(place / "bin" / "python")
        session.run(inside, "-m", "pip", "install", "--quiet", "pytest>=8", "attrs", str(wheel), external=True)
        session.run(inside, "-m", "pip", "check", external=True)
        session.run(inside, "-m", "jitctl", "doctor", external=True, success_codes=[0, 3])
        try:
            session.run(inside, "-m", "pytest", "-q", *CORE, *session.posargs, external=True, env=NEUTRAL)
        except nox.command.CommandFailed:
            failed.append(Path(program).name)
    if failed:
        session.error("failed: " + ", ".join(failed))


@nox.session(venv_backend="none")
def python(session: nox.Session) -> None:
    """Run the Python tests on every interpreter found, one after the other."""
    if not FOUND:
        session.error("no interpreter found; expected CPython 3.10 or newer; next: uv python install 3.14")
    for one in FOUND:
        session.notify(f"python-{one.name}")


def _python_session(one: Interpreter) -> None:
    def run(session: nox.Session) -> None:
        session.install(*group("test"))
        install_jitctl(session, one)
        workers = ["-n", WORKERS, "--dist", "loadgroup"]
        # Those of warm-up run in one process. In two, a test of tracers on CPython 3.11 did not end (docs/evidence.md).
        shared = {m.name: [] if "+warmup" in m.name else workers for m in modes_of(one)}
        failed = [m.name for m in modes_of(one) if not _pytest(session, m.name, [*shared[m.name], *m.tests], m.env)]
        if failed:
            session.error("failed: " + ", ".join(failed))

    run.__doc__ = f"Run the Python tests on {one.implementation} {one.implementation_version}."
    nox.session(name=f"python-{one.name}", python=one.path, requires=BUILT)(run)


def _pytest(session: nox.Session, name: str, tests: list[str], env: dict[str, str | None]) -> bool:
    RESULTS.mkdir(parents=True, exist_ok=True)
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    # Sessions run side by side, so each has a cache of its own.
    options = ["-q", "--color=no", f"--junitxml={report}", "-o", f"cache_dir={session.create_tmp()}/cache"]
    try:
        session.run("python", "-m", "pytest", *options, *tests, *session.posargs, env=NEUTRAL | env)
    except nox.command.CommandFailed:
        return False
    return True


for _one in FOUND:
    _python_session(_one)


@nox.session(python=builder())
def docs(session: nox.Session) -> None:
    """Build the documentation site into target/site; a warning, or a link to nothing, fails."""
    session.install(*group("docs"))
    session.run("sphinx-build", "-W", "--keep-going", "--fresh-env", "-b", "html", "docs", "target/site")
    # The crate's own documentation is part of the site.
    crate = {"CARGO_TARGET_DIR": "target/rustdoc", "RUSTDOCFLAGS": "-D warnings -A rustdoc::private-intra-doc-links"}
    session.run("cargo", "doc", "--no-deps", "--all-features", "-p", "jitctl-core", external=True, env=crate)
    shutil.copytree("target/rustdoc/doc", "target/site/rust", dirs_exist_ok=True)


@nox.session(python=carriers()[0].path if carriers() else sys.executable, requires=BUILT)
def demo(session: nox.Session) -> None:
    """Show what the library does for a real package, on an interpreter that carries a JIT."""
    if not carriers():
        session.error("no CPython that carries a JIT; expected one; next: make interpreters")
    session.install("-r", "examples/requirements.txt", "virtualenv")
    install_jitctl(session)
    session.run("python", "examples/real_package.py", *_without_jit(session), *session.posargs, env=NEUTRAL)


def _without_jit(session: nox.Session) -> list[str]:
    """Install jitctl for a CPython 3.13 without a JIT, where there is one: the compiler serves that, too."""
    plain = [o for o in FOUND if o.name.startswith("cpython3.13") and not (o.debug or o.free_threaded or o.jit_built)]
    if not plain:
        return []
    place = Path(session.create_tmp()) / plain[0].name
    session.run("virtualenv", "--quiet", "--clear", "--python", str(plain[0].path), str(place))
    inside = str(place / "bin" / "python")
    (*_, built) = sorted((ROOT / "dist").glob("*-abi3-*.whl"))
    session.run(inside, "-m", "pip", "install", "--quiet", "--no-deps", str(built), external=True)
    return ["--also", inside]


@nox.session(python=carriers()[0].path if carriers() else sys.executable, requires=BUILT)
def bench(session: nox.Session) -> None:
    """Run the benchmarks, Python's and Rust's, and write what they found; arguments go to `python benchmarks run`."""
    session.install(*group("bench"))
    install_jitctl(session)
    # What failed is part of the report.
    try:
        session.run("python", "benchmarks", "run", *session.posargs, env=NEUTRAL)
    finally:
        session.run("python", "benchmarks", "report", env=NEUTRAL)
