"""Whoever changes a record is found, also as superuser who computes every hash anew."""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from tests.support.audit import Log

from intendant.kernel import audit
from intendant.kit import ids
from intendant.kit.canonical import digest

Connection = psycopg.Connection[dict[str, Any]]

COLUMNS = {
    "decisions": [*audit.DECISION.columns, "record"],
    "outcomes": list(audit.OUTCOME.columns),
    "events": [*audit.EVENT.columns, "epoch", "xid", "seq"],
    "policies": list(audit.POLICY.columns),
    "audit": ["organization_id", "id", "epoch", "xid", "seq", "leaf", "salt", "body"],
    "checkpoints": ["organization_id", "number", "size", "epoch", "xid", "seq", "body", "signature", "created_at"],
}


def other(column: str, value: Any) -> Any:
    """Return a value that differs from `value`, fits the column and meets its constraints."""
    allowed = {"verdict": "refuse", "would": "refuse", "kind": "lending.other"}
    match value:
        case str() if column in allowed:
            return allowed[column]
        case str() if column == "xid":
            return str(int(value) + 1)
        case str():
            return value.replace("a", "b", 1) if "a" in value else value + "!"
        case bool():
            return not value
        case int():
            return value + 100
        case float():
            return value / 2
        case Decimal():
            return value + 1
        case datetime():
            return value + timedelta(microseconds=1)
        case bytes():
            return os.urandom(len(value))
        case UUID():
            return UUID(int=value.int ^ 1)
        case dict():
            return psycopg.types.json.Jsonb({**value, "added": True})
    raise TypeError(f"{column}: {value!r}")


def test_the_columns_tried_are_all_columns_of_the_tables(full_log: Log) -> None:
    with full_log.superuser() as connection:
        for table, columns in COLUMNS.items():
            found = connection.execute(f"select * from {table} limit 1").fetchone()
            assert found is not None
            # The state of a policy changes when the next is published; it is no part of the record.
            assert set(columns) | {"state"} & set(found) == set(found)


def test_an_untouched_log_is_whole(full_log: Log, tmp_path: Path) -> None:
    report = full_log.verify()
    assert report.ok, report.findings
    assert (report.leaves, report.unsealed, report.checkpoints) == (12, 2, 3)
    assert report.rows == {"events": 9, "decisions": 2, "outcomes": 1, "policies": 1}
    assert full_log.export(tmp_path / "log.ndjson").ok


@pytest.mark.parametrize("place", ["first", "last"])
def test_every_change_of_a_column_is_found(full_log: Log, place: str) -> None:
    full_log.seal()
    missed = []
    direction = sql.SQL("asc" if place == "first" else "desc")
    with full_log.superuser() as connection:
        open_tables(connection)
        for table, columns in COLUMNS.items():
            key = "number" if table == "checkpoints" else "id"
            query = sql.SQL("select ctid, tableoid::regclass::text as part, * from {} order by {} {} limit 1")
            for column in columns:
                row = connection.execute(query.format(sql.Identifier(table), sql.Identifier(key), direction)).fetchone()
                assert row is not None
                changed = update(connection, row["part"], row["ctid"], column, other(column, row[column]))
                if full_log.verify().ok:
                    missed.append(f"{table}.{column}")
                update(connection, row["part"], changed, column, row[column])
    assert missed == []
    assert full_log.verify().ok


def open_tables(connection: Connection) -> None:
    """Take away what the schema itself would refuse, as a superuser can."""
    for table in ("checkpoints", "policies"):
        connection.execute(f"alter table {table} drop constraint {table}_organization_id_fkey")
    for table in ("events", "audit"):
        connection.execute(f"alter table {table} alter column seq drop identity")
    connection.commit()


def update(connection: Connection, table: str, ctid: str, column: str, value: Any) -> str:
    """Change one column of one row and commit; return where the row is now."""
    placeholder = sql.SQL("%s::text::xid8") if column == "xid" else sql.SQL("%s")
    row = connection.execute(
        sql.SQL("update {} set {} = {} where ctid = %s returning ctid").format(
            sql.Identifier(table), sql.Identifier(column), placeholder
        ),
        [psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value, ctid],
    ).fetchone()
    assert row is not None
    connection.commit()
    return str(row["ctid"])


