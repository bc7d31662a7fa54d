"""The operations of usage. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
from typing import Literal

from intendant.client._generated.models import usage as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group


class Usage(Group):
    """The operations of usage."""

    def show(
        self,
        *,
        by: models.UsageBy | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
        caller: str | None = None,
    ) -> models.UsageReport:
        """Show what callers used.

        Return usage by day, caller or area with totals, as JSON or, with `format=csv`, as a table.

        By caller, decisions are also told by who proposed them, whatever way they came (`source:`); these are
        not in the total.

        `GET /api/v1/usage`, permission `kernel:usage:read`.
        """
        return self._send(
            models.UsageReport, "GET", "/api/v1/usage", query={"by": by, "first": first, "last": last, "caller": caller}
        )

    def show_file(
        self,
        *,
        by: models.UsageBy | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
        caller: str | None = None,
        format: Literal["json", "csv"] | None = None,
    ) -> Download:
        """Show what callers used.

        Return usage by day, caller or area with totals, as JSON or, with `format=csv`, as a table.

        By caller, decisions are also told by who proposed them, whatever way they came (`source:`); these are
        not in the total.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/usage`, permission `kernel:usage:read`.
        """
        return self._download(
            "GET", "/api/v1/usage", query={"by": by, "first": first, "last": last, "caller": caller, "format": format}
        )


class AsyncUsage(AsyncGroup):
    """The operations of usage, for asynchronous programs."""

    async def show(
        self,
        *,
        by: models.UsageBy | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
        caller: str | None = None,
    ) -> models.UsageReport:
        """Show what callers used.

        Return usage by day, caller or area with totals, as JSON or, with `format=csv`, as a table.

        By caller, decisions are also told by who proposed them, whatever way they came (`source:`); these are
        not in the total.

        `GET /api/v1/usage`, permission `kernel:usage:read`.
        """
        return await self._send(
            models.UsageReport, "GET", "/api/v1/usage", query={"by": by, "first": first, "last": last, "caller": caller}
        )

    def show_file(
        self,
        *,
        by: models.UsageBy | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
        caller: str | None = None,
        format: Literal["json", "csv"] | None = None,
    ) -> AsyncDownload:
        """Show what callers used.

        Return usage by day, caller or area with totals, as JSON or, with `format=csv`, as a table.

        By caller, decisions are also told by who proposed them, whatever way they came (`source:`); these are
        not in the total.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/usage`, permission `kernel:usage:read`.
        """
        return self._download(
            "GET", "/api/v1/usage", query={"by": by, "first": first, "last": last, "caller": caller, "format": format}
        )
