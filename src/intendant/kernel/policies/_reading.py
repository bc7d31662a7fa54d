"""Reading policy versions: the active one, any one, and the list with the time for which each held."""

from uuid import UUID

from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""

_UNTIL = (
    "(select n.effective_from from policies n where n.organization_id = p.organization_id and n.kind = p.kind"
    " and n.version = p.version + 1) as until"
)
"""A version holds until the next one does: versions are numbered in the order in which they came to hold."""


class PolicyVersionUnknown(NotFound):
    """No such version of this policy."""

    code = "policy_version_unknown"


def find_active(tx: Transaction, kind: str, organization_id: UUID) -> Row | None:
    """Find the active version of an organisation's policy of a kind; also in a system transaction."""
    return tx.find(
        "select p.*, null::timestamptz as until from policies p where organization_id = %s and kind = %s and state = 'active'",
        [organization_id, kind],
    )


def get_active(tx: Transaction, kind: str) -> Row:
    """Get the active version of a kind's policy; raises PolicyVersionUnknown."""
    row = find_active(tx, kind, tx.organization_id)
    if row is None:
        raise PolicyVersionUnknown(f"No policy is active for '{kind}'.", field="kind", remedy="List the policies.")
    return row


def get_version(tx: Transaction, kind: str, version: int) -> Row:
    """Get one version of a kind's policy; raises PolicyVersionUnknown."""
    row = tx.find(
        f"select p.*, {_UNTIL} from policies p where organization_id = %s and kind = %s and version = %s",  # noqa: S608 - a constant
        [tx.organization_id, kind, version],
    )
    if row is None:
        raise PolicyVersionUnknown(f"'{kind}' has no version {version}.", field="version", remedy="List the versions.")
    return row


def list_versions(
    tx: Transaction, kind: str | None = None, *, before: UUID | None = None, limit: int = 100
) -> list[Row]:
    """List versions newest first, without their bodies; `before` is the id of the last one seen.

    `effective_from` and `until` are business time and say when each held; `until` is null for the one that still does.
    """
    return tx.all(
        "select kind, version, id, state, effective_from, author, reason, created_at, proposal_id, approved_by,"  # noqa: S608 - a constant
        f" {_UNTIL} from policies p"
        " where organization_id = %(organization)s and (%(kind)s::text is null or kind = %(kind)s)"
        " and (%(before)s::uuid is null or id < %(before)s) order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "kind": kind, "before": before, "limit": min(limit, PAGE_MAX)},
    )