def test_a_rewritten_leaf_with_its_hash_computed_anew_is_found(full_log: Log, tmp_path: Path) -> None:
    with full_log.superuser() as connection:
        row = leaf_of(connection, "note:1")
        body = row["body"].replace("tester", "somebody else").encode()
        put_leaf(connection, row["id"], body)
    report = full_log.verify()
    assert not report.ok
    assert "checkpoint 2 has another root" in report.first.reason
    assert report.first.position == 5
    assert report.finding_count == 1, "what was signed later is not doubted for it"
    exported = full_log.export(tmp_path / "log.ndjson")
    assert exported.findings == report.findings


def test_a_decision_rewritten_with_record_event_leaf_and_checkpoints_is_found(full_log: Log, tmp_path: Path) -> None:
    """An insider who owns the database but not the key changes everything that refers to a decision."""
    with full_log.superuser() as connection:
        row = connection.execute("select * from decisions order by id limit 1").fetchone()
        record = row["record"].replace('"action":"approve"', '"action":"reject"')
        connection.execute("update decisions set action = 'reject', record = %s where id = %s", [record, row["id"]])
        leaf = leaf_of(connection, f"decision:{row['id']}")
        old, new = digest(row["record"].encode()).hex(), digest(record.encode()).hex()
        put_leaf(connection, leaf["id"], leaf["body"].replace(old, new).encode())
        leaves = connection.execute("select leaf from audit order by epoch, xid, seq").fetchall()
        for checkpoint in connection.execute("select number, size, body from checkpoints order by number").fetchall():
            root = audit.merkle_root([each["leaf"] for each in leaves[: checkpoint["size"]]])
            body = checkpoint["body"].replace(checkpoint["body"].split('"root":"')[1][:64], root.hex())
            connection.execute("update checkpoints set body = %s where number = %s", [body, checkpoint["number"]])
    report = full_log.verify()
    assert report.first.log in {"checkpoints", "audit"}
    assert any(finding.log == "audit" and "another root" in finding.reason for finding in report.findings)
    assert not full_log.export(tmp_path / "log.ndjson").ok


def test_the_first_false_record_is_named(full_log: Log, tmp_path: Path) -> None:
    with full_log.superuser() as connection:
        row = connection.execute("update decisions set amount = 1 returning id").fetchone()
    for report in (full_log.verify(), full_log.export(tmp_path / "log.ndjson")):
        assert str(report.first) == f"decisions {row['id']} at leaf 1: its column amount differs from its record"
        assert report.finding_count == 2


@pytest.mark.parametrize("table", ["decisions", "events", "outcomes", "policies"])
def test_a_record_put_in_afterwards_is_found(full_log: Log, table: str, tmp_path: Path) -> None:
    new = ids.new_id()
    with full_log.superuser() as connection:
        connection.execute("drop index policies_one_active")
        connection.execute(f"create temp table copy as select * from {table} limit 1")
        connection.execute("update copy set id = %s", [new])
        if table == "policies":
            connection.execute("update copy set version = 2")
        if table == "events":
            connection.execute("alter table events alter column seq drop identity")
        connection.execute(f"insert into {table} select * from copy")
    for report in (full_log.verify(), full_log.export(tmp_path / "log.ndjson")):
        assert [(finding.log, finding.id) for finding in report.findings] == [(table, str(new))]


@pytest.mark.parametrize("table", ["decisions", "events", "outcomes", "policies"])
def test_a_deleted_record_is_found(full_log: Log, table: str, tmp_path: Path) -> None:
    with full_log.superuser() as connection:
        row = connection.execute(
            f"delete from {table} where id = (select id from {table} order by id desc limit 1) returning id"
        ).fetchone()
    for report in (full_log.verify(), full_log.export(tmp_path / "log.ndjson")):
        assert (report.first.log, report.first.id) == (table, str(row["id"]))
        assert "missing" in report.first.reason


def test_a_deleted_leaf_is_found_and_what_follows_is_still_compared(full_log: Log) -> None:
    with full_log.superuser() as connection:
        connection.execute("delete from audit where id = %s", [leaf_of(connection, "note:0")["id"]])
    report = full_log.verify()
    assert report.first.reason == "1 leaves are missing of leaves 5 to 7, which checkpoint 2 covers"
    assert report.finding_count == 1


