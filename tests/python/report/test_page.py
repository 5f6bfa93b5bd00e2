"""The page of a recording, without a browser: it is whole, loads nothing, and holds what programs may put into it."""

import re
from html.parser import HTMLParser

import pytest
from recordings import REASON, function, large, recording

from jitctl._report.page import COLUMNS, page

VOID = {"meta", "input", "br", "rect", "line"}
#: attributes by which a page loads something
LOADS = {"src", "href", "srcset", "action", "data", "poster", "xlink:href", "background", "formaction"}


class Page(HTMLParser):
    """Reads a page, and complains of elements that are not closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def shown():
    whole = recording(
        function("Cart.total", samples=500, compiled=0.9, regions=2, hint="focus", status="applied"),
        function("parse", samples=300, reasons=(REASON,)),
        function("gone", samples=20, module="", source=()),
        note="only the main thread was sampled",
        exit_code=3,
    )
    text = page(whole)
    return text, Page(text)


def test_nothing_is_loaded_from_elsewhere(shown):
    text, parsed = shown
    loaded = [value for _, attributes in parsed.elements for name, value in attributes.items() if name in LOADS]
    assert all(value.startswith("#") for value in loaded)
    assert not re.search(r"url\(|@import|https?:|//[a-z]", re.sub(r"\s//.*", "", text))
    (policy,) = [one["content"] for one in parsed.all("meta") if "http-equiv" in one]
    assert policy.startswith("default-src 'none'")


def test_it_can_be_read_by_assistive_technology(shown):
    _, parsed = shown
    assert parsed.elements[0] == ("html", {"lang": "en"})
    assert next(tag for tag, _ in parsed.elements if re.fullmatch(r"h\d", tag)) == "h1"
    assert len(parsed.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [attributes["aria-labelledby"] for _, attributes in parsed.elements if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)
    assert [one["for"] for one in parsed.all("label") if "for" in one] == ["filter"]
    assert all(one["scope"] == "col" for one in parsed.all("th"))
    assert all("aria-label" in one for one in parsed.all("svg"))
    links = [one["href"][1:] for one in parsed.all("a")]
    assert set(links) <= set(ids)


def test_it_can_be_used_by_keyboard(shown):
    text, parsed = shown
    assert len(parsed.all("button")) == len(COLUMNS)
    assert [attributes for _, attributes in parsed.elements if "onclick" in attributes] == []
    assert parsed.all("a")[0]["class"] == "skip"
    assert ":focus-visible" in text
    assert all(one.get("tabindex") == "0" for one in parsed.all("pre"))  # they scroll


def test_light_and_dark(shown):
    text, _ = shown
    assert "color-scheme: light dark" in text
    light, dark = re.findall(r"(?s):root \{(.*?)\}", text)
    names = lambda block: set(re.findall(r"--[a-z]+(?=:)", block))  # noqa: E731
    assert names(light) == names(dark)
    used = set(re.findall(r"var\((--[a-z]+)\)", text))
    assert used <= names(light)


def rgb(code):
    return [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(code):
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in rgb(code)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_enough_contrast(shown):
    """WCAG 2.1, 1.4.3: 4.5 for text, on paper and on what is raised from it."""
    for block in re.findall(r"(?s):root \{(.*?)\}", shown[0]):
        colors = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for text in ("ink", "soft", "compiled", "good", "bad"):
            for ground in ("paper", "raised"):
                one, two = sorted((luminance(colors[text]), luminance(colors[ground])))
                assert (two + 0.05) / (one + 0.05) >= 4.5, (text, ground)


def test_what_it_says(shown):
    _, parsed = shown
    text = " ".join(data for tag, data in parsed.texts if tag not in ("script", "style"))
    for part in (
        "60",
        "57 to 63",
        "of the time in compiled code",
        "shop:Cart.total",
        "raise-in-loop (line 14)",
        "8 KiB",
        "exit code 3",
        "only the main thread",
        "shop.py --fast",
        "total += value < 3",
    ):
        assert part in text, part
    rows = [attributes for attributes in parsed.all("tr") if "data-is" in attributes]
    assert [row["data-is"].split() for row in rows] == [["hinted"], ["interpreted", "reason"], ["interpreted"]]


def test_names_of_the_program_stay_text():
    evil = "</script><script>alert(1)</script>&\"'<b>"
    whole = recording(
        function(
            evil, file=evil, source=(evil,), state=evil, message=evil, hint="focus", status="pending", compiled=1.0
        ),
        command=(evil,),
        note=evil,
        began=evil,
    )
    parsed = Page(page(whole))
    assert len(parsed.all("script")) == 1
    assert parsed.all("b") == [one for one in parsed.all("b") if "style" in one or one == {}]
    assert sum(evil in data for _, data in parsed.texts) >= 5


def test_without_a_share_and_without_functions():
    text = page(recording(in_jit=None, timeline=(), note="no samples: the program has a handler of SIGPROF"))
    Page(text)
    assert "is not known" in text
    assert 'class="share"' not in text


def test_a_large_program_makes_no_large_page():
    text = page(large(3000))
    assert len(Page(text).all("tr")) == 3001
    assert len(text.encode()) < 2_500_000
