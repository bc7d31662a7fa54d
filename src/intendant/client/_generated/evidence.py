"""The operations of evidence. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from typing import Literal

from intendant.client._generated.models import evidence as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group


class Evidence(Group):
    """The operations of evidence."""

    def export(self, *, format: Literal["json", "csv"] | None = None) -> Download:
        """Export the evidence.

        Return the evidence as a file. Its SHA-256 is put on the audit record, whose checkpoints are signed.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/evidence/export`, permission `kernel:evidence:read`.
        """
        return self._download("GET", "/api/v1/evidence/export", query={"format": format})

    def get(self) -> models.EvidenceView:
        """Show the evidence.

        Compute what the record shows of each control now.

        `GET /api/v1/evidence`, permission `kernel:evidence:read`.
        """
        return self._send(models.EvidenceView, "GET", "/api/v1/evidence")

    def state(self, *, control: str, note: str, idempotency_key: str | None = None) -> models.ControlStatementView:
        """Put a review on record.

        Put on record that a control was seen to, in the caller's name.

        `POST /api/v1/evidence/statements`, permission `kernel:evidence:state`.
        """
        return self._send(
            models.ControlStatementView,
            "POST",
            "/api/v1/evidence/statements",
            fields={"control": control, "note": note},
            once=True,
            key=idempotency_key,
        )


class AsyncEvidence(AsyncGroup):
    """The operations of evidence, for asynchronous programs."""

    def export(self, *, format: Literal["json", "csv"] | None = None) -> AsyncDownload:
        """Export the evidence.

        Return the evidence as a file. Its SHA-256 is put on the audit record, whose checkpoints are signed.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/evidence/export`, permission `kernel:evidence:read`.
        """
        return self._download("GET", "/api/v1/evidence/export", query={"format": format})

    async def get(self) -> models.EvidenceView:
        """Show the evidence.

        Compute what the record shows of each control now.

        `GET /api/v1/evidence`, permission `kernel:evidence:read`.
        """
        return await self._send(models.EvidenceView, "GET", "/api/v1/evidence")

    async def state(
        self, *, control: str, note: str, idempotency_key: str | None = None
    ) -> models.ControlStatementView:
        """Put a review on record.

        Put on record that a control was seen to, in the caller's name.

        `POST /api/v1/evidence/statements`, permission `kernel:evidence:state`.
        """
        return await self._send(
            models.ControlStatementView,
            "POST",
            "/api/v1/evidence/statements",
            fields={"control": control, "note": note},
            once=True,
            key=idempotency_key,
        )
