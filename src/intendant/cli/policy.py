"""`intendant policy`: show, export, check, try, compare, publish, schedule and roll back policies."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import click

from intendant.cli.console import json_option, moment, opened, organization_option, print_json, print_table, whoami
from intendant.cli.policy_files import DEFAULT_KIND, dump_yaml, kind_option, load_policy, reason_option
from intendant.cli.policy_proposals import cancel, proposals, try_draft

if TYPE_CHECKING:
    from intendant.kernel.organizations import Organization
    from intendant.kernel.policies import Submitted

__all__ = ["DEFAULT_KIND", "policy"]
F = TypeVar("F", bound=Callable[..., Any])


def _when(function: F) -> F:
    """Add the options that say from when on a version shall hold."""
    for option in (
        click.option("--whatever-is-active", is_flag=True, help="With --from: replace whatever is active then."),
        click.option("--follows", type=click.UUID, help="With --from: the scheduled proposal that it comes after."),
        click.option(
            "--from",
            "effective_from",
            metavar="DATE",
            help="From when on it holds, in business time: '2030-01-31 09:00' in the organisation's zone, or with an offset.",
        ),
    ):
        function = option(function)
    return function


@click.group()
def policy() -> None:
    """Show, export, check, try, compare, publish, schedule and roll back policies."""


@policy.command()
@kind_option
@click.option("--version", type=click.IntRange(1), help="A version; the active one by default.")
@organization_option
@json_option
def show(kind: str, version: int | None, organization: str | None, as_json: bool) -> None:
    """Show a policy and its versions."""
    from intendant.kernel.policies import get_active, get_version, list_versions

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = get_active(tx, kind) if version is None else get_version(tx, kind, version)
        versions = list_versions(tx, kind)
    if as_json:
        print_json(row)
        return
    click.echo(dump_yaml(row["body"]))
    print_table(
        versions,
        {
            "version": lambda each: each["version"],
            "state": lambda each: each["state"],
            "since": lambda each: moment(each["effective_from"]),
            "until": lambda each: "" if each["until"] is None else moment(each["until"]),
            "author": lambda each: each["author"],
            "reason": lambda each: each["reason"],
        },
        empty="",
    )


@policy.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@kind_option
@click.option("--version", type=click.IntRange(1))
@organization_option
def export(file: Path, kind: str, version: int | None, organization: str | None) -> None:
    """Write a policy to the YAML file FILE, to be edited and published."""
    from intendant.kernel.policies import get_active, get_version

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = get_active(tx, kind) if version is None else get_version(tx, kind, version)
    file.write_text(f"# {kind}, version {row['version']}: {row['reason']}\n" + dump_yaml(row["body"]), encoding="utf-8")
    click.echo(f"{file}: version {row['version']} of {kind}.")


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@kind_option
@click.option(
    "--offline", is_flag=True, help="Without an installation: fields and lists are taken as they are written."
)
@organization_option
@json_option
def check(file: Path, kind: str, offline: bool, organization: str | None, as_json: bool) -> None:
    """Check the policy in FILE without publishing it; status 1 when something blocks."""
    from intendant.kernel import policies
    from intendant.kernel.gate import check_policy

    draft = policies.parse_body(kind, load_policy(file))
    if offline:
        findings = check_policy(draft)
    else:
        with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
            findings = policies.check_draft(tx, system.registry.kind(kind), draft)
    if as_json:
        print_json([policies.describe_finding(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "BLOCKS" if policies.blocks_publishing(finding) else "note  "
            click.echo(f"{mark}  {finding.path}: {finding.text}")
            words = policies.example_words(finding)
            if words is not None:
                click.echo(f"        for example {words}")
        click.echo(f"{len(findings)} findings.")
    if any(policies.blocks_publishing(finding) for finding in findings):
        raise click.exceptions.Exit(1)


@policy.command()
@click.argument("old")
@click.argument("new")
@kind_option
@organization_option
def diff(old: str, new: str, kind: str, organization: str | None) -> None:
    """Say in words what changed from OLD to NEW: version numbers, or YAML files."""
    from intendant.kernel.gate import diff_policies, parse_policy
    from intendant.kernel.policies import get_version, parse_body

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        sides = [
            parse_policy(get_version(tx, kind, int(side))["body"])
            if side.isdigit()
            else parse_body(kind, load_policy(Path(side)))
            for side in (old, new)
        ]
    changes = diff_policies(*sides)
    for change in changes:
        click.echo(change.text)
    if not changes:
        click.echo("No difference.")


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@kind_option
@reason_option
@click.option("--replaces", type=click.IntRange(0), help="Refuse if another version than this is active by now.")
@_when
@organization_option
def publish(
    file: Path,
    kind: str,
    reason: str,
    replaces: int | None,
    effective_from: str | None,
    follows: UUID | None,
    whatever_is_active: bool,
    organization: str | None,
) -> None:
    """Publish the policy in the YAML or JSON file FILE: at once, from a date on, or as a proposal where two are needed."""
    from intendant.kernel import policies
    from intendant.kit.clock import system_now

    body = policies.parse_body(kind, load_policy(file))
    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        submitted = policies.submit(
            tx,
            found,
            body,
            author=policies.Author(whoami()),
            reason=reason,
            system_now=system_now(),
            replaces=replaces,
            effective_from=_moment_in(found, effective_from),
            follows=follows,
            whatever_is_active=whatever_is_active,
        )
    click.echo(_outcome(submitted))


# The same act under the name people look for after an export.
policy.add_command(publish, "import")
policy.add_command(try_draft)
policy.add_command(proposals)
policy.add_command(cancel)


@policy.command()
@click.argument("version", type=click.IntRange(1))
@kind_option
@reason_option
@_when
@organization_option
def rollback(
    version: int,
    kind: str,
    reason: str,
    effective_from: str | None,
    follows: UUID | None,
    whatever_is_active: bool,
    organization: str | None,
) -> None:
    """Publish the earlier VERSION's policy again, as a new version."""
    from intendant.kernel import policies
    from intendant.kernel.gate import parse_policy
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        submitted = policies.submit(
            tx,
            found,
            parse_policy(policies.get_version(tx, kind, version)["body"]),
            author=policies.Author(whoami()),
            reason=reason,
            system_now=system_now(),
            effective_from=_moment_in(found, effective_from),
            follows=follows,
            whatever_is_active=whatever_is_active,
        )
    click.echo(f"{_outcome(submitted)} It says what version {version} said.")


def _outcome(submitted: "Submitted") -> str:
    version, proposal = submitted
    if version is not None:
        return f"Version {version['version']} of {version['kind']} is active."
    if proposal is not None and proposal["state"] == "scheduled":
        return f"{proposal['id']} is scheduled for {moment(proposal['effective_from'])}."
    waiting = "" if proposal is None else str(proposal["id"])
    return f"{waiting} waits for a second person: another user who may publish approves it in the console."


def _moment_in(organization: "Organization", written: str | None) -> datetime | None:
    from zoneinfo import ZoneInfo

    from intendant.kit.errors import Invalid

    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Invalid(f"{written!r} is no date.", field="from", remedy="Write it like '2030-01-31 09:00'.") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(organization.time_zone))
