"""Routes of anomalies: look for them, list them, say what becomes of them; what watches, and how."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from intendant.domains.analytics.anomalies import acts, charting, detections, detectors, finding, sources
from intendant.domains.analytics.anomalies.detections import AnomalyFilter
from intendant.domains.analytics.anomalies.detectors import DetectorSettings
from intendant.domains.analytics.anomalies.model import DATA_SOURCE_LENGTH_MAX, HOURS_MAX, AnomalyState
from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import anomaly_shown as shown
from intendant.domains.analytics.http import anomaly_views as views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit.database import Row, Transaction
from intendant.learning.anomalies import Severity

VALUES_MAX = 50
PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]
_Source = Annotated[
    str,
    Query(
        min_length=1,
        max_length=DATA_SOURCE_LENGTH_MAX,
        pattern=r"^[^\x00]+$",
        description="metric:KEY, stream:NAME or dataset:ID/COLUMN.",
    ),
]
_Hours = Annotated[int, Query(ge=1, le=HOURS_MAX, description="Up to 336 by the hour, beyond that by the day.")]
_TimeColumn = Annotated[
    str | None,
    Query(max_length=200, pattern=r"^[^\x00]+$", description="Of a dataset; its first column of times by default."),
]


def read_filter(
    state: Annotated[list[AnomalyState], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    severity: Annotated[list[Severity], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    data_source: Annotated[list[_Source], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    assignee: Annotated[Literal["me", "none"] | UUID | None, Query(description="me, none, or a user's id.")] = None,
    group_id: UUID | None = None,
    since: Annotated[datetime | None, Query(description="Of its beginning, included.")] = None,
    until: Annotated[datetime | None, Query(description="Of its beginning, excluded.")] = None,
) -> tuple[AnomalyFilter, bool]:
    """Read the filters from the query, and whether `assignee` means the caller."""
    wanted = AnomalyFilter(
        states=state,
        severities=severity,
        data_sources=data_source,
        assignee=assignee if isinstance(assignee, UUID) else None,
        unassigned=assignee == "none",
        group_id=group_id,
        since=since,
        until=until,
    )
    return wanted, assignee == "me"


Filter = Annotated[tuple[AnomalyFilter, bool], Depends(read_filter)]


def anomaly_routes(doors: Doors) -> APIRouter:
    """Return the routes of anomalies; fixed names come before ids, which would swallow them."""
    router = APIRouter(prefix=f"{PREFIX}/anomalies", tags=["ai-analytics"])
    _add_looking(router, doors)
    _add_detectors(router, doors)
    _add_anomalies(router, doors)
    return router


def _add_looking(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    @router.get("/sources", summary="List figures to watch")
    def list_sources(principal: Principal = doors.requires(Permission.AI_READ)) -> views.SourceList:
        """List every figure there is: of domains, of the kernel, streams, and number columns of datasets with times."""
        with database.transaction(principal.organization_id) as tx:
            organization = get_organization(tx, tx.organization_id)
            found = sources.list_sources(tx, system.registry, organization)
            watching = {row["data_source"]: row for row in detectors.list_detectors(tx)}
        items = []
        for source in found:
            detector = watching.get(source.data_source)
            items.append(
                views.SourceRow(
                    data_source=source.data_source,
                    kind=source.kind,
                    name=source.name,
                    unit=source.unit,
                    why=source.why,
                    money_per_unit=source.money,
                    currency=source.currency,
                    detector_id=None if detector is None else detector["id"],
                    is_watched=detector is not None and detector["enabled"] and source.kind != "dataset",
                )
            )
        return views.SourceList(items=items)

    @router.get("/series", summary="Show a figure over time")
    def get_series(
        data_source: _Source,
        time_range_hours: _Hours = 168,
        time_column: _TimeColumn = None,
        with_expected: Annotated[bool, Query(description="false: the values alone, which is quicker.")] = True,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.FigureSeries:
        """Return the last hours of a figure with what was expected of it, at most 2,000 points."""
        with database.transaction(principal.organization_id) as tx:
            chart = charting.chart_range(
                tx, system, data_source, time_range_hours, time_column=time_column, with_expected=with_expected
            )
        return shown.series(chart)

    @router.post("/detect", summary="Look for anomalies", response_model=views.DetectionAnswer)
    def detect_anomalies(
        data_source: _Source,
        time_range_hours: _Hours = 168,
        time_column: _TimeColumn = None,
        principal: Principal = doors.requires(Permission.AI_DETECT),
        once: Any = doors.once,
    ) -> Response:
        """Look for anomalies in the last hours of a figure and keep them; one that is known already is not kept twice."""

        def work() -> views.DetectionAnswer:
            found = finding.detect_range(tx, system, principal, data_source, time_range_hours, time_column=time_column)
            source = found.look.loaded.source
            rows = [stored.row for stored in found.stored]
            people = shown.names(database, principal.organization_id, rows)
            known = {source.data_source: source}
            return views.DetectionAnswer(
                data_source=source.data_source,
                name=source.name,
                unit=source.unit,
                bucket=found.look.loaded.bucket,
                since=found.look.since,
                until=found.until,
                points=len(found.look.loaded.series.times),
                new=sum(stored.is_new for stored in found.stored),
                found=[shown.anomaly_row(row, known, people) for row in rows],
                notes=list(found.notes),
            )

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response


def _add_detectors(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    @router.get("/detectors", summary="List detectors")
    def list_detectors(
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.DetectorPage:
        """List what watches which figure, and how."""
        with database.transaction(principal.organization_id) as tx:
            rows = detectors.list_detectors(tx, after=after, limit=limit + 1)
            items = _detectors(tx, system, rows[:limit])
        return views.DetectorPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)

    @router.get("/detectors/{detector_id}", summary="Show a detector")
    def get_detector(detector_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)) -> views.DetectorRow:
        """Return how a figure is watched and what feedback has taught."""
        with database.transaction(principal.organization_id) as tx:
            return _detectors(tx, system, [detectors.get_detector(tx, detector_id)])[0]

    @router.put("/detectors/{detector_id}", summary="Change a detector")
    def change_detector(
        detector_id: UUID,
        body: views.DetectorBody,
        principal: Principal = doors.requires(Permission.AI_UPDATE),
    ) -> views.DetectorRow:
        """Change how a figure is watched, as a whole; refused if it changed since `version`."""
        with database.transaction(principal.organization_id) as tx:
            detectors.change_detector(
                tx,
                principal,
                detector_id,
                version=body.version,
                settings=DetectorSettings(
                    sensitivity=body.sensitivity,
                    direction=body.direction,
                    min_impact=body.min_impact,
                    money=body.money_per_unit,
                ),
                enabled=body.enabled,
                muted_until=body.muted_until,
            )
            return _detectors(tx, system, [detectors.get_detector(tx, detector_id)])[0]


def _add_anomalies(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    @router.get("", summary="List anomalies")
    def list_anomalies(
        wanted: Filter,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.AnomalyPage:
        """List anomalies, the newest found first."""
        with database.transaction(principal.organization_id) as tx:
            rows = detections.list_anomalies(tx, _own(wanted, principal), after=after, limit=limit + 1)
            known = shown.sources_of(tx, system.registry, rows)
        people = shown.names(database, principal.organization_id, rows)
        items = [shown.anomaly_row(row, known, people) for row in rows[:limit]]
        return views.AnomalyPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)

    @router.get("/facets", summary="Count anomalies by facet")
    def count_anomalies(
        wanted: Filter, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.AnomalyFacets:
        """Count anomalies by state, severity and data source, each without its own filter."""
        with database.transaction(principal.organization_id) as tx:
            found = detections.count_anomalies(tx, _own(wanted, principal))
        return views.AnomalyFacets(
            states=_counts(found.by["state"]),
            severities=_counts(found.by["severity"]),
            data_sources=_counts(found.by["data_source"]),
            total=found.total,
            capped=found.capped,
        )

    @router.post("/groups/{group_id}/resolve", summary="Resolve a group", response_model=views.GroupAnswer)
    def resolve_group(
        group_id: UUID,
        body: views.GroupBody,
        principal: Principal = doors.requires(Permission.AI_DETECT),
        once: Any = doors.once,
    ) -> Response:
        """Resolve or dismiss all anomalies of a group that are not settled yet, and the alert about them."""

        def work() -> views.GroupAnswer:
            rows = acts.resolve_group(
                tx, principal, group_id, state=body.state, resolution=body.resolution, feedback=body.feedback
            )
            people = shown.names(database, principal.organization_id, rows)
            known = shown.sources_of(tx, system.registry, rows)
            return views.GroupAnswer(items=[shown.anomaly_row(row, known, people) for row in rows])

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.get("/{anomaly_id}", summary="Show an anomaly")
    def get_anomaly(anomaly_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)) -> views.AnomalyDetail:
        """Return an anomaly with the figure around it, what was expected, what belongs to it and its likely cause."""
        with database.transaction(principal.organization_id) as tx:
            return _detail(tx, detections.get_anomaly(tx, anomaly_id))

    @router.put("/{anomaly_id}", summary="Change an anomaly")
    def change_anomaly(
        anomaly_id: UUID,
        body: views.AnomalyChangeBody,
        principal: Principal = doors.requires(Permission.AI_DETECT),
    ) -> views.AnomalyDetail:
        """Assign, mute, resolve, dismiss, reopen, or say whether it was useful; refused if it changed since `version`."""
        changes = {name: getattr(body, name) for name in body.model_fields_set - {"version"}}
        if changes.get("state", "") is None:
            del changes["state"]
        with database.transaction(principal.organization_id) as tx:
            row = acts.change_anomaly(tx, principal, anomaly_id, version=body.version, changes=changes)
            return _detail(tx, row)

    def _detail(tx: Transaction, row: Row) -> views.AnomalyDetail:
        organization = get_organization(tx, tx.organization_id)
        members = detections.list_members(tx, row["group_id"])
        known = shown.sources_of(tx, system.registry, [row, *members])
        people = shown.names(database, tx.organization_id, [row, *members])
        chart = charting.chart_anomaly(tx, system, organization, row)
        return shown.anomaly_detail(row, known, people, chart, members)


def _own(wanted: tuple[AnomalyFilter, bool], principal: Principal) -> AnomalyFilter:
    found, mine = wanted
    return replace(found, assignee=principal.id) if mine else found


def _detectors(tx: Transaction, system: Any, rows: list[Row]) -> list[views.DetectorRow]:
    organization = get_organization(tx, tx.organization_id)
    known = shown.sources_of(tx, system.registry, rows)
    return [shown.detector_row(row, known, organization) for row in rows]


def _counts(counts: Mapping[str, int]) -> list[views.FacetCount]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [views.FacetCount(value=value, count=count) for value, count in ordered]
