"""`intendant decide` and `intendant decisions`: decide applications and look at what was decided."""

import sys
from pathlib import Path
from typing import Any
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


@click.command()
@click.argument("source", default="-")
@click.option("--product", "-p", help="The product; needed where there are several.")
@click.option("--key", help="Idempotency key: the same key decides once.")
@organization_option
@json_option
def decide(source: str, product: str | None, key: str | None, organization: str | None, as_json: bool) -> None:
    """Decide one application: SOURCE is a JSON object, a file that holds one, or - for standard input.

    Example: intendant decide '{"reference": "A-17", "inputs": {"amount": 4000, "monthly_income": 2500}}'
    """
    from intendant.domains.lending import usecases
    from intendant.domains.lending.manifest import APPLICATION
    from intendant.kit.canonical import canonical_json, digest

    given = _read(source)
    with opened(organization) as (system, found):
        with system.database.transaction(found.id) as tx:
            chosen = APPLICATION.catalogue.latest(tx, product or given.get("product") or usecases.only_product(tx))
        proposal = usecases.build_proposal(
            APPLICATION.catalogue,
            chosen,
            found.id,
            given["inputs"],
            reference=given.get("reference"),
            proposed_by=whoami(),
            now=found.clock.now(),
            idempotency_key=key,
            body_digest=digest(canonical_json([chosen.key, given])),
        )
        record = system.decider.decide(proposal).as_dict()
    if as_json:
        print_json(record)
        return
    _print_record(record)


@click.group()
def decisions() -> None:
    """List and show decisions."""


@decisions.command("list")
@click.option("--verdict", type=click.Choice(["act", "ask", "refuse", "observe"]))
@click.option("--action")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.option("--after", type=click.UUID, help="The last id of the page before.")
@organization_option
@json_option
def list_(
    verdict: str | None, action: str | None, limit: int, after: UUID | None, organization: str | None, as_json: bool
) -> None:
    """List decisions, newest first."""
    from intendant.kernel.approvals import conceal, list_hidden
    from intendant.kernel.decisions import list_decisions

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        rows = list_decisions(tx, verdict=verdict, action=action, after=after, limit=limit)
        hidden = list_hidden(tx, [row["id"] for row in rows])
    rows = [conceal(row) if row["id"] in hidden else row for row in rows]
    if as_json:
        print_json(rows)
        return
    print_table(
        rows,
        {
            "when": lambda row: moment(row["decided_at"]),
            "verdict": lambda row: row["verdict"] + (f" (would {row['would']})" if row["would"] else ""),
            "action": lambda row: row.get("action", "(blind)"),
            "confidence": lambda row: percent(row.get("confidence")),
            "amount": lambda row: money(row["amount"]),
            "decided by": lambda row: row["decided_by"],
            "id": lambda row: row["id"],
        },
        empty="Nothing was decided yet. Try `intendant decide` or `intendant replay FILE`.",
    )


@decisions.command()
@click.argument("decision_id", type=click.UUID)
@organization_option
@json_option
def show(decision_id: UUID, organization: str | None, as_json: bool) -> None:
    """Show the record of a decision and explain it."""
    from intendant.kernel.approvals import conceal, list_hidden
    from intendant.kernel.decisions import get_decision

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        record = get_decision(tx, decision_id)
        hidden = bool(list_hidden(tx, [decision_id]))
        explanation = {} if hidden else dict(system.registry.kind(record["kind"]).explain(tx, record))
    if hidden:
        click.echo("A blind case about this decision waits for an answer, so the proposal is not shown.", err=True)
        print_json(conceal(record))
        return
    if as_json:
        print_json(record | {"explanation": explanation})
        return
    _print_record(record)
    click.echo()
    print_json(explanation)


def _read(source: str) -> dict[str, Any]:
    import orjson

    from intendant.kit.errors import Invalid

    text = source
    if source == "-":
        text = sys.stdin.read()
    elif not source.lstrip().startswith("{"):
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                f"{source[:200]!r} cannot be read: {error}.", field="source", remedy="Give a JSON object or a file."
            ) from None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This is not JSON: {error}.", field="source", remedy="Give one JSON object.") from None
    if not isinstance(value, dict) or not isinstance(value.get("inputs"), dict):
        raise Invalid("This is no JSON object with inputs.", field="inputs", remedy="See `intendant decide --help`.")
    for name in sorted(value.keys() - {"product", "reference", "inputs"}):
        raise Invalid(
            f"'{name[:60]}' is not known here.", field=name[:60], remedy="Put what the form asks into inputs."
        )
    return value


def _print_record(record: dict[str, Any]) -> None:
    would = f" (would {record['would']})" if record["would"] else ""
    click.echo(f"{record['verdict'].upper()}{would}  {record['action']}  confidence {percent(record['confidence'])}")
    for name in ("id", "subject_id", "decided_by", "decided_at", "model_version", "policy_version", "approval_id"):
        if record.get(name) is not None:
            click.echo(f"  {name:<15} {record[name]}")
    for reason in record["reasons"]:
        click.echo(f"  - {reason['text']}")
