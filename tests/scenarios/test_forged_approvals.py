"""Five hundred answers that are forged, stale, replayed or changed on the way: none is taken, and a true one still is.

An answer is bound to the digest of the record it answers, to its organisation, to who may answer and to its moment. Each family of
attacks breaks one of these bonds; a seeded generator varies it, over real HTTP requests to the application.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from tests.support.application import lend_app
from tests.support.deciding import approval_of, change_action
from tests.support.lending import MIDDLING, Lender, open_lender
from tests.support.serving import People

from intendant.bootstrap import build
from intendant.kernel.access import Role, revoke_sessions
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row
from intendant.kit.settings import Settings

ATTACKS = 500
APPROVALS = "/api/v1/approvals"
VERBS = ("approve", "decline", "amend")
CASES = 6


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Lend a client that is nobody."""
    with TestClient(lend_app(build(Settings(home=tmp_path), database))) as client:
        yield client


class Forger:
    """Knows everything that leaks: ids, digests, whole requests of others, and tokens that were valid once."""

    def __init__(self, client: TestClient, database: Database, ours: Organization, theirs: Organization) -> None:
        self.random = Random(20_261_121)
        self.client, self.database = client, database
        people = People(database)
        self.lender, self.stranger = (open_lender(database, each) for each in (ours, theirs))
        for lender in (self.lender, self.stranger):
            change_action(lender, "approve", blind_share=0.0)
        self.owner, self.operator = people.signed_in(ours), people.signed_in(ours, Role.OPERATOR)
        self.reader, self.foreign = people.key(ours, Role.READ_ONLY), people.signed_in(theirs)
        gone = people.user(ours, Role.MANAGER)
        self.closed = people.session(gone)
        with database.system() as tx:
            revoke_sessions(tx, gone.user.id)
        self.open = [self.asked() for _ in range(CASES)]
        self.of_others = [self.asked(self.stranger) for _ in range(2)]
        self.taken = [self.asked() for _ in range(2)]
        for row in self.taken:
            assert self.send(row, self.owner, verb="decline").status_code == 200

    def asked(self, lender: Lender | None = None) -> Row:
        """Have a case asked."""
        lender = lender or self.lender
        return approval_of(lender, lender.decide(MIDDLING))

    def send(
        self,
        row: Row,
        headers: dict[str, str],
        *,
        verb: str = "approve",
        digest: str | None = None,
        address: str | None = None,
        **changes: Any,
    ) -> Response:
        """Send an answer as a page would, with changes."""
        body = {"digest": bytes(row["digest"]).hex() if digest is None else digest, "reason": "Looked at."} | changes
        return self.client.post(f"{APPROVALS}/{address or row['id']}/{verb}", json=body, headers=headers)

    def case(self) -> Row:
        """Pick an open case."""
        return self.random.choice(self.open)

    def verb(self) -> str:
        """Pick a way to answer."""
        return self.random.choice(VERBS)

    # Each family returns the answer to one attack.

    def flipped_digest(self) -> Response:
        """Change some bits of the digest: what is approved would be something else."""
        row = self.case()
        changed = bytearray(row["digest"])
        for _ in range(self.random.randint(1, 4)):
            changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
        return self.send(
            row, self.owner, verb=self.verb(), digest=(bytes(changed) if changed != row["digest"] else bytes(32)).hex()
        )

    def digest_of_another(self) -> Response:
        """Use the digest of another case, of ours or of others."""
        row = self.case()
        other = self.random.choice([each for each in self.open + self.of_others if each["id"] != row["id"]])
        return self.send(row, self.owner, verb=self.verb(), digest=bytes(other["digest"]).hex())

    def malformed(self) -> Response:
        """Break the body's form."""
        row = self.case()
        good = bytes(row["digest"]).hex()
        change: dict[str, Any] = self.random.choice(
            [
                {"digest": good[:-2]},
                {"digest": good + "00"},
                {"digest": good.upper() if good.upper() != good else good + "g"},
                {"digest": ""},
                {"digest": 7},
                {"digest": [good]},
                {"reason": ""},
                {"reason": "x" * 2001},
                {"hold_seconds": -1},
                {"hold_seconds": 10_000},
                {"approved": True},
                {"tier": "owner"},
                {"answered_by": "user:owner"},
                {"organization_id": str(self.stranger.organization.id)},
            ]
        )  # fmt: skip
        return self.send(row, self.owner, **change)

    def replayed(self) -> Response:
        """Send again, word for word, what was answered already."""
        return self.send(
            self.random.choice(self.taken), self.random.choice([self.owner, self.operator]), verb=self.verb()
        )

    def across_organizations(self) -> Response:
        """Answer for another organisation, with or without its name in the header."""
        if self.random.random() < 0.5:
            return self.send(self.case(), self.foreign, verb=self.verb())
        named = {
            "X-Organization": self.random.choice([self.lender.organization.slug, str(self.lender.organization.id)])
        }
        return self.send(self.case(), self.foreign | named, verb=self.verb())

    def by_nobody(self) -> Response:
        """Answer without a session, with one that ended, with a forged token, or with one that claims things."""
        claims = base64.urlsafe_b64encode(json.dumps({"sub": "owner", "role": "owner"}).encode()).decode().rstrip("=")
        header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        token = self.owner["Authorization"].removeprefix("Bearer ")
        place = self.random.randrange(len(token))
        other = "A" if token[place] != "A" else "B"
        headers: dict[str, str] = self.random.choice(
            [
                {},
                self.closed,
                {"Authorization": f"Bearer {header}.{claims}."},
                {"Authorization": f"Bearer {token[:place]}{other}{token[place + 1:]}"},
                {"Authorization": f"Bearer {token[:place]}"},
                {"Authorization": f"Basic {base64.b64encode(b'owner:owner').decode()}"},
                {"X-Forwarded-User": "owner@acme.test", "X-Remote-User": "owner@acme.test"},
                {"Cookie": f"intendant_session={token[:-1]}{other}"},
                # The right cookie, sent by a page of somebody else.
                {"Cookie": f"intendant_session={token}", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
            ]
        )  # fmt: skip
        return self.send(self.case(), headers, verb=self.verb())

    def without_permission(self) -> Response:
        """Answer with a key that may only read."""
        return self.send(self.case(), self.reader, verb=self.verb())

    def amended_beyond(self) -> Response:
        """Amend to an action that the policy does not name, or with parameters that the case does not take."""
        change: dict[str, Any] = self.random.choice(
            [
                {"action": "transfer_everything"},
                {"action": "approve; drop table decisions"},
                {"action": ""},
                {"action": "approve", "parameters": {"amount": "-1"}},
                {"action": "approve", "parameters": {"amount": "99999999999"}},
                {"action": "approve", "parameters": {"destination": "elsewhere"}},
                {"action": "approve", "parameters": {"__class__": "x"}},
            ]
        )
        return self.send(self.case(), self.owner, verb="amend", **change)

    def wrong_address(self) -> Response:
        """Name a case that does not exist, or no case at all."""
        address = self.random.choice([str(ids.new_id()), str(self.of_others[0]["id"]), "0", "..%2F..%2Faudit", "null"])
        return self.send(self.case(), self.owner, verb=self.verb(), address=address)


FAMILIES: tuple[Callable[[Forger], Response], ...] = (
    Forger.flipped_digest,
    Forger.digest_of_another,
    Forger.malformed,
    Forger.replayed,
    Forger.across_organizations,
    Forger.by_nobody,
    Forger.without_permission,
    Forger.amended_beyond,
    Forger.wrong_address,
)


def answers(lender: Lender) -> tuple[Any, ...]:
    """Return all that a taken answer would have changed."""
    return tuple(
        lender.scalar(query)
        for query in (
            "select count(*) from decisions where answers is not null",
            "select count(*) from effects",
            "select string_agg(id || state || coalesce(held::text, ''), ',' order by id) from approvals",
            "select string_agg(id || state, ',' order by id) from lending_applications",
        )
    )


@pytest.fixture
def forger(
    client: TestClient, database: Database, organization: Organization, other_organization: Organization
) -> Forger:
    """Lend somebody who knows too much."""
    return Forger(client, database, organization, other_organization)


def test_none_of_five_hundred_forged_answers_is_taken(forger):
    before = answers(forger.lender), answers(forger.stranger)
    accepted, statuses = [], Counter[int]()
    for number in range(ATTACKS):
        family = FAMILIES[number % len(FAMILIES)]
        answer = family(forger)
        statuses[answer.status_code] += 1
        if answer.status_code < 400 or answer.status_code >= 500:
            accepted.append((family.__name__, answer.status_code, answer.text[:200]))
    assert not accepted
    assert (answers(forger.lender), answers(forger.stranger)) == before
    assert statuses.keys() >= {401, 403, 404, 409, 422}
    # The same requests unchanged are taken: what was refused above was refused for what was forged.
    assert [forger.send(row, forger.owner).status_code for row in forger.open] == [200] * CASES


def test_a_true_answer_that_comes_too_late_is_not_taken(forger):
    """The world moved on between looking and answering: the policy, the subject, the deadline, or the record itself."""
    policy, deadline, record = forger.asked(), forger.asked(), forger.asked()
    with forger.database.system() as tx:
        tx.execute(
            "update approvals set due_at = %s where id = %s", [clock.system_now() - timedelta(days=1), deadline["id"]]
        )
    with psycopg.connect(forger.database.urls.owner) as connection:
        # An insider changes what was proposed and leaves the approval as it is.
        connection.execute("alter table decisions no force row level security")
        changed = connection.execute(
            'update decisions set record = replace(record, \'"action":"approve"\', \'"action":"reject"\') where id = %s',
            [record["decision_id"]],
        )
        connection.execute("alter table decisions force row level security")
        assert changed.rowcount == 1
    late = [forger.send(deadline, forger.owner), forger.send(record, forger.owner)]
    change_action(forger.lender, "approve", act_threshold=0.6)
    late.append(forger.send(policy, forger.owner))
    assert [(each.status_code, each.json().get("code")) for each in late] == [
        (409, "approval_closed"),
        (409, "approval_stale"),
        (409, "approval_stale"),
    ]
