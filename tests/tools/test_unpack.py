import os
import sys
from pathlib import Path

import pytest
from interp.apt import network_settings
from interp.elf import loader_of
from interp.errors import ToolError
from interp.fetch import wanted
from interp.unpack import executables, find_loader, localise_links


def test_absolute_links_are_kept_inside(tmp_path):
    root = tmp_path / "root"
    (root / "etc/tool").mkdir(parents=True)
    (root / "usr/lib").mkdir(parents=True)
    (root / "etc/tool/config").write_text("inside")
    (root / "usr/lib/config").symlink_to("/etc/tool/config")
    (root / "usr/lib/folder").symlink_to("/etc/tool")
    (root / "usr/lib/same").symlink_to("config")
    localise_links(root)
    assert (root / "usr/lib/config").read_text() == "inside"
    assert (root / "usr/lib/folder/config").read_text() == "inside"
    assert os.readlink(root / "usr/lib/same") == "config"
    moved = tmp_path / "moved"
    root.rename(moved)
    assert (moved / "usr/lib/config").read_text() == "inside"


def test_programs_that_are_there(tmp_path):
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3.14").write_text("")
    assert executables(tmp_path, ["python3.14", "python3.15"]) == [tmp_path / "usr/bin/python3.14"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs an ELF program")
def test_the_loader_of_a_real_program():
    loader = loader_of(Path("/bin/sh").resolve())
    assert loader is not None
    assert Path(loader).exists()


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF" + bytes(60)])
def test_no_loader_in_other_files(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert loader_of(file) is None


def test_loader_is_found_in_the_usual_folders_or_said_to_be_missing(tmp_path):
    with pytest.raises(ToolError, match="no loader ld-any"):
        find_loader(tmp_path, "any-linux-gnu", "/lib64/ld-any.so.1")
    (tmp_path / "usr/lib64").mkdir(parents=True)
    (tmp_path / "usr/lib64/ld-any.so.1").write_text("")
    assert find_loader(tmp_path, "any-linux-gnu", "/lib64/ld-any.so.1") == tmp_path / "usr/lib64/ld-any.so.1"


def test_only_the_ways_to_a_mirror_are_taken_over():
    dump = """APT::Update::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::Languages "de";
Acquire::IndexTargets::deb::DEP-11::MetaKey "x";
DPkg::Post-Invoke:: "true";
"""
    assert network_settings(dump) == 'Acquire::http::Proxy "http://proxy.example:3128";\n'


def test_every_version_brings_headers_and_tests_and_a_debug_build_where_there_is_a_jit():
    table = wanted(["3.13", "3.14"])
    assert table["python3.13"] == ["python3.13", "libpython3.13-dev", "libpython3.13-testsuite"]
    assert table["python3.14d"][0] == "python3.14-dbg"
    assert "python3.13d" not in table
    assert table["pypy3"][0] == "pypy3"
