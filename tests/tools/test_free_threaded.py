"""Building from sources, with an archive whose program, once built and installed, answers as CPython does."""

import io
import json
import tarfile

import pytest
from interp import find, free_threaded
from interp.apt import Apt
from interp.errors import ToolError
from test_find import FACTS

CONFIGURE = """#!/bin/sh
{first}
for word in "$@"; do case $word in --prefix=*) prefix=${{word#--prefix=}};; esac; done
printf 'all:\\n\\techo built\\ninstall:\\n\\tmkdir -p $(DESTDIR)%s/bin\\n' "$prefix" > Makefile
printf '\\tcp program $(DESTDIR)%s/bin/python3.14t\\n' "$prefix" >> Makefile
"""


def archive(folder, release="3.14.10", first="", **facts):
    """Write what apt brings: the sources as their authors publish them."""
    answer = json.dumps({**FACTS, "version": release, "implementation_version": release, "path": "x", **facts})
    files = {"configure": CONFIGURE.format(first=first), "program": f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n"}
    path = folder / f"python3.14_{release}.orig.tar.xz"
    with tarfile.open(path, "w:xz") as tar:
        for name, text in files.items():
            about = tarfile.TarInfo(f"Python-{release}/{name}")
            about.size, about.mode = len(text), 0o755
            tar.addfile(about, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder, and an apt whose sources are what `home.gives` says."""
    monkeypatch.setattr(free_threaded, "connect", lambda *arguments, **options: None)
    monkeypatch.setattr(free_threaded, "require_apt", lambda: None)
    monkeypatch.setattr(free_threaded, "architecture", lambda: "amd64")
    (tmp_path / "built").mkdir()
    return tmp_path


def brings(monkeypatch, **facts):
    monkeypatch.setattr(Apt, "source", lambda apt, name, folder: archive(folder, **facts))


def build(home, update=False):
    return free_threaded.build(home, update, ["3.14"], ["sid"], lambda text: None)


def test_what_is_built_works_and_is_found(home, monkeypatch):
    brings(monkeypatch, free_threaded=True, jit_built=False)
    (program,) = build(home)
    assert program == home / "built/python3.14t-3.14.10/bin/python3.14t"
    assert list(find.built(home)) == [program]
    assert "./configure --prefix=" in (log := (home / "python3.14t-3.14.10.log").read_text())
    assert " --disable-gil " in log


def test_it_is_built_once_and_anew_where_newer_sources_are_asked_for(home, monkeypatch):
    brings(monkeypatch, free_threaded=True)
    before = build(home)
    brings(monkeypatch, release="3.14.11", free_threaded=True)
    assert build(home) == before
    (after,) = build(home, update=True)
    assert list(find.built(home)) == [after] == [home / "built/python3.14t-3.14.11/bin/python3.14t"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"first": "echo no compiler; exit 1"}, "configure --prefix"),
        ({"free_threaded": False}, "is not free-threaded"),
        ({"free_threaded": True, "version": "3.13.1"}, "is version 3.13.1, not 3.14"),
    ],
    ids=["does not build", "with a GIL", "another version"],
)
def test_what_does_not_work_is_not_left_behind(home, monkeypatch, facts, words):
    brings(monkeypatch, **facts)
    with pytest.raises(ToolError) as raised:
        build(home)
    assert words in str(raised.value)
    assert str(home / "python3.14t-3.14.10.log") in str(raised.value)
    assert list(find.built(home)) == []
    assert list(home.glob("new-*")) == []