def test_a_log_cut_short_with_its_newest_checkpoint_is_found(full_log: Log) -> None:
    with full_log.superuser() as connection:
        connection.execute("delete from checkpoints where number = 3")
        position = connection.execute("select * from checkpoints where number = 2").fetchone()
        gone = connection.execute(
            "delete from audit where (epoch, xid) > (%s, %s::text::xid8) returning xid",
            [position["epoch"], position["xid"]],
        ).fetchall()
        for table in ("events", "decisions"):
            connection.execute(f"delete from {table} where id > (select id from audit order by id desc limit 1)")
        assert len(gone) == 4
    report = full_log.verify()
    assert report.first == audit.Finding(
        "checkpoints", "3", None, "it is in the checkpoint file, and missing in the table"
    )
    assert any("leaves are missing" in finding.reason for finding in report.findings)
    refused: list[audit.CheckpointsDiverge] = []
    full_log.note()
    assert full_log.seal(on_failure=lambda _, error: refused.append(error)) == [], "nothing is sealed over a gap"
    assert len(refused) == 1


def test_a_removed_newest_checkpoint_alone_is_found(full_log: Log) -> None:
    with full_log.superuser() as connection:
        connection.execute("delete from checkpoints where number = 3")
    assert full_log.verify().first.log == "checkpoints"


def test_two_leaves_in_exchanged_places_are_found(full_log: Log) -> None:
    with full_log.superuser() as connection:
        one, two = leaf_of(connection, "note:0"), leaf_of(connection, "note:1")
        for row, source in ((one, two), (two, one)):
            connection.execute(
                "update audit set leaf = %s, salt = %s, body = %s where id = %s",
                [source["leaf"], source["salt"], source["body"], row["id"]],
            )
    assert not full_log.verify().ok


def test_a_checkpoint_signed_with_another_key_is_found(full_log: Log, tmp_path: Path) -> None:
    stranger = audit.open_signing_key(tmp_path / "stranger")
    with full_log.superuser() as connection:
        row = connection.execute("select * from checkpoints where number = 3").fetchone()
        connection.execute(
            "update checkpoints set signature = %s where number = 3", [stranger.sign(row["body"].encode())]
        )
    report = full_log.export(tmp_path / "log.ndjson")
    assert "not signed by this key" in report.first.reason


def test_an_edited_checkpoint_file_is_found(full_log: Log) -> None:
    full_log.path.write_bytes(full_log.path.read_bytes().replace(b'\\"size\\":8', b'\\"size\\":9'))
    report = full_log.verify()
    assert report.first.log == "checkpoint file"
    assert "not signed" in report.first.reason


def test_an_erasure_by_law_is_no_finding_and_a_silent_one_is(full_log: Log, tmp_path: Path) -> None:
    with full_log.superuser() as connection:
        leaf = leaf_of(connection, "note:1")
        connection.execute("update audit set salt = null, body = null where id = %s", [leaf["id"]])
    assert full_log.verify().first.reason == "its salt or body is gone and no act records an erasure"
    with full_log.database.transaction(full_log.organization_id) as tx:
        act = audit.Act(full_log.organization_id, "owner", audit.ERASURE, "leaf", leaf_time(), {"leaves": [leaf["id"]]})
        audit.append(tx, [act])
    full_log.seal()
    for report in (full_log.verify(), full_log.export(tmp_path / "log.ndjson")):
        assert report.ok, report.findings
        assert report.erased == 1


def leaf_time() -> datetime:
    """Return some moment."""
    return datetime.fromisoformat("2026-03-02T00:00:00+00:00")


def leaf_of(connection: Connection, subject: str) -> dict[str, Any]:
    """Return the first leaf about `subject`."""
    row = connection.execute(
        "select * from audit where body like %s order by epoch, xid, seq limit 1", [f'%"subject":"{subject}"%']
    ).fetchone()
    assert row is not None
    return row


def put_leaf(connection: Connection, identifier: UUID, body: bytes) -> None:
    """Replace the body of a leaf, with a new salt and the hash that goes with them."""
    salt = os.urandom(16)
    connection.execute(
        "update audit set salt = %s, body = %s, leaf = %s where id = %s",
        [salt, body.decode(), audit.leaf_hash(salt, body), identifier],
    )
