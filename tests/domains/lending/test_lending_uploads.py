"""Uploads of many applications: bad rows are set aside with reasons, the others decided, the counts add up."""

import hashlib
import io
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.lending import BAD, GOOD, MIDDLING, Lender

from intendant.domains.lending import ingest
from intendant.domains.lending.ingest import Format, Upload, UploadInvalid, UploadKeyReused, UploadResult, submit_many


def send(
    lender: Lender, content: bytes, form: Format = "ndjson", *, limits: dict[str, int] | None = None, **more: Any
) -> UploadResult:
    """Send an upload."""
    more.setdefault("product", "personal")
    upload = Upload(form, "key:test", digest=hashlib.sha256(content).digest(), **more)
    file = io.BytesIO(content)
    lines = iter(lambda: file.readline(ingest.LINE_BYTES_MAX + 1), b"")
    decide_many, catalogue = lender.decider.decide_many, lender.kind.catalogue
    return submit_many(lender.database, decide_many, catalogue, lender.organization, upload, lines, **(limits or {}))


def ndjson(*rows: object) -> bytes:
    """Write rows as NDJSON."""
    return b"\n".join(orjson.dumps(row) for row in rows) + b"\n"


def assert_adds_up(lender: Lender, result: UploadResult) -> None:
    """Check the counts against each other and against the database."""
    assert result.rows == sum(result.verdicts.values()) + result.quarantined
    assert sum(result.codes.values()) == result.quarantined
    assert lender.scalar("select count(*) from quarantine") == result.quarantined
    assert lender.scalar("select count(*) from lending_applications") == sum(result.verdicts.values())


def test_every_row_is_decided_or_set_aside_with_its_reason(lender: Lender) -> None:
    content = ndjson(
        {"reference": "a", "inputs": GOOD},
        {"reference": "b", "inputs": BAD},
        {"reference": "c", "inputs": MIDDLING},
        {"reference": "a", "inputs": GOOD},
        {"reference": "d", "inputs": GOOD | {"amount": "much"}},
        {"product": "unknown", "inputs": GOOD},
        {"inputs": [1]},
        {"inputs": GOOD, "extra": 1},
        [1, 2],
    ) + b'{"reference": "cut off, "inp'  # fmt: skip
    result = send(lender, content)
    assert result.rows == 10
    assert result.verdicts == {"act": 2, "ask": 1}
    assert result.codes == {
        "duplicate_reference": 1, "application_invalid": 1, "product_unknown": 1, "row_invalid": 4,
    }  # fmt: skip
    assert [problem["row"] for problem in result.problems] == [4, 5, 6, 7, 8, 9, 10]
    assert all(problem["reason"] for problem in result.problems)
    assert_adds_up(lender, result)


def test_a_csv_file_with_header_is_read_by_the_form(lender: Lender) -> None:
    text = "reference,amount,term,purpose,credit_score\nx,5000,24,car,720\ny,5000,24,boat,720\nz,5000,24\n\nw,5000,24,car,\n"
    result = send(lender, b"\xef\xbb\xbf" + text.encode(), "csv")
    assert (result.rows, result.verdicts) == (4, {"act": 1, "ask": 1})
    assert result.codes == {"application_invalid": 1, "row_invalid": 1}
    assert_adds_up(lender, result)


def test_a_row_in_another_encoding_fails_alone(lender: Lender) -> None:
    text = b"reference,amount,term,purpose\na,5000,24,car\nM\xfcller,5000,24,car\nb,5000,24,car\n"
    result = send(lender, text, "csv")
    assert result.rows == 3
    assert result.codes == {"row_invalid": 1}
    assert "UTF-8" in str(result.problems[0]["reason"])
    assert_adds_up(lender, result)


def test_an_upload_sent_again_with_its_key_decides_nothing_twice(lender: Lender) -> None:
    content = ndjson({"inputs": GOOD}, {"inputs": BAD}, {"inputs": {}})
    first = send(lender, content, key="k-1")
    second = send(lender, content, key="k-1")
    assert second.verdicts == first.verdicts
    assert second.replayed == 2
    assert_adds_up(lender, second)
    with pytest.raises(UploadKeyReused):
        send(lender, ndjson({"inputs": GOOD}), key="k-1")


def test_a_line_without_end_does_not_fill_memory_and_fails_alone(lender: Lender) -> None:
    content = ndjson({"inputs": GOOD}) + b'{"inputs": "' + b"x" * 300_000 + b'"}\n' + ndjson({"inputs": GOOD})
    result = send(lender, content)
    assert (result.rows, result.verdicts) == (3, {"act": 2})
    assert_adds_up(lender, result)


@pytest.mark.parametrize(
    ("content", "form"), [(b"", "ndjson"), (b"\n\n", "ndjson"), (b"", "csv"), (b"a,a\n1,2\n", "csv")]
)
def test_what_is_no_such_file_is_refused(lender: Lender, content: bytes, form: Format) -> None:
    with pytest.raises(UploadInvalid) as caught:
        send(lender, content, form)
    assert caught.value.remedy


def test_an_upload_beyond_the_limit_says_what_was_decided(lender: Lender) -> None:
    with pytest.raises(UploadInvalid, match="the first 2 were decided"):
        send(lender, ndjson(*[{"inputs": GOOD}] * 5), limits={"rows_max": 3, "chunk_rows": 2})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.lists(st.binary(max_size=200), max_size=5))
def test_whatever_bytes_come_the_counts_add_up(lender: Lender, noise: list[bytes]) -> None:
    before = lender.scalar("select count(*) from lending_applications")
    result = send(lender, b"\n".join([*noise, orjson.dumps({"inputs": GOOD}), b""]))
    assert result.rows == sum(result.verdicts.values()) + result.quarantined
    assert result.verdicts["act"] >= 1
    assert lender.scalar("select count(*) from lending_applications") == before + sum(result.verdicts.values())
