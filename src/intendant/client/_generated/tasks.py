"""The operations of tasks. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence

from intendant.client._generated.models import shared
from intendant.client._generated.models import tasks as models
from intendant.client._groups import AsyncGroup, Group, quoted


class Tasks(Group):
    """The operations of tasks."""

    def cancel(self, task_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.TaskView:
        """Cancel a task.

        Cancel a task: a queued one never starts, a running one ends before its next step.

        `POST /api/v1/tasks/{task_id}/cancel`, permission `kernel:task:manage`.
        """
        return self._send(
            models.TaskView, "POST", f"/api/v1/tasks/{quoted(task_id)}/cancel", once=True, key=idempotency_key
        )

    def count(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
    ) -> models.TaskFacets:
        """Count tasks.

        Count tasks by state and kind, each without its own filter.

        `GET /api/v1/tasks/facets`, permission `kernel:task:read`.
        """
        return self._send(
            models.TaskFacets,
            "GET",
            "/api/v1/tasks/facets",
            query={"kind": kind, "state": state, "since": since, "subject": subject},
        )

    def get(self, task_id: uuid.UUID | str) -> models.TaskView:
        """Return a task.

        Return one task with its parameters, progress, attempts, error and result.

        `GET /api/v1/tasks/{task_id}`, permission `kernel:task:read`.
        """
        return self._send(models.TaskView, "GET", f"/api/v1/tasks/{quoted(task_id)}")

    def list(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.TaskViewPage:
        """List tasks.

        List tasks, newest first.

        `GET /api/v1/tasks`, permission `kernel:task:read`.
        """
        return self._send(
            models.TaskViewPage,
            "GET",
            "/api/v1/tasks",
            query={"kind": kind, "state": state, "since": since, "subject": subject, "after": after, "limit": limit},
        )

    def iterate(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.TaskView]:
        """List tasks.

        List tasks, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/tasks`, permission `kernel:task:read`.
        """
        return self._pages(
            models.TaskViewPage,
            "/api/v1/tasks",
            query={"kind": kind, "state": state, "since": since, "subject": subject, "limit": limit},
        )

    def list_schedules(self) -> models.ScheduleViewPage:
        """List schedules.

        List schedules with their next runs, in business time.

        `GET /api/v1/tasks/schedules`, permission `kernel:task:read`.
        """
        return self._send(models.ScheduleViewPage, "GET", "/api/v1/tasks/schedules")

    def pause_schedule(
        self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.ScheduleView:
        """Pause a schedule.

        Pause a schedule: nothing is begun by it until it is resumed.

        `POST /api/v1/tasks/schedules/{schedule_id}/pause`, permission `kernel:task:manage`.
        """
        return self._send(
            models.ScheduleView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/pause",
            once=True,
            key=idempotency_key,
        )

    def resume_schedule(
        self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.ScheduleView:
        """Resume a schedule.

        Let a paused schedule go on, from its next moment to come.

        `POST /api/v1/tasks/schedules/{schedule_id}/resume`, permission `kernel:task:manage`.
        """
        return self._send(
            models.ScheduleView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/resume",
            once=True,
            key=idempotency_key,
        )

    def retry(self, task_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.TaskView:
        """Retry a task.

        Queue a failed or cancelled task again, from its beginning.

        `POST /api/v1/tasks/{task_id}/retry`, permission `kernel:task:manage`.
        """
        return self._send(
            models.TaskView, "POST", f"/api/v1/tasks/{quoted(task_id)}/retry", once=True, key=idempotency_key
        )

    def run_schedule_now(self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.TaskView:
        """Run a schedule now.

        Begin a schedule's task at once; its next run stays. While one is queued or running, that one is
        returned.

        `POST /api/v1/tasks/schedules/{schedule_id}/run-now`, permission `kernel:task:manage`.
        """
        return self._send(
            models.TaskView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/run-now",
            once=True,
            key=idempotency_key,
        )


class AsyncTasks(AsyncGroup):
    """The operations of tasks, for asynchronous programs."""

    async def cancel(self, task_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.TaskView:
        """Cancel a task.

        Cancel a task: a queued one never starts, a running one ends before its next step.

        `POST /api/v1/tasks/{task_id}/cancel`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.TaskView, "POST", f"/api/v1/tasks/{quoted(task_id)}/cancel", once=True, key=idempotency_key
        )

    async def count(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
    ) -> models.TaskFacets:
        """Count tasks.

        Count tasks by state and kind, each without its own filter.

        `GET /api/v1/tasks/facets`, permission `kernel:task:read`.
        """
        return await self._send(
            models.TaskFacets,
            "GET",
            "/api/v1/tasks/facets",
            query={"kind": kind, "state": state, "since": since, "subject": subject},
        )

    async def get(self, task_id: uuid.UUID | str) -> models.TaskView:
        """Return a task.

        Return one task with its parameters, progress, attempts, error and result.

        `GET /api/v1/tasks/{task_id}`, permission `kernel:task:read`.
        """
        return await self._send(models.TaskView, "GET", f"/api/v1/tasks/{quoted(task_id)}")

    async def list(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.TaskViewPage:
        """List tasks.

        List tasks, newest first.

        `GET /api/v1/tasks`, permission `kernel:task:read`.
        """
        return await self._send(
            models.TaskViewPage,
            "GET",
            "/api/v1/tasks",
            query={"kind": kind, "state": state, "since": since, "subject": subject, "after": after, "limit": limit},
        )

    def iterate(
        self,
        *,
        kind: Sequence[str] | None = None,
        state: Sequence[shared.TaskState] | None = None,
        since: datetime.datetime | None = None,
        subject: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.TaskView]:
        """List tasks.

        List tasks, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/tasks`, permission `kernel:task:read`.
        """
        return self._pages(
            models.TaskViewPage,
            "/api/v1/tasks",
            query={"kind": kind, "state": state, "since": since, "subject": subject, "limit": limit},
        )

    async def list_schedules(self) -> models.ScheduleViewPage:
        """List schedules.

        List schedules with their next runs, in business time.

        `GET /api/v1/tasks/schedules`, permission `kernel:task:read`.
        """
        return await self._send(models.ScheduleViewPage, "GET", "/api/v1/tasks/schedules")

    async def pause_schedule(
        self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.ScheduleView:
        """Pause a schedule.

        Pause a schedule: nothing is begun by it until it is resumed.

        `POST /api/v1/tasks/schedules/{schedule_id}/pause`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.ScheduleView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/pause",
            once=True,
            key=idempotency_key,
        )

    async def resume_schedule(
        self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.ScheduleView:
        """Resume a schedule.

        Let a paused schedule go on, from its next moment to come.

        `POST /api/v1/tasks/schedules/{schedule_id}/resume`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.ScheduleView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/resume",
            once=True,
            key=idempotency_key,
        )

    async def retry(self, task_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.TaskView:
        """Retry a task.

        Queue a failed or cancelled task again, from its beginning.

        `POST /api/v1/tasks/{task_id}/retry`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.TaskView, "POST", f"/api/v1/tasks/{quoted(task_id)}/retry", once=True, key=idempotency_key
        )

    async def run_schedule_now(
        self, schedule_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.TaskView:
        """Run a schedule now.

        Begin a schedule's task at once; its next run stays. While one is queued or running, that one is
        returned.

        `POST /api/v1/tasks/schedules/{schedule_id}/run-now`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.TaskView,
            "POST",
            f"/api/v1/tasks/schedules/{quoted(schedule_id)}/run-now",
            once=True,
            key=idempotency_key,
        )
