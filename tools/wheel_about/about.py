"""Writes the bill of materials (CycloneDX 1.6, as PEP 770 has it) and the licences of the crates in a wheel."""

from __future__ import annotations

import json
from pathlib import Path

from wheel_about.crates import Crate

#: what files with a licence are called in crates
TEXTS = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "UNLICENSE*")


def bill(name: str, version: str, crates: list[Crate]) -> str:
    """Return the bill of materials as JSON. It holds no date and no random number, so that a build can be repeated."""
    return (
        json.dumps(
            {
                "bomFormat": "CycloneDX",
                "specVersion": "1.6",
                "version": 1,
                "metadata": {"component": {"type": "library", "name": name, "version": version, "bom-ref": "wheel"}},
                "components": [_component(one) for one in crates],
                "dependencies": [{"ref": "wheel", "dependsOn": [_purl(one) for one in crates]}],
            },
            indent=1,
        )
        + "\n"
    )


def licences(crates: list[Crate]) -> str:
    """Return the texts of all licences of the crates from a registry; each text once, with the crates it is for.

    Raises FileNotFoundError where a crate comes without a text and its licence is not known by its name alone.
    """
    whose: dict[str, list[str]] = {}
    for one in crates:
        if one.registry is None:
            continue
        found = sorted({path for pattern in TEXTS for path in one.folder.glob(pattern) if path.is_file()})
        for text in [path.read_text("utf-8", "replace").strip() for path in found] or [_without_text(one)]:
            whose.setdefault(text, []).append(f"{one.name} {one.version} ({one.license})")
    parts = [f"{', '.join(names)}\n\n{text}\n" for text, names in whose.items()]
    head = "Licences of the Rust crates that the libraries of this package contain.\n\n"
    return head + ("\n" + "-" * 100 + "\n\n").join(parts)


def _without_text(one: Crate) -> str:
    if not one.license:
        raise FileNotFoundError(
            f"{one.folder}: no file with a licence and none named in Cargo.toml; expected one of {', '.join(TEXTS)}"
        )
    return f"This crate comes without a licence file; its Cargo.toml names: {one.license}."


def _component(one: Crate) -> dict[str, object]:
    return {
        "type": "library",
        "name": one.name,
        "version": one.version,
        "bom-ref": _purl(one),
        "purl": _purl(one),
        "licenses": [{"expression": one.license.replace("/", " OR ")}] if one.license else [],
    }


def _purl(one: Crate) -> str:
    return f"pkg:cargo/{one.name}@{one.version}"


def write(folder: Path, name: str, version: str, crates: list[Crate]) -> None:
    """Write both into a wheel's ``.dist-info`` folder."""
    (folder / "sboms").mkdir(exist_ok=True)
    (folder / "sboms" / f"{name}.cyclonedx.json").write_text(bill(name, version, crates), "utf-8")
    (folder / "licenses").mkdir(exist_ok=True)
    (folder / "licenses" / "LICENSES-OF-CRATES.txt").write_text(licences(crates), "utf-8")
