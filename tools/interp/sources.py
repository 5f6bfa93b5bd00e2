"""Reads the machine's own apt sources, so that no mirror has to be named in this repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DEBIAN_SUITES = ("stable", "testing", "unstable", "oldstable", "sid", "forky", "trixie", "bookworm", "bullseye")
KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg")


class Entry(NamedTuple):
    """One apt source: where, which suites, which components, signed by which key file."""

    uri: str
    suites: list[str]
    components: list[str]
    signed_by: str | None


def parse_deb822(text: str) -> list[Entry]:
    """Entries of a `.sources` file: stanzas of `Field: value` with indented continuation lines."""
    entries: list[Entry] = []
    for fields in _stanzas(text):
        enabled = fields.get("enabled", "yes").strip().lower() not in ("no", "false", "0")
        if not enabled or "deb" not in fields.get("types", "").split():
            continue
        # An embedded key has several lines; only a key file can be named again.
        signed_by = fields.get("signed-by", "").strip()
        key = signed_by if signed_by.startswith("/") and "\n" not in signed_by else None
        for uri in fields.get("uris", "").split():
            suites, components = fields.get("suites", "").split(), fields.get("components", "").split()
            entries.append(Entry(uri, suites, components, key))
    return entries


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    last = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
        elif line[0] in " \t":
            if last:
                fields[last] += "\n" + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            last = name.strip().lower()
            fields[last] = value.strip()


ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)$")


def parse_one_line(text: str) -> list[Entry]:
    """Entries of a `.list` file: `deb [option=value ...] uri suite component ...`."""
    entries: list[Entry] = []
    for raw in text.splitlines():
        match = ONE_LINE.match(raw.split("#", 1)[0].strip())
        if match is None:
            continue
        options = dict(o.split("=", 1) for o in (match["options"] or "").split() if "=" in o)
        key = options.get("signed-by", "")
        components = match["components"].split()
        entries.append(Entry(match["uri"], [match["suite"]], components, key if key.startswith("/") else None))
    return entries


def read_entries(etc_apt: Path) -> list[Entry]:
    """Return all enabled binary sources of the machine, in apt's own order."""
    entries: list[Entry] = []
    main = etc_apt / "sources.list"
    parts = etc_apt / "sources.list.d"
    files = [main] if main.is_file() else []
    if parts.is_dir():
        files += sorted(p for p in parts.iterdir() if p.suffix in (".sources", ".list") and p.is_file())
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        entries += parse_deb822(text) if file.suffix == ".sources" else parse_one_line(text)
    return entries


def debian_archives(entries: list[Entry], codename: str = "") -> list[Entry]:
    """Return the sources that look like a Debian main archive, likeliest first.

    A third party's repository can look the same. apt checks the signature, so the caller tries one after the other.
    """
    known = set(DEBIAN_SUITES)
    if codename:
        known.add(codename)
    found: dict[str, Entry] = {}
    for entry in entries:
        if "main" in entry.components and known.intersection(entry.suites):
            found.setdefault(entry.uri, entry)
    # Python's sort keeps the order of equals, so the machine's own preference decides among mirrors.
    return sorted(found.values(), key=lambda e: not e.uri.rstrip("/").endswith("/debian"))


def keyring(entry: Entry) -> str | None:
    """Return the key file that signs the archive, if the machine has it."""
    for name in [entry.signed_by, *KEYRINGS]:
        if name and Path(name).is_file():
            return name
    return None


def os_release(file: Path = Path("/etc/os-release")) -> dict[str, str]:
    """Fields of os-release; empty where the file does not exist."""
    if not file.is_file():
        return {}
    pairs = (line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
