"""The Python client against a real server: what it sends, what it asks again for, what it raises."""

import asyncio
import socket
from decimal import Decimal
from itertools import islice
from uuid import uuid4

import pytest
from tests.client.conftest import Office
from tests.support.finished import wait_until_finished
from tests.support.lending import GOOD, MIDDLING
from tests.support.losing_proxy import losing_proxy

from intendant.client import (
    OMITTED,
    AnswerUnreadable,
    AsyncIntendant,
    ConflictError,
    ConnectionFailed,
    ForbiddenError,
    Intendant,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
    WaitEnded,
)
from intendant.client._events import Frames
from intendant.client._requests import make_request, wait_after_answer
from intendant.client._values import encode, json_body, query_items, quoted
from intendant.kernel.access import Role


def test_an_application_is_decided_and_found_again(client: Intendant) -> None:
    decided = client.lending.apply(product="personal", inputs=GOOD, reference="client-1")
    assert (decided.verdict, decided.action) == ("act", "approve")
    record = client.decisions.get(decided.decision_id)
    assert record.id == decided.decision_id
    assert record.decided_at.tzinfo is not None
    assert client.lending.get_application(decided.application_id).reference == "client-1"
    assert client.decisions.explain(decided.decision_id).model_dump()
    with pytest.raises(NotFoundError) as missing:
        client.decisions.get(uuid4())
    assert missing.value.status == 404
    assert missing.value.request_id


def test_a_question_is_waited_for_and_answered_as_it_was_read(client: Intendant) -> None:
    asked = client.lending.apply(product="personal", inputs=MIDDLING, reference="client-2")
    assert asked.approval_id is not None
    with pytest.raises(WaitEnded):
        client.wait_for_answer(asked.decision_id, timeout_seconds=1)
    shown = client.approvals.get(asked.approval_id)
    with pytest.raises(ConflictError) as stale:
        client.approvals.approve(asked.approval_id, digest="0" * 64, reason="Income is sound.")
    assert stale.value.remedy
    shown = client.approvals.get(asked.approval_id)
    # Without a hold it is carried out at once; a held answer would be a view of the question instead.
    done = client.approvals.approve(asked.approval_id, digest=shown.digest, reason="Income is sound.")
    assert type(done).__name__ == "DecisionRecord"
    assert client.wait_for_answer(asked.decision_id).state == "acted"


def test_pages_are_followed(client: Intendant) -> None:
    for number in range(3):
        client.lending.apply(product="personal", inputs=GOOD, reference=f"paged-{number}")
    whole = client.decisions.list(limit=200)
    followed = list(client.decisions.iterate(limit=2))
    assert len(followed) >= 3
    assert {each.id for each in whole.items} <= {each.id for each in followed}
    assert len({each.id for each in followed}) == len(followed)
    assert all(each.verdict == "act" for each in client.decisions.iterate(verdict=["act"]))


def test_a_lost_answer_is_asked_for_again_and_its_application_decided_once(office: Office) -> None:
    count = "select count(*) from lending_applications"
    before = office.lender.scalar(count)
    with losing_proxy(office.url) as proxy, Intendant(proxy.url, office.key()) as client:
        proxy.lose = 2
        client.lending.apply(product="personal", inputs=GOOD)
        assert proxy.requests == 3
        # A key of one's own holds over calls too: a program that died asks again with what it had written down.
        first = client.lending.apply(product="personal", inputs=GOOD, idempotency_key="mine")
        again = client.lending.apply(product="personal", inputs=GOOD, idempotency_key="mine")
        assert first == again
        with pytest.raises(ConflictError) as reused:
            client.lending.apply(product="personal", inputs=MIDDLING, idempotency_key="mine")
        assert (reused.value.code, reused.value.field) == ("idempotency_key_reused", "Idempotency-Key")
    assert office.lender.scalar(count) == before + 2


def test_a_call_that_is_not_done_once_is_not_sent_again(office: Office) -> None:
    with losing_proxy(office.url) as proxy, Intendant(proxy.url, office.key()) as client:
        settings = client.lending.show_settings()
        assert settings
        requests = proxy.requests
        proxy.lose = 1
        with pytest.raises(ConnectionFailed):
            client.access.change_me(name="Nobody")
        assert proxy.requests == requests + 1
        # Reading is asked again for, as often as it takes.
        proxy.lose = 2
        assert client.access.me().role == "owner"


def test_errors_name_code_field_and_remedy(client: Intendant, office: Office) -> None:
    with pytest.raises(InvalidError) as wrong:
        client.lending.apply(product="personal", inputs=GOOD | {"amount": -1})
    assert wrong.value.status == 422
    assert wrong.value.field is not None
    assert "amount" in wrong.value.field
    with Intendant(office.url, office.key(Role.READ_ONLY)) as reader, pytest.raises(ForbiddenError):
        reader.lending.apply(product="personal", inputs=GOOD)
    with Intendant(office.url, "not-a-key") as stranger, pytest.raises(UnauthenticatedError):
        stranger.decisions.list()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Intendant(f"http://127.0.0.1:{port}", "key", attempts_max=2) as lost, pytest.raises(ConnectionFailed):
        lost.controller.status()


