"""The two things the tool must know of an ELF file: that it is one, and which loader it asks for."""

from __future__ import annotations

import struct
from pathlib import Path

PT_INTERP = 3


def loader_of(file: Path) -> str | None:
    """Return the program interpreter named in an executable; None for a script, a library or a static program."""
    with file.open("rb") as stream:
        head = stream.read(64)
        if len(head) < 52 or head[:4] != b"\x7fELF":
            return None
        wide = head[4] == 2
        order = "<" if head[5] == 1 else ">"
        table = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
        size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
        for index in range(count):
            stream.seek(table + index * size)
            entry = stream.read(size)
            if struct.unpack_from(order + "I", entry)[0] != PT_INTERP:
                continue
            # 64-bit: offset at 8, size in the file at 32; 32-bit: 4 and 16.
            word = order + ("Q" if wide else "I")
            offset = struct.unpack_from(word, entry, 8 if wide else 4)[0]
            length = struct.unpack_from(word, entry, 32 if wide else 16)[0]
            stream.seek(offset)
            name: bytes = stream.read(length)
            return name.rstrip(b"\0").decode()
    return None
