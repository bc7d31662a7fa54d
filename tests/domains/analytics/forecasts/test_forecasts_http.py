"""Forecasts over HTTP: small ones at once, what came out, its pages and its CSV; large ones as a task that survives."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from tests.support.lending import open_lender
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.domains.analytics.forecasts import repository, usecases
from intendant.domains.analytics.forecasts.computing import compute
from intendant.domains.analytics.forecasts.wish import parse_wish
from intendant.domains.analytics.http.forecasts_views import PredictiveBody, plain
from intendant.kernel import tasks
from intendant.kernel.access import Role, system_principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.app import create_app

BASE = "/api/v1/ai-analytics/predictive"


@pytest.fixture
def system(database: Database, organization: Organization, tmp_path: Path) -> System:
    """Build an installation whose organisation lends."""
    open_lender(database, organization)
    return build(Settings(home=tmp_path), database)


@pytest.fixture
def client(system: System, database: Database, organization: Organization) -> Iterator[TestClient]:
    """Serve it, signed in as the owner."""
    with TestClient(create_app(system), headers=People(database).signed_in(organization)) as client:
        yield client


def _sales() -> pd.DataFrame:
    generator = np.random.default_rng(1)
    days = pd.date_range("2023-01-02", periods=200, freq="D")
    rows = []
    for shop, product, level in (("Süd", "=tea", 20), ("Süd", "Kaffee", 50), ("北", "tea", 5)):
        amounts = generator.poisson(level * (1 + 0.4 * (days.day_of_week < 5)))
        rows.append(
            pd.DataFrame({"day": days, "shop": shop, "product": product, "sold": amounts, "price": 2.5, "stock": 30})
        )
    return pd.concat(rows)


def _dataset(client: TestClient, frame: pd.DataFrame, name: str) -> str:
    body = io.BytesIO()
    frame.to_parquet(body)
    answer = client.post(
        "/api/v1/ai-analytics/datasets",
        params={"name": name},
        content=body.getvalue(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["dataset_id"])


def _ask(client: TestClient, status: int = 201, **body: Any) -> Any:
    answer = client.post(BASE, json={"name": "foreseen", "kind": "revenue", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_revenue_is_foreseen_at_once_adds_up_and_says_how_sure_it_is(client: TestClient) -> None:
    source = {"dataset_id": _dataset(client, _sales(), "sales")}
    columns = {"time": "day", "value": "sold", "price": "price", "series": ["shop", "product"]}
    made = _ask(client, source=source, columns=columns, horizon=7, hierarchy=True, country="de")
    assert made["state"] == "done"
    summary = made["summary"]
    assert summary["levels"] == ["total", "shop", "product"]
    assert summary["back_test"]["overall"]["coverage"] > 0.7
    assert summary["back_test"]["overall"]["naive_mase"] > 0
    assert "'sold' times 'price'" in summary["computed_from"]
    assert summary["cannot_say"]
    lines = made["series"]["items"]
    assert made["series"]["found"] == 6
    by_level = {level: [line for line in lines if line["level"] == level] for level in range(3)}
    for ahead in range(7):
        whole = by_level[0][0]["future"][ahead]["value"]
        for level in (1, 2):
            assert sum(line["future"][ahead]["value"] for line in by_level[level]) == pytest.approx(whole, rel=1e-4)
    assert all(point["lower"] <= point["value"] <= point["upper"] for line in lines for point in line["future"])

    again = client.get(f"{BASE}/{made['id']}", params={"q": "北", "limit": 1}).json()
    assert again["series"]["found"] == 2
    assert again["series"]["next"] is not None
    after = client.get(f"{BASE}/{made['id']}", params={"q": "北", "limit": 1, "after": again["series"]["next"]}).json()
    assert after["series"]["items"][0]["name"] == "北 / tea"
    table = client.get(f"{BASE}/{made['id']}/export")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == 1 + 6 * 7
    listed = client.get(BASE, params={"q": "FORES", "kind": "revenue"}).json()
    assert [row["id"] for row in listed["items"]] == [made["id"]]
    assert listed["items"][0]["headline"] == summary["headline"]


def test_the_same_key_forecasts_once_and_a_rerun_sees_the_rows_as_they_are(client: TestClient) -> None:
    source = {"dataset_id": _dataset(client, _sales(), "sales")}
    body = {"name": "demand", "kind": "service_demand", "source": source, "columns": {"time": "day"}, "capacity": 2}
    first = client.post(BASE, json=body, headers={"Idempotency-Key": "one"})
    second = client.post(BASE, json=body, headers={"Idempotency-Key": "one"})
    assert first.json() == second.json()
    assert first.json()["summary"]["demand"]["periods_over_capacity"] is not None
    assert len(client.get(BASE).json()["items"]) == 1
    again = client.post(f"{BASE}/{first.json()['id']}/rerun")
    assert again.status_code == 200
    assert again.json()["summary"] == first.json()["summary"]
    assert client.delete(f"{BASE}/{first.json()['id']}").status_code == 204
    assert client.get(f"{BASE}/{first.json()['id']}").status_code == 404


def test_orders_follow_stock_costs_and_lead_time(client: TestClient) -> None:
    source = {"dataset_id": _dataset(client, _sales(), "sales")}
    columns = {"time": "day", "value": "sold", "series": ["product"], "on_hand": "stock", "unit_price": "price"}
    terms = {"lead_time": 2, "review_period": 5, "unit_cost": 1.0, "holding_cost": 0.01}
    made = _ask(client, kind="inventory", source=source, columns=columns, inventory=terms)
    lines = {line["name"]: line["inventory"] for line in made["series"]["items"]}
    coffee = lines["Kaffee"]
    assert coffee["on_hand"] == 30
    assert coffee["order"] >= coffee["order_up_to"] - 30 > 0
    assert coffee["expected_demand"] == pytest.approx(7 * 64, rel=0.15)
    assert coffee["stock_out_after"] < coffee["stock_out_now"]
    assert coffee["reasons"]
    assert made["summary"]["inventory"]["order_value"] > 0
    longer = _ask(client, kind="inventory", source=source, columns=columns, inventory={**terms, "lead_time": 10})
    assert {line["name"]: line["inventory"] for line in longer["series"]["items"]}["Kaffee"]["order"] > coffee["order"]
    table = client.get(f"{BASE}/{made['id']}/export").text
    assert "'=tea" in table


def test_churn_is_told_of_customers_and_tested_on_the_later_part(client: TestClient) -> None:
    generator = np.random.default_rng(2)
    rows = []
    for customer in range(120):
        day = float(generator.uniform(0, 60))
        rate = float(generator.gamma(1.5, 1 / 30))
        while day < 300 and generator.random() > 0.08:
            rows.append((f"customer {customer}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=day), 10.0))
            day += float(generator.exponential(1 / max(rate, 1e-3)))
    frame = pd.DataFrame(rows, columns=["who", "when", "paid"])
    source = {"dataset_id": _dataset(client, frame, "bought")}
    made = _ask(
        client, kind="churn", source=source, columns={"time": "when", "customer": "who", "amount": "paid"}, horizon=60
    )
    churn = made["summary"]["churn"]
    assert churn["validation"]["auc"] > 0.6
    assert churn["validation"]["calibration"]
    assert 0 < churn["expected_inactive"] < churn["customers"]
    assert all(0 <= line["customer"]["gone"] <= line["customer"]["inactive"] <= 1 for line in made["series"]["items"])


def test_what_cannot_be_foreseen_is_refused_with_a_remedy(client: TestClient) -> None:
    source = {"dataset_id": _dataset(client, _sales(), "sales")}
    for body, code in (
        ({"columns": {"time": "nothing"}}, "forecast_column_invalid"),
        ({"columns": {"time": "day"}}, "forecast_column_invalid"),
        ({"columns": {"time": "shop", "value": "sold"}}, "series_invalid"),
        ({"columns": {"time": "day", "value": "shop"}}, "series_invalid"),
        ({"kind": "inventory", "columns": {"time": "day", "value": "sold"}}, "forecast_column_invalid"),
        ({"kind": "churn", "columns": {"time": "day"}}, "forecast_column_invalid"),
        ({"columns": {"time": "day", "value": "sold"}, "country": "ZZ"}, "country_unknown"),
    ):
        refused = _ask(client, 422, source=source, **body)
        assert refused["code"] == code, refused
        assert refused["remedy"]
    assert _ask(client, 404, source={"metric": "no such thing"})["code"] == "metric_unknown"
    assert _ask(client, 404, source={"source": "no such thing"})["code"] == "record_table_unknown"
    assert _ask(client, 422, source={})["code"]


def test_a_large_forecast_is_a_task_and_what_goes_wrong_in_it_is_told(
    client: TestClient, system: System, organization: Organization
) -> None:
    source = {"dataset_id": _dataset(client, _sales(), "sales")}
    columns = {"time": "day", "value": "sold"}
    body = PredictiveBody.model_validate({"name": "x", "kind": "revenue", "source": source, "columns": columns})
    by = system_principal(organization.id, "test")
    with system.database.transaction(organization.id) as tx:
        forecast_id = usecases.create(tx, by, usecases.Prepared(plain(body), None))
    made = client.get(f"{BASE}/{forecast_id}").json()
    assert (made["state"], made["summary"]) == ("running", None)
    assert client.get(f"{BASE}/{made['id']}/export").status_code == 409
    assert client.delete(f"{BASE}/{made['id']}").status_code == 409
    with system.database.transaction(organization.id) as tx:
        row = repository.get_forecast(tx, forecast_id)
        task = tasks.get_task(tx, row["task_id"])
    assert task.kind == "analytics.forecast"
    # Done twice, as after a crash, it is the same.
    for _ in range(2):
        computed = compute(system, organization.id, parse_wish(row["request"]))
        with system.database.transaction(organization.id) as tx:
            usecases.finish(tx, row["id"], row["request"], computed, actor="test")
        shown = client.get(f"{BASE}/{made['id']}").json()
        assert shown["state"] == "done"
    with system.database.transaction(organization.id) as tx:
        usecases.fail(tx, row["id"], row["request"], "No rows.", actor="test")
    assert client.get(f"{BASE}/{made['id']}").json()["error"] == "No rows."


def test_a_viewer_looks_and_does_not_ask(client: TestClient, database: Database, organization: Organization) -> None:
    viewer = People(database).signed_in(organization, Role.READ_ONLY)
    assert client.get(BASE, headers=viewer).status_code == 200
    body = {"name": "x", "kind": "revenue", "source": {"metric": "lending.volume"}}
    assert client.post(BASE, json=body, headers=viewer).status_code == 403
