"""The programs that tests run in fresh interpreters: for test_NAME.py they are the parts of children/NAME.py."""

import json
import re
from pathlib import Path


def child(test, part, given=None):
    """Give the arguments that have Python run one part, with these values, of the file that belongs to the test's."""
    test = Path(test)
    file = test.parent / "children" / f"{test.stem.removeprefix('test_')}.py"
    known = re.findall(r'^(?:el)?if part\("(\w+)"\):', file.read_text(encoding="utf-8"), re.MULTILINE)
    assert part in known, f"{file} has no part {part!r}; it has {', '.join(known)}"
    return [str(file), part, json.dumps(given or {})]
