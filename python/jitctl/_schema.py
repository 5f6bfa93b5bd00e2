"""The shape of `Stats.to_dict` and `Stats.to_json`, as a JSON Schema (draft 2020-12).

Fields may be added without a new ``schema`` number, so nothing here forbids others. A field that changes its meaning or
goes raises the number.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def _object(**properties: "Any") -> "Dict[str, Any]":
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _list(items: "Any") -> "Dict[str, Any]":
    return {"type": "array", "items": items}


def _or_null(kind: str) -> "Dict[str, Any]":
    return {"type": [kind, "null"]}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}


def stats_schema(number: int) -> "Dict[str, Any]":
    """Return the schema of version `number`, as dicts, lists, strings and numbers."""
    verdict = _object(
        status={"enum": ["applied", "pending", "partial", "unsupported", "refused"]},
        code=_TEXT,
        message=_TEXT,
        advice=_TEXT,
        measures=_list({"type": "array", "prefixItems": [_TEXT, {"type": "number"}, _TEXT], "minItems": 3}),
    )
    region = _object(
        offset=_COUNT,
        line=_or_null("integer"),
        last_line=_or_null("integer"),
        kind=_TEXT,
        micro_ops=_or_null("integer"),
        machine_code_bytes=_or_null("integer"),
        exits=_or_null("integer"),
        valid={"type": "boolean"},
    )
    tier = _object(
        instructions=_or_null("integer"),
        specialisable=_or_null("integer"),
        specialised=_or_null("integer"),
        failed=_or_null("integer"),
        warmth=_or_null("number"),
        regions=_list(region),
    )
    calls = _object(
        count=_COUNT,
        raised=_COUNT,
        lost=_COUNT,
        total_ns=_COUNT,
        mean_ns=_or_null("number"),
        typical_ns=_or_null("number"),
        min_ns=_or_null("integer"),
        max_ns=_or_null("integer"),
        histogram=_list(_COUNT),
    )
    profile = _object(
        state={"enum": ["on", "off", "unsupported"]},
        method={"enum": ["entry", "events", ""]},
        note=_TEXT,
        clock=_TEXT,
        bounds_ns=_list(_COUNT),
        all=calls,
        before=calls,
        after=calls,
        paid=_or_null("number"),
        paid_sentence=_TEXT,
        rewarmed=_COUNT,
    )
    reason = _object(code=_TEXT, line=_or_null("integer"), message=_TEXT, advice=_TEXT)
    record = _object(
        name=_TEXT,
        module=_TEXT,
        qualname=_TEXT,
        file=_or_null("string"),
        line=_or_null("integer"),
        hint={"enum": ["focus", "ignore", "once"]},
        origin={"enum": ["function", "class"]},
        backend=_TEXT,
        verdict=verdict,
        others=_list(_object(backend=_TEXT, verdict=verdict)),
        unfriendly=_list(reason),
        tier={**tier, "type": ["object", "null"]},
        profile={**profile, "type": ["object", "null"]},
    )
    whole = _object(
        schema={"const": number},
        jitctl=_TEXT,
        headline=_TEXT,
        interpreter={"type": "object"},
        backend={"type": "object"},
        records=_list(record),
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "jitctl.stats()", **whole}
