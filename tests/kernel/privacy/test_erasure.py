"""A person goes, the proof stays: erased everywhere, others untouched, verification still finds what was changed beside it."""

import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.support.finished import wait_until_finished
from tests.support.lending import BAD, GOOD, PRODUCT, Lender, open_lender

from intendant.domains.analytics.manifest import ANALYTICS
from intendant.domains.lending import explanations, queries, repository, usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.champions import Champions
from intendant.domains.lending.contract import REPAID
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.sources import SOURCES
from intendant.kernel import alerts, audit, decisions, events, privacy, tasks
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.kit.postgres import EmbeddedPostgres

ANNA = {
    "name": "Anna Quist-Öberg",
    "email": "anna.quist@example.org",
    "phone": "+46 70 123 45 67",
    "iban": "SE4550000000058398257466",
}
BERT = {
    "name": "Bert Holm",
    "email": "bert@example.net",
    "phone": "+46 70 999 88 77",
    "iban": "SE7280000810340009783242",
}
FIELDS = [
    {"name": name, "type": "text", "role": "information", "required": False} for name in ("name", "email", "phone")
]
FORM = {**PRODUCT, "key": "known", "form": [*PRODUCT["form"], *FIELDS]}
BY = "user:clerk@acme.test"


@dataclass
class House:
    """A lender with two people in it who were turned down long ago, and what reads their record."""

    lender: Lender
    registry: Registry
    anna: UUID
    bert: UUID
    folder: Path
    key: Ed25519PrivateKey

    @property
    def database(self) -> Database:
        return self.lender.database

    @property
    def organization_id(self) -> UUID:
        return self.lender.organization.id

    def seal(self) -> None:
        wait_until_finished(self.database)
        audit.seal(self.database, None, self.folder, self.key)

    def verify(self) -> audit.VerifyReport:
        return audit.verify_database(self.database, self.organization_id, self.folder, self.key.public_key())

    def verify_export(self, path: Path) -> audit.VerifyReport:
        with self.database.snapshot(self.organization_id) as tx:
            audit.export(tx, self.organization_id, path)
        return audit.verify_export(path, self.key.public_key())

    def request(self, root: UUID, kind: privacy.Kind = "erasure") -> dict[str, Any]:
        with self.database.transaction(self.organization_id) as tx:
            return privacy.make_request(
                tx, self.registry, kind=kind, person="Anna Quist-Öberg", roots=[root], ground="asked by letter",
                requested_at=None, by=BY, system_now=clock.system_now(),
            )  # fmt: skip

    def confirm(self, row: dict[str, Any]) -> None:
        with self.database.transaction(self.organization_id) as tx:
            now = self.lender.organization.clock.now()
            _, seen = privacy.look(tx, self.registry, row["id"], now=now)
            privacy.confirm(
                tx, self.registry, row["id"], seen=seen, revision=row["revision"], by=BY, system_now=clock.system_now()
            )

    def carry_out(self, row: dict[str, Any]) -> dict[str, Any]:
        return privacy.carry_out(self.database, self.registry, self.organization_id, row["id"])

    def learnt_from(self, tx: Transaction) -> set[UUID]:
        """Return the applications that models train on, that other cases are compared with, and that tables are made of."""
        known = {"product": "known", "measure": REPAID}
        trained = queries.list_matured(tx, **known, after=None, limit=10)
        compared = queries.list_settled_cases(tx, **known, apart_from=self.organization_id, matured_limit=10, limit=10)
        [source] = [each for each in SOURCES if each.name == "lending_applications"]
        tabled = [row["application_id"] for row in source.read(tx, 10)]
        return {row["id"] for row in (*trained, *compared)} | {UUID(str(each)) for each in tabled}

    def dump(self) -> str:
        """Return every row of every table as text, as the system role sees them."""
        with self.database.system() as tx:
            tables = [
                row["relname"]
                for row in tx.all(
                    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
                    " and not relispartition and relname <> 'alembic_version'"
                )
            ]
            return "\n".join(str(row["t"]) for table in tables for row in tx.all(f"select t::text as t from {table} t"))

    def free_of_law(self) -> None:
        """Let no legal minimum keep applications here."""
        with self.database.transaction(self.organization_id) as tx:
            privacy.set_rule(
                tx, self.registry, "lending.application", enabled=False, after_days=0, legal_days=0,
                reason="a test", revision=0, by=BY, system_now=clock.system_now(),
            )  # fmt: skip


