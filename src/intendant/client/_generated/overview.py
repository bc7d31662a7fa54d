"""The operations of overview. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

from intendant.client._generated.models import overview as models
from intendant.client._groups import AsyncGroup, Group, quoted


class Overview(Group):
    """The operations of overview."""

    def get_replay(self, replay_id: uuid.UUID | str) -> models.ReplayRecord:
        """Return a replay with its report.

        Return a replay that the caller may see, with its report once it has ended.

        `GET /api/v1/replays/{replay_id}`, permission `kernel:decision:read`.
        """
        return self._send(models.ReplayRecord, "GET", f"/api/v1/replays/{quoted(replay_id)}")

    def list_replays(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.ReplayViewPage:
        """List replays.

        List the replays of this organisation and of every sandbox that the caller may enter, newest first.

        `GET /api/v1/replays`, permission `kernel:decision:read`.
        """
        return self._send(models.ReplayViewPage, "GET", "/api/v1/replays", query={"after": after, "limit": limit})

    def iterate_replays(self, *, limit: int | None = None) -> Iterator[models.ReplayView]:
        """List replays.

        List the replays of this organisation and of every sandbox that the caller may enter, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/replays`, permission `kernel:decision:read`.
        """
        return self._pages(models.ReplayViewPage, "/api/v1/replays", query={"limit": limit})

    def read_checklist(self) -> models.ChecklistView:
        """Return the first steps.

        Return the steps of setting up, and which of them the record shows as taken.

        `GET /api/admin/autonomous-business/checklist`, permission `kernel:switch:read`.
        """
        return self._send(models.ChecklistView, "GET", "/api/admin/autonomous-business/checklist")

    def read_day(self) -> models.DayView:
        """Return today's tasks.

        Return what schedules begin today and what was begun today, in business time and the organisation's
        zone.

        `GET /api/admin/autonomous-business/daily-tasks`, permission `kernel:task:read`.
        """
        return self._send(models.DayView, "GET", "/api/admin/autonomous-business/daily-tasks")

    def read_metrics(self, *, period: models.Period | None = None) -> models.MetricsView:
        """Return the figures of a period.

        Return decisions by verdict and the key figures of a day, a week or a month, up to now.

        `GET /api/admin/autonomous-business/metrics`, permission `kernel:switch:read`.
        """
        return self._send(models.MetricsView, "GET", "/api/admin/autonomous-business/metrics", query={"period": period})


class AsyncOverview(AsyncGroup):
    """The operations of overview, for asynchronous programs."""

    async def get_replay(self, replay_id: uuid.UUID | str) -> models.ReplayRecord:
        """Return a replay with its report.

        Return a replay that the caller may see, with its report once it has ended.

        `GET /api/v1/replays/{replay_id}`, permission `kernel:decision:read`.
        """
        return await self._send(models.ReplayRecord, "GET", f"/api/v1/replays/{quoted(replay_id)}")

    async def list_replays(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.ReplayViewPage:
        """List replays.

        List the replays of this organisation and of every sandbox that the caller may enter, newest first.

        `GET /api/v1/replays`, permission `kernel:decision:read`.
        """
        return await self._send(models.ReplayViewPage, "GET", "/api/v1/replays", query={"after": after, "limit": limit})

    def iterate_replays(self, *, limit: int | None = None) -> AsyncIterator[models.ReplayView]:
        """List replays.

        List the replays of this organisation and of every sandbox that the caller may enter, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/replays`, permission `kernel:decision:read`.
        """
        return self._pages(models.ReplayViewPage, "/api/v1/replays", query={"limit": limit})

    async def read_checklist(self) -> models.ChecklistView:
        """Return the first steps.

        Return the steps of setting up, and which of them the record shows as taken.

        `GET /api/admin/autonomous-business/checklist`, permission `kernel:switch:read`.
        """
        return await self._send(models.ChecklistView, "GET", "/api/admin/autonomous-business/checklist")

    async def read_day(self) -> models.DayView:
        """Return today's tasks.

        Return what schedules begin today and what was begun today, in business time and the organisation's
        zone.

        `GET /api/admin/autonomous-business/daily-tasks`, permission `kernel:task:read`.
        """
        return await self._send(models.DayView, "GET", "/api/admin/autonomous-business/daily-tasks")

    async def read_metrics(self, *, period: models.Period | None = None) -> models.MetricsView:
        """Return the figures of a period.

        Return decisions by verdict and the key figures of a day, a week or a month, up to now.

        `GET /api/admin/autonomous-business/metrics`, permission `kernel:switch:read`.
        """
        return await self._send(
            models.MetricsView, "GET", "/api/admin/autonomous-business/metrics", query={"period": period}
        )
