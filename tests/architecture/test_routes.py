"""Every route: guarded, answering by role as the permission matrix says, and closed to the other organisation."""

import json
from itertools import cycle

import pytest
from psycopg import sql
from tests.architecture import catalog
from tests.support.estate import Estate, House, routes, uuids

from intendant.kernel.access import MATRIX, Permission, Role
from intendant.kit import ids
from intendant.kit.database import Database
from intendant.server.app import unguarded
from intendant.server.auth import PUBLIC

FORGED = {"Cookie": "intendant_session=nobody", "Origin": "http://testserver"}
PUBLIC_OF_DOMAINS = frozenset(
    {
        "/borrower/{token}",
        "/borrower/{token}/letters/{letter_id}",
        "/borrower/{token}/letters/{letter_id}/pdf",
        "/borrower/{token}/offers/{offer_id}/{answer}",
    }
)
"""What domains show to anybody, named once more: another one is another decision."""
REFUSED = frozenset({401, 403, 404, 422})


def test_every_route_has_a_permission_or_is_public(estate: Estate) -> None:
    assert not list(unguarded(estate.app))
    paths = {route.path for route in routes(estate.app)}
    public = PUBLIC | PUBLIC_OF_DOMAINS
    assert paths >= public, "paths are said to be public that do not exist"
    assert not [str(route) for route in routes(estate.app) if route.path in public and route.permission is not None]
    assert frozenset().union(*(each.public for each in estate.system.registry.domains.values())) == PUBLIC_OF_DOMAINS
    assert {route.path for route in routes(estate.app) if route.permission is None} == public


def test_every_permission_is_asked_for_by_a_route_or_kept_for_one() -> None:
    """A permission that nobody holds is a route nobody can use."""
    assert set().union(*MATRIX.values()) == set(Permission)


def test_nobody_gets_past_a_guard_without_signing_in(estate: Estate) -> None:
    forged = cycle(({"Authorization": "Bearer ik_" + "0" * 43}, FORGED))
    for route in routes(estate.app):
        if route.permission is None:
            continue
        # One forged credential for each route: an address may not guess as often as there are routes, twice.
        for headers in ({}, next(forged)):
            answer = estate.call(route, headers, estate.acme)
            assert answer.status_code == 401, (str(route), answer)


@pytest.mark.parametrize("role", list(Role))
def test_every_route_answers_a_role_as_the_matrix_says(estate: Estate, role: Role) -> None:
    headers = estate.people.key(estate.acme.organization, role)
    told_off, let_through = 0, 0
    for route in routes(estate.app):
        if route.permission is None:
            continue
        answer = estate.call(route, headers, estate.acme)
        refused = answer.status_code == 403 and answer.json()["code"] == "permission_missing"
        assert refused == (route.permission not in MATRIX[role]), (str(route), answer.status_code, answer.text[:300])
        assert answer.status_code < 500, (str(route), answer.text[:300])
        told_off += refused
        let_through += not refused
    assert let_through > 0
    assert told_off > 0 or role in (Role.OWNER, Role.ORGANIZATION_ADMIN)


def test_the_owner_is_understood_by_every_route_with_ids(estate: Estate) -> None:
    """The control of the walk below: the ids exist, the bodies are sound, so only the organisation makes the difference."""
    for route in routes(estate.app):
        if route.has_ids and route.permission is not None:
            answer = estate.call(route, estate.acme.owner, estate.acme)
            assert answer.status_code not in REFUSED, (str(route), answer.status_code, answer.text[:400])
            assert answer.status_code < 500, (str(route), answer.text[:400])


def test_no_route_shows_or_changes_anything_of_another_organization(estate: Estate) -> None:
    acme, globex = estate.acme, estate.globex
    secrets, before = estate.texts_of(acme), _state(estate.system.database, acme)
    walked = 0
    for route in routes(estate.app):
        if route.permission is None:
            continue
        # Both hands of the walk: their ids in the path, and whatever a route shows without any.
        answer = estate.call(route, globex.owner, acme, caller=globex)
        if route.has_ids:
            assert answer.status_code in (403, 404), (str(route), answer.status_code, answer.text[:300])
            walked += 1
        assert answer.status_code < 500, (str(route), answer.text[:300])
        sent = set(acme.ids.values())
        leaked = {secret for secret in secrets - sent if secret in answer.text}
        assert not leaked, (str(route), leaked)
        if answer.status_code < 300:
            assert not uuids(answer.text) & sent, (str(route), answer.text[:300])
    assert walked >= 25
    assert _state(estate.system.database, acme) == before


