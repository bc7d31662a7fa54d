"""What a process tells of itself: logs without secrets, errors by cause, slow statements without values, figures in two formats."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import pytest
import structlog

from intendant.kit import metrics
from intendant.kit.database import Database
from intendant.kit.faults import Faults
from intendant.kit.logging import REDACTED, configure_logging, redact
from intendant.kit.slow_queries import SLOW, without_values


@contextmanager
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Set logging up for JSON, give what reads the lines, and put everything back."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    with redirect_stderr(written):
        configure_logging("info", log_format="json")
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_json_and_one_of_a_dependency_looks_the_same() -> None:
    with logged() as read:
        structlog.get_logger("ours").info("thing.happened", count=3)
        logging.getLogger("theirs").warning("over %s", "there")
        ours, theirs = read()
    assert (ours["event"], ours["count"], ours["level"]) == ("thing.happened", 3, "info")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("over there", "warning", "theirs")
    assert ours["timestamp"]
    assert theirs["timestamp"]


def test_an_error_carries_a_fingerprint_that_no_value_changes() -> None:
    with logged() as read:
        log = structlog.get_logger("ours")
        for value in ("a", "b"):
            try:
                int(value)
            except ValueError as error:
                log.error("thing.failed", exc_info=error, request_id=value)
        first, second = read()
    assert first["fingerprint"] == second["fingerprint"]
    assert "invalid literal" in first["exception"]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("password", "hunter2", REDACTED),
        ("api_key", "abc", REDACTED),
        ("smtp_password", "abc", REDACTED),
        ("reason", "Bearer abcdefghijkl was refused", f"Bearer {REDACTED} was refused"),
        ("url", "postgresql://me:hunter2@host/db", f"postgresql://me:{REDACTED}@host/db"),
        ("text", "key ik_abcdefghijklmnop", f"key ik_{REDACTED}"),
        ("text", f"/sign-in/il_{'a1_-' * 11}?", f"/sign-in/il_{REDACTED}?"),
        (
            "text",
            "POST https://api.telegram.org/bot123456:AAbcdefghijklmnopqrstuv/sendMessage",
            f"POST https://api.telegram.org/bot123456:{REDACTED}/sendMessage",
        ),
        ("text", "is_delivered_and_was_not_seen_before whsec_abc", "is_delivered_and_was_not_seen_before whsec_abc"),
        ("nested", {"token": "x", "kept": [1, "y"]}, {"token": REDACTED, "kept": [1, "y"]}),
        ("credential_id", "4", "4"),
        ("count", 3, 3),
    ],
)
def test_secrets_never_reach_the_log(name: str, value: object, shown: object) -> None:
    assert redact(None, "info", {name: value}) == {name: shown}


def test_errors_are_counted_by_cause_and_bounded() -> None:
    faults = Faults()
    for number in range(500):
        faults.note(f"event {number}", None, None)
    faults.note("event 0", KeyError("x"), "r1")
    found = faults.drain()
    assert len(found) <= 201
    assert sum(each.count for each in found) == 501
    assert faults.drain() == []


def test_a_statement_is_shown_without_its_values() -> None:
    shown = without_values(b"select *  from t\n where name = 'O''Brien' and n > 42 and id = %(id)s and t1.x = $1")
    assert shown == "select * from t where name = ? and n > ? and id = %(id)s and t1.x = $1"


def test_a_slow_statement_is_kept_with_its_caller(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SLOW, "threshold_seconds", 0.0)
    with database.system() as tx:
        tx.scalar("select count(*) from organizations where slug = 'secret-slug' and name = %s", ["secret-name"])
    found = next(each for each in SLOW.list() if "count(*)" in each.statement)
    assert "secret" not in found.statement
    assert found.milliseconds >= 0


def test_figures_come_as_text_and_as_open_metrics() -> None:
    metrics.REQUESTS.observe(0.003, "/test", "GET", "2xx")
    body, media_type = metrics.exposition(
        "", lambda: [metrics.Figure("intendant_thing", "A thing.", ("a",), {("b",): 2.0})]
    )
    text = body.decode()
    assert media_type.startswith("text/plain")
    assert (
        'intendant_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/test",status="2xx"} 1.0' in text
    )
    assert 'intendant_thing{a="b"} 2.0' in text
    assert "process_resident_memory_bytes" in text
    body, media_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_labels_without_bound_end_in_one_series() -> None:
    counter = metrics.Counter("test_counter", "A test.", ("id",))
    for number in range(metrics.SERIES_MAX + 50):
        counter.add(str(number))
    assert len(counter.values()) == metrics.SERIES_MAX + 1
    assert counter.values()[metrics.OTHER,] == 50
