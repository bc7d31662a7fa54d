"""Names of members, for lists that show who somebody is."""

from collections.abc import Collection, Iterable
from uuid import UUID

from intendant.kit.database import Transaction


def names_of(tx: Transaction, organization_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those of the users who belong to the organisation. Takes a system transaction."""
    if not user_ids:
        return {}
    rows = tx.all(
        "select u.id, u.name from memberships m join users u on u.id = m.user_id"
        " where m.organization_id = %s and m.user_id = any(%s)",
        [organization_id, list(user_ids)],
    )
    return {row["id"]: row["name"] for row in rows}


def names_by_label(tx: Transaction, organization_id: UUID, labels: Iterable[str | None]) -> dict[str, str]:
    """Return the names of members by the labels that records carry, such as "user:ada@example.com"; one query, or none."""
    emails = {label.removeprefix("user:") for label in labels if label is not None and label.startswith("user:")}
    if not emails:
        return {}
    rows = tx.all(
        "select u.email, u.name from memberships m join users u on u.id = m.user_id"
        " where m.organization_id = %s and u.email = any(%s)",
        [organization_id, list(emails)],
    )
    return {f"user:{row['email']}": row["name"] for row in rows}
