"""Models of views. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from pydantic import Field

from intendant.client._model import Model


class ViewBody(Model):
    """A view to save."""

    name: str
    page: str
    search: dict[str, Any]
    shared_: bool = Field(False, alias="shared")


class ViewChange(Model):
    """What shall change of a view; what is left out stays."""

    name: str | None = None
    search: dict[str, Any] | None = None
    shared_: bool | None = Field(None, alias="shared")


class ViewView(Model):
    """A saved view. `owner_name` is null where its owner has left; only its owner (`mine`) may change it."""

    created_at: datetime.datetime
    id: uuid.UUID
    mine: bool
    name: str
    owner_name: str | None
    page: str
    search: dict[str, Any]
    shared_: bool = Field(alias="shared")
    updated_at: datetime.datetime


class ViewViewPage(Model):
    """View view page."""

    items: list[ViewView]
    next: str | None = None
