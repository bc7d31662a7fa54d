"""What a replay says at its end, as documented keys: how many, how right, how sure, how profitable, how fair, how fast.

Every key is described in docs/reference/replay-report.md; a test holds the two together.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from intendant.domains.lending.replay.plan import Plan
from intendant.domains.lending.replay.verdicts import Verdicts
from intendant.kernel import control

CALIBRATION_BINS = 10
REFUSED_SHOWN_MAX = 20
GROUPS = ("approved", "rejected", "asked", "refused")


def build_report(plan: Plan, said: Verdicts, *, leading: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the report as JSON-compatible values; `leading` are notices of what went before."""
    import numpy as np

    positions = np.array(said.positions, dtype=int)
    truth = plan.table.outcome[positions]
    known = ~np.isnan(truth)
    verdicts, actions = np.array(said.verdicts, dtype=object), np.array(said.actions, dtype=object)
    chosen = {
        "approved": (verdicts == "act") & (actions == "approve"),
        "rejected": (verdicts == "act") & (actions == "reject"),
        "asked": verdicts == "ask",
        "refused": verdicts == "refuse",
    }
    scores, beside = _scores(plan, said, positions)
    skipped = len(plan.parts.earlier) - len(plan.teaching)
    report: dict[str, Any] = {
        "source": plan.source.name,
        "organization": said.organization.slug,
        "rows_in_file": plan.table.quarantine.rows_in_file,
        "rows_trained_on": len(plan.teaching),
        "rows_skipped": skipped,
        "rows_decided": len(positions),
        "rows_quarantined": plan.table.quarantine.rows_quarantined + len(said.refused),
        "rows_without_outcome": int((~known).sum()),
        **{name: int(mask.sum()) for name, mask in chosen.items()},
        "observed": int((verdicts == "observe").sum()),
        "automatic_share": _share(len(positions) - int(chosen["asked"].sum()), len(positions)),
        "approval_rate": _share(int(chosen["approved"].sum()), len(positions)),
    }
    rates = {name: _default_rate(truth, known & mask) for name, mask in chosen.items()}
    rates["all"] = _default_rate(truth, known)
    report |= {"default_rate": rates["all"]["rate"], **{f"default_rate_{name}": rates[name]["rate"] for name in GROUPS}}
    report["default_rates"] = rates
    report["asked_because"] = dict(Counter(said.causes).most_common())
    measured = known & ~np.isnan(scores)
    report |= _quality(said, truth[measured], scores[measured], np.array(said.doubted, dtype=bool)[measured])
    report["coverage_target"] = plan.draft.policy.conformal_coverage
    report["scores_beside"] = beside
    report["profit"] = _profit(plan, said, positions, truth, scores, chosen, actions)
    report["fairness"] = _fairness(plan, positions, chosen["approved"], truth)
    report["model"] = _model(said.model)
    report["thresholds"] = {
        "loan_approval_threshold": plan.draft.policy.actions["approve"].act_threshold,
        # The sandbox has configured nothing, so the defaults hold beside the policy.
        "intervention_threshold": max(
            plan.draft.policy.intervention_threshold, control.DEFAULTS.admin_intervention_threshold
        ),
        **plan.draft.policy.parameters,
    }
    report["rules"] = [
        {
            "name": rule.name,
            "applies": rule.not_applicable is None,
            "why_not": rule.not_applicable,
            "reason": rule.reason,
            "fired": said.fired[rule.name],
        }
        for rule in plan.draft.policy.rules
    ]
    report["notices"] = list(dict.fromkeys([*_warnings(said, report), *leading, *plan.table.notices, *plan.draft.notices, *plan.notices]))  # fmt: skip
    report["quarantine"] = _quarantine(plan, said)
    report |= _speed(said)
    return report


def _scores(plan: Plan, said: Verdicts, positions: Any) -> tuple[Any, bool]:
    """Return the recorded scores; where no model was allowed to decide, what it would have said, and True."""
    import numpy as np

    scores = np.array(said.scores, dtype=float)
    if not len(scores) or not np.isnan(scores).all() or said.model["validated"]:
        return scores, False
    return np.array([each.probability for each in said.scorer.predict_records(plan.rows(positions))]), True


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _default_rate(truth: Any, chosen: Any) -> dict[str, Any]:
    """Return the rate of defaults with Wilson's 95 % interval, among those whose outcome is known."""
    from intendant.learning.evaluation import wilson_interval

    count, defaulted = int(chosen.sum()), int((truth[chosen] == 0).sum())
    if not count:
        return {"rate": None, "lower": None, "upper": None, "defaulted": 0, "known": 0}
    lower, upper = wilson_interval(defaulted, count)
    return {"rate": defaulted / count, "lower": lower, "upper": upper, "defaulted": defaulted, "known": count}


def _quality(said: Verdicts, truth: Any, scores: Any, doubted: Any) -> dict[str, Any]:
    """Return discrimination, accuracy, calibration and conformal coverage on the decided rows whose outcome is known."""
    from intendant.learning import evaluation

    if len(truth) < 2 or len(set(truth.tolist())) < 2:
        nothing = (
            "auc",
            "auc_interval",
            "brier",
            "brier_of_base_rate",
            "calibration_error",
            "coverage",
            "coverage_by_outcome",
        )
        return {**dict.fromkeys(nothing), "calibration": [], "uncertain_share": None}
    interval = evaluation.auc_interval(truth, scores)
    covered = said.scorer.conformal.covers(scores, truth)
    return {
        "auc": interval.auc,
        "auc_interval": [interval.lower, interval.upper],
        "brier": evaluation.brier(truth, scores),
        "brier_of_base_rate": float(truth.mean() * (1 - truth.mean())),
        "calibration": [asdict(each) for each in evaluation.calibration_table(scores, truth, bins=CALIBRATION_BINS)],
        "calibration_error": evaluation.calibration_error(scores, truth, bins=CALIBRATION_BINS),
        "coverage": float(covered.mean()),
        "coverage_by_outcome": {
            "repaid": float(covered[truth >= 0.5].mean()),
            "defaulted": float(covered[truth < 0.5].mean()),
        },
        "uncertain_share": float((doubted | (said.scorer.conformal.sizes(scores) != 1)).mean()),
    }


