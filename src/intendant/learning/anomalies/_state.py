"""What a detector remembers, as bytes: a line of JSON and numbers after it. Nothing of it is ever executed when it is read."""

import json
import zlib
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.anomalies._block import ROOM, SCORES, WARM, Block, empty
from intendant.learning.anomalies._detector import Anomaly, Detector, Episode, Settings

FORMAT = "intendant-anomalies-1"
BYTES_MAX = 1_000_000
_MOMENTS = ("started_at", "ended_at", "peak_at")


class DetectorStateInvalid(Invalid):
    """The bytes are no detector's state, or one of another version."""

    code = "detector_state_invalid"


def dump(detector: Detector) -> bytes:
    """Write what a detector remembers; at most some 40 kB however long it has watched."""
    block = detector.block
    arrays = _used(block)
    header = {
        "format": FORMAT,
        "count": block.count,
        "at": block.at,
        "interval": detector.interval,
        "last_time": detector.last_time,
        "settings": asdict(detector.settings),
        "episode": None if detector.episode is None else _episode(detector.episode),
        "arrays": [[name, str(array.dtype), list(array.shape)] for name, array in arrays.items()],
    }
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return zlib.compress(json.dumps(header).encode() + b"\n" + body, level=6)


def restore(data: bytes) -> Detector:
    """Read what `dump` wrote; the detector goes on as if it had never stopped. Raises DetectorStateInvalid."""
    try:
        return _restored(data)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise DetectorStateInvalid(
            "These bytes are no state of a detector.", remedy="Let the detector watch the series anew."
        ) from error


def _restored(data: bytes) -> Detector:
    plain = zlib.decompressobj().decompress(data, BYTES_MAX)
    line, _, body = plain.partition(b"\n")
    header = json.loads(line)
    if header["format"] != FORMAT:
        raise ValueError("another format")
    detector = Detector(Settings(**header["settings"]), interval=float(header["interval"]))
    block = empty(1)
    block.count, block.at = int(header["count"]), int(header["at"])
    if not 0 <= block.at <= ROOM or block.count < 0:
        raise ValueError("out of bounds")
    for array in _used(block).values():
        size = array.nbytes
        if len(body) < size:
            raise ValueError("cut short")
        array[...] = np.frombuffer(body[:size], dtype=array.dtype).reshape(array.shape)
        body = body[size:]
    episode = header["episode"]
    found: Episode | None = None
    if episode is not None:
        moments = {name: datetime.fromisoformat(episode["anomaly"][name]) for name in _MOMENTS}
        found = Episode(Anomaly(**(episode["anomaly"] | moments)), int(episode["last"]))
    last = header["last_time"]
    detector.resume(block, found, None if last is None else int(last))
    return detector


def _used(block: Block) -> dict[str, Any]:
    """Return views of what is in use of each array, so that a young detector's state is small."""
    kept = min(max(block.count - WARM, 0), SCORES)
    arrays: dict[str, Any] = {}
    for field in fields(Block):
        value = getattr(block, field.name)
        if field.name in ("values", "units", "distances"):
            arrays[field.name] = value[:, : block.at]
        elif field.name == "scores":
            arrays[field.name] = value[:, :, :kept]
        elif field.name not in ("count", "at"):
            arrays[field.name] = value
    return arrays


def _episode(episode: Episode) -> dict[str, Any]:
    anomaly = asdict(episode.anomaly)
    return {
        "anomaly": anomaly | {name: anomaly[name].isoformat() for name in _MOMENTS},
        "last": episode.last,
    }
