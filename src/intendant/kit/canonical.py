"""One way to write a value as bytes, so that a digest means the same thing everywhere: JSON, keys sorted, no white space."""

import hashlib
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal

import orjson


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: object) -> bytes:
    """Write `value` as canonical JSON: keys sorted, Decimal as text, bytes as hex, moments as ISO 8601, NaN as null."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def json_bytes(value: object) -> bytes:
    """Write `value` as JSON like `canonical_json`, keys as they stand: for text that is kept as written and never made again."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_NON_STR_KEYS)


def digest(value: bytes) -> bytes:
    """Return SHA-256 of `value` (32 bytes)."""
    return hashlib.sha256(value).digest()
