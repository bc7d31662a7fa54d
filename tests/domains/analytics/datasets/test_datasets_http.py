"""Datasets over HTTP: files of every kind come in, rows and profiles go out, queries and the record make further ones."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import BAD, GOOD, Lender, open_lender
from tests.support.serving import People

from intendant.bootstrap import build
from intendant.domains.analytics.datasets import uploads
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings

BASE = "/api/v1/ai-analytics/datasets"
CSV = b"customer;plan;spent;since\n1;basic;10,5;03.04.2024\n2;pro;=1+1;04.04.2024\n3;pro;7,25;05.04.2024\nbroken;row\n"


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Let the organisation lend."""
    return open_lender(database, organization)


@pytest.fixture
def client(lender: Lender, database: Database, organization: Organization, tmp_path: Path) -> Iterator[TestClient]:
    """Serve an organisation that lends, signed in as its owner."""
    system = build(Settings(home=tmp_path, files_url=f"file://{tmp_path}/files"), database)
    with TestClient(lend_app(system), headers=People(database).signed_in(organization)) as client:
        yield client


def _upload(client: TestClient, body: bytes, status: int = 201, kind: str = "text/csv", **query: Any) -> Any:
    response = client.post(BASE, params=query, content=body, headers={"Content-Type": kind})
    assert response.status_code == status, response.text
    return response.json()


def test_a_file_is_read_whatever_its_kind(client: TestClient) -> None:
    frame = pd.DataFrame({"größe": [1.5, None, 3.0], "plan": ["a", "b", "a"]})
    parquet, excel, zipped = io.BytesIO(), io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    frame.to_excel(excel, index=False)
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("table.csv", frame.to_csv(index=False))
    files = {
        "table.parquet": parquet.getvalue(),
        "table.xlsx": excel.getvalue(),
        "table.json": frame.to_json(orient="records").encode(),
        "table.csv.gz": gzip.compress(frame.to_csv(index=False).encode()),
        "table.zip": zipped.getvalue(),
    }
    for file_name, body in files.items():
        made = _upload(client, body, kind="application/octet-stream", name=file_name, file_name=file_name)
        assert (made["row_count"], made["column_count"], made["source"]) == (3, 2, file_name)
        assert [each["type"] for each in made["columns"]] == ["numeric", "category"], file_name
        assert made["columns"][0]["missing"] == pytest.approx(1 / 3)
    listed = client.get(BASE, params={"q": "xlsx"}).json()
    assert [each["name"] for each in listed["items"]] == ["table.xlsx"]


def test_bad_rows_are_set_aside_and_shown(client: TestClient) -> None:
    made = _upload(client, CSV, name="customers", description="Who pays us.")
    assert made["quarantined_rows"] == 1
    assert made["row_count"] == 3
    path = f"{BASE}/{made['dataset_id']}"
    shown = client.get(f"{path}/quarantine").json()
    assert shown["rows_in_file"] == shown["rows_accepted"] + shown["rows_quarantined"] == 4
    assert shown["rows"][0]["text"].startswith("broken")
    page = client.get(f"{path}/rows", params={"limit": 2, "columns": ["plan", "customer"]}).json()
    assert page == {"columns": ["plan", "customer"], "rows": [["basic", 1], ["pro", 2]], "row_count": 3, "next": "2"}
    last = client.get(f"{path}/rows", params={"after": page["next"]}).json()
    assert (len(last["rows"]), last["next"]) == (1, None)
    assert client.get(f"{path}/rows", params={"columns": ["absent"]}).status_code == 422


def test_an_export_cannot_start_a_formula(client: TestClient) -> None:
    made = _upload(client, b"name,amount\n=cmd|' /C calc'!A0,-5\n@sum,6\n", name="formulas")
    response = client.get(f"{BASE}/{made['dataset_id']}/export")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text.splitlines() == ["name,amount", "'=cmd|' /C calc'!A0,-5", "'@sum,6"]


def test_a_form_brings_a_file_with_its_fields(client: TestClient) -> None:
    fields = {"name": "by form", "description": "From a page.", "day_first": "true", "header": "true"}
    response = client.post(BASE, data=fields, files={"file": ("../../etc/who.csv", CSV, "text/csv")})
    assert response.status_code == 201, response.text
    made = response.json()
    assert (made["name"], made["source"], made["description"]) == ("by form", "who.csv", "From a page.")
    without = client.post(BASE, files={"file": ("who.csv", CSV, "text/csv")}).json()
    assert without["name"] == "who"
    assert client.post(BASE, data={"name": "nothing"}, files={}).status_code == 422
    wrong = client.post(BASE, data={"delimiter": "ab"}, files={"file": ("x.csv", CSV, "text/csv")})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "delimiter")


