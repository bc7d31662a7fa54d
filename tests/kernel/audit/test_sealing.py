"""Sealing: what is covered, what waits, what survives a crash, and what goes on after a restore."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from tests.support.audit import NOW, Log

from intendant.kernel import audit, events
from intendant.kernel.organizations import Organization


def numbers(log: Log) -> list[int]:
    with log.database.system() as tx:
        return [row["number"] for row in tx.all("select number from checkpoints order by number")]


def test_nothing_new_makes_no_checkpoint(log: Log) -> None:
    assert log.seal() == []
    log.note(3)
    assert [each.statement.size for each in log.seal()] == [3]
    assert log.seal() == []


def test_checkpoints_are_a_chain_in_table_and_file(log: Log) -> None:
    for count in (1, 2, 4):
        log.note(count)
        log.seal()
    lines = log.path.read_bytes().splitlines()
    assert len(lines) == 3
    report = log.verify()
    assert (report.ok, report.leaves, report.unsealed, report.checkpoints) == (True, 7, 0, 3)


def test_a_leaf_that_may_still_be_overtaken_waits(log: Log) -> None:
    with log.database.transaction(log.organization_id) as slow:
        audit.append(slow, [audit.Act(log.organization_id, "slow", "noted", "note:slow", NOW)])
        log.note()
        assert log.seal(wait=False) == [], "the slow transaction will stand before the fast one"
    assert [each.statement.size for each in log.seal()] == [2]
    assert log.verify().ok


def test_a_long_log_is_sealed_in_several_checkpoints_of_whole_transactions(log: Log) -> None:
    for _ in range(5):
        log.note(3)
    assert [each.statement.size for each in log.seal(leaves_max=4)] == [6, 12, 15]
    assert log.verify().ok


def test_each_organisation_has_its_own_log(log: Log, other_organization: Organization) -> None:
    log.note(2)
    with log.database.transaction(other_organization.id) as tx:
        audit.append(tx, [audit.Act(other_organization.id, "tester", "noted", "note:1", NOW)])
    sealed = log.seal()
    assert {each.statement.organization_id: each.statement.size for each in sealed} == {
        log.organization_id: 2,
        other_organization.id: 1,
    }
    report = audit.verify_database(log.database, other_organization.id, log.folder, log.key.public_key())
    assert (report.ok, report.leaves) == (True, 1)


def test_only_named_organisations_are_sealed_when_they_are_named(log: Log, other_organization: Organization) -> None:
    log.note()
    assert audit.seal(log.database, [other_organization.id], log.folder, log.key) == []


def test_a_crash_after_the_file_and_before_the_row_is_mended(log: Log) -> None:
    log.note(2)
    log.seal()
    log.note(3)
    log.seal()
    with log.database.system() as tx:
        tx.execute("delete from checkpoints where number = 2")
    log.note()
    assert [each.statement.number for each in log.seal()] == [3]
    assert numbers(log) == [1, 2, 3]
    assert log.verify().ok


def test_a_crash_in_the_middle_of_a_line_is_mended(log: Log) -> None:
    log.note()
    log.seal()
    with log.path.open("ab") as file:
        file.write(b'{"body":"{\\"at\\":')
    log.note()
    log.seal()
    assert len(log.path.read_bytes().splitlines()) == 2
    assert log.verify().ok


def test_a_lost_file_is_written_anew_from_the_table_and_noticed_before(log: Log) -> None:
    log.note()
    log.seal()
    log.note()
    log.seal()
    whole = log.path.read_bytes()
    log.path.unlink()
    assert log.verify().notice_count == 2
    log.note()
    log.seal()
    assert log.path.read_bytes().startswith(whole)
    assert log.verify().ok


def test_a_forged_row_is_not_copied_into_the_file(log: Log) -> None:
    log.note()
    log.seal()
    with log.database.system() as tx:
        tx.execute(
            "insert into checkpoints select organization_id, 2, size, epoch, xid, seq, body, '\\x00', created_at from checkpoints"
        )
    log.note()
    refused = []
    assert log.seal(on_failure=lambda organization_id, _: refused.append(organization_id)) == []
    assert refused == [log.organization_id]
    assert len(log.path.read_bytes().splitlines()) == 1


def test_two_sealers_make_one_chain(log: Log) -> None:
    def seal_often(_: int) -> None:
        for _ in range(10):
            log.note()
            log.seal(wait=False)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(seal_often, range(3)))
    log.seal()
    report = log.verify()
    assert (report.ok, report.leaves, report.unsealed) == (True, 30, 0), report.findings
    assert report.notices == []


def test_two_sealers_with_files_of_their_own_each_have_all_checkpoints(log: Log, tmp_path: Path) -> None:
    log.note()
    log.seal()
    log.note()
    other = Log(log.database, log.organization_id, tmp_path / "elsewhere", log.key, log.superuser_url)
    other.seal()
    log.note()
    log.seal()
    assert len(other.path.read_bytes().splitlines()) == 2
    assert len(log.path.read_bytes().splitlines()) == 3
    assert log.verify().ok


def restore_without(log: Log, number: int) -> None:
    """Put the database back to where checkpoint `number` was the newest, as a restore of an old backup does."""
    with log.superuser() as connection:
        kept = connection.execute("select * from checkpoints where number = %s", [number]).fetchone()
        assert kept is not None
        for table in ("audit", "events"):
            connection.execute(
                f"delete from {table} where (epoch, xid) > (%s, %s::text::xid8)", [kept["epoch"], kept["xid"]]
            )
        connection.execute("delete from checkpoints where number > %s", [number])
    with psycopg.connect(log.superuser_url) as connection:
        events.start_epoch(connection)


def test_sealing_goes_on_after_a_restore_that_lost_nothing(log: Log) -> None:
    log.happen(3)
    log.seal()
    restore_without(log, 1)
    assert audit.acknowledge_restore(log.database, log.organization_id, log.folder, log.key) is None
    log.happen()
    (checkpoint,) = log.seal()
    assert (checkpoint.statement.size, checkpoint.statement.position.epoch) == (4, 2)
    assert log.verify().ok


def test_a_restore_that_lost_leaves_is_stated_and_stays_visible(log: Log, tmp_path: Path) -> None:
    for _ in range(3):
        log.happen(2)
        log.seal()
    restore_without(log, 1)
    log.happen()
    assert log.seal() == [], "a log that was cut short is not sealed unless the restore says so"
    (checkpoint,) = audit.acknowledge_restores(log.database, log.folder, log.key)
    assert (checkpoint.statement.number, checkpoint.statement.size, checkpoint.statement.restored) == (4, 2, 1)
    log.happen()
    log.seal()
    for report in (log.verify(), log.export(tmp_path / "log.ndjson.gz")):
        assert report.ok, report.findings
        assert (report.leaves, report.unsealed, report.restores) == (4, 0, 1)
        assert "checkpoints 2 to 3 covered may be lost" in report.notices[0]


def test_a_restore_that_nobody_stated_cannot_be_claimed_in_an_export(log: Log, tmp_path: Path) -> None:
    log.note()
    log.seal()
    path = tmp_path / "log.ndjson"
    assert log.export(path).ok
    path.write_bytes(path.read_bytes().replace(b'"superseded":[]', b'"superseded":[[0,2]]'))
    report = audit.verify_export(path, log.key.public_key())
    assert any("no checkpoint states" in finding.reason for finding in report.findings)


def test_the_signing_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: audit.open_signing_key(tmp_path / "keys"), range(8)))
    assert len({audit.key_id(key.public_key()) for key in made}) == 1
    private = tmp_path / "keys" / "audit-signing.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert audit.load_public_key(tmp_path / "keys" / audit.PUBLIC_KEY_FILE) == made[0].public_key()
    with pytest.raises(audit.KeyInvalid):
        audit.load_public_key(private)


def another_machine(log: Log) -> Log:
    """Return the same log as a machine sees it that seals into a file of its own."""
    return replace(log, folder=log.folder.with_name("second"))


def lose_newest_row(log: Log) -> None:
    """Do as if the commit of the newest checkpoint had failed: the file has it, the table has not."""
    with log.database.system() as tx:
        tx.execute("delete from checkpoints where number = (select max(number) from checkpoints)")


def test_two_machines_seal_one_chain_into_a_file_each(log: Log) -> None:
    second = another_machine(log)
    for machine in (log, second, second, log):
        log.note(2)
        machine.seal()
    assert numbers(log) == [1, 2, 3, 4]
    second.seal(reconcile=True)
    assert log.path.read_bytes() == second.path.read_bytes()
    assert log.verify().ok
    assert second.verify().ok


def test_what_one_machine_signed_in_vain_gives_way_to_what_another_sealed(log: Log) -> None:
    second = another_machine(log)
    log.note(2)
    log.seal()
    for _ in range(2):
        log.note(3)
        log.seal()
    lose_newest_row(log)
    lose_newest_row(log)
    log.note(1)
    assert [each.statement.number for each in second.seal()] == [2]
    assert not log.verify().ok
    assert log.seal(reconcile=True) == []
    assert log.path.read_bytes() == second.path.read_bytes()
    assert log.verify().ok


def test_a_file_whose_leaves_are_gone_never_gives_way(log: Log) -> None:
    second = another_machine(log)
    log.note(2)
    log.seal()
    log.note(3)
    log.seal()
    lose_newest_row(log)
    with log.superuser() as connection:
        connection.execute("delete from audit where id = (select max(id::text)::uuid from audit)")
    log.note(1)
    second.seal()
    before = log.path.read_bytes()
    found: list[audit.CheckpointsDiverge] = []
    log.seal(reconcile=True, on_failure=lambda _, error: found.append(error))
    assert len(found) == 1
    assert log.path.read_bytes() == before
    assert not log.verify().ok
