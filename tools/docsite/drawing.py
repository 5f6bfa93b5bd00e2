"""Draws who does what, in which order, as SVG: one lane for each of those who act, one row for each step.

``python tools/drawings.py`` writes docs/explanation/drawings from tools/docsite/drawings.py; a test compares.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH = 760
MARGIN = 16
GAP = 28
LINE = 17
#: characters in a line of a box, at 13 pixels
BOX_CHARACTERS = 30
COLORS = ("#dbeafe", "#dcfce7", "#fef3c7")


class Step(NamedTuple):
    """One box: the lane in which it stands, what it says, and what is written on the arrow that leads to it."""

    lane: int
    text: str
    arrow: str = ""


class Drawing(NamedTuple):
    """What is drawn: a title for those who cannot see it, the names of the lanes, the steps from top to bottom."""

    title: str
    lanes: tuple[str, str, str]
    steps: Sequence[Step]


class _Box(NamedTuple):
    lane: int
    top: int
    height: int
    lines: list[str]

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


LANE = (WIDTH - 2 * MARGIN) // 3
BOX = LANE - 24


def svg(drawing: Drawing) -> str:
    """Return the drawing as the text of an SVG file; it names no font or picture from elsewhere."""
    boxes, top = [], 64
    for step in drawing.steps:
        lines = textwrap.wrap(step.text, BOX_CHARACTERS)
        boxes.append(_Box(step.lane, top, LINE * len(lines) + 14, lines))
        top = boxes[-1].top + boxes[-1].height + GAP
    height = top - GAP + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{escape(drawing.title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
    ]
    for lane, name in enumerate(drawing.lanes):
        left = MARGIN + lane * LANE
        parts.append(
            f'<rect x="{left + 2}" y="{MARGIN}" width="{LANE - 4}" height="{height - 2 * MARGIN}" rx="6" '
            'fill="#f8fafc"/>'
            f'<text x="{left + LANE // 2}" y="{MARGIN + 24}" text-anchor="middle" font-weight="600" fill="#0f172a">'
            f"{escape(name)}</text>"
        )
    for before, after, step in zip(boxes, boxes[1:], drawing.steps[1:], strict=False):
        parts += _arrow(before, after, step.arrow)
    for box in boxes:
        parts += _box(box)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _center(lane: int) -> int:
    return MARGIN + lane * LANE + LANE // 2


def _box(box: _Box) -> list[str]:
    left = _center(box.lane) - BOX // 2
    parts = [
        f'<rect x="{left}" y="{box.top}" width="{BOX}" height="{box.height}" rx="5" fill="{COLORS[box.lane]}" '
        'stroke="#94a3b8"/>'
    ]
    for number, line in enumerate(box.lines):
        parts.append(
            f'<text x="{_center(box.lane)}" y="{box.top + 19 + LINE * number}" text-anchor="middle" fill="#0f172a">'
            f"{escape(line)}</text>"
        )
    return parts


def _arrow(before: _Box, after: _Box, text: str) -> list[str]:
    """Lead from one box to the next: straight down in a lane, else sideways and down."""
    start = before.top + before.height
    if before.lane == after.lane:
        path, label = f"M{_center(before.lane)} {start}V{after.top}", (_center(before.lane) + 6, start + 18)
    else:
        side = 1 if after.lane > before.lane else -1
        path = f"M{_center(before.lane) + side * BOX // 2} {before.middle}H{_center(after.lane)}V{after.top}"
        label = (_center(after.lane) + 6, start + 18)
    parts = [f'<path d="{path}" fill="none" stroke="#475569" marker-end="url(#tip)"/>']
    if text:
        parts.append(f'<text x="{label[0]}" y="{label[1]}" font-size="12" fill="#475569">{escape(text)}</text>')
    return parts
