"""Arrays as text within JSON, and models as canonical JSON with a digest; reading trusts nothing and executes nothing."""

import base64
import binascii
import hashlib
import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import ArtifactInvalid

ARTIFACT_BYTES_MAX = 128 * 1024 * 1024
UNPACKED_BYTES_MAX = 512 * 1024 * 1024
ARRAY_SIZE_MAX = 20_000_000


def encode_array(array: Any) -> dict[str, Any]:
    """Return an array of float64 as shape and base64."""
    values = np.ascontiguousarray(array, dtype="<f8")
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode("ascii")}


def decode_array(entry: Any, *, dimensions: int, finite: bool = True) -> NDArray[np.float64]:
    """Return the array; raises ArtifactInvalid where shape, size or values are unsound."""
    shape = entry["shape"]
    if len(shape) != dimensions or any(not isinstance(size, int) or not 0 <= size <= ARRAY_SIZE_MAX for size in shape):
        raise invalid("an array has an unsound shape")
    try:
        raw = base64.b64decode(entry["data"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("an array is not base64") from error
    if len(raw) != 8 * int(np.prod(shape, dtype=object)):
        raise invalid("an array has another size than its shape says")
    array = np.frombuffer(raw, dtype="<f8").astype(np.float64).reshape(shape)
    if finite and not np.isfinite(array).all():
        raise invalid("an array holds what is no finite number")
    return array


def encode_bytes(data: bytes) -> str:
    """Return bytes compressed, as base64."""
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def decode_bytes(text: str) -> bytes:
    """Return the bytes, never more than `UNPACKED_BYTES_MAX`."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), UNPACKED_BYTES_MAX)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise invalid("a part is not compressed base64") from error
    if not unpacker.eof:
        raise invalid("a part is cut off or too large")
    return data


def write(body: dict[str, Any]) -> bytes:
    """Return a body as canonical JSON with its digest; the same body gives the same bytes."""
    return _canonical({**body, "digest": hashlib.sha256(_canonical(body)).hexdigest()})


def read(artifact: bytes) -> dict[str, Any]:
    """Return the body that `write` wrote; raises ArtifactInvalid where it was changed or damaged."""
    if len(artifact) > ARTIFACT_BYTES_MAX:
        raise invalid(f"it is larger than {ARTIFACT_BYTES_MAX} bytes")
    try:
        body = json.loads(artifact.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise invalid("it is no JSON") from error
    if not isinstance(body, dict):
        raise invalid("it is no model")
    digest = body.pop("digest", None)
    if digest != hashlib.sha256(_canonical(body)).hexdigest():
        raise invalid("its digest does not match, so it was changed or damaged")
    return body


def invalid(why: str) -> ArtifactInvalid:
    """Return the error that says why an artifact cannot be read."""
    return ArtifactInvalid(
        f"The model cannot be read: {why}.", field="artifact", remedy="Use the stored original or train it again."
    )


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")
