"""Figures, usage, the state of the installation and traces, as they are seen from outside."""

import asyncio
import csv
import io
from datetime import timedelta
from pathlib import Path
from random import Random

from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import GOOD, PRODUCT, open_lender
from tests.support.peers.otlp import collector
from tests.support.serving import People, Served

from intendant.connectors.sandbox.embedded import EmbeddedPayouts
from intendant.kernel import usage
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids, metrics, tracing
from intendant.kit.database import Database
from intendant.kit.faults import FAULTS
from intendant.kit.settings import Settings
from intendant.operations import FIGURES, Reporter, ServerReports, find_faults
from intendant.server.routes.metrics import open_token
from intendant.worker._effects import EffectRunner


def test_figures_are_shown_to_who_has_the_token_and_to_nobody_else(
    served: Served, client: TestClient, people: People, organization: Organization
) -> None:
    client.app.state.metrics_token = client.app.state.figures = None  # type: ignore[attr-defined]
    token = open_token(served.settings)
    assert (served.settings.keys / "metrics.token").stat().st_mode & 0o077 == 0
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        people.key(organization),
        {"Cookie": f"intendant_session={token}"},
    ):
        refused = client.get("/metrics", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "metrics_token_refused")
    client.get("/health")
    shown = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert shown.status_code == 200
    missing = [name for name in FIGURES if f"# TYPE {name} gauge" not in shown.text]
    # Not yet: what other parts of the product bring, and what a feed that was not started cannot say.
    assert not set(missing) - {
        "intendant_channel_deliveries",
        "intendant_webhook_deliveries",
        "intendant_event_feed_lag_seconds",
    }
    assert "intendant_database_up 1.0" in shown.text
    assert 'route="/health",status="2xx"' in shown.text
    assert str(organization.id) not in shown.text


def test_an_address_that_does_not_exist_makes_no_series_of_its_own(client: TestClient) -> None:
    before = len(metrics.REQUESTS.counts())
    for number in range(5):
        client.get(f"/no/such/{number}")
    assert len(metrics.REQUESTS.counts()) <= before + 1


def test_readiness_says_what_it_rests_on(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": True,
        "schema_current": True,
        "workers": False,
        "stopping": False,
    }


def test_usage_is_counted_by_key_area_and_day(
    served: Served, client: TestClient, people: People, organization: Organization, database: Database
) -> None:
    key = people.key(organization, Role.OWNER)
    for _ in range(3):
        assert client.get("/api/v1/decisions", headers=key).status_code == 200
    assert client.get("/api/v1/decisions?limit=x", headers=key).status_code == 422
    served.meter.decided(organization.id, "key", 7)
    now = clock.system_now()
    assert usage.flush(database, served.meter, now) == 2
    by_area = client.get("/api/v1/usage?by=area", headers=key).json()
    (decisions,) = by_area["items"]
    assert (decisions["key"], decisions["requests"], decisions["errors"]) == ("decisions", 4, 1)
    assert decisions["bytes_out"] > 0
    by_caller = client.get("/api/v1/usage?by=caller", headers=key).json()
    assert {each["name"] for each in by_caller["items"] if each["key"].startswith("key:")} == {"test"}
    assert [each["decisions"] for each in by_caller["items"] if each["key"] == "source:key"] == [7]
    assert by_caller["total"]["requests"] == 4
    table = client.get("/api/v1/usage?by=day&format=csv", headers=key)
    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[0][:3] == ["day", "name", "requests"]
    assert rows[1][0] == now.date().isoformat()
    wrong = client.get("/api/v1/usage?first=2026-01-02&last=2026-01-01", headers=key)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "first")
    # A second flush adds, and the day before is another row.
    client.get("/api/v1/decisions", headers=key)
    usage.flush(database, served.meter, now - timedelta(days=1))
    days = client.get("/api/v1/usage", headers=key).json()["items"]
    assert [each["requests"] for each in days][-1] == 4
    assert len(days) == 2


def test_the_system_page_shows_an_organization_less_than_a_super_administrator(
    client: TestClient, people: People, organization: Organization, database: Database
) -> None:
    FAULTS.drain()
    FAULTS.note("thing.failed", ValueError("x"), "request-1")
    reports = ServerReports(database, usage.Meter())
    reports._beat()
    Reporter(database, reports._id, "server", usage.Meter()).report()
    seen = client.get("/api/v1/system", headers=people.key(organization, Role.OWNER)).json()
    assert seen["scope"] == "organization"
    assert (seen["database"], seen["faults"], seen["slow_queries"]) == (None, [], [])
    assert {each["group"] for each in seen["checks"]} == {"work"}
    assert [(each["role"], each["host"]) for each in seen["processes"]] == [("server", None)]
    assert any(
        each["name"] == "work.workers" and each["state"] == "failed" and each["remedy"] for each in seen["checks"]
    )
    member = people.user(organization, Role.OWNER)
    with database.system() as tx:
        tx.execute("update users set is_super_admin = true where id = %s", [member.user.id])
    whole = client.get("/api/v1/system", headers=people.session(member)).json()
    assert whole["scope"] == "installation"
    assert whole["database"]["size_bytes"] > 0
    assert [(each["event"], each["kind"], each["last_request_id"]) for each in whole["faults"]] == [
        ("thing.failed", "ValueError", "request-1")
    ]
    checks = {each["name"]: each["state"] for each in whole["checks"]}
    assert checks["database.row_security"] == "ok", whole["checks"]
    assert checks["database.migrations"] == "ok"
    assert {each["name"] for each in whole["queues"]} >= {"effects", "tasks", "approvals"}
    with database.system() as tx:
        assert len(find_faults(tx, clock.system_now() - timedelta(hours=1))) == 1