def _profit(
    plan: Plan, said: Verdicts, positions: Any, truth: Any, scores: Any, chosen: dict[str, Any], actions: Any
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
    lent = None if amounts is None else amounts[known]
    costs, cutoff = plan.costs, None if said.cutoff is None else evaluation.Cutoff(**said.cutoff)
    compared = evaluation.compare_profit(
        chosen["approved"][known],
        truth[known],
        amounts=lent,
        costs=costs,
        probability=scores[known] if cutoff is not None else None,
        cutoff=cutoff,
    )
    likely = chosen["approved"] | (chosen["asked"] & (actions == "approve"))
    cases = int(known.sum())
    earned = {
        "decisions": compared.decisions,
        "decisions_with_asked_as_proposed": evaluation.profit(likely[known], truth[known], lent, costs),
        "approve_all": compared.approve_all,
        "reject_all": compared.reject_all,
        "plain_cutoff": compared.plain_cutoff,
    }
    return {
        **earned,
        "per_application": {name: None if value is None else value / cases for name, value in earned.items()},
        "applications": cases,
        "plain_cutoff_probability": compared.plain_cutoff_probability,
        "break_even_probability": costs.break_even_probability,
        "unit": compared.unit,
        "cost_matrix": {"gain": costs.gain, "loss": costs.loss, "assumed": costs.assumed},
    }


def _fairness(plan: Plan, positions: Any, approved: Any, truth: Any) -> list[dict[str, Any]]:
    from intendant.learning import fairness

    if not plan.draft.protected or not len(positions):
        return []
    # As the table has them, not as text, so that ages fall into bands.
    groups = {
        name: plan.table.protected[column].iloc[positions].reset_index(drop=True)
        for name, column in plan.draft.protected.items()
    }
    report = [asdict(each) for each in fairness.group_rates(approved, groups, outcome=truth)]
    for attribute in report:
        attribute["small_groups"] = [group["value"] for group in attribute["groups"] if not group["large_enough"]]
    return report


def _model(model: dict[str, Any]) -> dict[str, Any]:
    report = model["report"]
    told = {finding["message"] for finding in report.get("leakage", [])}
    return {
        "version": model["version"],
        "algorithm": model["algorithm"],
        "validated": model["validated"],
        "features": report.get("features", []),
        "validation": report.get("validation"),
        "challenger": report.get("challenger"),
        "leakage": report.get("leakage", []),
        "notices": [
            notice for notice in report.get("notices", []) if notice.partition("was left out: ")[2] not in told
        ],
    }


def _warnings(said: Verdicts, report: dict[str, Any]) -> list[str]:
    """Say first what changes how everything else is to be read."""
    warnings = []
    model = report["model"]
    if not model["validated"]:
        reasons = " ".join((model["validation"] or {}).get("reasons", ()))
        warnings.append(
            f"The model did not pass its validation, so it decides nothing and people are asked. {reasons}"
            " What is measured here is what it would have said."
        )
    left_out = {
        finding["column"]: finding["message"] for finding in reversed(model["leakage"]) if finding["level"] == "exclude"
    }
    warnings += [f"Left out: {message}" for message in left_out.values()]
    suspicious = [finding for finding in model["leakage"] if finding["column"] not in left_out]
    warnings += [f"Suspicious: {finding['message']}" for finding in suspicious]
    if said.refused:
        warnings.append(f"{len(said.refused):,} applications were refused at the border and stand in quarantine.")
    validation = (model["validation"] or {}).get("champion")
    if report["auc"] is not None and validation is not None:
        held_out = validation["auc"]
        if report["auc_interval"][1] < held_out["lower"]:
            warnings.append(
                f"The model ranks worse on the later part (AUC {report['auc']:.3f}) than on its own hold-out"
                f" ({held_out['auc']:.3f}): times have changed, or a column knew more than it should."
            )
    target, coverage = report["coverage_target"], report["coverage"]
    if target is not None and coverage is not None and coverage < target - 0.05:
        warnings.append(
            f"Coverage is {coverage:.1%}, {target:.0%} were wanted: the later part differs from the earlier one."
        )
    return warnings


def _quarantine(plan: Plan, said: Verdicts) -> dict[str, Any]:
    counts = Counter(plan.table.quarantine.counts) + Counter(code for _, code, _ in said.refused)
    first = [
        {"row": row.number, "code": row.reason, "reason": row.explanation}
        for row in plan.table.quarantine.rows[:REFUSED_SHOWN_MAX]
    ] + [
        {"row": int(plan.table.row_numbers[position]), "code": code, "reason": reason}
        for position, code, reason in said.refused[:REFUSED_SHOWN_MAX]
    ]
    return {"counts": dict(counts), "first": first[:REFUSED_SHOWN_MAX]}


def _speed(said: Verdicts) -> dict[str, Any]:
    deciding = said.seconds.get("deciding", 0.0)
    counted = said.decided_now or said.measured
    return {
        "decisions_per_second": round(counted / deciding, 1) if counted and deciding else None,
        "decided_in_this_run": said.decided_now,
        "decided_before": said.decided_before,
        "seconds": {stage: round(seconds, 2) for stage, seconds in said.seconds.items()},
    }
