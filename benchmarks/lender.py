"""The lender that benchmarks run on: the simulated one, once or a thousand times, on a database of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pandas as pd

from intendant.bootstrap import System, open_system
from intendant.domains.lending import training, usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.manifest import APPLICATION
from intendant.kernel import access, autonomy, policies
from intendant.kernel.gate import Limit, Window
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.settings import Settings
from intendant.simulator.lender import PRODUCT, applicants

HISTORY_ROWS = 3_000
UNLIMITED_COUNT, UNLIMITED_AMOUNT = 10**9, Decimal(10) ** 12


@contextmanager
def installation(port: int = 8421) -> Iterator[System]:
    """Open a new installation in a temporary folder that an unprivileged server account may enter."""
    with tempfile.TemporaryDirectory(prefix="intendant-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        with open_system(Settings(home=Path(folder) / "home", port=port, log_level="warning")) as system:
            yield system


def lenders(system: System, count: int) -> list[tuple[Organization, str]]:
    """Found lenders at level full, with limits that do not bind, payouts off, one model and an API key each."""
    founded = [_found(system, number) for number in range(count)]
    first = founded[0][0]
    product = parse_product({**PRODUCT, "payout": False})
    people = list(islice(applicants(1, prefix="history"), HISTORY_ROWS))
    scored = {field.name for field in product.scored_fields}
    table = training.TrainingTable(
        frame=pd.DataFrame([{name: value for name, value in p.inputs.items() if name in scored} for p in people]),
        outcome=pd.Series([int(p.repays) for p in people]).to_numpy(),
    )
    training.train(system.database, first, APPLICATION.champions, product, table, by="benchmark", seed=1)
    with system.database.system() as tx:
        tx.execute_many(
            "insert into models (organization_id, id, kind, version, role, algorithm, artifact, digest, data_digest, validated,"
            " report, trained_at, stale_at, created_by, created_at) select %s, %s, kind, version, role, algorithm, artifact,"
            " digest, data_digest, validated, report, trained_at, stale_at, created_by, created_at from models"
            " where organization_id = %s and role = 'champion'",
            [[organization.id, ids.new_id(), first.id] for organization, _ in founded[1:]],
        )
    return founded


def _found(system: System, number: int) -> tuple[Organization, str]:
    organization = system.found_organization(slug=f"lender-{number}", name=f"Lender {number}", by="benchmark")
    now = clock.system_now()
    policy = APPLICATION.default_policy()
    actions = dict(policy.actions)
    for action, window in (("approve", Window.DAY), ("reject", Window.HOUR)):
        limit = Limit(window, UNLIMITED_COUNT, UNLIMITED_AMOUNT)
        actions[action] = replace(actions[action], limits=(limit,), hold_seconds=0.0)
    with system.database.transaction(organization.id) as tx:
        product = parse_product({**PRODUCT, "payout": False})
        usecases.publish_product(tx, organization, APPLICATION.catalogue, product, author="benchmark")
        policies.publish(
            tx,
            organization,
            replace(policy, actions=actions),
            author="benchmark",
            reason="No limit binds.",
            system_now=now,
        )
        autonomy.set_level(
            tx, organization, APPLICATION.component, "full", by="benchmark", why="A benchmark.", system_now=now
        )
    with system.database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=organization.id, name="benchmark", role=access.Role.OPERATOR, by="benchmark"
        )
    return organization, secret
