"""Builds the documentation site: `make docs`. Nothing of a page is taken from another host."""

import re
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tools")]

from docsite.commands import commands_page, schemas_page  # noqa: E402

from jitctl._version import __version__  # noqa: E402

project = "jitctl"
author = "The jitctl authors"
project_copyright = "2026, the jitctl authors"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}

nitpicky = False
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
# Documents of the repository that are not pages are read there.
REPOSITORY = "https://github.com/jitctl/jitctl/blob/main/"
html_theme = "furo"
html_title = f"jitctl {__version__}"
html_show_sphinx = False
autodoc_member_order = "bysource"
autodoc_typehints = "description"
suppress_warnings = ["myst.header"]


#: marker in a page -> what makes the text that stands there
MADE = {"<!-- made: commands -->": commands_page, "<!-- made: schemas -->": schemas_page}
LINK = re.compile(r"(\]\()(\.\.?/[^)#\s]*)")


def _prepare(app, docname, source):
    """Turn links to files outside docs/ into links to the repository, one to nothing ends the build; fill markers."""
    here = (DOCS / docname).parent

    def linked(found):
        path = (here / found[2]).resolve()
        if path.is_relative_to(DOCS):
            return found[0]
        if not path.exists():
            raise FileNotFoundError(f"docs/{docname}.md: a link to {found[2]}, which does not exist")
        return found[1] + REPOSITORY + path.relative_to(ROOT).as_posix()

    source[0] = LINK.sub(linked, source[0])
    for marker, make in MADE.items():
        if marker in source[0]:
            source[0] = source[0].replace(marker, make())


def setup(app):
    """Register what is above."""
    app.connect("source-read", _prepare)
