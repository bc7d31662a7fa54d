"""Lending's durable work: training a model from the record, as a task that survives crashes and shows its progress."""

from typing import Any
from uuid import UUID

from intendant.domains.lending import training
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel.gate import parse_policy
from intendant.kernel.organizations import get_organization
from intendant.kernel.policies import get_active
from intendant.kernel.tasks import TaskContext
from intendant.kit.database import Database


def train(context: TaskContext, kind: LendingApplicationKind) -> dict[str, Any]:
    """Train a product's model on the organisation's matured outcomes; parameters: `product`, `seed`.

    A new version becomes champion only if it validates and ranks no worse than the present one on rows neither has seen.
    """

    def work(organization_id: str, product: str, seed: int, by: str) -> dict[str, Any]:
        return _train(context.database, kind, UUID(organization_id), product, seed=seed, by=by, context=context)

    result: dict[str, Any] = context.step(
        "train",
        work,
        str(context.organization_id),
        str(context.parameters["product"]),
        int(context.parameters.get("seed", 0)),
        context.task.created_by,
    )
    return result


def _train(
    database: Database,
    kind: LendingApplicationKind,
    organization_id: UUID,
    product: str,
    *,
    seed: int,
    by: str,
    context: TaskContext,
) -> dict[str, Any]:
    with database.transaction(organization_id) as tx:
        organization = get_organization(tx, organization_id)
        policy = parse_policy(get_active(tx, kind.name)["body"])
    row = training.train_from_record(
        database,
        organization,
        kind.catalogue,
        kind.champions,
        product,
        by=by,
        seed=seed,
        policy=policy,
        progress=context.progress,
    )
    return {"model_id": str(row["id"]), "version": row["version"], "role": row["role"], "validated": row["validated"]}
