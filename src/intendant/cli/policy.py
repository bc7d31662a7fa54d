"""`intendant policy`: show, export, compare, publish and roll back policies."""

from pathlib import Path
from typing import Any

import click

from intendant.cli.console import json_option, moment, opened, organization_option, print_json, print_table, whoami

DEFAULT_KIND = "lending.application"
_kind = click.option("--kind", default=DEFAULT_KIND, show_default=True, help="The decision kind.")
_reason = click.option("--reason", "-r", required=True, help="Why; it goes on the record.")


@click.group()
def policy() -> None:
    """Show, export, compare, publish and roll back policies."""


@policy.command()
@_kind
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
    click.echo(_yaml(row["body"]))
    print_table(
        versions,
        {
            "version": lambda each: each["version"],
            "state": lambda each: each["state"],
            "since": lambda each: moment(each["effective_from"]),
            "author": lambda each: each["author"],
            "reason": lambda each: each["reason"],
        },
        empty="",
    )


@policy.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_kind
@click.option("--version", type=click.IntRange(1))
@organization_option
def export(file: Path, kind: str, version: int | None, organization: str | None) -> None:
    """Write a policy to the YAML file FILE, to be edited and published."""
    from intendant.kernel.policies import get_active, get_version

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = get_active(tx, kind) if version is None else get_version(tx, kind, version)
    file.write_text(f"# {kind}, version {row['version']}: {row['reason']}\n" + _yaml(row["body"]), encoding="utf-8")
    click.echo(f"{file}: version {row['version']} of {kind}.")


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_kind
@organization_option
@json_option
def check(file: Path, kind: str, organization: str | None, as_json: bool) -> None:  # noqa: ARG001 - the same options everywhere
    """Check the policy in FILE without publishing it; status 1 when something blocks."""
    from intendant.kernel.gate import check_policy
    from intendant.kernel.policies import describe_finding, is_blocking, parse_body

    findings = check_policy(parse_body(kind, _load(file)))
    if as_json:
        print_json([describe_finding(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{'BLOCKS' if is_blocking(finding) else 'note  '}  {finding.path}: {finding.text}")
        click.echo(f"{len(findings)} findings.")
    if any(is_blocking(finding) for finding in findings):
        raise click.exceptions.Exit(1)


@policy.command()
@click.argument("old")
@click.argument("new")
@_kind
@organization_option
def diff(old: str, new: str, kind: str, organization: str | None) -> None:
    """Say in words what changed from OLD to NEW: version numbers, or YAML files."""
    from intendant.kernel.gate import diff_policies, parse_policy
    from intendant.kernel.policies import get_version, parse_body

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        sides = [
            parse_policy(get_version(tx, kind, int(side))["body"])
            if side.isdigit()
            else parse_body(kind, _load(Path(side)))
            for side in (old, new)
        ]
    changes = diff_policies(*sides)
    for change in changes:
        click.echo(change.text)
    if not changes:
        click.echo("No difference.")


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_kind
@_reason
@click.option("--replaces", type=click.IntRange(0), help="Refuse if another version than this is active by now.")
@organization_option
def publish(file: Path, kind: str, reason: str, replaces: int | None, organization: str | None) -> None:
    """Publish the policy in the YAML or JSON file FILE as a new version."""
    from intendant.kernel import policies
    from intendant.kit.clock import system_now

    body = policies.parse_body(kind, _load(file))
    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = policies.publish(
            tx, found, body, author=whoami(), reason=reason, system_now=system_now(), replaces=replaces
        )
    click.echo(f"Version {row['version']} of {kind} is active.")


# The same act under the name people look for after an export.
policy.add_command(publish, "import")


@policy.command()
@click.argument("version", type=click.IntRange(1))
@_kind
@_reason
@organization_option
def rollback(version: int, kind: str, reason: str, organization: str | None) -> None:
    """Publish the earlier VERSION's policy again, as a new version."""
    from intendant.kernel import policies
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = policies.roll_back(tx, found, kind, version, author=whoami(), reason=reason, system_now=system_now())
    click.echo(f"Version {row['version']} of {kind} is active; it says what version {version} said.")


def _yaml(body: Any) -> str:
    import yaml

    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)


def _load(file: Path) -> Any:
    import yaml

    from intendant.kit.errors import Invalid

    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{file} is neither YAML nor JSON: {error}", field="file", remedy="Export a policy and edit that."
        ) from None
