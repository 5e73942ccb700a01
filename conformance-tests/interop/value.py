"""One JSON form for a feature value, whoever answered it, so that two answers can be compared with `==`.

Bytes are base64, timestamps whole seconds (the null sentinel and null are the same), sets are sorted, JSON documents are
parsed, NaN and infinities are strings: Feast's HTTP form, made independent of order.
"""

import base64
import json
import math
import struct
from datetime import datetime
from decimal import Decimal

NULL_TIMESTAMP = -(2**63)
NULL_ELEMENTS = {"String": "", "Bytes": b"", "Bool": False}


def inner_type(dtype: str) -> str:
    """`Array(Int64)` -> `Int64`; an empty text for what is not a collection."""
    return dtype[dtype.index("(") + 1 : -1] if dtype.startswith(("Array(", "Set(")) else ""


def from_row(dtype: str, value):
    """The answer that a cell of the input must give."""
    if value is None:
        return None
    inner = inner_type(dtype)
    if inner in ("Map", "Struct"):
        return plain(json.loads(value))
    if inner:
        if inner_type(inner):
            return plain([from_row(inner, item) or None for item in value])
        items = [from_row(inner, NULL_ELEMENTS.get(inner) if item is None else item) for item in value]
        if dtype.startswith("Set("):
            items = list({json.dumps(item): item for item in items}.values())
        return in_order(dtype, items)
    if dtype in ("UnixTimestamp", "ZonedTimestamp"):
        return math.floor(value.timestamp())
    if dtype == "Float32":
        return plain(struct.unpack("f", struct.pack("f", value))[0])
    if dtype in ("Json", "Map") and isinstance(value, str):
        return plain(json.loads(value))
    if dtype == "Float64":
        return plain(float(value))
    return plain(value)


def from_feast(dtype: str, value):
    """A value of `get_online_features(...).to_dict()`; runs inside the Feast interpreter."""
    return in_order(dtype, plain(value))


def from_larder(dtype: str, value):
    """A value of `larder get-online-features --json`, which follows Feast's HTTP server."""
    if value is None:
        return None
    inner = inner_type(dtype)
    if dtype == "UnixTimestamp":
        return None if value == NULL_TIMESTAMP else value
    if dtype == "ZonedTimestamp":
        return math.floor(datetime.fromisoformat(value).timestamp())
    if dtype == "Json":
        return plain(json.loads(value))
    if inner and isinstance(value, list):
        # An inner empty list and an inner null are one thing in Feast's nested values.
        value = [from_larder(inner, item) or None if inner_type(inner) else from_larder(inner, item) for item in value]
    return in_order(dtype, plain(value))


def in_order(dtype: str, value):
    """Sets in a fixed order; inner empty collections of a nested value as null."""
    inner = inner_type(dtype)
    if isinstance(value, list) and inner_type(inner):
        return [in_order(inner, item) or None for item in value]
    if isinstance(value, list) and dtype.startswith("Set("):
        return sorted(value, key=json.dumps)
    return value


def plain(value):
    """Any Python value as JSON."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime):
        return math.floor(value.timestamp())
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def same(left, right) -> bool:
    """Equal as JSON: 5 and 5.0 differ, the order of an object's keys does not matter."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