def test_the_same_upload_twice_is_one_dataset(client: TestClient) -> None:
    key = {"Idempotency-Key": "once", "Content-Type": "text/csv"}
    first = client.post(BASE, params={"name": "once"}, content=CSV, headers=key)
    again = client.post(BASE, params={"name": "once"}, content=CSV, headers=key)
    assert again.json() == first.json()
    other = client.post(BASE, params={"name": "once"}, content=CSV + b"4;x;1;06.04.2024\n", headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert _upload(client, CSV, 409, name="ONCE")["code"] == "dataset_name_taken"


def test_what_is_no_table_is_refused_with_the_remedy(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 5_000_000)
    wide = ",".join(f"c{place}" for place in range(10_001)).encode()
    cases = {
        "table_empty": b"",
        "table_unreadable": b"PK\x03\x04 but cut off",
        "table_too_large": wide + b"\n" + wide,
    }
    for code, body in cases.items():
        refused = _upload(client, body, 422, kind="application/octet-stream", name="x", file_name="x.csv")
        assert refused["code"] == code
        assert refused["remedy"]
    monkeypatch.setattr(uploads, "LIMITS", uploads.replace(uploads.LIMITS, decompressed_bytes_max=4_000_000))
    assert _upload(client, bomb, 422, name="bomb", file_name="x.csv.gz")["code"] == "table_too_large"
    monkeypatch.setattr(uploads, "UPLOAD_BYTES_MAX", 10)
    assert _upload(client, CSV, 422, name="long")["code"] == "table_too_large"


def test_the_record_becomes_a_dataset_without_names_and_protected_attributes(
    client: TestClient, lender: Lender
) -> None:
    for inputs in (GOOD | {"employer": "Initech", "iban": "DE1", "sex": "f"}, BAD):
        lender.decide(inputs)
    sources = {each["name"]: each for each in client.get(f"{BASE}/sources").json()["items"]}
    assert set(sources) == {"decisions", "lending_applications", "lending_loans", "lending_transactions"}
    names = {each["name"] for each in sources["lending_applications"]["columns"]}
    assert {"credit_score", "purpose", "input_amount", "repaid", "decided_at"} <= names
    assert not names & {"sex", "employer", "iban", "reference", "borrower"}
    made = client.post(f"{BASE}/record", json={"name": "applied", "source": "lending_applications"})
    assert made.status_code == 201, made.text
    shown = made.json()
    assert shown["row_count"] == 2
    page = client.get(f"{BASE}/{shown['dataset_id']}/rows", params={"columns": ["credit_score", "action"]}).json()
    assert sorted(page["rows"]) == [[560, "reject"], [720, "approve"]]
    assert "Initech" not in json.dumps(shown)
    decisions = client.post(f"{BASE}/record", json={"name": "decided", "source": "decisions", "limit": 1}).json()
    assert (decisions["row_count"], decisions["row_limit"]) == (1, 1)
    lender.decide(GOOD)
    again = client.post(f"{BASE}/{shown['dataset_id']}/refresh")
    assert again.status_code == 200, again.text
    assert (again.json()["row_count"], again.json()["revision"]) == (3, 2)
    empty = client.post(f"{BASE}/record", json={"name": "late", "source": "lending_loans"})
    assert (empty.status_code, empty.json()["code"]) == (422, "record_table_empty")
    taken = client.post(f"{BASE}/record", json={"name": "Decisions", "source": "decisions"})
    assert (taken.status_code, taken.json()["code"]) == (409, "dataset_name_taken")
    counts = ", ".join(f"(select count(*) from {source}) as {source}" for source in sorted(sources))
    counted = client.post(f"{BASE}/query/preview", json={"sql": f"select {counts}"})
    assert counted.json()["rows"] == [[3, 3, 0, 0]], counted.text


def test_a_query_becomes_a_dataset_that_is_refreshed_renamed_and_removed(client: TestClient) -> None:
    made = _upload(client, CSV, name="customers")
    sql = "select plan, count(*) as customers from customers group by plan order by plan"
    preview = client.post(f"{BASE}/query/preview", json={"sql": sql}).json()
    assert (preview["rows"], preview["more"], preview["tables"]) == ([["basic", 1], ["pro", 2]], False, ["customers"])
    kept = client.post(f"{BASE}/query", json={"name": "plans", "sql": sql})
    assert kept.status_code == 201, kept.text
    path = f"{BASE}/{kept.json()['dataset_id']}"
    assert client.post(f"{path}/refresh").json()["digest"] == kept.json()["digest"]
    assert client.post(f"{BASE}/{made['dataset_id']}/refresh").json()["code"] == "dataset_not_refreshable"
    renamed = client.put(path, json={"name": "by plan", "revision": 2})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "by plan")
    assert client.put(path, json={"name": "other", "revision": 2}).json()["code"] == "dataset_changed"
    refused = client.post(f"{BASE}/query/preview", json={"sql": "select * from read_text('/etc/passwd')"})
    assert (refused.status_code, refused.json()["code"]) == (422, "dataset_query_invalid")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(path).json()["code"] == "dataset_unknown"


def test_who_may_only_read_makes_and_removes_nothing(
    client: TestClient, database: Database, organization: Organization
) -> None:
    made = _upload(client, CSV, name="customers")
    reader = People(database).signed_in(organization, Role.READ_ONLY)
    path = f"{BASE}/{made['dataset_id']}"
    assert client.get(path, headers=reader).status_code == 200
    for method, address in (("POST", BASE), ("POST", f"{BASE}/query/preview"), ("PUT", path), ("DELETE", path)):
        assert client.request(method, address, headers=reader, json={}).status_code == 403