def test_the_key_is_shown_nowhere(office: Office) -> None:
    key = office.key(Role.READ_ONLY)
    with Intendant(office.url, key) as client:
        shown = [repr(client), str(client)]
        with pytest.raises(ForbiddenError) as refused:
            client.controller.halt(reason="No.")
    assert not [text for text in [*shown, repr(refused.value), str(refused.value)] if key in text]
    with pytest.raises(ValueError, match="no address"):
        Intendant("file:///etc", key)


def test_files_are_streamed_both_ways(client: Intendant, tmp_path: object) -> None:
    with client.decisions.export() as file:
        assert file.media_type == "text/csv"
        text = file.text()
    assert text.count("\n") >= 2
    lines = b"\n".join(encode({"product": "personal", "inputs": GOOD, "reference": f"bulk-{n}"}) for n in range(3))
    client.lending.upload_applications(lines, media_type="application/x-ndjson")
    # A stream cannot be read twice, so it is sent once.
    client.lending.upload_applications(iter([lines]), media_type="application/x-ndjson")


def test_the_stream_goes_on_behind_the_last_event_when_it_breaks(office: Office) -> None:
    with losing_proxy(office.url) as proxy, Intendant(proxy.url, office.key()) as client:
        first = client.lending.apply(product="personal", inputs=GOOD)
        wait_until_finished(office.database)
        log = client.events.list(limit=1, prefix="kernel.decision")
        stream = client.listen(after=log.items[0].cursor, prefix="kernel.decision")
        seen = [next(stream)]
        proxy.break_off()
        second = client.lending.apply(product="personal", inputs=GOOD)
        for event in stream:
            seen.append(event)
            if str(second.decision_id) in event.model_dump_json():
                break
        stream.close()  # type: ignore[attr-defined]
        everything = list(client.events.list(limit=200, prefix="kernel.decision", after=log.items[0].cursor).items)
    assert first.decision_id != second.decision_id
    assert [each.id for each in seen] == [each.id for each in islice(everything, len(seen))]


def test_the_asynchronous_client_does_the_same(office: Office) -> None:
    async def story() -> None:
        async with AsyncIntendant(office.url, office.key()) as client:
            decided = await client.lending.apply(product="personal", inputs=GOOD)
            assert (await client.decisions.get(decided.decision_id)).id == decided.decision_id
            followed = [each.id async for each in client.decisions.iterate(limit=2)]
            assert decided.decision_id in followed
            assert (await client.wait_for_answer(decided.decision_id, timeout_seconds=5)).state == "acted"
            with pytest.raises(NotFoundError):
                await client.decisions.get(uuid4())
            async with client.decisions.export() as file:
                assert "decided_at" in await file.text()
            log = await client.events.list(limit=1)
            async for event in client.listen(after=log.items[0].cursor):
                assert event.cursor != log.items[0].cursor
                break

    asyncio.run(story())


def test_what_is_left_out_and_what_is_null_differ_where_something_is_changed() -> None:
    assert json_body(None, {"a": None, "b": 1}, nulls=False) == {"b": 1}
    assert json_body(None, {"a": None, "b": OMITTED}, nulls=True) == {"a": None}
    assert json_body({}, {"a": None}, nulls=False) == {}
    assert json_body(None, {"a": None}, nulls=False) is None


def test_values_are_written_as_the_api_has_them() -> None:
    assert encode({"amount": Decimal("10.50")}) == b'{"amount":"10.50"}'
    assert query_items({"a": [1, 2], "b": None, "c": True}) == [("a", "1"), ("a", "2"), ("c", "true")]
    assert quoted("a/../b") == "a%2F..%2Fb"
    with pytest.raises(ValueError, match="address"):
        quoted("..")


def test_only_what_is_safe_is_tried_again() -> None:
    get, put = make_request("GET", "/"), make_request("PUT", "/", body={})
    once, stream = (
        make_request("POST", "/", body={}, once=True),
        make_request("POST", "/", content=iter([b""]), once=True),
    )
    assert wait_after_answer(get, 503, 2.0, 0, 4) == 2.0
    assert wait_after_answer(once, 503, None, 0, 4) is not None
    assert wait_after_answer(put, 503, 2.0, 0, 4) is None
    assert wait_after_answer(put, 429, 1.0, 0, 4) == 1.0
    assert wait_after_answer(stream, 429, 1.0, 0, 4) is None
    assert wait_after_answer(get, 503, 2.0, 3, 4) is None
    assert wait_after_answer(get, 503, 3600.0, 0, 4) is None
    assert wait_after_answer(get, 500, None, 0, 4) is None


def test_events_are_read_whatever_the_pieces_they_come_in() -> None:
    text = (
        'id: 1\nevent: a\ndata: {"x":"\u2028"}\n\n: still here\n\nevent: end\ndata: {}\n\nid: 2\ndata: b\n\n'.encode()
    )
    for size in (1, 7, len(text)):
        frames = Frames()
        found = [data for at in range(0, len(text), size) for data in frames.take(text[at : at + size])]
        assert found == ['{"x":"\u2028"}', "b"]
        assert frames.cursor == "2"


def test_an_answer_of_another_kind_is_told_apart(office: Office) -> None:
    with Intendant(office.url, office.key()) as client, pytest.raises(AnswerUnreadable, match="another version"):
        client.decisions._send(int, "GET", "/health")
