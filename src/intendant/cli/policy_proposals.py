"""`intendant policy proposals` and `intendant policy try`: what waits for a person or a date, and what a draft would have done."""

from pathlib import Path
from uuid import UUID

import click

from intendant.cli.console import (
    json_option,
    moment,
    money,
    opened,
    organization_option,
    print_json,
    print_table,
    whoami,
)
from intendant.cli.policy_files import kind_option, load_policy, reason_option


@click.command()
@kind_option
@click.option("--all", "everything", is_flag=True, help="Those that ended too.")
@organization_option
@json_option
def proposals(kind: str, everything: bool, organization: str | None, as_json: bool) -> None:
    """List policies that wait for a second person or for their date."""
    from intendant.kernel.policies import list_proposals

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        rows = list_proposals(tx, kind, waiting=not everything)
    if as_json:
        print_json([{name: value for name, value in row.items() if name != "organization_id"} for row in rows])
        return
    print_table(
        rows,
        {
            "id": lambda each: each["id"],
            "state": lambda each: each["state"],
            "replaces": lambda each: each["replaces"],
            "from": lambda each: "at once" if each["effective_from"] is None else moment(each["effective_from"]),
            "author": lambda each: each["author"],
            "reason": lambda each: each["reason"],
        },
        empty="Nothing waits.",
    )


@click.command()
@click.argument("proposal_id", metavar="PROPOSAL", type=click.UUID)
@reason_option
@organization_option
def cancel(proposal_id: UUID, reason: str, organization: str | None) -> None:
    """Cancel the scheduled PROPOSAL, and with it what was to follow it."""
    from intendant.kernel import policies
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        policies.cancel(tx, found, proposal_id, by=whoami(), reason=reason, system_now=system_now())
    click.echo(f"{proposal_id} is cancelled.")


@click.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@kind_option
@click.option("--last", type=click.IntRange(1, 1_000), default=1_000, show_default=True, help="How many decisions.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write each change to a file.")
@organization_option
@json_option
def try_draft(file: Path, kind: str, last: int, csv_file: Path | None, organization: str | None, as_json: bool) -> None:
    """Say what the draft in FILE would have done with the last decisions. It changes nothing."""
    from intendant.kernel import decisions, policies
    from intendant.kit.spreadsheet import encode_lines

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        draft = policies.parse_body(kind, load_policy(file))
        trial = policies.try_policy(tx, system.registry.kind(kind), draft, limit=last, draws=decisions.draws)
    if csv_file is not None:
        csv_file.write_bytes(encode_lines([policies.TRIAL_COLUMNS, *policies.trial_lines(trial)]))
    counts = [
        {**change._asdict(), "count": tally.decisions, "amount": tally.amount}
        for change, tally in sorted(trial.counts.items(), key=lambda each: (each[0].is_none, -each[1].decisions))
    ]
    if as_json:
        print_json({"tried": trial.tried, "left_out": trial.left_out, "changed": trial.changed, "counts": counts})
        return
    print_table(
        counts,
        {
            "decisions": lambda each: each["count"],
            "amount": lambda each: money(each["amount"]),
            "before": lambda each: f"{each['before_action']}: {each['before_verdict']}",
            "after": lambda each: f"{each['after_action']}: {each['after_verdict']}",
        },
        empty="There is no decision to try it on.",
    )
    click.echo(f"{trial.changed} of {trial.tried} would change; {trial.left_out} were left out.")
