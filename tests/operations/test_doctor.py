"""The doctor: what it finds, what it says to do, and that it works while nothing runs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from intendant.cli.doctor import doctor
from intendant.kernel import events
from intendant.kernel.events import Event
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.operations import Check, CheckState, Figures, diagnose, worst


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return those of a home folder with a key in it, on a database that somebody else runs."""
    settings = Settings(home=tmp_path, database_url="postgresql://elsewhere/x")
    settings.keys.mkdir(mode=0o700)
    key = settings.keys / "audit-signing.pem"
    key.touch(mode=0o600)
    return settings


def _by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_what_is_well_is_said_to_be_well_and_a_missing_worker_is_not(
    settings: Settings, database: Database, organization: Organization
) -> None:
    found = _by_name(diagnose(settings, database))
    for name in (
        "machine.home",
        "machine.keys",
        "database.reachable",
        "database.migrations",
        "database.roles",
        "database.row_security",
        "database.clock",
        "work.effects",
        "work.tasks",
        "work.approvals",
    ):
        assert found[name].state is CheckState.OK, found[name]
    assert found["work.workers"].state is CheckState.FAILED
    assert worst(found.values()) is CheckState.FAILED
    assert all(check.remedy for check in found.values() if check.state is not CheckState.OK)


def test_keys_that_others_may_read_are_found(settings: Settings) -> None:
    (settings.keys / "audit-signing.pem").chmod(0o644)
    found = _by_name(diagnose(settings, None))
    assert found["machine.keys"].state is CheckState.FAILED
    assert "audit-signing.pem" in found["machine.keys"].summary
    assert "chmod" in (found["machine.keys"].remedy or "")


def test_a_table_without_row_level_security_is_found(
    settings: Settings, database: Database, organization: Organization
) -> None:
    import psycopg

    with psycopg.connect(database.urls.owner) as owner:
        owner.execute("alter table outcomes no force row level security")
    found = _by_name(diagnose(settings, database))["database.row_security"]
    assert (found.state, found.detail) == (CheckState.FAILED, {"count": 1})


def test_trouble_of_one_organization_is_not_told_to_another(
    settings: Settings, database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.system() as tx:
        tx.execute("update controls set state = 'halted' where organization_id = %s", [organization.id])
    theirs = diagnose(settings, database, organization_id=other_organization.id)
    assert "work.switch" not in _by_name(theirs)
    assert (
        organization.slug
        in _by_name(diagnose(settings, database, organization_id=organization.id))["work.switch"].summary
    )
    assert {check.group for check in theirs} == {"work"}


def test_leaves_that_nobody_seals_are_counted(database: Database, organization: Organization) -> None:
    now = clock.system_now()
    with database.transaction(organization.id) as tx:
        events.emit(
            tx,
            [
                Event(
                    organization_id=organization.id,
                    name="kernel.test.happened",
                    subject="x",
                    body={},
                    at=now,
                    recorded_at=now,
                    actor="test",
                )
            ],
        )
    figures = {figure.name: figure for figure in Figures(database)()}
    assert figures["intendant_audit_unsealed"].values[()] >= 1
    assert 0 <= figures["intendant_audit_unsealed_seconds"].values[()] < 60
    assert figures["intendant_database_up"].values == {(): 1.0}


def test_the_command_works_while_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENDANT_HOME", str(tmp_path))
    monkeypatch.setenv("INTENDANT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    shown = CliRunner().invoke(doctor, ["--json"])
    assert shown.exit_code == 2
    checks = {each["name"]: each for each in json.loads(shown.output)["checks"]}
    assert checks["database.reachable"]["state"] == "failed"
    assert checks["settings.valid"]["state"] == "ok"
    for_people = CliRunner().invoke(doctor)
    assert "✗" in for_people.output
    assert "keys/" in for_people.output


def test_the_command_names_a_setting_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENDANT_PRT", "1")
    shown = CliRunner().invoke(doctor)
    assert shown.exit_code == 2
    assert "INTENDANT_PRT" in shown.output
