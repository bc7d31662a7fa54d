"""What a replay says at its end, as documented keys: how many, how right, how sure, how profitable, how fair, how fast."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from intendant.domains.lending.replay.run import Outcome, Plan

CALIBRATION_BINS = 10
REFUSED_SHOWN_MAX = 20


def build_report(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """Return the report as JSON-compatible values. The keys are described in docs/reference/replay-report.md."""
    import numpy as np

    positions = np.array(outcome.positions, dtype=int)
    truth = plan.table.outcome[positions] if len(positions) else np.array([])
    scores = np.array(outcome.scores, dtype=float)
    verdicts, actions = np.array(outcome.verdicts, dtype=object), np.array(outcome.actions, dtype=object)
    approved = (verdicts == "act") & (actions == "approve")
    rejected = (verdicts == "act") & (actions == "reject")
    counts = Counter(outcome.verdicts)
    known = ~np.isnan(truth)
    report: dict[str, Any] = {
        "source": plan.source.name,
        "organization": outcome.organization.slug,
        "rows_in_file": plan.table.quarantine.rows_in_file,
        "rows_quarantined": plan.table.quarantine.rows_quarantined + len(outcome.refused),
        "rows_trained_on": len(plan.training),
        "rows_decided": len(positions),
        "rows_without_outcome": int((~known).sum()),
        "approved": int(approved.sum()),
        "rejected": int(rejected.sum()),
        "asked": counts["ask"],
        "refused": counts["refuse"],
        "observed": counts["observe"],
        "automatic_share": _share(int(approved.sum() + rejected.sum() + counts["refuse"]), len(positions)),
        "approval_rate": _share(int(approved.sum()), len(positions)),
        "default_rate": _default_rate(truth, known),
        "default_rate_approved": _default_rate(truth, known & approved),
        "default_rate_rejected": _default_rate(truth, known & rejected),
        "default_rate_asked": _default_rate(truth, known & (verdicts == "ask")),
        "default_rate_refused": _default_rate(truth, known & (verdicts == "refuse")),
    }
    scored = known & ~np.isnan(scores)
    report |= _quality(truth[scored], scores[scored], np.array(outcome.ambiguous, dtype=bool)[scored])
    report["coverage_target"] = plan.draft.policy.conformal_coverage
    report["profit"] = _profit(plan, outcome, positions, truth, scores, approved, rejected)
    report["fairness"] = _fairness(plan, positions, approved, truth)
    report["model"] = _model(outcome.model)
    report["thresholds"] = {
        "loan_approval_threshold": plan.draft.policy.actions["approve"].act_threshold,
        **plan.draft.policy.parameters,
    }
    report["rules"] = [
        {"name": rule.name, "applies": rule.not_applicable is None, "why_not": rule.not_applicable}
        for rule in plan.draft.policy.rules
    ]
    report["notices"] = [*plan.table.notices, *plan.draft.notices]
    report["quarantine"] = _quarantine(plan, outcome)
    report["decisions_per_second"] = (
        round(outcome.decided_now / outcome.seconds, 1) if outcome.decided_now and outcome.seconds else None
    )
    report["decided_in_this_run"] = outcome.decided_now
    report["seconds"] = {"training": round(outcome.training_seconds, 2), "deciding": round(outcome.seconds, 2)}
    return report


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _default_rate(truth: Any, chosen: Any) -> float | None:
    return float(1.0 - truth[chosen].mean()) if chosen.any() else None


def _quality(truth: Any, scores: Any, ambiguous: Any) -> dict[str, Any]:
    """Return discrimination, accuracy, calibration and conformal coverage on the decided rows whose outcome is known."""
    from intendant.learning import evaluation

    if len(truth) < 2 or len(set(truth.tolist())) < 2:
        return {
            "auc": None,
            "auc_interval": None,
            "brier": None,
            "calibration": [],
            "coverage": None,
            "coverage_by_outcome": None,
        }
    interval = evaluation.auc_interval(truth, scores)
    # A case of which the model says that it does not know holds both outcomes in its set, so it covers whichever came.
    covered = ambiguous | ((scores >= 0.5) == (truth >= 0.5))
    return {
        "auc": interval.auc,
        "auc_interval": [interval.lower, interval.upper],
        "brier": evaluation.brier(truth, scores),
        "calibration": [asdict(each) for each in evaluation.calibration_table(scores, truth, bins=CALIBRATION_BINS)],
        "calibration_error": evaluation.calibration_error(scores, truth, bins=CALIBRATION_BINS),
        "coverage": float(covered.mean()),
        "coverage_by_outcome": {
            "repaid": float(covered[truth >= 0.5].mean()),
            "defaulted": float(covered[truth < 0.5].mean()),
        },
        "uncertain_share": float(ambiguous.mean()),
    }


def _profit(
    plan: Plan, outcome: Outcome, positions: Any, truth: Any, scores: Any, approved: Any, rejected: Any
) -> dict[str, Any]:
    """Compare what was earned with three plain policies on the rows whose outcome is known. Asked cases lend nothing."""
    import numpy as np

    from intendant.learning import evaluation

    known = ~np.isnan(truth) & ~np.isnan(scores)
    if not known.any():
        return {}
    amounts = None if plan.table.amounts is None else plan.table.amounts[positions]
    if amounts is not None and np.isnan(amounts[known]).any():
        amounts = None
    costs, cutoff = plan.costs, None if outcome.cutoff is None else evaluation.Cutoff(**outcome.cutoff)
    compared = evaluation.compare_profit(
        approved[known],
        truth[known],
        amounts=None if amounts is None else amounts[known],
        costs=costs,
        probability=scores[known] if cutoff is not None else None,
        cutoff=cutoff,
    )
    likely = approved | (
        ~rejected
        & (np.array(outcome.verdicts, dtype=object) == "ask")
        & (np.array(outcome.actions, dtype=object) == "approve")
    )
    as_proposed = evaluation.profit(likely[known], truth[known], None if amounts is None else amounts[known], costs)
    return {
        "decisions": compared.decisions,
        "decisions_with_asked_as_proposed": as_proposed,
        "approve_all": compared.approve_all,
        "reject_all": compared.reject_all,
        "plain_cutoff": compared.plain_cutoff,
        "plain_cutoff_probability": compared.plain_cutoff_probability,
        "unit": compared.unit,
        "cost_matrix": {"gain": costs.gain, "loss": costs.loss, "assumed": costs.assumed},
        "asked": "counted as not lent; 'with asked as proposed' lends where approval was proposed",
    }


def _fairness(plan: Plan, positions: Any, approved: Any, truth: Any) -> list[dict[str, Any]]:
    from intendant.learning import fairness

    if not plan.draft.protected or not len(positions):
        return []
    groups = {
        name: plan.table.protected[column].iloc[positions].reset_index(drop=True)
        for name, column in plan.draft.protected.items()
    }
    return [asdict(each) for each in fairness.group_rates(approved, groups, outcome=truth)]


def _model(model: dict[str, Any]) -> dict[str, Any]:
    report = model["report"]
    return {
        "version": model["version"],
        "algorithm": model["algorithm"],
        "validated": model["validated"],
        "validation": report.get("validation"),
        "challenger": report.get("challenger"),
        "leakage": report.get("leakage", []),
        "notices": report.get("notices", []),
    }


def _quarantine(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    counts = Counter(plan.table.quarantine.counts) + Counter(code for _, code, _ in outcome.refused)
    first = [
        {"row": row.number, "code": row.reason, "reason": row.explanation}
        for row in plan.table.quarantine.rows[:REFUSED_SHOWN_MAX]
    ] + [
        {"row": int(plan.table.row_numbers[position]), "code": code, "reason": reason}
        for position, code, reason in outcome.refused[:REFUSED_SHOWN_MAX]
    ]
    return {"counts": dict(counts), "first": first[:REFUSED_SHOWN_MAX]}
