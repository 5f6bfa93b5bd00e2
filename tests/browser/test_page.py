"""The page of a report in a real browser (Chromium, without a window): it sorts, filters, opens and stays quick.

    python -m pytest tests/browser

It needs `chromium` in PATH, or its path in CHROMIUM, and is no part of `make test`. Pictures of the page at two widths,
in light and dark, go to target/report/.
"""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from recordings import REASON, function, large, recording

from jitctl._report.page import page

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = Path(__file__).resolve().parents[2] / "target" / "report"
#: seconds that a browser may take to start and draw
LIMIT = 120


def browse(*options):
    command = [str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LIMIT, check=True).stdout


@pytest.fixture(scope="module", autouse=True)
def browser():
    if not BROWSER:
        pytest.fail("no browser: install chromium, or name it in CHROMIUM")


@pytest.fixture
def does(tmp_path):
    """Run a script in the page, and give what it returns; errors and violations of the page's policy fail the test."""

    def start(whole, script):
        said = (
            "<script>window.problems = [];\n"
            "addEventListener('error', (event) => problems.push(event.message));\n"
            "document.addEventListener('securitypolicyviolation', (event) => problems.push(event.violatedDirective));\n"
            "</script>"
        )
        does = (
            "<script>(async () => { let found; try { found = await (async () => {"
            + script
            + "})(); } catch (error) { problems.push(String(error)); }\n"
            "const out = document.createElement('pre'); out.id = 'found';\n"
            "out.textContent = JSON.stringify({found, problems}); document.body.append(out); })();</script>"
        )
        text = page(whole).replace("<style>", said + "<style>", 1).replace("</body>", does + "</body>")
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        shown = browse("--virtual-time-budget=10000", "--dump-dom", file.as_uri())
        told = json.loads(unescape(re.findall(r'(?s)<pre id="found">(.*?)</pre>', shown)[0]))
        assert told["problems"] == []
        return told["found"]

    return start


WHOLE = recording(
    function("Cart.total", samples=500, compiled=0.9, regions=2, hint="focus", status="applied"),
    function("parse", samples=300, reasons=(REASON,)),
    function("main", samples=20, source=()),
)


def test_sorting(does):
    found = does(
        WHOLE,
        """
        const heads = [...document.querySelectorAll('#functions th')];
        const rows = () => [...document.querySelectorAll('#functions tbody tr')];
        const names = () => rows().map((row) => row.cells[0].textContent);
        const sorted = () => heads.map((head) => head.getAttribute('aria-sort'));
        const found = [[names(), sorted()]];
        for (const index of [1, 1, 0, 2]) {
          heads[index].querySelector('button').click();
          found.push([names(), sorted()]);
        }
        return found;
    """,
    )
    by_time = ["shop:Cart.totalfocus", "shop:parse", "shop:main"]
    assert [names for names, _ in found] == [
        by_time,
        by_time[::-1],
        by_time,
        ["shop:Cart.totalfocus", "shop:main", "shop:parse"],
        found[4][0],
    ]
    assert found[4][0][0] == "shop:Cart.totalfocus"
    assert [[one for one in order if one] for _, order in found] == [
        ["descending"],
        ["ascending"],
        ["descending"],
        ["ascending"],
        ["descending"],
    ]


def test_filtering(does):
    found = does(
        WHOLE,
        """
        const filter = document.getElementById('filter'), told = document.getElementById('told');
        const rows = [...document.querySelectorAll('#functions tbody tr')];
        const shown = () => rows.filter((row) => row.offsetHeight > 0).length;
        const found = [[shown(), told.textContent]];
        const type = (text) => { filter.value = text; filter.dispatchEvent(new Event('input')); };
        for (const text of ['RAISE', 'shop: total', 'absent', '']) {
          type(text); found.push([shown(), told.textContent]);
        }
        for (const box of document.querySelectorAll('.tools input[type=checkbox]')) {
          box.click(); found.push([shown(), told.textContent]); box.click();
        }
        return found;
    """,
    )
    assert [count for count, _ in found] == [3, 1, 1, 0, 3, 1, 2, 1]
    assert found[0][1] == "3 functions"
    assert found[1][1] == "1 of 3 functions"


def test_a_link_opens_the_source(does):
    found = does(
        WHOLE,
        """
        const details = document.getElementById('source-1');
        const before = details.open;
        document.querySelector('a[href="#source-1"]').click();
        return [before, details.open, document.activeElement.tagName];
    """,
    )
    assert found == [False, True, "SUMMARY"]


def test_everything_can_be_reached_by_keyboard(does):
    found = does(
        WHOLE,
        """
        const reached = [];
        for (const one of document.querySelectorAll('a, button, input, summary, pre')) {
          one.focus();
          const seen = one.checkVisibility({contentVisibilityAuto: true});
          if (document.activeElement !== one && seen) reached.push(one.outerHTML);
        }
        const button = document.querySelector('#functions th button');
        button.focus({focusVisible: true});
        return [reached, getComputedStyle(button).outlineStyle];
    """,
    )
    assert found == [[], "solid"]


@pytest.mark.parametrize("width", [1280, 420, 320])
def test_nothing_is_wider_than_the_window(does, width):
    """The frame's width is what the page sees: browsers without a window have a least width of their own."""
    text = json.dumps(page(large(60)).replace("</", "<\\/"))
    found = does(
        WHOLE,
        f"""
        const frame = document.createElement('iframe');
        frame.style = 'width: {width}px; height: 900px; border: 0';
        frame.srcdoc = {text}.replaceAll('<\\\\/', '</');
        document.body.append(frame);
        await new Promise((done) => frame.addEventListener('load', done));
        const inside = frame.contentDocument.documentElement;
        return [inside.clientWidth, inside.scrollWidth];
    """,
    )
    assert found[0] == width
    assert found[1] <= width


def test_three_thousand_functions(does):
    found = does(
        large(3000),
        """
        const filter = document.getElementById('filter');
        const steps = {};
        const timed = (name, step) => {
          const start = performance.now(); step(); document.body.offsetHeight; steps[name] = performance.now() - start;
        };
        timed('filter', () => { filter.value = 'part7 method_1'; filter.dispatchEvent(new Event('input')); });
        timed('all', () => { filter.value = ''; filter.dispatchEvent(new Event('input')); });
        timed('sort', () => document.querySelectorAll('#functions th button')[0].click());
        return [document.querySelectorAll('#functions tbody tr').length, steps];
    """,
    )
    count, steps = found
    print({name: f"{took:.0f} ms" for name, took in steps.items()})
    assert count == 3000
    assert sorted(steps) == ["all", "filter", "sort"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_pictures(tmp_path, width, scheme):
    """Pictures for eyes; that the two schemes differ is what can be checked without any."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    file, picture = tmp_path / "page.html", PICTURES / f"{width}-{scheme}.png"
    file.write_text(page(large(3000)), encoding="utf-8")
    picture.unlink(missing_ok=True)
    wish = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    browse(wish, f"--window-size={width},1700", f"--screenshot={picture}", file.as_uri())
    assert picture.stat().st_size > 10_000
    other = PICTURES / f"{width}-light.png"
    assert scheme == "light" or picture.read_bytes() != other.read_bytes()
