"""`intendant ai evaluate`: how good a model of a table would be, by folds, before anything is built on it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from intendant.learning.datasets import Table
    from intendant.learning.estimators import TrainingSpec
    from intendant.learning.estimators.evaluation import FoldResult

SHOWN_METRICS_MAX = 12
SHOWN_NOTICES_MAX = 20
SHOWN_FEATURES = 10


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", required=True, help="The column to tell: its name, or its number from 1 (-1 is the last).")
@click.option("--task", type=click.Choice(["auto", "classification", "regression"]), default="auto", show_default=True)
@click.option("--positive", help="The class whose probability counts, with two classes.")
@click.option("--exclude", multiple=True, help="A column to leave out; may be given again.")
@click.option(
    "--allow", multiple=True, help="A column to keep although it seems to know the answer; may be given again."
)
@click.option("--protected", multiple=True, help="A column to look at for fairness only; may be given again.")
@click.option("--time", help="When each row happened: within each fold the latest rows then judge.")
@click.option("--group", help="Rows of one group stay in one fold.")
@click.option("--folds", default=5, show_default=True, help="How many folds.")
@click.option("--algorithm", default="auto", show_default=True, help="auto compares those that suit.")
@click.option("--effort", type=click.Choice(["quick", "full"]), default="quick", show_default=True)
@click.option("--coverage", default=0.9, show_default=True, help="Share of cases that sets and intervals shall hold.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--header/--no-header", default=None, help="Whether the first row names the columns; found out if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, and nothing else, to standard output.")
def evaluate(
    file: Path,
    target: str,
    task: str,
    positive: str | None,
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    protected: tuple[str, ...],
    time: str | None,
    group: str | None,
    folds: int,
    algorithm: str,
    effort: str,
    coverage: float,
    seed: int,
    header: bool | None,
    as_json: bool,
) -> None:
    """Train on FILE (CSV, Excel, JSON, Parquet) and say how well a column can be told, by stratified folds.

    Every fold runs the whole training: what to leave out, which algorithm, calibration, conformal sets or intervals.
    """
    from rich.console import Console

    from intendant.kit.clock import monotonic_seconds
    from intendant.learning.datasets import read_table
    from intendant.learning.estimators import TrainingSpec
    from intendant.learning.estimators.evaluation import evaluate_by_folds, guess_task

    console = Console(file=sys.stderr if as_json else sys.stdout, soft_wrap=True, highlight=False)
    started = monotonic_seconds()
    table = read_table(file, header=header)

    def column(given: str, option: str) -> str:
        return _column(table, given, option)

    name = column(target, "--target")
    spec = TrainingSpec(
        task=guess_task(table.frame[name]) if task == "auto" else task,  # type: ignore[arg-type]
        algorithm=algorithm,
        target=name,
        exclude=tuple(column(one, "--exclude") for one in exclude),
        allow_suspicious=tuple(column(one, "--allow") for one in allow),
        protected=tuple(column(one, "--protected") for one in protected),
        time=column(time, "--time") if time else None,
        group=column(group, "--group") if group else None,
        positive=positive,
        coverage=coverage,
        effort=effort,  # type: ignore[arg-type]
        seed=seed,
    )
    console.print(
        f"{file.name}: {table.rows_read:,} rows, {len(table.columns):,} columns; {spec.task} of '{name}'.", markup=False
    )
    results: list[FoldResult] = []
    with console.status("Reading") as status:
        for result in evaluate_by_folds(
            table.frame, spec, fold_count=folds, progress=lambda _share, words: status.update(words.replace("[", "("))
        ):
            results.append(result)
            report = result.report
            primary = result.metrics.get(report.primary, float("nan"))
            console.print(
                f"  fold {result.number + 1}: {report.primary} {primary:.4f} ({report.algorithm}, {result.rows:,} rows)",
                markup=False,
            )
    summary = _summary(file, table, spec, results, monotonic_seconds() - started)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        _show(console, summary)


def _column(table: "Table", given: str, option: str) -> str:
    """Return the column of a name, or of a number from 1 (or from -1 backwards)."""
    from intendant.kit.errors import Invalid

    if given in table.columns:
        return given
    try:
        number = int(given)
        return table.columns[number - 1 if number > 0 else number] if number else table.columns[len(table.columns)]
    except (ValueError, IndexError):
        raise Invalid(
            f"The table has no column '{given[:100]}'.",
            field=option,
            remedy=f"Its columns are {', '.join(table.columns[:12])}{' …' if len(table.columns) > 12 else ''}.",
        ) from None


def _summary(
    file: Path, table: "Table", spec: "TrainingSpec", results: "list[FoldResult]", seconds: float
) -> dict[str, Any]:
    from intendant.learning.estimators.evaluation import mean_and_spread

    def spread(values: list[float]) -> dict[str, float]:
        mean, deviation = mean_and_spread(values)
        return {"mean": mean, "spread": deviation}

    first = results[0].report
    names = [name for name in results[0].metrics if all(name in one.metrics for one in results)]
    baselines: dict[str, dict[str, list[float]]] = {}
    for result in results:
        for name, figures in result.baselines.items():
            for metric, value in figures.items():
                baselines.setdefault(name.partition(" (")[0], {}).setdefault(metric, []).append(value)
    notices = dict.fromkeys(notice for result in results for notice in result.report.notices)
    importance: dict[str, float] = {}
    for result in results:
        for use in result.report.features:
            importance[use.name] = importance.get(use.name, 0.0) + use.importance / len(results)
    return {
        "file": file.name,
        "rows": table.rows_read,
        "columns": len(table.columns),
        "task": spec.task,
        "target": spec.target,
        "folds": len(results),
        "primary": first.primary,
        "algorithms": [result.report.algorithm for result in results],
        "metrics": {name: spread([one.metrics[name] for one in results]) for name in names},
        "baselines": {
            name: {metric: spread(values) for metric, values in figures.items()} for name, figures in baselines.items()
        },
        "coverage": {"wanted": spec.coverage, **spread([one.coverage for one in results])},
        "validated_folds": sum(result.report.validated for result in results),
        "verdict": list(first.verdict),
        "features": dict(sorted(importance.items(), key=lambda item: -item[1])[:SHOWN_FEATURES]),
        "left_out": [{"column": leak.column, "why": leak.message} for leak in first.leakage if leak.left_out],
        "suspected": [{"column": leak.column, "why": leak.message} for leak in first.leakage if not leak.left_out],
        "notices": [*table.notices, *notices],
        "seconds": round(seconds, 1),
    }


def _show(console: "Console", summary: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("metric")
    grid.add_column("model (mean ± spread of folds)", justify="right")
    for name in summary["baselines"]:
        grid.add_column(Text(name), justify="right")
    for name, figure in list(summary["metrics"].items())[:SHOWN_METRICS_MAX]:
        beside = [
            f"{figures[name]['mean']:.4g}" if name in figures else "-" for figures in summary["baselines"].values()
        ]
        grid.add_row(name, f"{figure['mean']:.4f} ± {figure['spread']:.4f}", *beside)
    console.print(grid)
    coverage = summary["coverage"]
    console.print(
        f"coverage {coverage['mean']:.1%} (promised {coverage['wanted']:.0%}); validated in {summary['validated_folds']} of "
        f"{summary['folds']} folds; algorithms {', '.join(dict.fromkeys(summary['algorithms']))}; {summary['seconds']} s",
        markup=False,
    )
    for sentence in summary["verdict"]:
        console.print(f"  {sentence}", markup=False)
    most = ", ".join(f"{name} {share:.0%}" for name, share in summary["features"].items())
    console.print(f"features by weight: {most}", markup=False)
    for leak in summary["suspected"]:
        console.print(f"  suspected: {leak['why']}", markup=False)
    for notice in summary["notices"][:SHOWN_NOTICES_MAX]:
        console.print(f"  note: {notice}", style="dim", markup=False)
