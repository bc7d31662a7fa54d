"""`intendant replay`: a table of past applications goes through the live path; the report says what it would have earned."""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from intendant.domains.lending.replay.draft import Draft
    from intendant.domains.lending.replay.run import Outcome, Plan
    from intendant.learning.datasets import Mapping, MappingProposal, Table

_STAGES = {"train": "Training", "decide": "Deciding", "outcomes": "Outcomes"}
_READ_BYTES = 1 << 20


class _Share(click.ParamType[float]):
    """A share written as 60% or 0.6."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            return float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{value!r} is no share; write 60% or 0.6", param, ctx)


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
) -> None:
    """Replay FILE, a table of past applications with known outcomes (CSV, Excel, JSON, Parquet), through the live path.

    The mapping of its columns and a draft policy are proposed and written to files you can correct and pass back with
    --mapping and --policy. The same call again goes on where it stopped and repeats nothing.
    """
    from rich.console import Console

    from intendant.learning.datasets import applications, dump_mapping, read_table, require_mapping

    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    folder = folder or Path(f"replay-{file.name.partition('.')[0] or 'table'}")
    with console.status(f"Reading {file.name}"):
        table = read_table(file, encoding=encoding, delimiter=delimiter)
    console.print(
        f"{file.name}: {table.rows_read:,} rows, {len(table.columns)} columns, {table.format}"
        f"{'' if table.header else ', no header'}; {table.quarantine.rows_quarantined:,} rows in quarantine."
    )
    mapping, notices = _mapping(table, mapping_file, outcome, good, console, interactive=not yes)
    require_mapping(table, mapping)
    with console.status("Reading applications"):
        applied = applications(table, mapping)
    draft = _draft(mapping, applied, policy_file, gain, loss)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "mapping.yaml", dump_mapping(mapping))
    _write(folder / "policy.yaml", _policy_text(draft))
    for notice in (*notices, *table.notices, *applied.notices, *draft.notices):
        console.print(f"  note: {notice}", style="dim")
    console.print(f"Mapping and draft policy: {folder / 'mapping.yaml'}, {folder / 'policy.yaml'}")
    if not yes and not click.confirm("Go on with them?", default=True):
        console.print("Correct the files and pass them with --mapping and --policy.")
        return
    report = _run(file, applied, draft, train_until, speed, gain, loss, console)
    _save(folder, report)
    _show(console, report, folder)


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
        return parse_mapping(mapping_file.read_text(encoding="utf-8")), []
    proposal = propose_mapping(table, outcome=outcome, good=list(good) or None)
    if proposal.questions and interactive and sys.stdin.isatty():
        proposal = _ask(table, proposal, outcome, good)
    mapping, moved = move_protected(proposal.settled())
    _show_mapping(console, mapping)
    suspects = [f"{suspect.name}: {suspect.why}" for suspect in proposal.suspects]
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
    console.print(f"  outcome  {mapping.outcome}: good {', '.join(mapping.good)}; bad {', '.join(mapping.bad)}")
    for role, column in mapping.roles.items():
        console.print(f"  {role:<8} {column}")
    console.print(f"  features {len(mapping.features)}; protected: {', '.join(mapping.protected) or 'none named'}")


def _draft(
    mapping: "Mapping", applied: Any, policy_file: Path | None, gain: float | None, loss: float | None
) -> "Draft":
    from dataclasses import replace

    import yaml

    from intendant.domains.lending.contract import APPLICATION_KIND
    from intendant.domains.lending.replay.draft import draft
    from intendant.kernel.policies import parse_body
    from intendant.kit.errors import Invalid

    costs = _costs(gain, loss)
    drafted = draft(mapping, applied, gain=costs.gain, loss=costs.loss)
    if policy_file is None:
        return drafted
    try:
        body = yaml.safe_load(policy_file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{policy_file} is not YAML: {error}", field="--policy", remedy="Correct the drafted file."
        ) from None
    return replace(drafted, policy=parse_body(APPLICATION_KIND, body))


def _costs(gain: float | None, loss: float | None) -> Any:
    from intendant.learning.evaluation import CostMatrix

    given = gain is not None or loss is not None
    default = CostMatrix()
    return CostMatrix(gain=gain or default.gain, loss=loss or default.loss, assumed=not given)


def _policy_text(draft: "Draft") -> str:
    import yaml

    from intendant.kernel.gate import dump_policy

    body = yaml.safe_dump(dump_policy(draft.policy), sort_keys=False, allow_unicode=True, width=120)
    return "# Draft policy for the sandbox. Correct it and pass it with --policy.\n" + body


def _run(
    file: Path,
    applied: Any,
    draft: "Draft",
    train_until: float,
    speed: float | None,
    gain: float | None,
    loss: float | None,
    console: "Console",
) -> dict[str, Any]:
    import threading

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from intendant.bootstrap import open_system
    from intendant.domains.lending.manifest import APPLICATION
    from intendant.domains.lending.replay.report import build_report
    from intendant.domains.lending.replay.run import Replayer, make_plan
    from intendant.kit.errors import Invalid
    from intendant.kit.logging import configure_logging

    configure_logging("warning")
    if speed is not None and applied.times is None:
        raise Invalid("The table has no time to keep pace with.", field="--speed", remedy="Use --speed max.")
    plan: Plan = make_plan(
        file, applied, draft, train_until=train_until, source_digest=_digest(file), costs=_costs(gain, loss)
    )
    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with open_system() as system, Progress(*columns, console=console, transient=True) as bars:
        tasks = {stage: bars.add_task(name, total=None, visible=False) for stage, name in _STAGES.items()}

        def progress(stage: str, done: int, total: int) -> None:
            bars.update(tasks[stage], completed=done, total=total, visible=True)

        replayer = Replayer(system.database, system.decider, APPLICATION, system.found_organization)
        pause = threading.Event()
        outcome: Outcome = replayer.run(plan, progress=progress, speed=speed, wait=pause.wait)
    return build_report(plan, outcome)


def _digest(file: Path) -> bytes:
    hasher = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            hasher.update(block)
    return hasher.digest()


def _save(folder: Path, report: dict[str, Any]) -> None:
    import orjson

    from intendant.domains.lending.replay.page import render_page

    plain = orjson.loads(orjson.dumps(report, default=str, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS))
    _write(folder / "report.json", orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode() + "\n")
    _write(folder / "report.html", render_page(plain))


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _show(console: "Console", report: dict[str, Any], folder: Path) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "applications", "default rate"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name in ("approved", "rejected", "asked", "refused"):
        table.add_row(name, f"{report[name]:,}", _percent(report[f"default_rate_{name}"]))
    table.add_row("all", f"{report['rows_decided']:,}", _percent(report["default_rate"]))
    console.print()
    console.print(table)
    console.print()
    if report["auc"] is not None:
        low, high = report["auc_interval"]
        console.print(f"AUC {report['auc']:.3f} ({low:.3f} to {high:.3f})   Brier {report['brier']:.3f}   "
                      f"coverage {_percent(report['coverage'])} (wanted {_percent(report['coverage_target'])})")  # fmt: skip
    profit = report["profit"]
    if profit:
        cut = "" if profit["plain_cutoff"] is None else f", plain cut-off {profit['plain_cutoff']:,.0f}"
        console.print(
            f"Profit {profit['decisions']:,.0f} ({profit['decisions_with_asked_as_proposed']:,.0f} with asked cases as proposed);"
            f" approve all {profit['approve_all']:,.0f}, reject all {profit['reject_all']:,.0f}{cut}"
        )
    for attribute in report["fairness"]:
        ratio = attribute["four_fifths_ratio"]
        console.print(f"Four-fifths ratio by {attribute['attribute']}: {'-' if ratio is None else f'{ratio:.2f}'}")
    speed = report["decisions_per_second"]
    pace = "everything was decided before" if speed is None else f"{speed:,.0f} decisions/s"
    console.print(
        f"{pace}; training {report['seconds']['training']:.1f} s, deciding {report['seconds']['deciding']:.1f} s"
    )
    console.print(f"Reports: {folder / 'report.html'}, {folder / 'report.json'}")


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
