"""Members in requests and answers: who `me` and `none` are in a filter, and the names of those whom rows are assigned to."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request

from intendant.kernel import access
from intendant.kernel.access import Principal
from intendant.kit.database import Row
from intendant.server.system import system_of

Assignee = Annotated[Literal["me", "none"] | UUID | None, Query(description="me, none, or a user's id.")]


def parse_assignee(principal: Principal, assignee: Literal["me", "none"] | UUID | None) -> tuple[UUID | None, bool]:
    """Return the user that a filter means, and whether it means nobody."""
    if assignee == "me":
        return principal.id, False
    return (assignee, False) if isinstance(assignee, UUID) else (None, assignee == "none")


def names_for(request: Request, principal: Principal, rows: Sequence[Row]) -> dict[UUID, str]:
    """Return the names of those whom the rows are assigned to; users are out of the serving role's reach."""
    wanted = {row["assignee"] for row in rows if row["assignee"] is not None}
    if not wanted:
        return {}
    with system_of(request).database.system() as tx:
        return access.names_of(tx, principal.organization_id, wanted)