def test_only_who_may_sees_usage_and_system(client: TestClient, people: People, organization: Organization) -> None:
    headers = people.key(organization, Role.CLIENT)
    for path in ("/api/v1/usage", "/api/v1/system"):
        assert client.get(path, headers=headers).json()["code"] == "permission_missing"


def test_a_request_goes_on_with_the_callers_trace(served: Served, client: TestClient) -> None:
    trace, span = ids.random_bytes_16().hex(), ids.random_bytes_16().hex()[:16]
    with collector() as found:
        tracing.start_tracing(found.url, role="server", version="1")
        try:
            client.get("/health", headers={"traceparent": f"00-{trace}-{span}-01"})
            client.get("/health", headers={"traceparent": "nonsense"})
        finally:
            tracing.stop_tracing()
        ours, fresh = found.named("GET /health")
    assert (ours.trace_id.hex(), ours.parent_span_id.hex()) == (trace, span)
    assert fresh.trace_id.hex() != trace
    assert found.services == {"intendant-server"}
    assert {each.key for each in ours.attributes} == {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "intendant.request_id",
    }


def test_a_trace_is_carried_over_by_its_row(database: Database, organization: Organization) -> None:
    decision = ids.new_id()
    assert tracing.recall(database, [decision]) == {}
    with collector() as found:
        tracing.start_tracing(found.url, role="worker", version="1")
        try:
            with tracing.span("request"), database.transaction(organization.id) as tx:
                current = tracing.traceparent()
                assert current is not None
                tracing.remember(tx, [(organization.id, decision, current)], last=True)
            parent = tracing.recall(database, [decision])[decision]
            with tracing.span("effect", kind="client", parent=parent):
                assert tracing.outgoing_headers()["traceparent"].split("-")[1] == current.split("-")[1]
        finally:
            tracing.stop_tracing()
        (request,), (effect,) = found.named("request"), found.named("effect")
    assert effect.trace_id == request.trace_id
    assert effect.parent_span_id == request.span_id


def test_without_an_address_nothing_of_tracing_is_loaded(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from intendant.kit import tracing; import intendant.server.app, intendant.worker.main\n"
        "tracing.start_tracing(None, role='x', version='1')\n"
        "with tracing.span('x'): pass\n"
        "assert not [m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'prometheus_client'))]"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_trace_goes_from_the_request_over_the_batch_to_the_effect(
    database: Database, organization: Organization, people: People, tmp_path: Path
) -> None:
    lender = open_lender(database, organization)
    served = Served(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        EventFeed(database),
        lender.decider.registry,
        lender.decider,
    )
    paid = EmbeddedPayouts(tmp_path / "payouts.ndjson")
    with collector() as found:
        tracing.start_tracing(found.url, role="server", version="1")
        try:
            with TestClient(lend_app(served)) as client:
                answer = client.post(
                    "/api/v1/lending/applications",
                    json={"product": PRODUCT["key"], "inputs": GOOD},
                    headers=people.key(organization, Role.MANAGER),
                )
            assert answer.status_code == 201, answer.text
            with database.system() as tx:
                assert tx.execute("update effects set hold_until = null, due_at = created_at") == 1
            runner = EffectRunner(database, lender.decider.registry.actions, {"payouts": paid}, "test", Random(1))
            asyncio.run(_work(runner))
        finally:
            tracing.stop_tracing()
    (request,) = found.named("POST /api/v1/lending/applications")
    (batch,) = found.named("decide batch")
    effects = [span for span in found.spans if span.name.startswith("effect ")]
    assert len(effects) == 1, [span.name for span in found.spans]
    assert {batch.trace_id, effects[0].trace_id} == {request.trace_id}
    assert batch.parent_span_id == effects[0].parent_span_id == request.span_id
    assert {each.key: each.value.string_value for each in effects[0].attributes}["intendant.end"] == "done"
    written = " ".join(str(span) for span in found.spans)
    assert not [value for value in GOOD.values() if isinstance(value, str) and len(value) > 3 and value in written]


async def _work(runner: EffectRunner) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    for _ in range(200):
        if runner.settled_count:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await task
