"""Parameters and bodies that lending's routes share."""

from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel

KEY_LENGTH_MAX = 200
PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
REPLAYED = {"Idempotency-Replayed": "true"}

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LENGTH_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return the declaration of a body that the route reads by itself, with the shapes inside written out."""
    schema = model.model_json_schema()
    shapes = schema.pop("$defs", {})
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _inlined(schema, shapes)}}}}


def _inlined(schema: Any, shapes: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(shapes[schema["$ref"].rpartition("/")[2]], shapes)
        if "discriminator" in schema:
            # Its mapping would point at shapes that are written out.
            schema = {name: value for name, value in schema.items() if name != "discriminator"}
        return {name: _inlined(value, shapes) for name, value in schema.items()}
    return [_inlined(each, shapes) for each in schema] if isinstance(schema, list) else schema
