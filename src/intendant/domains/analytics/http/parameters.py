"""Parameters that the hub's routes share."""

from typing import Annotated

from fastapi import Header, Query

KEY_LENGTH_MAX = 200
PAGE_SIZE, PAGE_SIZE_MAX = 50, 200

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LENGTH_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]
