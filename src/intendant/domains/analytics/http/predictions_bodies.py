"""Read a request for predictions and write its answer without a model object for every row: this is a hot path."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from intendant.domains.analytics.http.predictions_views import PredictBody
from intendant.domains.analytics.predictions.model import About, Made, Results
from intendant.domains.analytics.predictions.usecases import Asked
from intendant.kit.database import Row
from intendant.kit.errors import IntendantError, Invalid

CONTEXT_BYTES_MAX = 16 * 1024
MILLISECOND_DIGITS = 3


class PredictBodyInvalid(Invalid):
    """A body that is no request for predictions."""

    code = "predict_body_invalid"


def read_predict(content: bytes) -> Asked:
    """Read the body of /predict; raises PredictBodyInvalid, which names the field."""
    try:
        given = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _invalid("body", f"The body is no JSON: {error}.") from None
    if not isinstance(given, dict):
        raise _invalid("body", "The body is no JSON object.")
    # Rows are read one by one, so that a bad one does not keep the others back.
    rows = given.get("input_data")
    if not isinstance(rows, dict | list):
        raise _invalid("input_data", "input_data is an object, or a list of objects.")
    try:
        body = PredictBody.model_validate({**given, "input_data": {}})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])[:200]
        raise _invalid(place, f"{place}: {first['msg'][:200]}.") from None
    if body.prediction_context is not None:
        check_context(body.prediction_context)
    is_list = isinstance(rows, list)
    entity: Any = body.business_entity_id
    if isinstance(entity, str) or entity is None:
        entity = None if entity is None else [entity] * (len(rows) if is_list else 1)
    return Asked(
        body.model_id,
        body.model_name,
        rows if isinstance(rows, list) else [rows],
        About(body.business_entity_type, body.prediction_context, body.reasons, body.version, body.store),
        entity_ids=entity,
        entity_field=body.entity_field,
        is_list=is_list,
    )


def check_context(context: Mapping[str, Any]) -> None:
    """Check that a context can be kept; raises PredictBodyInvalid."""
    content = orjson.dumps(context)
    if len(content) > CONTEXT_BYTES_MAX or b"\\u0000" in content:
        raise _invalid(
            "prediction_context", f"prediction_context is larger than {CONTEXT_BYTES_MAX:,} bytes or holds a zero byte."
        )


def show_results(results: Results, milliseconds: float) -> dict[str, object]:
    """Return the answer to a request, in the order of its rows."""
    shown = {each.case.row: show_made(each) for each in results.made}
    shown |= {row: show_failure(row, error) for row, error in results.failed.items()}
    return {
        "model_id": results.model_id,
        "model_name": results.model_name,
        "batch_id": results.batch_id,
        "predictions": [shown[row] for row in sorted(shown)],
        "predicted": len(results.made),
        "failed": len(results.failed),
        "ignored_fields": sorted(results.ignored),
        "processing_time_ms": round(milliseconds, MILLISECOND_DIGITS),
    }


def show_made(made: Made) -> dict[str, object]:
    """Return one row's answer."""
    answer = made.answer
    shown = _shown(
        made.case.row,
        made.id,
        answer.output,
        answer.confidence,
        made.number,
        made.role,
        made.case.entity_id,
        answer.processing_ms,
    )
    shown["unusual"] = answer.unusual
    if answer.reasons is not None:
        shown["reasons"] = [each.as_dict() for each in answer.reasons]
    return shown


def show_stored(row: Row) -> dict[str, object]:
    """Return the answer for a row of a batch that was answered before."""
    return _shown(
        row["batch_row"],
        row["id"],
        row["output"],
        row["confidence"],
        row["number"],
        row["role"],
        row["business_entity_id"],
        row["processing_ms"],
    )


def show_failure(row: int, error: IntendantError) -> dict[str, object]:
    """Return why one row was not answered."""
    told = {"code": error.code, "message": error.message, "field": error.field, "remedy": error.remedy}
    return {"row": row, "error": told}


def _shown(
    row: int,
    identifier: UUID | None,
    output: Mapping[str, Any],
    confidence: float,
    number: int,
    role: str,
    entity_id: str | None,
    milliseconds: float,
) -> dict[str, object]:
    return {
        "row": row,
        "prediction_id": identifier,
        "output": output,
        "confidence": confidence,
        "version": number,
        "role": role,
        "business_entity_id": entity_id,
        "processing_time_ms": round(milliseconds, MILLISECOND_DIGITS),
    }


def _invalid(field: str, message: str) -> PredictBodyInvalid:
    return PredictBodyInvalid(message, field=field, remedy="/docs shows the expected shape.")
