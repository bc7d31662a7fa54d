"""Whole files: streamed, kept in chunks, broken off and sent again."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from tests.domains.analytics.predictions.conftest import PREFIX, Hub
from tests.support.predicting import LIKELY, UNLIKELY, customers

from intendant.domains.analytics.predictions import batch
from intendant.domains.analytics.predictions.model import About
from intendant.domains.analytics.predictions.versions import Positives
from intendant.kernel.access import system_principal

ROWS = [LIKELY, UNLIKELY] * 1_200


def ndjson(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(hub: Hub, model_id: UUID, content: bytes, *, key: str | None = None, **query: Any) -> Response:
    headers = hub.owner | ({} if key is None else {"Idempotency-Key": key})
    query = {"model_id": str(model_id), **query}
    return hub.client.post(f"{PREFIX}/predict/batch", params=query, content=content, headers=headers)


def lines(response: Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_file_is_answered_row_by_row_with_a_summary_and_bad_lines_in_their_places(hub: Hub, model_id: UUID) -> None:
    content = ndjson(ROWS[:1_100]) + b"{broken\n\n" + ndjson([[], {"x": 1}, LIKELY])
    *answers, last = lines(send(hub, model_id, content, reasons=1))
    assert [each["row"] for each in answers] == list(range(1_104))
    assert [each["row"] for each in answers if "error" in each] == [1_100, 1_101, 1_102]
    assert answers[0]["output"]["label"] == "yes"
    assert answers[1]["output"]["label"] == "no"
    assert answers[0]["reasons"][0]["sentence"]
    summary = last["summary"]
    assert (summary["rows"], summary["predicted"], summary["failed"], summary["replayed"]) == (1_104, 1_101, 3, 0)
    stored = hub.stored("select batch_row, batch_id from prediction_results order by id")
    assert [row["batch_row"] for row in stored] == [*range(1_100), 1_103]
    assert {str(row["batch_id"]) for row in stored} == {summary["batch_id"]}
    assert len(hub.stored("select from events where name = 'analytics.predictions.made'")) == 1


def test_a_table_is_taken_and_given_as_csv(hub: Hub, model_id: UUID) -> None:
    content = "income;visits;city;customer\n90000;9;Rome;=A1\n12000;0;Oslo;b\n1;2\n".encode("utf-8-sig")
    response = send(hub, model_id, content, format="csv", answer="csv", entity_field="customer", reasons=1)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["label"] for row in rows] == ["yes", "no", ""]
    assert [row["business_entity_id"] for row in rows] == ["'=A1", "b", ""]
    assert "2 cells" in rows[2]["error"]
    refused = send(hub, model_id, b"income,income\n1,2\n", format="csv")
    assert (refused.status_code, refused.json()["code"]) == (422, "prediction_header_invalid")


def test_a_second_try_with_the_same_key_answers_the_same_and_stores_nothing(hub: Hub, model_id: UUID) -> None:
    content = ndjson([*ROWS[:50], "bad"])
    *first, _ = lines(send(hub, model_id, content, key="k"))
    *second, last = lines(send(hub, model_id, content, key="k"))
    assert [each.get("prediction_id") for each in first] == [each.get("prediction_id") for each in second]
    assert [each.get("output") for each in first] == [each.get("output") for each in second]
    assert (last["summary"]["replayed"], last["summary"]["failed"]) == (50, 1)
    assert len(hub.stored()) == 50
    assert len(hub.stored("select from events where name = 'analytics.predictions.made'")) == 1
    refused = send(hub, model_id, ndjson(ROWS[:51]), key="k")
    assert (refused.status_code, refused.json()["code"]) == (409, "prediction_batch_key_reused")


def test_a_batch_that_broke_off_keeps_whole_chunks_and_goes_on_where_it_was(hub: Hub, model_id: UUID) -> None:
    by = system_principal(hub.organization.id, "test")
    versions, positives = hub.versions(), Positives()
    asked = batch.BatchAsked(model_id, None, About(), b"digest", key="k")
    chunks = [ROWS[:1_000], ROWS[1_000:2_000], ROWS[2_000:2_400]]

    class LineCutError(Exception):
        pass

    def broken() -> Any:
        yield from chunks[:2]
        raise LineCutError

    opened = batch.begin(hub.database, by, versions, positives, asked)
    with pytest.raises(LineCutError):
        list(batch.run(hub.database, opened, broken()))
    assert len(hub.stored("select id from prediction_results")) == 2_000
    assert not hub.stored("select from events where name = 'analytics.predictions.made'")
    again = batch.begin(hub.database, by, versions, positives, asked)
    answered = list(batch.run(hub.database, again, chunks))
    assert again.id == opened.id
    assert (again.predicted, again.replayed) == (2_400, 2_000)
    assert [len(chunk.made) for chunk in answered] == [0, 0, 400]
    assert len(hub.stored("select id from prediction_results")) == 2_400
    assert len(hub.stored("select from events where name = 'analytics.predictions.made'")) == 1


def test_a_client_that_goes_away_leaves_whole_chunks(hub: Hub, model_id: UUID) -> None:
    by = system_principal(hub.organization.id, "test")
    opened = batch.begin(
        hub.database, by, hub.versions(), Positives(), batch.BatchAsked(model_id, None, About(), b"digest")
    )
    running = batch.run(hub.database, opened, [ROWS[:1_000], ROWS[1_000:2_000]])
    next(running)
    running.close()
    assert len(hub.stored("select id from prediction_results")) == 1_000
    assert hub.stored("select finished_at from prediction_batches") == [{"finished_at": None}]


def test_a_batch_without_rows_or_of_an_unknown_model_is_refused_before_anything_is_answered(
    hub: Hub, model_id: UUID
) -> None:
    assert send(hub, model_id, b"").json()["code"] == "prediction_batch_invalid"
    assert send(hub, UUID(int=1), ndjson([LIKELY])).status_code == 404
    assert send(hub, model_id, ndjson([LIKELY]), version="7").status_code == 404
    none = hub.client.post(f"{PREFIX}/predict/batch", content=b"{}", headers=hub.owner)
    assert none.json()["code"] == "prediction_model_unnamed"


def test_numbers_as_text_are_read_as_the_model_reads_numbers(hub: Hub, model_id: UUID) -> None:
    rows = customers(20, seed=5).drop(columns=["bought", "spent"])
    as_text = send(hub, model_id, rows.to_csv(index=False).encode(), format="csv")
    as_numbers = send(hub, model_id, ndjson(rows.to_dict("records")))
    assert [each["output"] for each in lines(as_text)[:-1]] == [each["output"] for each in lines(as_numbers)[:-1]]
