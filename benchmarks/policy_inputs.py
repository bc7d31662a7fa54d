"""What lists and aggregates cost: batches decided with none, then with 2 lists of 50,000 entries and 3 aggregates over many facts.

python -m benchmarks.policy_inputs [--facts 100000] [--rounds 60] [--batch 32]
"""

import argparse
import statistics
import time
from dataclasses import replace
from itertools import islice
from typing import Any

import psycopg
from benchmarks.lender import installation, lenders

from intendant.domains.lending import usecases
from intendant.domains.lending.manifest import APPLICATION
from intendant.kernel import lists, policies
from intendant.kernel.aggregates import FACTS, Lookup, Member
from intendant.kernel.decisions import Decision
from intendant.kernel.gate import Case, Policy, dump_policy, parse_policy
from intendant.kit import clock, ids
from intendant.simulator.lender import applicants

AGGREGATES = [
    {"name": "applied", "measure": "count", "by": "employer", "over": "7d"},
    {"name": "asked", "measure": "sum", "of": "amount", "by": "employer", "over": "30d"},
    {"name": "purposes", "measure": "distinct", "of": "purpose", "by": "customer", "over": "90d"},
]
ENTITIES = 5_000
LISTED = 50_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    with installation() as system:
        ((organization, _),) = lenders(system, 1)
        database = system.database
        with database.transaction(organization.id) as tx:
            product = APPLICATION.catalogue.latest(tx, "short-loan")
            active = policies.get_active(tx, APPLICATION.name)
        plain = parse_policy(active["body"])
        people = applicants(3, prefix="bulk")

        def batch(number: int) -> list[Any]:
            proposals = []
            for at, person in enumerate(islice(people, options.batch)):
                proposal = usecases.build_proposal(
                    APPLICATION.catalogue,
                    product,
                    organization.id,
                    person.inputs,
                    proposed_by="benchmark",
                    now=clock.system_now(),
                )
                named = {"employer": f"firm {(number * 7 + at) % ENTITIES}", "customer": f"c{(number + at) % ENTITIES}"}
                subject: Any = proposal.subject
                proposals.append(replace(proposal, subject=replace(subject, inputs={**subject.inputs, **named})))
            return proposals

        def publish(policy: Policy) -> None:
            with database.transaction(organization.id) as tx:
                policies.publish(
                    tx, organization, policy, author="benchmark", reason="To measure.", system_now=clock.system_now()
                )

        def seconds(rounds: int) -> float:
            measured = []
            for number in range(rounds):
                proposals = batch(number)
                began = time.perf_counter()
                results = system.decider.decide_many(proposals)
                measured.append(time.perf_counter() - began)
                assert all(isinstance(each, Decision) for each in results), results
            return statistics.median(measured)

        _keep_lists(system, organization)
        listing = _policy(plain, lists_asked=True, aggregates=[])
        full = _policy(plain, lists_asked=True, aggregates=AGGREGATES)
        publish(full)
        _write_facts(database, organization, full, options.facts)
        with database.system() as tx:
            tx.execute("update aggregate_series set settled = true")
        with psycopg.connect(database.urls.owner, autocommit=True) as owner:
            # As the database itself does within a minute.
            owner.execute("vacuum analyze aggregate_facts, list_entries")
        for label, policy in (
            ("neither", plain),
            ("2 lists", listing),
            ("2 lists, 3 aggregates", full),
            ("neither", plain),
        ):
            publish(policy)
            seconds(10)
            median = seconds(options.rounds)
            print(
                f"{label}: {median * 1000:.1f} ms a batch of {options.batch}, {options.batch / median:,.0f}/s on one thread"
            )


def _policy(plain: Policy, *, lists_asked: bool, aggregates: list[dict[str, Any]]) -> Policy:
    rules: list[dict[str, Any]] = []
    for number, field in enumerate(("employer", "customer") if lists_asked else ()):
        when = {"field": field, "op": "in_list", "value": f"list_{number}"}
        rules.append({"name": f"listed_{number}", "effect": "ask", "when": when, "missing": "ignore"})
    for each in aggregates:
        when = {"field": f"aggregates.{each['name']}", "op": "gt", "value": 10**9}
        rules.append({"name": f"often_{each['name']}", "effect": "ask", "when": when, "missing": "ignore"})
    written: dict[str, Any] = dump_policy(plain)
    return parse_policy(written | {"rules": [*written["rules"], *rules], "aggregates": aggregates})


def _keep_lists(system: Any, organization: Any) -> None:
    with system.database.transaction(organization.id) as tx:
        for number in range(2):
            known = {"by": "benchmark", "system_now": clock.system_now()}
            row = lists.create_list(
                tx, organization, name=f"list_{number}", label="Listed", holds="text", description="", **known
            )
            given = [lists.Given(f"listed {place}") for place in range(LISTED)]
            lists.add_entries(tx, organization, row["id"], given, **known)


def _write_facts(database: Any, organization: Any, policy: Policy, count: int) -> None:
    """Write facts of decisions that another program might have made: spread over the entities and the last days."""
    now = organization.clock.now()
    members = []
    for place in range(count):
        values = {
            "employer": f"firm {place % ENTITIES}",
            "customer": f"c{place % ENTITIES}",
            "amount": 100.0 + place % 900,
        }
        values["purpose"] = f"p{place % 7}"
        case = Case("approve", values, 0.9, None, at=now)
        members.append(Member(place, organization.id, ids.new_id(), case, now, False, policy.aggregates))
    rows = Lookup(APPLICATION.name, members).rows_for({place: ids.new_id() for place in range(count)})
    with database.transaction(organization.id) as tx:
        FACTS.run(tx, rows)


if __name__ == "__main__":
    main()
