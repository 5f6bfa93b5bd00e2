"""A recording as one HTML page, with everything it needs in it: nothing is loaded from elsewhere.

It can be read without its script, which only sorts, filters and opens. All text that comes from the program is escaped.
"""

import pkgutil
from collections.abc import Iterator
from html import escape

from .recording import Function, Recording
from .screen import headline, kibibytes, reasons

#: so many functions are named in the timeline, those with most samples
NAMED = 24
#: the functions of the table, and whether a column is one of numbers
COLUMNS = (("function", False), ("time", True), ("in JIT", True), ("state", False), ("reason", False), ("line", True))
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def page(recording: Recording) -> str:
    """Return the page."""
    return "".join(_page(recording))


def _page(recording: Recording) -> Iterator[str]:
    title = escape(f"jitctl report: {recording.title}")
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_part('page.css')}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#functions-head">Skip to the functions</a>\n<main>\n'
    )
    yield from _top(recording)
    yield from _timeline(recording)
    yield from _functions(recording)
    yield from _sources(recording)
    made = escape(f"Recorded {recording.began} by jitctl {recording.jitctl}.")
    yield (
        f'<footer class="soft"><p>{made}</p></footer>\n'
        f"</main>\n<script>\n{_part('page.js')}</script>\n</body>\n</html>\n"
    )


def _part(name: str) -> str:
    found = pkgutil.get_data(__package__, name)
    return found.decode("utf-8") if found is not None else ""


def _top(recording: Recording) -> Iterator[str]:
    share, status = recording.in_jit, recording.status
    yield f"<h1>{escape(recording.title)}</h1>\n"
    yield f'<p class="soft"><code>python {escape(" ".join(recording.command))}</code></p>\n'
    yield f'<p class="soft">{escape(f"{status.interpreter}; {status.jit.text}; backend {status.backend}")}</p>\n'
    if recording.exit_code:
        yield f'<p class="note">The program ended with exit code {recording.exit_code}.</p>\n'
    if recording.note:
        yield f'<p class="note">{escape(recording.note)}</p>\n'
    yield '<section class="headline" aria-label="In short">\n<div>\n'
    if share is None:
        yield f'<p class="share unknown">{escape(headline(recording))}</p>\n'
    else:
        low, high = 100 * share.low, 100 * share.high
        yield (
            f'<p><span class="share">{100 * share.share:.0f}\u202f%</span><br>of the time in compiled code</p>\n'
            f'<div class="interval" role="img" aria-label="from {low:.0f} to {high:.0f} percent">'
            f'<i style="width:{100 * share.share:.2f}%"></i>'
            f'<b style="left:{low:.2f}%;width:{high - low:.2f}%"></b></div>\n'
            f'<p class="soft">{low:.0f} to {high:.0f}\u202f%, the 95\u202f% interval of '
            f"{recording.samples:,} samples</p>\n"
        )
    yield '</div>\n<dl class="facts">\n'
    hints = ", ".join(f"{count} {name}" for name, count in status.hints.items()) or "none"
    facts = (
        ("processor time", f"{recording.seconds:.2f} s"),
        ("samples", f"{recording.samples:,}"),
        ("compiled functions", f"{status.functions:,}"),
        ("compiled regions", f"{status.regions:,}"),
        ("machine code", kibibytes(status.machine_code_bytes)),
        ("exits of compiled code", f"{status.exits:,}"),
        ("hints", hints),
    )
    for name, text in facts:
        yield f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>\n"
    yield "</dl>\n</section>\n"


def _timeline(recording: Recording) -> Iterator[str]:
    stretches, first = recording.timeline, [one for one in recording.functions if one.first_compiled is not None]
    if not stretches:
        return
    most = max(one.samples for one in stretches) or 1
    long = stretches[1].seconds if len(stretches) > 1 else 0.05
    end = stretches[-1].seconds + long
    yield '<section aria-labelledby="time-head">\n<h2 id="time-head">Compilation over time</h2>\n'
    yield (
        '<p class="key soft"><span style="background:var(--compiled)"></span>compiled code'
        '<span style="background:var(--plain)"></span>everything else'
        '<span style="background:var(--bad);width:.2em"></span>a function is first seen to run compiled</p>\n'
    )
    label = f"Samples over {end:.1f} seconds; in compiled code: {_course(recording)}"
    yield (
        f'<svg class="time" viewBox="0 0 {len(stretches)} 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">'
    )
    for index, one in enumerate(stretches):
        if not one.samples:
            continue
        height, inside = 92 * one.samples / most, 92 * one.compiled / most
        yield f'<rect class="all" x="{index}" y="{100 - height:.1f}" width=".96" height="{height:.1f}"/>'
        if one.compiled:
            yield f'<rect class="compiled" x="{index}" y="{100 - inside:.1f}" width=".96" height="{inside:.1f}"/>'
    told = first[:NAMED]
    for function in told:
        at = len(stretches) * (function.first_compiled or 0.0) / end
        yield f'<line class="mark" x1="{at:.2f}" x2="{at:.2f}" y1="0" y2="7"/>'
    yield f'</svg>\n<p class="axis soft"><span>0 s</span><span>{end:.1f} s</span></p>\n'
    if told:
        yield '<ol class="first">\n'
        for function in sorted(told, key=lambda function: function.first_compiled or 0.0):
            when, name = function.first_compiled, escape(function.name)
            yield f'<li><time>{when:.2f} s</time> <span class="name">{name}</span></li>\n'
        yield "</ol>\n"
    if len(first) > len(told):
        yield f'<p class="soft">and {len(first) - len(told):,} more, each with less of the time</p>\n'
    yield "</section>\n"


