"""Taking a person's words out of text and JSON, leaving the shape, so that whatever reads it later still can."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from intendant.kernel.audit import ERASED
from intendant.kernel.privacy._person import spellings

WORD = "erased"
_KEPT = frozenset(
    {
        "organization_id", "id", "kind", "component", "subject_id", "action", "verdict", "would", "confidence", "amount",
        "policy_version", "model_version", "answers", "decided_by", "decided_at", "recorded_at", "subject_version",
        "currency", "abstain", "alternatives", "impact", "level", "tier", "blind", "reviewed", "intervention",
        "intervention_threshold", "hold_seconds", "approval_id", "effects", "proposed_by", "seed", "nonce",
    }
)  # fmt: skip
"""What stays of a decision's record: that it was taken, when, by what, and its figures; nothing it knew of anybody."""


class Redactor:
    """Knows one person's words in all their spellings."""

    def __init__(self, words: Collection[str]) -> None:
        forms = sorted({form for word in words for form in spellings(word)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE) if forms else None

    def text(self, value: str) -> str:
        """Take the words out of a text; JSON in it stays JSON."""
        if self._pattern is None:
            return value
        if value[:1] in "{[":
            try:
                return orjson.dumps(self.json(orjson.loads(value)), option=orjson.OPT_SORT_KEYS).decode()
            except ValueError:
                pass
        return self._pattern.sub(WORD, value)

    def json(self, value: Any) -> Any:
        """Take the words out of all strings and numbers of a JSON value."""
        match value:
            case dict():
                return {self.json(key): self.json(each) for key, each in value.items()}
            case list():
                return [self.json(each) for each in value]
            case str():
                return value if self._pattern is None else self._pattern.sub(WORD, value)
            case bool() | None:
                return value
            case int() | float() if self._pattern is not None and self._pattern.search(str(value)):
                return None
        return value


def blank_record(record: Mapping[str, Any], request: str) -> dict[str, Any]:
    """Return what stays of a decision's record, in its shape, with the request that erased it."""
    answer = record.get("answer")
    return {
        **{key: None for key in record if key not in _KEPT},
        **{key: record[key] for key in record if key in _KEPT},
        "values": {},
        "parameters": {},
        "summary": "Erased.",
        "reasons": [
            {key: "Erased." if key == "text" else each.get(key) for key in each if key in ("kind", "code", "rule", "tier", "text")}
            for each in record.get("reasons") or ()
        ],
        "fired": [],
        "answer": None if not answer else {**answer, "reason": "Erased."},
        ERASED: request,
    }  # fmt: skip
