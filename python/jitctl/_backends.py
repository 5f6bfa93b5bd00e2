"""``python -m jitctl backends``: list those there are, and check whether one keeps the contract."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


def show_list(as_json: bool) -> int:
    """List every backend found, with whether it can be used, and why not."""
    from . import _router

    found = _router.backend.candidates()
    if as_json:
        print(json.dumps({"schema": SCHEMA, "backends": found}, indent=2))
    else:
        print("\n".join(_entry(one) for one in found))
    return 0


def _entry(one: "Mapping[str, Any]") -> str:
    state = "in use" if one["chosen"] else "can be used" if one["usable"] else "cannot be used"
    name = " ".join(str(one[key]) for key in ("name", "version") if one[key])
    lines = [f"{name}: {state}", f"    reason       {one['reason']} ({one['code']})"]
    if one["description"]:
        lines.append(f"    does         {one['description']}")
    if one["requires"]:
        lines.append(f"    for          {one['requires']}")
    if one["hints"]:
        lines.append(f"    hints        {', '.join(one['hints'])}")
    if one["rank"] is not None:
        interface = f", interface {one['interface']}" if one.get("interface") else ""
        lines.append(f"    rank         {one['rank']}{interface}")
    lines.append(f"    from         {one['source']}" + (f": {one['file']}" if one["file"] else ""))
    return "\n".join(lines)


def show_check(path: str, as_json: bool) -> int:
    """Run the conformance check on one library; 0 where it keeps the contract, 1 where not."""
    from ._conformance import check

    results = []
    for one in check(path):
        results.append(one)
        if not as_json:
            print(f"{'ok  ' if one['passed'] else 'FAIL'}  {one['name']}: {one['reason']}", flush=True)
    passed = all(one["passed"] for one in results)
    if as_json:
        print(json.dumps({"schema": SCHEMA, "file": path, "passed": passed, "checks": results}, indent=2))
    else:
        bad = sum(not one["passed"] for one in results)
        print(f"{path}: " + ("keeps the contract" if passed else f"does not keep the contract: {bad} failed"))
    return 0 if passed else 1
