"""Models of health. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from intendant.client._model import Model


class Health(Model):
    """A short answer for probes."""

    status: str


class Readiness(Model):
    """What stands behind readiness, without anything that is secret or names anybody."""

    database: bool
    schema_current: bool
    status: str
    stopping: bool
    workers: bool
