"""`intendant ai uplift`: whom a treatment moves, learnt from a table of a trial; needs no installation."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intendant.cli.console import Show, json_option, print_json, print_table

if TYPE_CHECKING:
    from intendant.learning.uplift import Figure, RankingFigures, UpliftReport

BALANCE_SHOWN = 3


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--treatment", required=True, metavar="COL", help="The column that says who was treated.")
@click.option("--outcome", required=True, metavar="COL", help="What came of it: a number, or one of two values.")
@click.option("--control", metavar="VALUE", help="The value that means untreated; told by its name where it can be.")
@click.option("--treated", metavar="VALUE", help="The value that means treated; every other one by default.")
@click.option("--exclude", multiple=True, metavar="COL", help="A column not known before the treatment. Repeatable.")
@click.option("--keep", multiple=True, metavar="COL", help="Use a column though it looks written after. Repeatable.")
@click.option(
    "--propensity", metavar="COL", help="The known probability of treatment, where it was not the same for all."
)
@click.option(
    "--planned-share", type=float, metavar="SHARE", help="The share meant to be treated; tests the sample ratio."
)
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
def uplift(
    file: Path,
    treatment: str,
    outcome: str,
    control: str | None,
    treated: str | None,
    exclude: tuple[str, ...],
    keep: tuple[str, ...],
    propensity: str | None,
    planned_share: float | None,
    folds: int,
    seed: int,
    as_json: bool,
) -> None:
    """Learn from the trial in FILE whom the treatment moves, and what treating only them is worth.

    Learners are compared on folds; every figure is measured on people the learner never saw. Beside each stands what
    picking by likely response would have given.
    """
    from intendant.learning.datasets import read_table
    from intendant.learning.uplift import read_trials, study_trial

    table = read_table(file)
    trials = read_trials(
        table.frame,
        treatment=treatment,
        outcome=outcome,
        control=control,
        treated=treated,
        propensity=propensity,
        exclude=exclude,
        seed=seed,
    )
    studies = [study_trial(trial, folds=folds, seed=seed, planned_share=planned_share, keep=keep) for trial in trials]
    if as_json:
        print_json({"file": file.name, "outcome": outcome, "arms": [study.as_dict() for study in studies]})
        return
    for study in studies:
        _show(study, outcome)


def _show(study: "UpliftReport", outcome: str) -> None:
    click.echo(f"\n'{study.treated_arm}' against '{study.control_arm}' on {outcome}")
    click.echo(
        f"{study.treated_count:,} treated ({study.outcome_treated:.4f}), "
        f"{study.rows_used - study.treated_count:,} not ({study.outcome_control:.4f}); "
        f"effect {_interval(study.effect)}; {study.folds} folds, probability of treatment {study.propensity}."
    )
    check = study.check
    click.echo(
        f"Randomisation: {'kept' if check.random else 'BROKEN'} (p {check.p:.3g}); share treated {check.treated_share:.2%}, "
        f"{'planned' if check.planned_given else 'against'} {check.planned_share:.0%} (p {check.ratio_p:.3g})."
    )
    if not check.random:
        for balance in check.worst[:BALANCE_SHOWN]:
            click.echo(f"  {balance.feature}: {balance.treated:.4g} treated, {balance.control:.4g} not")
    click.echo("")
    rows = [("response model", study.response)]
    rows += [(("* " if each.name == study.learner else "  ") + each.name, each) for each in study.compared]
    print_table(
        [{"name": name, "figures": figures} for name, figures in rows],
        {
            "learner": lambda row: row["name"],
            "Qini area x 1,000": lambda row: _interval(row["figures"].qini_area, scale=1_000, digits=2),
            **{f"uplift at {top.share:.0%}": _uplift_at(top.share) for top in study.chosen.top},
        },
        empty="",
    )
    click.echo("")
    _show_policy(study.chosen)
    click.echo(
        f"\nSize of predicted effects: slope {_interval(study.heterogeneity, digits=2)} (1 is right, 0 says nothing)."
    )
    if study.traits:
        click.echo("The best-ranked 30% differ from all by:")
        for trait in study.traits[:5]:
            click.echo(f"  {trait.feature}: {trait.top:.4g} against {trait.all:.4g}")
    click.echo("")
    for sentence in study.verdict:
        click.echo(sentence)
    for notice in study.notices:
        click.echo(f"Note: {notice}")


def _uplift_at(share: float) -> Show:
    return lambda row: _interval(row["figures"].at(share).uplift)


def _show_policy(chosen: "RankingFigures") -> None:
    print_table(
        [{"top": top} for top in chosen.top],
        {
            "treat the best": lambda row: f"{row['top'].share:.0%}",
            "mean outcome": lambda row: _interval(row["top"].policy_value),
            "more than treating no one": lambda row: _interval(row["top"].over_no_one),
            "more than treating everyone": lambda row: _interval(row["top"].over_everyone),
        },
        empty="",
    )


def _interval(figure: "Figure", *, scale: float = 1, digits: int = 4) -> str:
    return f"{figure.value * scale:.{digits}f} [{figure.lower * scale:.{digits}f}, {figure.upper * scale:.{digits}f}]"