def test_an_unknown_id_answers_like_a_foreign_one(estate: Estate) -> None:
    """So that nobody learns which ids exist elsewhere."""
    foreign, acme = estate.globex.owner, estate.acme
    nowhere = House(acme.organization, acme.lender, acme.owner, acme.member, {})
    nowhere.ids = {name: str(ids.new_id()) if name != "key" else "nowhere-only" for name in acme.ids}
    for route in routes(estate.app):
        if route.permission is None or not route.has_ids:
            continue
        theirs = estate.call(route, foreign, acme, caller=estate.globex)
        unknown = estate.call(route, foreign, nowhere, caller=estate.globex)
        assert theirs.status_code == unknown.status_code, str(route)
        assert theirs.json()["code"] == unknown.json()["code"], str(route)


def test_a_header_does_not_open_another_organization(estate: Estate) -> None:
    for headers in (estate.globex.owner, estate.people.key(estate.globex.organization)):
        answer = estate.client.get("/api/v1/decisions", headers=headers | {"X-Organization": "acme"})
        assert answer.status_code in (401, 403), answer.text


def test_nothing_of_ones_own_is_given_to_somebody_elsewhere(estate: Estate) -> None:
    stranger = {"user_id": str(estate.acme.member.user.id)}
    globex = estate.globex
    for path in (
        f"/api/v1/approvals/{globex.ids['approval_id']}/assign",
        f"/api/admin/autonomous-business/alerts/{globex.ids['alert_id']}/assign",
    ):
        answer = estate.client.post(path, headers=globex.owner, json=stranger)
        assert 400 <= answer.status_code < 500, (path, answer.text)


def test_outcomes_of_another_organizations_applications_are_not_taken(estate: Estate) -> None:
    before = _state(estate.system.database, estate.acme)
    body = {"outcomes": [{"application_id": estate.acme.ids["application_id"], "repaid": 1}]}
    answer = estate.client.post("/api/v1/lending/outcomes", headers=estate.globex.owner, json=body)
    assert answer.status_code < 500
    assert _state(estate.system.database, estate.acme) == before
    with estate.system.database.transaction(estate.globex.organization.id) as tx:
        assert tx.scalar("select count(*) from outcomes") == 0


def test_a_super_administrator_acts_in_one_organization_at_a_time(estate: Estate) -> None:
    with estate.system.database.system() as tx:
        tx.execute("update users set is_super_admin = true where id = %s", [estate.globex.member.user.id])
    headers = estate.people.session(estate.globex.member)
    seen = {}
    for slug in ("acme", "globex"):
        answer = estate.client.get("/api/v1/decisions", headers=headers | {"X-Organization": slug})
        assert answer.status_code == 200, answer.text
        seen[slug] = uuids(json.dumps([each["id"] for each in answer.json()["items"]]))
    assert seen["acme"]
    assert seen["globex"]
    assert not seen["acme"] & seen["globex"]


def _state(database: Database, house: House) -> dict[str, str]:
    """Digest every row of an organisation, table by table, and the accounts of its people."""
    organization_id = house.organization.id
    found: dict[str, str] = {}
    with database.system() as tx:
        for table in catalog.tables(database):
            if not table.has_organization or table.is_partition:
                continue
            statement = sql.SQL(
                "select coalesce(md5(string_agg(t::text, '' order by t::text)), '') as digest from {} t where {} = %s"
            ).format(sql.Identifier(table.name), sql.Identifier(table.key))
            row = tx.connection.execute(statement, [organization_id]).fetchone()
            found[table.name] = row["digest"] if row else ""
        people = "select user_id from memberships where organization_id = %s"
        for name, column in (("users", "id"), ("sessions", "user_id"), ("sign_in_links", "user_id")):
            statement = sql.SQL(
                "select coalesce(md5(string_agg(t::text, '' order by t::text)), '') as digest from {} t where {} in ("
                + people
                + ")"
            ).format(sql.Identifier(name), sql.Identifier(column))
            row = tx.connection.execute(statement, [organization_id]).fetchone()
            found[name] = row["digest"] if row else ""
    return found