@pytest.fixture
def house(database: Database, organization: Organization, tmp_path: Path) -> House:
    """Turn two people down, and let their words get into many places."""
    lender = open_lender(database, organization)
    with database.transaction(organization.id) as tx:
        lender.product = usecases.publish_product(
            tx, organization, lender.kind.catalogue, parse_product(FORM), author="test"
        )
    ids = [
        UUID(lender.decide({**BAD, **person}, reference=f"CASE-{place}-2026")["subject_id"])
        for place, person in enumerate((ANNA, BERT))
    ]
    lender.decide(GOOD, reference="NOBODY-1")
    with database.transaction(organization.id) as tx:
        now = clock.system_now()
        for who, case in zip((ANNA, BERT), ids, strict=True):
            events.emit(
                tx,
                [events.Event(organization.id, "testing.person.called", f"application:{case}",
                              {"application_id": case, "to": f"{who['name']} <{who['email']}>", "by": "us"}, now, now, BY)],
            )  # fmt: skip
            alerts.raise_alerts(
                tx,
                [alerts.Alert(organization_id=organization.id, kind="intervention", severity="low", cause=f"call:{case}",
                              title=f"Call {who['name']}", at=now, detail={"phone": who["phone"].replace(" ", "")})],
            )  # fmt: skip
            privacy.record_consent(
                tx, privacy.NewConsent(who["email"], "marketing", "given", "2", "web form"), by=BY, system_now=now
            )
        tx.execute(
            "insert into quarantine (organization_id, id, source, place, code, reason, raw, created_at)"
            " values (%s, %s, 'file', '1', 'bad', 'bad', %s, %s)",
            [organization.id, ids[0], orjson.dumps(ANNA).decode(), now],
        )
    key = audit.open_signing_key(tmp_path / "keys")
    return House(lender, Registry([LENDING, ANALYTICS]), ids[0], ids[1], tmp_path / "checkpoints", key)


def test_one_of_two_is_erased_everywhere_and_the_proof_holds(house: House, tmp_path: Path) -> None:
    house.seal()
    house.free_of_law()
    row = house.request(house.anna)
    house.confirm(row)
    done = house.carry_out(row)
    assert done["state"] == "done"
    house.seal()

    dump = house.dump().casefold()
    for word in (*ANNA.values(), "467012345", "CASE-0-2026"):
        assert word.casefold() not in dump, word
    for word in (*BERT.values(), "CASE-1-2026"):
        assert word.casefold() in dump, word
    for report in (house.verify(), house.verify_export(tmp_path / "log.ndjson")):
        assert report.ok, report.findings
        assert report.erased >= 1
        assert any("erased by law" in notice for notice in report.notices)

    with house.database.transaction(house.organization_id) as tx:
        application = repository.get_application(tx, house.lender.kind.catalogue, house.anna)
        assert application.inputs == {}
        [listed] = decisions.list_decisions(tx, subject_id=house.anna)
        record = decisions.get_decision(tx, listed["id"])
        assert (record["verdict"], record["values"]) == (listed["verdict"], {})
        with pytest.raises(decisions.DecisionErased):
            decisions.trace(tx, listed["id"])
        explained = explanations.explain(tx, house.lender.kind.catalogue, Champions(), record)
        assert "erased" in str(explained["notices"]).casefold()
        learnt_from = house.learnt_from(tx)
        assert house.bert in learnt_from
        assert house.anna not in learnt_from
        assert not privacy.has_consent(tx, ANNA["email"], "marketing")
        assert privacy.has_consent(tx, BERT["email"], "marketing")
    assert house.carry_out(row) == {"state": "done"}


def test_what_is_changed_beside_an_erasure_is_still_found(house: House, postgres_server: EmbeddedPostgres) -> None:
    house.free_of_law()
    row = house.request(house.anna)
    house.confirm(row)
    house.carry_out(row)
    house.seal()
    name = house.database.urls.owner.rpartition("/")[2].partition("?")[0]

    def tampered(statement: str, *values: object) -> audit.VerifyReport:
        with psycopg.connect(postgres_server.superuser_url(name)) as connection:
            connection.execute(statement, values)
        return house.verify()

    rewrite = "update decisions set record = replace(record, %s, %s) where subject_id = %s"
    one, two = '"level":"full"', '"level":"half"'
    assert not tampered(rewrite, one, two, house.anna).ok
    assert tampered(rewrite, two, one, house.anna).ok
    silent = tampered(
        "update audit set salt = null where body like %s", '%"subject":"application:' + str(house.bert) + "%"
    )
    assert "no act records an erasure" in str(silent.findings)


