"""The operations of datasets. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

from intendant.client._generated.models import datasets as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import OMITTED, Content, Omitted


class Datasets(Group):
    """The operations of datasets."""

    def describe(
        self,
        dataset_id: uuid.UUID | str,
        *,
        description: str | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        revision: int | Omitted | None = OMITTED,
    ) -> models.DatasetView:
        """Rename or describe a dataset.

        Change name or description; a field that is null stays. Queries that name it must be changed along.

        `PUT /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:update`.
        """
        return self._send(
            models.DatasetView,
            "PUT",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}",
            options={"description": description, "name": name, "revision": revision},
            fields={},
        )

    def export(self, dataset_id: uuid.UUID | str) -> Download:
        """Export a dataset.

        Stream all rows as CSV; cells that a spreadsheet would take for formulas are quoted.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/export`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/export")

    def get(self, dataset_id: uuid.UUID | str) -> models.DatasetView:
        """Show a dataset.

        Return a dataset with the profile of its columns and the models that are trained from it.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:read`.
        """
        return self._send(models.DatasetView, "GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}")

    def get_quarantine(self, dataset_id: uuid.UUID | str) -> models.QuarantineView:
        """Look at rows set aside.

        Return how many rows of the file were set aside and why, and the first thousand of them.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/quarantine`, permission `ai_analytics:read`.
        """
        return self._send(
            models.QuarantineView, "GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/quarantine"
        )

    def keep_query(
        self, *, name: str, sql: str, description: str | None = None, idempotency_key: str | None = None
    ) -> models.DatasetView:
        """Keep a query's answer.

        Run one SELECT over datasets and tables of the record, and keep its rows as a dataset that can be
        refreshed.

        `POST /api/v1/ai-analytics/datasets/query`, permission `ai_analytics:create`.
        """
        return self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets/query",
            fields={"name": name, "sql": sql},
            options={"description": description},
            once=True,
            key=idempotency_key,
        )

    def keep_record(
        self,
        *,
        name: str,
        source: str,
        description: str | None = None,
        limit: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.DatasetView:
        """Keep rows of the record.

        Keep the newest rows of a table of the record as a dataset that can be refreshed.

        `POST /api/v1/ai-analytics/datasets/record`, permission `ai_analytics:create`.
        """
        return self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets/record",
            fields={"name": name, "source": source},
            options={"description": description, "limit": limit},
            once=True,
            key=idempotency_key,
        )

    def list(
        self, *, q: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.DatasetPage:
        """List datasets.

        List datasets, newest first.

        `GET /api/v1/ai-analytics/datasets`, permission `ai_analytics:read`.
        """
        return self._send(
            models.DatasetPage, "GET", "/api/v1/ai-analytics/datasets", query={"q": q, "after": after, "limit": limit}
        )

    def iterate(self, *, q: str | None = None, limit: int | None = None) -> Iterator[models.DatasetListed]:
        """List datasets.

        List datasets, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/datasets`, permission `ai_analytics:read`.
        """
        return self._pages(models.DatasetPage, "/api/v1/ai-analytics/datasets", query={"q": q, "limit": limit})

    def list_rows(
        self,
        dataset_id: uuid.UUID | str,
        *,
        columns: Sequence[str] | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> models.RowsPage:
        """Look at rows.

        Return some rows in the order in which they are kept.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/rows`, permission `ai_analytics:read`.
        """
        return self._send(
            models.RowsPage,
            "GET",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/rows",
            query={"columns": columns, "after": after, "limit": limit},
        )

    def list_sources(self) -> models.SourceList:
        """List the tables of the record.

        List the tables of the organisation's own record that queries may name and datasets may be taken from.

        `GET /api/v1/ai-analytics/datasets/sources`, permission `ai_analytics:read`.
        """
        return self._send(models.SourceList, "GET", "/api/v1/ai-analytics/datasets/sources")

    def preview_query(self, *, sql: str) -> models.QueryPreview:
        """Try a query.

        Run one SELECT over datasets and tables of the record, and return its first 100 rows. Nothing is kept.

        `POST /api/v1/ai-analytics/datasets/query/preview`, permission `ai_analytics:create`.
        """
        return self._send(
            models.QueryPreview, "POST", "/api/v1/ai-analytics/datasets/query/preview", fields={"sql": sql}
        )

    def refresh(self, dataset_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.DatasetView:
        """Read a dataset again.

        Run a dataset's query, or read its table of the record, again: other rows and digest under the same
        id.

        `POST /api/v1/ai-analytics/datasets/{dataset_id}/refresh`, permission `ai_analytics:update`.
        """
        return self._send(
            models.DatasetView,
            "POST",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/refresh",
            once=True,
            key=idempotency_key,
        )

    def remove(self, dataset_id: uuid.UUID | str) -> None:
        """Remove a dataset.

        Remove a dataset and its rows; refused while a model is trained from it. What models recorded of it
        stays.

        `DELETE /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:manage`.
        """
        self._act("DELETE", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}")

    def upload(
        self,
        content: Content,
        *,
        media_type: Literal[
            "application/octet-stream",
            "application/vnd.apache.parquet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/x-ndjson",
            "text/csv",
            "text/tab-separated-values",
        ],
        name: str | None = None,
        description: str | None = None,
        file_name: str | None = None,
        delimiter: str | None = None,
        day_first: bool | None = None,
        header: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.DatasetView:
        """Upload a dataset.

        Keep the rows of a file: CSV, Excel, JSON or Parquet, also compressed, up to 200 MiB and 10,000
        columns.

        What is not said is found out. Bad rows are set aside with reasons, the others kept; the counts add up
        to the file.

        `POST /api/v1/ai-analytics/datasets`, permission `ai_analytics:create`.
        """
        return self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets",
            query={
                "name": name,
                "description": description,
                "file_name": file_name,
                "delimiter": delimiter,
                "day_first": day_first,
                "header": header,
            },
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )


class AsyncDatasets(AsyncGroup):
    """The operations of datasets, for asynchronous programs."""

    async def describe(
        self,
        dataset_id: uuid.UUID | str,
        *,
        description: str | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        revision: int | Omitted | None = OMITTED,
    ) -> models.DatasetView:
        """Rename or describe a dataset.

        Change name or description; a field that is null stays. Queries that name it must be changed along.

        `PUT /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:update`.
        """
        return await self._send(
            models.DatasetView,
            "PUT",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}",
            options={"description": description, "name": name, "revision": revision},
            fields={},
        )

    def export(self, dataset_id: uuid.UUID | str) -> AsyncDownload:
        """Export a dataset.

        Stream all rows as CSV; cells that a spreadsheet would take for formulas are quoted.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/export`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/export")

    async def get(self, dataset_id: uuid.UUID | str) -> models.DatasetView:
        """Show a dataset.

        Return a dataset with the profile of its columns and the models that are trained from it.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:read`.
        """
        return await self._send(models.DatasetView, "GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}")

    async def get_quarantine(self, dataset_id: uuid.UUID | str) -> models.QuarantineView:
        """Look at rows set aside.

        Return how many rows of the file were set aside and why, and the first thousand of them.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/quarantine`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.QuarantineView, "GET", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/quarantine"
        )

    async def keep_query(
        self, *, name: str, sql: str, description: str | None = None, idempotency_key: str | None = None
    ) -> models.DatasetView:
        """Keep a query's answer.

        Run one SELECT over datasets and tables of the record, and keep its rows as a dataset that can be
        refreshed.

        `POST /api/v1/ai-analytics/datasets/query`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets/query",
            fields={"name": name, "sql": sql},
            options={"description": description},
            once=True,
            key=idempotency_key,
        )

    async def keep_record(
        self,
        *,
        name: str,
        source: str,
        description: str | None = None,
        limit: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.DatasetView:
        """Keep rows of the record.

        Keep the newest rows of a table of the record as a dataset that can be refreshed.

        `POST /api/v1/ai-analytics/datasets/record`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets/record",
            fields={"name": name, "source": source},
            options={"description": description, "limit": limit},
            once=True,
            key=idempotency_key,
        )

    async def list(
        self, *, q: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.DatasetPage:
        """List datasets.

        List datasets, newest first.

        `GET /api/v1/ai-analytics/datasets`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.DatasetPage, "GET", "/api/v1/ai-analytics/datasets", query={"q": q, "after": after, "limit": limit}
        )

    def iterate(self, *, q: str | None = None, limit: int | None = None) -> AsyncIterator[models.DatasetListed]:
        """List datasets.

        List datasets, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/datasets`, permission `ai_analytics:read`.
        """
        return self._pages(models.DatasetPage, "/api/v1/ai-analytics/datasets", query={"q": q, "limit": limit})

    async def list_rows(
        self,
        dataset_id: uuid.UUID | str,
        *,
        columns: Sequence[str] | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> models.RowsPage:
        """Look at rows.

        Return some rows in the order in which they are kept.

        `GET /api/v1/ai-analytics/datasets/{dataset_id}/rows`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.RowsPage,
            "GET",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/rows",
            query={"columns": columns, "after": after, "limit": limit},
        )

    async def list_sources(self) -> models.SourceList:
        """List the tables of the record.

        List the tables of the organisation's own record that queries may name and datasets may be taken from.

        `GET /api/v1/ai-analytics/datasets/sources`, permission `ai_analytics:read`.
        """
        return await self._send(models.SourceList, "GET", "/api/v1/ai-analytics/datasets/sources")

    async def preview_query(self, *, sql: str) -> models.QueryPreview:
        """Try a query.

        Run one SELECT over datasets and tables of the record, and return its first 100 rows. Nothing is kept.

        `POST /api/v1/ai-analytics/datasets/query/preview`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.QueryPreview, "POST", "/api/v1/ai-analytics/datasets/query/preview", fields={"sql": sql}
        )

    async def refresh(self, dataset_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.DatasetView:
        """Read a dataset again.

        Run a dataset's query, or read its table of the record, again: other rows and digest under the same
        id.

        `POST /api/v1/ai-analytics/datasets/{dataset_id}/refresh`, permission `ai_analytics:update`.
        """
        return await self._send(
            models.DatasetView,
            "POST",
            f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}/refresh",
            once=True,
            key=idempotency_key,
        )

    async def remove(self, dataset_id: uuid.UUID | str) -> None:
        """Remove a dataset.

        Remove a dataset and its rows; refused while a model is trained from it. What models recorded of it
        stays.

        `DELETE /api/v1/ai-analytics/datasets/{dataset_id}`, permission `ai_analytics:manage`.
        """
        await self._act("DELETE", f"/api/v1/ai-analytics/datasets/{quoted(dataset_id)}")

    async def upload(
        self,
        content: Content,
        *,
        media_type: Literal[
            "application/octet-stream",
            "application/vnd.apache.parquet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/x-ndjson",
            "text/csv",
            "text/tab-separated-values",
        ],
        name: str | None = None,
        description: str | None = None,
        file_name: str | None = None,
        delimiter: str | None = None,
        day_first: bool | None = None,
        header: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.DatasetView:
        """Upload a dataset.

        Keep the rows of a file: CSV, Excel, JSON or Parquet, also compressed, up to 200 MiB and 10,000
        columns.

        What is not said is found out. Bad rows are set aside with reasons, the others kept; the counts add up
        to the file.

        `POST /api/v1/ai-analytics/datasets`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.DatasetView,
            "POST",
            "/api/v1/ai-analytics/datasets",
            query={
                "name": name,
                "description": description,
                "file_name": file_name,
                "delimiter": delimiter,
                "day_first": day_first,
                "header": header,
            },
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )
