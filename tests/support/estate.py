"""A whole installation with two organisations that lend, each with something of everything, and ways to call every route."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from intendant.bootstrap import System
from intendant.domains.analytics.anomalies import detections, finding, streams
from intendant.domains.analytics.datasets import usecases as datasets
from intendant.domains.analytics.datasets.contents import table_from_frame
from intendant.domains.analytics.datasets.prepared import prepare
from intendant.domains.analytics.forecasts import usecases as forecasts
from intendant.domains.analytics.http.forecasts_views import PredictiveBody, plain
from intendant.domains.analytics.models import exporting
from intendant.domains.analytics.models.serving import Served as HubVersions
from intendant.domains.analytics.predictions import feedback
from intendant.domains.analytics.predictions import usecases as predictions
from intendant.domains.analytics.predictions.model import About
from intendant.domains.analytics.predictions.versions import Positives
from intendant.domains.lending import usecases
from intendant.domains.lending.borrower.links import make_link
from intendant.domains.lending.borrower.tokens import LinkKey
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.ledger import accounts, postings
from intendant.domains.lending.letters import usecases as letters
from intendant.domains.lending.letters.facts import LetterKind
from intendant.domains.lending.letters.repository import Subject
from intendant.domains.lending.loans import usecases as loans
from intendant.domains.lending.offers import accepting
from intendant.domains.lending.servicing.model import Account, Posting, TransactionType
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel import (
    access,
    alerts,
    channels,
    decisions,
    lists,
    mutes,
    policies,
    preferences,
    privacy,
    tasks,
    vault,
    webhooks,
)
from intendant.kernel.access import Member, Permission, Role
from intendant.kernel.gate import is_mutable, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.addresses import OutboundPolicy
from intendant.server.app import guard_of, iter_route_contexts
from tests.support.arrears import add_promise, add_step
from tests.support.lending import BAD, GOOD, MIDDLING, PRODUCT, Lender, open_lender
from tests.support.offers import CREDIT_TERMS
from tests.support.predicting import LIKELY, add_model, add_version, trained
from tests.support.serving import People

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PARAMETER = re.compile(r"\{(\w+)\}")
NAMES = {
    "kind": "lending.application",
    "name": "lending.decisions",
    "token": "0" * 43,
    "version": "1",
    "number": "1",
    "alias": "champion",
    "data_class": "lending.application",
}
"""Path parameters that mean the same thing in every organisation."""


@dataclass(frozen=True)
class Route:
    """One method of one path, with the permission it asks for; None for what is public."""

    method: str
    path: str
    permission: Permission | None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the path's parameters."""
        return tuple(PARAMETER.findall(self.path))

    @property
    def has_ids(self) -> bool:
        """Tell whether the path names something that belongs to one organisation."""
        return any(name not in NAMES for name in self.parameters)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: FastAPI) -> list[Route]:
    """Return every route of the application: deletions last, and after them the end of the caller's own session."""
    found = [
        Route(method, route.path, guard_of(route))
        for route in iter_route_contexts(app.routes)
        if route.path
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]
    return sorted(
        found,
        key=lambda each: (
            each.path.endswith("sign-out"),
            each.method == "DELETE",
            # What is within goes before what holds it.
            -each.path.count("/") if each.method == "DELETE" else 0,
            each.path,
            each.method,
        ),
    )


@dataclass
class House:
    """One organisation with an owner, another member, and ids of one of everything it has."""

    organization: Organization
    lender: Lender
    owner: dict[str, str]
    member: Member
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class Estate:
    """The installation: two houses, an application and a client."""

    system: System
    app: FastAPI
    client: TestClient
    people: People
    acme: House
    globex: House
    exports: dict[UUID, bytes] = field(default_factory=dict)
    """A version of a model as a file, by organisation."""

    def call(self, route: Route, headers: Mapping[str, str], owner: House, *, caller: House | None = None) -> Response:
        """Send a sound request to a route: its ids are those of `owner`, the people in its body those of `caller`."""
        path = PARAMETER.sub(lambda found: owner.ids.get(found[1], NAMES.get(found[1], "pages.css")), route.path)
        body, kind = self.body(route, owner, caller or owner)
        sent = {"Idempotency-Key": str(ids.new_id()), **({"Content-Type": kind} if kind else {}), **headers}
        return self.client.request(route.method, path + QUERIES.get(str(route), ""), headers=sent, content=body)

    def body(self, route: Route, owner: House, caller: House) -> tuple[bytes | None, str | None]:
        """Make a body that the route's schema accepts."""
        import orjson

        given = self.app.openapi()["paths"].get(route.path, {}).get(route.method.lower(), {}).get("requestBody")
        if given is None:
            return None, None
        kind, content = next(iter(given["content"].items()))
        if str(route) == "POST /api/v1/lending/outcomes":
            return orjson.dumps({"outcomes": [{"application_id": owner.ids["application_id"], "repaid": 1}]}), kind
        if str(route) == "POST /api/v1/privacy/requests":
            roots = [caller.ids["application_id"]]
            return orjson.dumps({"kind": "erasure", "person": "Somebody", "roots": roots, "ground": "asked"}), kind
        if str(route) == IMPORT:
            return self.exports[caller.organization.id], kind
        if kind != "application/json":
            return b'{"inputs": {}}\n', kind
        if str(route) in BODIES:
            return orjson.dumps(BODIES[str(route)]), kind
        return orjson.dumps(self._example(content["schema"], caller)), kind

    def _example(self, schema: Mapping[str, Any], caller: House) -> Any:
        if "$ref" in schema:
            return self._example(self.app.openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], caller)
        if "anyOf" in schema:
            return self._example(schema["anyOf"][0], caller)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                properties, required = schema.get("properties", {}), schema.get("required", ())
                return {name: self._example(properties[name], caller) for name in required}
            case "array":
                return [self._example(schema["items"], caller)] * schema.get("minItems", 0)
            case "integer" | "number":
                return max(schema.get("minimum", 1), 1)
            case "boolean":
                return True
            case _ if schema.get("format") == "uuid":
                return str(caller.member.user.id)
            case _ if "pattern" in schema:
                return "0" * 64
        return "x" * max(schema.get("minLength", 1), 3)

    def texts_of(self, house: House) -> set[str]:
        """Return what only this organisation may ever read: its ids and names."""
        organization = house.organization
        found = {str(organization.id), organization.name, f"@{organization.slug}.test", f"{organization.slug}-only"}
        with self.system.database.transaction(organization.id) as tx:
            for table in (
                "secrets",
                "channels",
                "notification_rules",
                "deliveries",
                "decisions",
                "approvals",
                "effects",
                "events",
                "alerts",
                "models",
                "tasks",
                "lending_applications",
                "offers",
                "conditions",
                "tranches",
                "loans",
                "loan_transactions",
                "letters",
                "borrower_links",
                "ai_model_versions",
                "ai_deployments",
                "prediction_results",
                "prediction_feedback",
                "datasets",
                "anomaly_detectors",
                "anomaly_detections",
                "lists",
                "list_entries",
                "mutes",
            ):
                rows = tx.all(f"select id::text as id from {table} limit 10000")
                found |= {row["id"] for row in rows}
        return found


TODAY = clock.system_now().date().isoformat()
IMPORT = "POST /api/v1/ai-analytics/models/{model_id}/versions"
QUERIES = {
    "POST /api/v1/ai-analytics/anomalies/detect": "?data_source=metric:decisions_made",
    "GET /api/v1/ai-analytics/anomalies/series": "?data_source=metric:decisions_made",
    "POST /api/v1/ai-analytics/predict/batch": "?model_name=who+buys",
    "POST /api/v1/ai-analytics/datasets": "?name=uploaded&header=false",
    "GET /api/v1/policies/{kind}/diff": "?old=1&new=1",
    "GET /api/v1/lending/products/{key}/diff": "?old=1&new=1",
    "GET /api/v1/lending/ledger/export.csv": "?from=2001-01-01&to=2001-12-31",
    "GET /api/v1/lending/ledger/export.journal": "?from=2001-01-01&to=2001-12-31",
}
AI_MODEL = {"model_name": "odd ones", "model_type": "anomaly", "training_data_source": {"source": "decisions"}}
FORECAST = {"name": "foreseen", "kind": "service_demand", "source": {"source": "decisions"}}
BODIES: dict[str, Any] = {
    "POST /api/v1/ai-analytics/predictive": FORECAST,
    "PUT /api/v1/ai-analytics/anomalies/{anomaly_id}": {"version": 1, "state": "dismissed"},
    "POST /api/v1/ai-analytics/metrics": {"name": "another", "unit": "orders"},
    "POST /api/v1/ai-analytics/metrics/{metric_name}/points": {"points": [{"at": f"{TODAY}T00:00:00Z", "value": 1}]},
    "POST /api/v1/ai-analytics/models": AI_MODEL,
    "PUT /api/v1/ai-analytics/models/{model_id}": AI_MODEL | {"revision": 1},
    "POST /api/v1/ai-analytics/models/{model_id}/deploy": {"version": 1, "reason": "because"},
    "POST /api/v1/ai-analytics/predict": {"model_name": "who buys", "input_data": {"income": 1}},
    "POST /api/v1/ai-analytics/models/{model_id}/explain": {"input_data": {"income": 1}},
    "POST /api/v1/ai-analytics/predictions/{prediction_id}/feedback": {"rating": 3},
    "POST /api/v1/ai-analytics/datasets/query": {"name": "asked", "sql": "select 1 as one"},
    "POST /api/v1/ai-analytics/datasets/query/preview": {"sql": "select 1 as one"},
    "POST /api/v1/ai-analytics/datasets/record": {"name": "taken", "source": "decisions"},
    "PUT /api/v1/ai-analytics/datasets/{dataset_id}": {"description": "Described."},
    "POST /api/admin/autonomous-business/alerts/{alert_id}/snooze": {"minutes": 10},
    "PUT /api/admin/autonomous-business/config": {"changes": {"nothing": 1}, "reason": "because"},
    "POST /api/v1/lending/applications/{application_id}/outcome": {"repaid": 1},
    "POST /api/v1/lending/products": PRODUCT,
    "POST /api/v1/lending/products/check": PRODUCT,
    "POST /api/v1/lending/schedules/preview": {
        "amount": "100",
        "currency": "USD",
        "rate": "12",
        "periods": 6,
        "start": "2024-01-01",
    },
    "POST /api/v1/lending/loans": {
        "reference": "brought-in",
        "borrower": "Somebody",
        "product": "personal",
        "terms": {"amount": "100", "currency": "USD", "rate": "12", "periods": 6, "start": TODAY},
    },
    "POST /api/v1/lending/loans/{loan_id}/repayments": {"amount": "1"},
    "POST /api/v1/lending/loans/{loan_id}/transactions": {"type": "repayment", "amount": "1"},
    "POST /api/v1/lending/loans/{loan_id}/transactions/preview": {"type": "repayment", "amount": "1"},
    "POST /api/v1/lending/loans/{loan_id}/restructure": {"periods": 5, "reason": "because"},
    "POST /api/v1/lending/loans/{loan_id}/restructure/preview": {"periods": 5, "reason": "because"},
    "POST /api/v1/lending/loans/{loan_id}/refinance": {
        "amount": "2000",
        "term_months": 12,
        "rate": "12",
        "reason": "because",
    },
    "POST /api/v1/lending/offers/{offer_id}/accept": {},
    "POST /api/v1/lending/applications/{application_id}/offers": {},
    "POST /api/v1/lending/applications/{application_id}/offers/preview": {},
    "POST /api/v1/lending/applications/{application_id}/conditions": {"key": "guarantee", "label": "Guarantee"},
    "PATCH /api/v1/lending/conditions/{condition_id}": {"note": "Seen."},
    "POST /api/v1/lending/products/preview-schedule": {
        "currency": "USD",
        "credit_terms": CREDIT_TERMS,
        "amount": "1000",
        "term_months": 12,
    },
    "POST /api/v1/lending/applications/{application_id}/letters": {"kind": "offer"},
    "POST /api/v1/lending/loans/{loan_id}/links": {},
    "POST /api/v1/lending/applications/{application_id}/links": {},
    "POST /api/v1/lending/index-rates": {"name": "SOFR", "effective_on": "2001-01-01", "rate": "4"},
    "POST /api/v1/lending/collections/loans/{loan_id}/marks": {"channels": ["email"]},
    "POST /api/v1/lending/collections/loans/{loan_id}/promises": {"amount": "1", "due_on": "2001-01-31"},
    "POST /api/v1/lending/collections/loans/{loan_id}/hardship/grant": {"until": "2001-01-31", "reason": "because"},
    "POST /api/v1/lending/ledger/accounts": {"code": "9999", "name": "Another", "type": "asset"},
    "PUT /api/v1/lending/ledger/accounts/{code}": {"name": "Renamed", "replaces": 1},
    "POST /api/v1/lending/ledger/periods": {"ends_on": "2001-01-31", "reason": "because"},
    "POST /api/v1/lending/applications": {"product": "personal", "inputs": GOOD},
    "POST /api/v1/lending/applications/preview": {"product": "personal", "inputs": GOOD},
    "POST /api/v1/access/keys": {"name": "another", "role": "read_only"},
    "POST /api/v1/access/users": {"email": "new@example.test", "role": "read_only"},
    "PUT /api/v1/access/users/{user_id}/role": {"role": "read_only"},
}


SECRET_VALUE = "sk-estate-4f1d9c2e7b"
BODIES |= {
    "POST /api/v1/webhooks/endpoints": {"url": "https://example.com/hook", "events": ["*"]},
    "PATCH /api/v1/webhooks/endpoints/{endpoint_id}": {"revision": 1, "description": "Changed"},
    "POST /api/v1/webhooks/endpoints/{endpoint_id}/replays": {
        "since": "2026-01-01T00:00:00Z",
        "events": ["test.nothing"],
    },
    "POST /api/v1/webhooks/endpoints/{endpoint_id}/retry": {"since": "2026-01-01T00:00:00Z"},
    "POST /api/v1/webhooks/sources": {"name": "another"},
    "PUT /api/v1/webhooks/sources/{webhook_source_id}": {"revision": 1, "name": "changed"},
    "POST /api/v1/channels": {"kind": "pagerduty", "name": "another", "settings": {}, "secret": "0" * 32},
    "POST /api/v1/notification-rules": {"name": "another", "enabled": False},
    "PUT /api/v1/notification-rules/{rule_id}": {"name": "changed", "revision": 1, "enabled": False},
    "POST /api/v1/vault/secrets": {
        "name": "another",
        "connection": "payouts:main",
        "destinations": ["api.example.test"],
        "value": SECRET_VALUE,
    },
    "PUT /api/v1/vault/secrets/{secret_id}": {"destinations": ["other.example.test"]},
    "POST /api/v1/vault/secrets/{secret_id}/rotate": {"value": SECRET_VALUE + "-2"},
}


BODIES |= {
    "POST /api/v1/lists": {"name": "another", "label": "Another"},
    "PATCH /api/v1/lists/{list_id}": {"revision": 1, "label": "Renamed"},
    "POST /api/v1/lists/{list_id}/entries": {"text": "value\nsomebody"},
    "POST /api/v1/lists/{list_id}/entries/remove": {"entry_ids": ["00000000-0000-7000-8000-000000000000"]},
    "POST /api/v1/mutes": {
        "kind": "lending.application",
        "rule": "large_amount_to_manager",
        "field": "employer",
        "value": "somebody",
        "until": (clock.system_now() + timedelta(days=1)).isoformat(),
        "reason": "because",
    },
    "POST /api/v1/mutes/{mute_id}/end": {},
}
BODIES |= {
    "POST /api/v1/privacy/people/search": {"reference": "only"},
    "POST /api/v1/privacy/holds": {"data_class": "lending.loan", "reason": "court"},
    "PUT /api/v1/privacy/retention/{data_class}": {
        "enabled": False,
        "after_days": 900,
        "legal_days": 800,
        "reason": "law",
        "revision": 0,
    },
    "POST /api/v1/privacy/consents": {
        "person": "somebody@example.test",
        "purpose": "marketing",
        "state": "given",
        "text_version": "1",
        "source": "form",
    },
    "POST /api/v1/evidence/statements": {"control": "access-review", "note": "Reviewed."},
}


def furnish(system: System, people: People, organization: Organization) -> House:
    """Let an organisation lend, and give it one of everything."""
    lender = open_lender(system.database, organization)
    slug, now = organization.slug, organization.clock.now()
    only = {**PRODUCT, "key": f"{slug}-only", "name": f"{organization.name} only"}
    with system.database.transaction(organization.id) as tx:
        usecases.publish_product(tx, organization, lender.kind.catalogue, parse_product(only), author="test")
        alerts.raise_alerts(
            tx, [alerts.Alert(organization.id, "anomaly", "low", f"{slug}.test", f"{organization.name} test", now)]
        )
        schedule = tasks.put_schedule(tx, "test.nothing", {"daily_at": "06:00"}, now=clock.system_now())
        replay_id = ids.new_id()
        tx.execute(
            "insert into replays (organization_id, id, source_digest, source_name, mapping, state, rows_total, rows_done,"
            " created_at, updated_at) values (%s, %s, '', %s, '', 'done', 1, 1, %s, %s)",
            [organization.id, replay_id, f"{slug}-only", now, now],
        )
        task_id = tasks.enqueue(tx, "test.nothing", parameters={}, created_by="test", now=clock.system_now())
        terms = LoanTerms(Decimal(1_000), "USD", Decimal(12), 12, now.date())
        loan = loans.open_loan(
            tx,
            organization,
            terms=terms,
            reference=f"{slug}-only-loan",
            borrower=f"{organization.name} borrower",
            product=f"{slug}-offered",
            product_version=1,
            by="test",
        )
        loans.record_disbursement(tx, loan.id, amount=terms.amount, by="test", value_on=terms.start)
        paid = loans.NewTransaction(type=TransactionType.REPAYMENT, amount=Decimal(10), value_on=terms.start)
        payment = loans.record_as(tx, "test", loan.id, paid)
        step_id = add_step(tx, organization, loan.id, now, state="planned", outcome=None, done_at=None, done_by=None)
        promise_id = add_promise(tx, organization, loan.id)
    approved = lender.decide(GOOD, f"{slug}-1")
    lender.decide(BAD, f"{slug}-2")
    asked = lender.decide(MIDDLING, f"{slug}-3")
    with system.database.transaction(organization.id) as tx:
        # Off the books of loans, so that the principal account still agrees with them.
        fee = Posting("fee", now.date(), Account.CASH, Account.FEE_INCOME, Decimal(1))
        postings.book(tx, [postings.LoanPostings(ids.new_id(), "USD", [fee])], now=now)
        by = access.system_principal(organization.id, "test")
        code = f"{slug}-9"
        accounts.add_account(tx, by, code=code, name=slug, kind=accounts.AccountType.ASSET, now=now)
    offer_id, tranche_id = _offer(lender, slug)
    member = people.user(organization, Role.MANAGER)
    key = people.key(organization, Role.OPERATOR)
    owner = people.user(organization)
    house = House(organization, lender, people.session(owner), member)
    with system.database.system() as tx:
        token, session = access.open_session(tx, owner.user.id)
        keys = access.list_keys(tx, organization.id)
    with system.database.transaction(organization.id) as tx:
        view = preferences.save_view(
            tx, owner.user.id, page="decisions", name=f"{organization.name} only", search={}, shared=True
        )
        proposal = policies.submit(
            tx,
            organization,
            lender.kind.default_policy(),
            author=policies.Author(f"user:{slug}"),
            reason=f"{organization.name} only",
            system_now=clock.system_now(),
            effective_from=organization.clock.now() + timedelta(days=30),
            whatever_is_active=True,
        ).proposal
    assert proposal
    assert token
    assert key

    def one(query: str, *parameters: object) -> str:
        found = lender.scalar(query, list(parameters))
        assert found is not None, query
        return str(found)

    house.ids = {
        "decision_id": str(approved["id"]),
        "application_id": str(asked["subject_id"]),
        "approval_id": one("select id from approvals where subject_id = %s", asked["subject_id"]),
        "effect_id": one("select id from effects limit 1"),
        "alert_id": one("select id from alerts where cause = %s", f"{slug}.test"),
        "model_id": one("select id from models limit 1"),
        "view_id": str(view.id),
        "proposal_id": str(proposal["id"]),
        "leaf_id": one("select id from audit limit 1"),
        "task_id": str(task_id),
        "replay_id": str(replay_id),
        "schedule_id": str(schedule.id),
        "user_id": str(member.user.id),
        "session_id": str(session.id),
        "key_id": str(keys[0].id),
        "key": f"{slug}-only",
        "code": code,
        "loan_id": str(loan.id),
        "transaction_id": str(payment.transaction_id),
        "step_id": str(step_id),
        "promise_id": str(promise_id),
        "offer_id": offer_id,
        "tranche_id": tranche_id,
        "condition_id": one("select id from conditions limit 1"),
        "posting_id": one("select id from ledger_postings where kind = 'fee' limit 1"),
    }
    house.ids |= _predictions(system, organization, UUID(house.ids["model_id"]))
    house.ids |= _letters(lender, house.ids, system.signer)
    house.ids["dataset_id"] = _dataset(system, organization)
    house.ids["forecast_id"] = _forecast(system, organization)
    house.ids["secret_id"] = _secret(system, organization)
    house.ids |= _channel(system, organization)
    house.ids |= _webhooks(system, organization, by)
    house.ids |= _policy_inputs(system, organization)
    house.ids |= _anomalies(system, organization)
    house.ids |= _privacy(system, organization, UUID(house.ids["application_id"]))
    return house


def _privacy(system: System, organization: Organization, root: UUID) -> dict[str, str]:
    """Take down a person's request and a consent, and hold something."""
    now = clock.system_now()
    with system.database.transaction(organization.id) as tx:
        row = privacy.make_request(
            tx, system.registry, kind="erasure", person=f"{organization.slug}-only person", roots=[root], ground="asked",
            requested_at=None, by="user:test", system_now=now,
        )  # fmt: skip
        hold = privacy.place_hold(
            tx, system.registry, root=root, data_class=None, reason="court", by="user:test", system_now=now
        )
        new = privacy.NewConsent(f"{organization.slug}-only@example.test", "marketing", "given", "1", "form")
        privacy.record_consent(tx, new, by="user:test", system_now=now)
    return {"request_id": str(row["id"]), "hold_id": str(hold["id"])}


def _webhooks(system: System, organization: Organization, by: access.Principal) -> dict[str, str]:
    """Tell an endpoint of everything, replay something to it, and take a message in from a source."""
    url, name = f"https://{organization.slug}-only.example.test/hook", f"{organization.name} only"
    given = webhooks.Given(url, name, ["*"])
    with system.database.transaction(organization.id) as tx:
        endpoint, _ = webhooks.create_endpoint(tx, by, system.vault, OutboundPolicy(), given)
        delivery_id = webhooks.ping(tx, by, endpoint["id"])
        began = clock.system_now() - timedelta(minutes=1)
        replay = webhooks.start_replay(tx, by, endpoint["id"], names=["*"], after=None, since=began, until=None)
        wanted = webhooks.GivenSource(name, "standard", kind="lending.application")
        source, _ = webhooks.create_source(tx, by, system.vault, system.registry, wanted)
        webhooks.receive(tx, source, f"{organization.slug}-only", "text/plain", name.encode())
        message_id = tx.scalar("select id from webhook_messages where source_id = %s", [source["id"]])
        tx.execute("update webhook_messages set state = 'quarantined' where id = %s", [message_id])
    return {
        "endpoint_id": str(endpoint["id"]),
        "webhook_delivery_id": str(delivery_id),
        "webhook_replay_id": str(replay["id"]),
        "webhook_source_id": str(source["id"]),
        "webhook_message_id": str(message_id),
    }


def _policy_inputs(system: System, organization: Organization) -> dict[str, str]:
    """Keep a list with one entry, and mute a rule that asks."""
    now, system_now = organization.clock.now(), clock.system_now()
    with system.database.transaction(organization.id) as tx:
        kept = lists.create_list(
            tx, organization, name=f"{organization.slug}_only", label=f"{organization.name} only", holds="text",
            description="", by="test", system_now=system_now,
        )  # fmt: skip
        lists.add_entries(tx, organization, kept["id"], [lists.Given("someone")], by="test", system_now=system_now)
        (entry,) = lists.list_entries(tx, kept["id"], now=now + timedelta(seconds=1))
        active = policies.get_active(tx, "lending.application")
        asking = [each for each in parse_policy(active["body"]).rules if is_mutable(each)]
        muted = mutes.mute(
            tx, organization, kind="lending.application", rule=asking[0].name, field="employer", value="someone",
            until=now + timedelta(days=1), reason="Known.", by="test", system_now=system_now,
        )  # fmt: skip
    return {"list_id": str(kept["id"]), "entry_id": str(entry["id"]), "mute_id": str(muted["id"])}


def _anomalies(system: System, organization: Organization) -> dict[str, str]:
    """Send points of two figures that fall at the end, and look for anomalies in both."""
    by, now = access.system_principal(organization.id, "test"), organization.clock.now()
    found = []
    for name in (f"{organization.slug}-only", f"{organization.slug}-only-too"):
        values = [100.0 + place % 7 for place in range(100)] + [1.0]
        points = [(now - timedelta(hours=100 - place), value) for place, value in enumerate(values)]
        with system.database.transaction(organization.id) as tx:
            streams.create_stream(tx, by, name=name, unit="orders", description="", money_per_unit=None, currency=None)
            streams.add_points(tx, by, name, points)
            found.append(finding.detect_range(tx, system, by, f"stream:{name}", 24).stored[0].row)
            # Each its own group, though they fall together.
            detections.put_group(tx, [found[-1]["id"]], found[-1]["id"])
    return {
        "metric_name": f"{organization.slug}-only",
        "detector_id": str(found[0]["detector_id"]),
        "anomaly_id": str(found[0]["id"]),
        "group_id": str(found[1]["id"]),
    }


def _channel(system: System, organization: Organization) -> dict[str, str]:
    """Connect a channel, which brings a rule, and give up a message over it."""
    principal, now = access.system_principal(organization.id, "test"), clock.system_now()
    by = alerts.By("test", now, now)
    with system.database.transaction(organization.id) as tx:
        channel, _ = channels.create_channel(
            tx,
            system.vault.keyring,
            kind="pagerduty",
            name=f"{organization.slug}-only",
            settings={},
            secret="0" * 32,
            principal=principal,
            by=by,
        )
        delivery = channels.queue_test(tx, channel.id, by=by)
        tx.execute("update deliveries set state = 'dead' where id = %s", [delivery["id"]])
        (rule,) = channels.list_rules(tx)
    return {"channel_id": str(channel.id), "rule_id": str(rule.id), "delivery_id": str(delivery["id"])}


def _secret(system: System, organization: Organization) -> str:
    """Keep a secret, renew it and use it."""
    by, now = access.system_principal(organization.id, "test"), clock.system_now()
    with system.database.transaction(organization.id) as tx:
        kept = vault.put(
            tx,
            system.vault.keyring,
            name=f"{organization.slug}-only",
            connection="payouts:main",
            destinations=[f"{organization.slug}-only.test"],
            value=SECRET_VALUE,
            by=by,
            system_now=now,
        )
    system.vault.use(
        organization.id, kept.id, connection="payouts:main", destination=kept.destinations[0], by=by, purpose=""
    )
    return str(kept.id)


def _forecast(system: System, organization: Organization) -> str:
    """Forecast something that is done."""
    by = access.system_principal(organization.id, "test")
    body = PredictiveBody.model_validate(FORECAST | {"name": f"{organization.slug}-only"})
    prepared = forecasts.prepare(system, by, plain(body))
    with system.database.transaction(organization.id) as tx:
        return str(forecasts.create(tx, by, prepared))


def _dataset(system: System, organization: Organization) -> str:
    """Keep a dataset that a query made, so that it can be refreshed."""
    by = access.system_principal(organization.id, "test")
    name = f"{organization.slug}-only"
    prepared = prepare(table_from_frame(pd.DataFrame({"name": [name]})))
    asked = datasets.Asked(name, "", "query", query=f"select '{name}' as name")
    with system.database.transaction(organization.id) as tx:
        return str(datasets.add_dataset(tx, by, system.files, asked, prepared).id)


def _predictions(system: System, organization: Organization, model_id: UUID) -> dict[str, str]:
    """Deploy a model of the hub, which shares its id with lending's, and let it predict something that becomes known."""
    database, made = system.database, trained("classification")
    add_model(database, organization, "who buys", model_id=model_id)
    add_version(database, system.signer, organization, model_id, made, number=1, alias="champion")
    by, versions = access.system_principal(organization.id, "test"), HubVersions(system)
    with database.transaction(organization.id) as tx:
        asked = predictions.Asked(model_id, None, [LIKELY], About("customer"), is_list=False)
        results = predictions.predict(tx, by, versions, Positives(), asked)
        prediction_id = results.made[0].id
        feedback.give_one(tx, by, versions, feedback.Given(prediction_id=prediction_id, actual="yes"))
    return {"prediction_id": str(prediction_id)}


def _letters(lender: Lender, known: Mapping[str, str], signer: Ed25519PrivateKey) -> dict[str, str]:
    """Issue a letter about the loan, and make a link for its borrower and for an applicant."""
    organization, loan_id, application_id = lender.organization, UUID(known["loan_id"]), UUID(known["application_id"])
    with lender.database.transaction(organization.id) as tx:
        by = access.system_principal(organization.id, "test")
        letter = letters.issue_loan_letter(tx, by, lender.kind, loan_id, letters.Wanted(LetterKind.SCHEDULE))
        link, _ = make_link(tx, by, LinkKey(signer), Subject(loan_id=loan_id), days=1)
        applicant_link, _ = make_link(tx, by, LinkKey(signer), Subject(application_id=application_id), days=1)
    return {
        "letter_id": str(letter["id"]),
        "link_id": str(link["id"]),
        "applicant_link_id": str(applicant_link["id"]),
    }


def _offer(lender: Lender, slug: str) -> tuple[str, str]:
    """Let two applications be offered a loan and one of them be accepted; return the open offer and the planned tranche."""
    offered = {**PRODUCT, "key": f"{slug}-offered", "name": f"{slug}-only offered", "credit_terms": CREDIT_TERMS}
    organization, catalogue = lender.organization, lender.kind.catalogue
    with lender.database.transaction(organization.id) as tx:
        product = usecases.publish_product(tx, organization, catalogue, parse_product(offered), author="test")
    proposals = [
        usecases.build_proposal(
            catalogue,
            product,
            organization.id,
            GOOD,
            reference=f"{slug}-{number}",
            proposed_by="test",
            now=organization.clock.now(),
        )
        for number in (4, 5)
    ]
    lender.decide_many(*proposals)
    decisions.decide_waiting(lender.decider)
    with lender.database.transaction(organization.id) as tx:
        taken, left = tx.all("select id from offers where state = 'made' order by id")
        found = accepting.accept(tx, catalogue, taken["id"], by="test")
    return str(left["id"]), str(found.tranches[0]["id"])


def open_estate(system: System, app: FastAPI, acme: Organization, globex: Organization) -> Iterator[Estate]:
    """Furnish both houses and serve."""
    people = People(system.database)
    houses = [furnish(system, people, each) for each in (acme, globex)]
    exports = {each.organization.id: _export(system, each) for each in houses}
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield Estate(system, app, client, people, *houses, exports)


def _export(system: System, house: House) -> bytes:
    """Give the model's version out as a file."""
    by = access.system_principal(house.organization.id, "test")
    with system.database.transaction(house.organization.id) as tx:
        return exporting.give_out(tx, by, system, UUID(house.ids["model_id"]), 1)


def uuids(text: str) -> set[str]:
    """Return the ids in a text."""
    return {str(UUID(each)) for each in UUID_TEXT.findall(text)}
