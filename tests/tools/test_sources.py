from interp.sources import Entry, debian_archives, os_release, parse_deb822, parse_one_line, read_entries

KEY = "/usr/share/keyrings/some.gpg"


def test_deb822_reads_every_stanza_and_every_uri():
    text = f"""
# a comment
Types: deb deb-src
URIs: http://one.example/debian http://two.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: {KEY}

Types: deb
URIs: http://three.example/security
Suites: bookworm-security
Components: main
"""
    assert parse_deb822(text) == [
        Entry("http://one.example/debian", ["bookworm", "bookworm-updates"], ["main", "contrib"], KEY),
        Entry("http://two.example/debian", ["bookworm", "bookworm-updates"], ["main", "contrib"], KEY),
        Entry("http://three.example/security", ["bookworm-security"], ["main"], None),
    ]


def test_deb822_leaves_out_disabled_and_source_only_stanzas():
    text = """Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: sid
Components: main
"""
    assert parse_deb822(text) == []


def test_deb822_names_are_case_insensitive_and_values_may_continue():
    uris = "uris:\n http://a.example/debian\n# between\n\thttp://b.example/debian"
    text = f"TYPES: deb\n{uris}\nSuites: sid\nComponents: main"
    assert [entry.uri for entry in parse_deb822(text)] == ["http://a.example/debian", "http://b.example/debian"]


def test_deb822_embedded_key_is_not_taken_for_a_file():
    text = (
        "Types: deb\nURIs: http://a.example/debian\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n"
    )
    assert parse_deb822(text)[0].signed_by is None


def test_one_line_with_and_without_options():
    text = f"""
# deb http://off.example/debian sid main
deb http://one.example/debian bookworm main contrib  # the first
deb [arch=amd64 signed-by={KEY}] http://two.example/debian sid main
deb-src http://source.example/debian sid main
nonsense
"""
    assert parse_one_line(text) == [
        Entry("http://one.example/debian", ["bookworm"], ["main", "contrib"], None),
        Entry("http://two.example/debian", ["sid"], ["main"], KEY),
    ]


def test_all_files_are_read_in_order_and_foreign_names_ignored(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://first.example/debian sid main\n")
    (parts / "b.list").write_text("deb http://third.example/debian sid main\n")
    (parts / "a.sources").write_text("Types: deb\nURIs: http://second.example/debian\nSuites: sid\nComponents: main\n")
    (parts / "c.list.disabled").write_text("deb http://never.example/debian sid main\n")
    hosts = [entry.uri.split("/")[2].split(".")[0] for entry in read_entries(tmp_path)]
    assert hosts == ["first", "second", "third"]


def test_no_sources_at_all(tmp_path):
    assert read_entries(tmp_path / "missing") == []


def archive(uri, suite="bookworm", component="main"):
    return Entry(uri, [suite], [component], None)


def test_only_debian_archives_are_chosen_and_the_plain_one_comes_first():
    security = archive("http://a.example/debian-security", "bookworm-security")
    vendor = archive("http://b.example/apt", "bookworm")
    docker = archive("http://c.example/debian", "bookworm", "stable")
    node = archive("http://d.example/node", "nodistro")
    plain = archive("http://e.example/debian/")
    assert debian_archives([security, vendor, docker, node, plain], "bookworm") == [plain, vendor]


def test_an_unknown_release_is_recognised_by_the_machines_code_name():
    entry = archive("http://a.example/debian", "duke")
    assert debian_archives([entry]) == []
    assert debian_archives([entry], "duke") == [entry]


def test_another_distribution_has_no_debian_archive():
    assert debian_archives([archive("http://a.example/ubuntu", "noble")], "") == []


def test_one_archive_is_tried_once():
    twice = [archive("http://a.example/debian"), archive("http://a.example/debian", "sid")]
    assert len(debian_archives(twice, "bookworm")) == 1


def test_os_release(tmp_path):
    file = tmp_path / "os-release"
    file.write_text('PRETTY_NAME="Some System 1"\nVERSION_CODENAME=one\n\n# comment\n')
    assert os_release(file)["PRETTY_NAME"] == "Some System 1"
    assert os_release(file)["VERSION_CODENAME"] == "one"
    assert os_release(tmp_path / "missing") == {}