def _course(recording: Recording) -> str:
    """Say for each quarter of the run how much of it was in compiled code."""
    stretches, parts = recording.timeline, []
    for quarter in range(4):
        some = stretches[quarter * len(stretches) // 4 : (quarter + 1) * len(stretches) // 4]
        samples = sum(one.samples for one in some)
        parts.append(f"{100 * sum(one.compiled for one in some) / samples:.0f} %" if samples else "no samples")
    return ", ".join(parts) + ", by quarters of the run"


def _functions(recording: Recording) -> Iterator[str]:
    yield '<section aria-labelledby="functions-head">\n<h2 id="functions-head" tabindex="-1">Functions</h2>\n'
    yield (
        '<div class="tools" hidden>\n<label for="filter">Filter</label>\n'
        '<input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="name, state, reason">\n'
        '<label><input type="checkbox" value="hinted">with a hint</label>\n'
        '<label><input type="checkbox" value="interpreted">not compiled</label>\n'
        '<label><input type="checkbox" value="reason">with a reason</label>\n'
        '<output id="told" class="soft" aria-live="polite"></output>\n</div>\n'
    )
    yield '<table id="functions" aria-labelledby="functions-head">\n<thead><tr>'
    for name, is_number in COLUMNS:
        kind = ' class="number"' if is_number else ""
        order = ' aria-sort="descending"' if name == "time" else ""
        yield f'<th scope="col"{kind}{order}><button type="button">{name}</button></th>'
    yield "</tr></thead>\n<tbody>\n"
    for number, one in enumerate(recording.functions):
        yield _row(number, one)
    yield "</tbody>\n</table>\n</section>\n"


def _row(number: int, one: Function) -> str:
    name = escape(one.name)
    if one.source:
        name = f'<a href="#source-{number}">{name}</a>'
    compiled = bool(one.regions) or (one.in_jit or 0.0) >= 0.5
    kinds = [("hinted", bool(one.hint)), ("interpreted", not compiled), ("reason", bool(one.reasons))]
    state = "compiled-state" if one.regions else "missed" if one.hint == "focus" and not compiled else ""
    hint = f'<span class="hint">{one.hint}</span>' if one.hint else ""
    inside = "" if one.in_jit is None else f"{100 * one.in_jit:.0f}\u202f%"
    order = -1 if one.in_jit is None else one.in_jit
    why = "<br>".join(map(escape, reasons(one)))
    place = f"{one.file.replace(chr(92), '/').rpartition('/')[2]}:{one.line}"
    return (
        f'<tr data-is="{" ".join(kind for kind, holds in kinds if holds)}"><td class="name">{name}{hint}</td>'
        f'<td class="number" data-head="time" data-value="{one.samples}">{100 * one.share:.1f}\u202f%</td>'
        f'<td class="number" data-head="in JIT" data-value="{order:.4g}">{inside}</td>'
        f'<td class="{state}">{escape(one.state)}</td><td class="why">{why}</td>'
        f'<td class="number line" data-value="{one.line}" title="{escape(one.file)}">{escape(place)}</td></tr>\n'
    )


def _sources(recording: Recording) -> Iterator[str]:
    told = [(number, one) for number, one in enumerate(recording.functions) if one.source]
    if not told:
        return
    yield '<section aria-labelledby="source-head">\n<h2 id="source-head">Source</h2>\n'
    yield '<p class="soft">Beside each line its share of all samples; the stronger its colour, the more of them.</p>\n'
    for number, one in told:
        opened = " open" if number == 0 else ""
        inside = "" if one.in_jit is None else f", {100 * one.in_jit:.0f}\u202f% in compiled code"
        yield (
            f'<details id="source-{number}"{opened}><summary><span class="name">{escape(one.name)}</span> '
            f'<span class="soft">{100 * one.share:.1f}\u202f%{inside}</span></summary>\n'
        )
        yield from _source(one, recording.samples)
        yield "</details>\n"
    yield "</section>\n"


def _source(one: Function, total: int) -> Iterator[str]:
    counts = {line.line: line for line in one.lines}
    most = max((line.samples for line in one.lines), default=1)
    yield '<pre class="source" tabindex="0" aria-label="source with samples">'
    for number, text in enumerate(one.source, max(one.line, 1)):
        line = counts.get(number)
        if line is None:
            yield f"<span><u>{number}</u><b></b>{escape(text)}</span>"
            continue
        inside = f", {line.compiled} of them in compiled code" if line.compiled else ""
        heat = 0.08 + 0.5 * line.samples / most
        yield (
            f'<span style="background:rgba(var(--heat),{heat:.2f})" title="{line.samples} samples{inside}">'
            f"<u>{number}</u><b>{100 * line.samples / (total or 1):.1f}\u202f%</b>{escape(text)}</span>"
        )
    yield "</pre>\n"