def test_a_case_that_the_law_keeps_or_a_hold_keeps_is_not_erased(house: House) -> None:
    with house.database.transaction(house.organization_id) as tx:
        now = house.lender.organization.clock.now()
        found = privacy.find_people(tx, house.registry, privacy.Wanted(phone="0046701234567"[4:]), now=now)
        assert [(each.root, each.standing) for each in found] == [(house.anna, "kept")]
        assert (found[0].until or now) > now + timedelta(days=700)
    row = house.request(house.anna)
    with pytest.raises(privacy.NothingToErase):
        house.confirm(row)
    house.free_of_law()
    with house.database.transaction(house.organization_id) as tx:
        hold = privacy.place_hold(
            tx, house.registry, root=house.anna, data_class=None, reason="court", by=BY, system_now=clock.system_now()
        )
    with pytest.raises(privacy.NothingToErase):
        house.confirm(row)
    with house.database.transaction(house.organization_id) as tx:
        privacy.release_hold(tx, hold["id"], reason="settled", by=BY, system_now=clock.system_now())
    house.confirm(row)


def test_a_copy_holds_one_person_and_expires(house: House) -> None:
    row = house.request(house.bert, "export")
    house.carry_out(row)
    with house.database.transaction(house.organization_id) as tx:
        content = privacy.read_copy(tx, row["id"], by=BY, system_now=clock.system_now())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        text = "".join(file.read(name).decode() for name in file.namelist())
    assert BERT["email"] in text
    assert ANNA["email"] not in text
    with house.database.system() as tx:
        tx.execute("update person_requests set expires_at = now() - interval '1 hour'")
    privacy.expire_copies(house.database)
    with (
        house.database.transaction(house.organization_id) as tx,
        pytest.raises(privacy.CopyNotReady),
    ):
        privacy.read_copy(tx, row["id"], by=BY, system_now=clock.system_now())


def test_retention_touches_nothing_until_it_is_switched_on(house: House) -> None:
    privacy.run_retention(house.database, house.registry)
    house.free_of_law()
    privacy.run_retention(house.database, house.registry)
    assert ANNA["email"] in house.dump()
    with house.database.transaction(house.organization_id) as tx:
        now = house.lender.organization.clock.now()
        assert privacy.dry_run(tx, house.registry, "lending.application", now=now).due == 2
        privacy.set_rule(
            tx, house.registry, "lending.application", enabled=True, after_days=0, legal_days=0, reason="a test",
            revision=1, by=BY, system_now=clock.system_now(),
        )  # fmt: skip
    privacy.run_retention(house.database, house.registry)
    with house.database.transaction(house.organization_id) as tx:
        [run] = privacy.list_runs(tx, data_class=None, after=None, limit=10)
    assert run["erased"] == 2
    assert ANNA["email"] not in house.dump()
    house.seal()
    assert house.verify().ok


def test_an_erasure_whose_task_was_cancelled_is_confirmed_again_and_gets_a_task_of_its_own(house: House) -> None:
    house.free_of_law()
    row = house.request(house.anna)
    house.confirm(row)
    with house.database.transaction(house.organization_id) as tx:
        first = privacy.get_request(tx, row["id"])
        tasks.cancel(tx, first["task_id"], by=BY, now=clock.system_now())
    privacy.fail_abandoned(house.database)
    with house.database.transaction(house.organization_id) as tx:
        failed = privacy.get_request(tx, row["id"])
    assert failed["state"] == "failed"
    house.confirm(failed)
    with house.database.transaction(house.organization_id) as tx:
        second = privacy.get_request(tx, row["id"])
    assert (second["state"], second["task_id"] != first["task_id"]) == ("queued", True)
    house.carry_out(row)
    assert ANNA["email"] not in house.dump()


def test_an_erasure_that_failed_is_confirmed_again_while_its_last_task_still_ends(house: House) -> None:
    house.free_of_law()
    row = house.request(house.anna)
    house.confirm(row)
    with house.database.transaction(house.organization_id) as tx:
        first = privacy.get_request(tx, row["id"])
        tx.execute("update person_requests set state = 'failed' where id = %s", [row["id"]])
    house.confirm(first)
    with house.database.transaction(house.organization_id) as tx:
        assert privacy.get_request(tx, row["id"])["task_id"] != first["task_id"]
