"""The doctor: what is wrong, and what to do about it. Every check is a small function from facts to `Check` values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg

from intendant.kit.database import Database
from intendant.kit.errors import Unavailable
from intendant.kit.settings import Settings


class CheckState(StrEnum):
    """How a part is: well, worth a look, or broken."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `name` is stable for programs; `remedy` says what to do where something is wrong."""

    name: str
    group: str
    state: CheckState
    summary: str
    remedy: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


_ORDER = (CheckState.OK, CheckState.WARNING, CheckState.FAILED)


def worst(checks: Iterable[Check]) -> CheckState:
    """Return the worst state among checks."""
    return max((check.state for check in checks), key=_ORDER.index, default=CheckState.OK)


def diagnose(
    settings: Settings, database: Database | None, *, organization_id: UUID | None = None, machine: bool = True
) -> list[Check]:
    """Look at everything and return what was found; works without a database, and never raises for what is broken.

    With `organization_id` only what concerns that organisation is looked at; `machine` adds files, keys and disk of this one.
    """
    from intendant.operations import _database, _machine, _work

    checks: list[Check] = []
    if machine and organization_id is None:
        checks += _safely("machine", lambda: _machine.look(settings))
    if database is None:
        return checks
    if organization_id is None:
        reached = _safely("database", lambda: _database.look(settings, database))
        checks += reached
        if any(each.name == "database.reachable" and each.state is CheckState.FAILED for each in reached):
            return checks
    checks += _safely("work", lambda: _work.look(settings, database, organization_id), tell=organization_id is None)
    return checks


def _safely(group: str, look: Callable[[], Sequence[Check]], *, tell: bool = True) -> list[Check]:
    """Look; what fails is a finding of its own. `tell`: whether the error's words, which may name hosts, are for the reader."""
    try:
        return list(look())
    except (Unavailable, psycopg.Error, OSError) as error:
        name = "database.reachable" if group != "machine" else "machine.readable"
        first = (str(error).splitlines() or [""])[0][:200]
        return [
            Check(
                name,
                group,
                CheckState.FAILED,
                f"This could not be looked at: {type(error).__name__}{f': {first}' if tell else ''}.",
                "See that the database runs and that this account may read the home folder; then ask again.",
            )
        ]
