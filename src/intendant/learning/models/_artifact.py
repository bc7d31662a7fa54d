"""A model as bytes: canonical JSON with arrays as base64, and a digest over everything else.

Reading executes nothing and trusts nothing: sizes are bounded before decoding, shapes and finiteness are checked when
the model is built, and the digest must match.
"""

import base64
import binascii
import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.calibration import Calibrator, ConformalRule, ProbabilityBand
from intendant.learning.models._additive import (
    BIN_COUNT_MAX,
    FEATURE_COUNT_MAX,
    PAIR_COUNT_MAX,
    AdditiveCreditModel,
    FeatureTable,
    ModelIdentity,
    PairTable,
)

ARTIFACT_FORMAT = "intendant-additive-credit-model"
ARTIFACT_VERSION = 1
ARTIFACT_BYTES_MAX = 64 * 1024 * 1024
NAME_LENGTH_MAX = 1_000


class ModelArtifactInvalid(Invalid):
    """Bytes that are not a model of ours, or one that was changed."""

    code = "model_artifact_invalid"


def model_to_bytes(model: AdditiveCreditModel) -> bytes:
    """Return the model as canonical JSON; the same model gives the same bytes."""
    body: dict[str, Any] = {
        "format": ARTIFACT_FORMAT,
        "version": ARTIFACT_VERSION,
        "identity": {
            "kind": model.identity.kind,
            "data_digest": model.identity.data_digest,
            "seed": model.identity.seed,
            "effort": model.identity.effort,
            "row_count": model.identity.row_count,
            "versions": dict(model.identity.versions),
        },
        "intercept": model.intercept,
        "base_rate": model.base_rate,
        "features": [
            {
                "name": table.name,
                "type": table.type,
                "cuts": _encode(table.cuts, "<f8"),
                "categories": list(table.categories),
                "scores": _encode(table.scores, "<f8"),
                "pair_bins": _encode(table.pair_bins, "<i4"),
            }
            for table in model.features
        ],
        "pairs": [
            {
                "first": pair.first,
                "second": pair.second,
                "shape": list(pair.scores.shape),
                "scores": _encode(pair.scores, "<f8"),
            }
            for pair in model.pairs
        ],
        "calibrator": {
            "method": model.calibrator.method,
            "raw": list(model.calibrator.raw),
            "calibrated": list(model.calibrator.calibrated),
        },
        "band": {"raw": list(model.band.raw), "lower": list(model.band.lower), "upper": list(model.band.upper)},
        "conformal": {
            "error_rate": model.conformal.error_rate,
            "method": model.conformal.method,
            "repaid_from": model.conformal.repaid_from,
            "defaulted_up_to": model.conformal.defaulted_up_to,
            "calibration_count": model.conformal.calibration_count,
        },
    }
    return _canonical({**body, "digest": _digest(body)})


def model_from_bytes(artifact: bytes) -> AdditiveCreditModel:
    """Return the model that the bytes describe, or raise ModelArtifactInvalid."""
    if len(artifact) > ARTIFACT_BYTES_MAX:
        raise _invalid(f"it is larger than {ARTIFACT_BYTES_MAX} bytes")
    try:
        body = json.loads(artifact.decode("utf-8"), parse_constant=_refuse_constant)
        if not isinstance(body, dict) or body.get("format") != ARTIFACT_FORMAT:
            raise _invalid("it is not a credit model")
        if body.get("version") != ARTIFACT_VERSION:
            raise _invalid(f"its format version is {body.get('version')!r}, this program reads {ARTIFACT_VERSION}")
        if body.pop("digest", None) != _digest(body):
            raise _invalid("its digest does not match, so it was changed or damaged")
        return _read(body)
    except ModelArtifactInvalid:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError, Invalid) as error:
        raise _invalid(f"it is damaged ({type(error).__name__}: {str(error)[:200]})") from error


def artifact_digest(artifact: bytes) -> str:
    """Return the digest by which the record names a model."""
    return hashlib.sha256(artifact).hexdigest()


def _read(body: dict[str, Any]) -> AdditiveCreditModel:
    features, pairs = body["features"], body["pairs"]
    if not 0 < len(features) <= FEATURE_COUNT_MAX or len(pairs) > PAIR_COUNT_MAX:
        raise _invalid("it has too many or too few terms")
    identity = body["identity"]
    calibrator, band, conformal = body["calibrator"], body["band"], body["conformal"]
    return AdditiveCreditModel(
        intercept=float(body["intercept"]),
        base_rate=float(body["base_rate"]),
        features=tuple(_feature(entry) for entry in features),
        pairs=tuple(
            PairTable(
                int(entry["first"]),
                int(entry["second"]),
                _decode(entry["scores"], "<f8").reshape([int(size) for size in entry["shape"]]),
            )
            for entry in pairs
        ),
        calibrator=Calibrator(str(calibrator["method"]), _floats(calibrator["raw"]), _floats(calibrator["calibrated"])),
        band=ProbabilityBand(_floats(band["raw"]), _floats(band["lower"]), _floats(band["upper"])),
        conformal=ConformalRule(
            error_rate=float(conformal["error_rate"]),
            method=str(conformal["method"]),
            repaid_from=float(conformal["repaid_from"]),
            defaulted_up_to=float(conformal["defaulted_up_to"]),
            calibration_count=int(conformal["calibration_count"]),
        ),
        identity=ModelIdentity(
            kind=str(identity["kind"]),
            data_digest=str(identity["data_digest"]),
            seed=int(identity["seed"]),
            effort=str(identity["effort"]),
            row_count=int(identity["row_count"]),
            versions={str(key): str(value) for key, value in identity["versions"].items()},
        ),
    )


def _feature(entry: dict[str, Any]) -> FeatureTable:
    name, categories = entry["name"], entry["categories"]
    texts = [name, *categories]
    if len(texts) > BIN_COUNT_MAX or any(not isinstance(text, str) or len(text) > NAME_LENGTH_MAX for text in texts):
        raise _invalid("a feature has an unsound name or categories")
    return FeatureTable(
        name=name,
        type=entry["type"],
        cuts=_decode(entry["cuts"], "<f8"),
        categories=tuple(categories),
        scores=_decode(entry["scores"], "<f8"),
        pair_bins=_decode(entry["pair_bins"], "<i4").astype(np.int64),
    )


def _floats(values: list[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _encode(array: NDArray[Any], dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def _decode(text: str, dtype: str) -> NDArray[Any]:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _invalid("an array is not base64") from error
    return np.frombuffer(raw, dtype=dtype).astype(np.dtype(dtype).newbyteorder("="))


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("utf-8")


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _invalid(why: str) -> ModelArtifactInvalid:
    return ModelArtifactInvalid(
        f"The model cannot be read: {why}.",
        field="artifact",
        remedy="Use the stored original or train the model again.",
    )
