"""`intendant replay`: a table of past applications goes through the live path; the report says what it would have earned."""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.replay_terminal import progress_shown, show_report

if TYPE_CHECKING:
    from rich.console import Console

    from intendant.domains.lending.replay.draft import Draft
    from intendant.domains.lending.replay.plan import Plan
    from intendant.kernel.gate import Policy
    from intendant.learning.datasets import Mapping, MappingProposal, Table
    from intendant.learning.evaluation import CostMatrix

_READ_BYTES = 1 << 20
_SHARE_MIN, _SHARE_MAX = 0.05, 0.95
_SETTING_BYTES_MAX = 1 << 24


class _Share(click.ParamType[float]):
    """A share written as 60% or 0.6."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{value!r} is no share; write 60% or 0.6", param, ctx)
        if not _SHARE_MIN <= share <= _SHARE_MAX:
            self.fail(
                f"{value!r} leaves too little to train on or to decide; give {_SHARE_MIN:.0%} to {_SHARE_MAX:.0%}",
                param,
                ctx,
            )
        return share


class _Speed(click.ParamType["float | None"]):
    """A speed written as max or 100x."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        text = str(value).strip().lower()
        if text == "max":
            return None
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            speed = 0.0
        if not 0 < speed <= 1e9:
            self.fail(f"{value!r} is no speed; write max, or a multiple such as 100x", param, ctx)
        return speed


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A corrected mapping.",
)
@click.option(
    "--policy", "policy_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A corrected policy."
)
@click.option("--outcome", metavar="COLUMN", help="The column that says how the loan ended.")
@click.option("--good", metavar="VALUE", multiple=True, help="The value that means repaid; may be repeated.")
@click.option(
    "--train-until", type=_Share(), default="60%", show_default=True, help="The earlier part that trains the model."
)
@click.option("--speed", type=_Speed(), default="max", show_default=True, help="max, or 100x of the table's own time.")
@click.option("--gain", type=click.FloatRange(0, 1e6, min_open=True), help="What a repaid unit earns; 1 is assumed.")
@click.option("--loss", type=click.FloatRange(0, 1e6, min_open=True), help="What a defaulted unit loses; 5 is assumed.")
@click.option(
    "--report", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder for reports and drafts."
)
@click.option("--encoding", help="The file's encoding, where it is not recognised.")
@click.option("--delimiter", help="The file's delimiter, where it is not recognised.")
@click.option("--yes", is_flag=True, help="Use the proposals without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else, to standard output.")
def replay(
    file: Path,
    mapping_file: Path | None,
    policy_file: Path | None,
    outcome: str | None,
    good: tuple[str, ...],
    train_until: float,
    speed: float | None,
    gain: float | None,
    loss: float | None,
    folder: Path | None,
    encoding: str | None,
    delimiter: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Replay FILE, a table of past applications with known outcomes (CSV, Excel, JSON, Parquet), through the live path.

    The mapping of its columns and a draft policy are proposed and written to files you can correct and pass back with
    --mapping and --policy. The same call again goes on where it stopped and repeats nothing.
    """
    from rich.console import Console

    from intendant.domains.lending.replay.draft import draft
    from intendant.domains.lending.replay.plan import make_plan, split_rows
    from intendant.kit.errors import Invalid
    from intendant.learning.datasets import applications, dump_mapping, read_table, require_mapping

    output = sys.stderr if as_json else sys.stdout
    console = Console(file=output, soft_wrap=not output.isatty(), highlight=False)
    costs = _costs(gain, loss)
    policy = None if policy_file is None else _read_policy(policy_file)
    folder = _report_folder(folder or Path(f"replay-{file.name.partition('.')[0] or 'table'}"))
    with console.status("Reading the table"):
        table = read_table(file, encoding=encoding, delimiter=delimiter)
    console.print(
        f"{file.name}: {table.rows_read:,} rows, {len(table.columns):,} columns, {table.format}"
        f"{'' if table.header else ', no header'}; {table.quarantine.rows_quarantined:,} rows in quarantine.",
        markup=False,
    )
    mapping, notices = _mapping(table, mapping_file, outcome, good, console, interactive=not yes)
    require_mapping(table, mapping)
    with console.status("Reading applications"):
        applied = applications(table, mapping)
    if speed is not None and applied.times is None:
        raise Invalid("The table has no time to keep pace with.", field="--speed", remedy="Use --speed max.")
    parts = split_rows(applied, train_until)
    drafted = draft(mapping, applied, parts, gain=costs.gain, loss=costs.loss, policy=policy)
    plan = make_plan(file, applied, drafted, parts, source_digest=_digest(file), costs=costs)
    for notice in dict.fromkeys((*notices, *applied.notices, *table.notices, *drafted.notices, *plan.notices)):
        console.print(f"  note: {notice}", style="dim", markup=False)
    if mapping_file is None:
        _keep(folder / "mapping.yaml", dump_mapping(mapping), console)
    if policy_file is None:
        _keep(folder / "policy.yaml", _policy_text(drafted), console)
    used = [str(mapping_file or folder / "mapping.yaml"), str(policy_file or folder / "policy.yaml")]
    console.print(f"Mapping and policy: {', '.join(used)}", markup=False)
    if not yes and not click.confirm("Go on with them?", default=True, err=as_json):
        console.print("Correct the files and pass them with --mapping and --policy.", markup=False)
        return
    report = _run(plan, speed, tuple(notices))
    _save(folder, report)
    if as_json:
        click.echo(_json(report), nl=False)
    show_report(console, report, folder)


def _report_folder(folder: Path) -> Path:
    """Make the folder and see that it can be written to, before anything takes its time."""
    from intendant.kit.errors import Invalid

    probe = folder / ".intendant-replay"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Invalid(
            f"Nothing can be written to {folder}: {error.strerror}.",
            field="--report",
            remedy="Name a folder that you may write to.",
        ) from None
    return folder


def _mapping(
    table: "Table",
    mapping_file: Path | None,
    outcome: str | None,
    good: tuple[str, ...],
    console: "Console",
    *,
    interactive: bool,
) -> tuple["Mapping", list[str]]:
    from intendant.domains.lending.replay.draft import move_protected
    from intendant.kit.errors import Invalid
    from intendant.learning.datasets import parse_mapping, propose_mapping

    if mapping_file is not None:
        if outcome or good:
            raise Invalid(
                "--mapping already names the outcome.", field="--outcome", remedy="Leave --outcome and --good out."
            )
        mapping = parse_mapping(_read_setting(mapping_file, "--mapping"))
        _show_mapping(console, mapping)
        return mapping, []
    if good and not outcome:
        raise Invalid("--good names a value of no column.", field="--good", remedy="Add --outcome COLUMN.")
    proposal = propose_mapping(table, outcome=outcome, good=list(good) or None)
    if proposal.questions and interactive and sys.stdin.isatty():
        proposal = _ask(table, proposal, outcome, good)
    mapping, moved = move_protected(proposal.settled())
    _show_mapping(console, mapping)
    suspects = [f"'{suspect.name}' is left out: {suspect.why}." for suspect in proposal.suspects]
    return mapping, [*proposal.warnings, *suspects, *moved]


def _ask(table: "Table", proposal: "MappingProposal", outcome: str | None, good: tuple[str, ...]) -> "MappingProposal":
    from intendant.learning.datasets import propose_mapping

    for question in proposal.questions:
        click.echo(question)
    candidates = [candidate.column for candidate in proposal.outcomes] or list(table.columns)
    column = outcome or click.prompt("Which column says how the loan ended?", type=click.Choice(candidates))
    values = list(good) or [click.prompt(f"Which value of '{column}' means repaid?")]
    return propose_mapping(table, outcome=column, good=values)


def _show_mapping(console: "Console", mapping: "Mapping") -> None:
    lines = [("outcome", f"{mapping.outcome}: good {', '.join(mapping.good)}; bad {', '.join(mapping.bad)}")]
    lines += list(mapping.roles.items())
    lines += [("protected", ", ".join(mapping.protected) or "none named"), ("features", f"{len(mapping.features):,}")]
    for name, what in lines:
        console.print(f"  {name:<12} {what}", markup=False)


def _read_setting(path: Path, option: str) -> str:
    """Read a mapping or a policy as text; raises Invalid naming the option."""
    from intendant.kit.errors import Invalid

    try:
        if path.stat().st_size > _SETTING_BYTES_MAX:
            raise Invalid(f"{path} is too large for that.", field=option, remedy="Give the drafted file, corrected.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Invalid(
            f"{path} cannot be read: {why}.", field=option, remedy="Give the drafted file, corrected."
        ) from None


def _read_policy(path: Path) -> "Policy":
    import yaml

    from intendant.domains.lending.contract import APPLICATION_KIND, APPROVE, REJECT
    from intendant.kernel.gate import check_policy
    from intendant.kernel.policies import is_blocking, parse_body
    from intendant.kit.errors import Invalid

    remedy = "Mend that place in the drafted file, or leave --policy out."
    try:
        body = yaml.safe_load(_read_setting(path, "--policy"))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise Invalid(f"{path} is no valid YAML{where}.", field="--policy", remedy=remedy) from None
    policy = parse_body(APPLICATION_KIND, body)
    missing = [action for action in (APPROVE, REJECT) if action not in policy.actions]
    if missing:
        raise Invalid(f"{path} says nothing about '{missing[0]}'.", field=f"actions.{missing[0]}", remedy=remedy)
    blocking = [finding for finding in check_policy(policy) if is_blocking(finding)]
    if blocking:
        rules = ", ".join(blocking[0].rules)
        raise Invalid(f"The policy contradicts itself: {blocking[0].text}", field=f"rules: {rules}", remedy=remedy)
    return policy


def _costs(gain: float | None, loss: float | None) -> "CostMatrix":
    from intendant.learning.evaluation import CostMatrix

    given = gain is not None or loss is not None
    default = CostMatrix()
    return CostMatrix(gain=gain or default.gain, loss=loss or default.loss, assumed=not given)


def _policy_text(draft: "Draft") -> str:
    import yaml

    from intendant.kernel.gate import dump_policy

    body = yaml.safe_dump(dump_policy(draft.policy), sort_keys=False, allow_unicode=True, width=120)
    return "# Draft policy for the sandbox. Correct it and pass it with --policy.\n" + body


def _run(plan: "Plan", speed: float | None, notices: tuple[str, ...]) -> dict[str, Any]:
    import threading

    from intendant.bootstrap import open_system
    from intendant.domains.lending.manifest import APPLICATION
    from intendant.domains.lending.replay.report import build_report
    from intendant.domains.lending.replay.run import Replayer
    from intendant.domains.lending.replay.sandbox import keep_report
    from intendant.kit import clock
    from intendant.kit.logging import configure_logging

    configure_logging("warning")
    began = clock.monotonic_seconds()
    with open_system() as system, progress_shown() as progress:
        replayer = Replayer(
            system.database,
            system.decider,
            APPLICATION,
            found=system.found_organization,
            remove=system.remove_organization,
            locks=system.settings.home / "replays",
        )
        try:
            verdicts = replayer.run(plan, progress=progress, speed=speed, wait=threading.Event().wait)
        except KeyboardInterrupt:
            click.echo("Stopped. The same command goes on from here and repeats nothing.", err=True)
            raise
        report = build_report(plan, verdicts, leading=notices)
        report["seconds"]["all"] = round(clock.monotonic_seconds() - began, 2)
        plain = _plain(report)
        keep_report(system.database, verdicts.organization, plain)
    return plain


def _digest(file: Path) -> bytes:
    hasher = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            hasher.update(block)
    return hasher.digest()


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report in JSON's own types."""
    import orjson

    plain: dict[str, Any] = orjson.loads(
        orjson.dumps(report, default=str, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
    )
    return plain


def _save(folder: Path, report: dict[str, Any]) -> None:
    from intendant.domains.lending.replay.page import render_page

    _write(folder / "report.json", _json(report))
    _write(folder / "report.html", render_page(report))


def _json(report: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"


def _keep(path: Path, text: str, console: "Console") -> None:
    """Write a draft; one that stands there and says something else may hold a person's corrections, so it is kept beside."""
    if path.exists() and path.read_bytes() != text.encode():
        kept = path.with_name(f"{path.stem}.previous{path.suffix}")
        path.replace(kept)
        console.print(f"  note: another {path.name} stood there; it is kept as {kept.name}.", style="dim", markup=False)
    _write(path, text)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
