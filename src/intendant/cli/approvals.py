"""`intendant approvals`: the inbox on the command line."""

from typing import Any, Literal
from uuid import UUID

import click

from intendant.cli.console import (
    json_option,
    moment,
    money,
    opened,
    organization_option,
    percent,
    print_json,
    print_table,
    whoami,
)

_reason = click.option("--reason", "-r", required=True, help="Why; it goes on the record.")


@click.group()
def approvals() -> None:
    """List and answer what waits for a person."""


@approvals.command("list")
@click.option(
    "--state",
    default="open",
    show_default=True,
    type=click.Choice(["open", "answered", "expired", "stale", "withdrawn"]),
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@organization_option
@json_option
def list_(state: str, limit: int, organization: str | None, as_json: bool) -> None:
    """List approvals, oldest first."""
    from intendant.kernel.approvals import Inbox, concealed, list_approvals

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        rows = [
            concealed({**row, "digest": bytes(row["digest"]).hex()})
            for row in list_approvals(tx, Inbox(state), limit=limit)
        ]
    if as_json:
        print_json(rows)
        return
    print_table(
        rows,
        {
            "due": lambda row: moment(row["due_at"]),
            "tier": lambda row: row["tier"],
            "proposed": lambda row: row["action"] or "(blind)",
            "confidence": lambda row: percent(row["confidence"]),
            "amount": lambda row: money(row["amount"]),
            "summary": lambda row: row["summary"],
            "id": lambda row: row["id"],
        },
        empty="Nobody is asked anything just now.",
    )


@approvals.command()
@click.argument("approval_id", type=click.UUID)
@_reason
@organization_option
@json_option
def approve(approval_id: UUID, reason: str, organization: str | None, as_json: bool) -> None:
    """Approve what was proposed."""
    _answer(approval_id, "approve", reason, {}, organization, as_json)


@approvals.command()
@click.argument("approval_id", type=click.UUID)
@_reason
@organization_option
@json_option
def decline(approval_id: UUID, reason: str, organization: str | None, as_json: bool) -> None:
    """Decline what was proposed."""
    _answer(approval_id, "decline", reason, {}, organization, as_json)


@approvals.command()
@click.argument("approval_id", type=click.UUID)
@click.option("--action", help="The action to take instead.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter to change; may be repeated.")
@_reason
@organization_option
@json_option
def amend(
    approval_id: UUID,
    action: str | None,
    settings: tuple[str, ...],
    reason: str,
    organization: str | None,
    as_json: bool,
) -> None:
    """Answer with another action or other parameters than were proposed."""
    amended: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{setting!r} is not NAME=VALUE", param_hint="--set")
        amended[name] = value
    if action is not None:
        amended["action"] = action
    _answer(approval_id, "amend", reason, amended, organization, as_json)


def _answer(
    approval_id: UUID,
    verb: Literal["approve", "decline", "amend"],
    reason: str,
    amended: dict[str, Any],
    organization: str | None,
    as_json: bool,
) -> None:
    from intendant.kernel.approvals import get_approval
    from intendant.kernel.decisions import GivenAnswer, answer
    from intendant.kernel.gate import Tier

    with opened(organization) as (system, found):
        with system.database.transaction(found.id) as tx:
            row = get_approval(tx, approval_id)
        given = GivenAnswer(
            approval_id=approval_id,
            answer=verb,
            digest=bytes(row["digest"]),
            reason=reason,
            by=whoami(),
            tier=Tier.OWNER,
            amended=amended,
        )
        record = answer(system.decider, found.id, given).as_dict()
    if as_json:
        print_json(record)
        return
    click.echo(f"{record['verdict']}: {record['action']} (decision {record['id']})")
