"""The replay's report as one self-contained HTML page: no script, no outside resource, light and dark."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6575;--line:#dfe3ea;--paper:#fff;--ground:#f6f7f9;--accent:#2f5bd7}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#9aa4b5;--line:#2c3442;--paper:#171c25;--ground:#10141b;--accent:#8aa9ff}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
.soft{color:var(--soft)}.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.2rem 0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}.card b{display:block;font-size:1.45rem;font-variant-numeric:tabular-nums}
table{width:100%;border-collapse:collapse;background:var(--paper);border:1px solid var(--line);border-radius:.6rem;overflow:hidden;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .75rem;text-align:right;border-top:1px solid var(--line)}tr:first-child th{border-top:0}th:first-child,td:first-child{text-align:left}
th{color:var(--soft);font-weight:600;font-size:.85rem}ul{padding-left:1.2rem}svg{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;max-width:100%}
.scroll{overflow-x:auto}
"""


def render_page(report: Mapping[str, Any]) -> str:
    """Return the page for a report of `build_report`."""
    sections = [
        _head(report),
        _cards(report),
        _outcomes(report),
        _quality(report),
        _profit(report["profit"]),
        _fairness(report["fairness"]),
        _model(report["model"]),
        _rules(report["rules"]),
        _list("Notices", report["notices"]),
        _quarantine(report["quarantine"]),
    ]
    title = f"Replay of {escape(report['source'])}"
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(sections)}</main></body></html>\n"
    )


def _head(report: Mapping[str, Any]) -> str:
    return (
        f"<h1>Replay of {escape(report['source'])}</h1><p class=soft>{report['rows_trained_on']:,} earlier applications trained"
        f" the model; {report['rows_decided']:,} later ones took the live path in the sandbox '{escape(report['organization'])}'."
        f" {report['rows_quarantined']:,} rows stand in quarantine.</p>"
    )


def _cards(report: Mapping[str, Any]) -> str:
    cards = [
        ("approved", f"{report['approved']:,}"),
        ("rejected", f"{report['rejected']:,}"),
        ("asked", f"{report['asked']:,}"),
        ("refused by rule", f"{report['refused']:,}"),
        ("AUC", _number(report["auc"])),
        ("Brier score", _number(report["brier"])),
        ("conformal coverage", _percent(report["coverage"])),
        ("default rate, approved", _percent(report["default_rate_approved"])),
        ("decided by itself", _percent(report["automatic_share"])),
        (
            "decisions a second",
            "-" if report["decisions_per_second"] is None else f"{report['decisions_per_second']:,.0f}",
        ),
    ]
    return (
        "<div class=cards>"
        + "".join(f"<div class=card><b>{value}</b>{escape(name)}</div>" for name, value in cards)
        + "</div>"
    )


def _outcomes(report: Mapping[str, Any]) -> str:
    rows = [
        (name, f"{report[name]:,}", _percent(report[f"default_rate_{name}"]))
        for name in ("approved", "rejected", "asked", "refused")
    ]
    rows.append(("all", f"{report['rows_decided']:,}", _percent(report["default_rate"])))
    return "<h2>What was decided and how it ended</h2>" + _table(("", "applications", "realised default rate"), rows)


def _quality(report: Mapping[str, Any]) -> str:
    bins = report["calibration"]
    if not bins:
        return "<h2>Calibration</h2><p>Too few outcomes are known to measure it.</p>"
    rows = [
        (
            f"{each['probability_min']:.2f} to {each['probability_max']:.2f}",
            f"{each['count']:,}",
            _percent(each["mean_predicted"]),
            _percent(each["observed"]),
            f"{each['lower']:.1%} to {each['upper']:.1%}",
        )
        for each in bins
    ]
    table = _table(("predicted repayment", "applications", "mean predicted", "observed", "95 % interval"), rows)
    by = report["coverage_by_outcome"]
    return (
        f"<h2>Calibration</h2>{_calibration_chart(bins)}<p class=soft>Predicted against observed repayment; on the line is right."
        f" Mean gap {_percent(report['calibration_error'])}. The conformal sets hold the outcome in {_percent(report['coverage'])} of"
        f" cases (wanted {_percent(report['coverage_target'])}): {_percent(by['repaid'])} of the repaid,"
        f" {_percent(by['defaulted'])} of the defaulted; {_percent(report['uncertain_share'])} are uncertain.</p>{table}"
    )


def _calibration_chart(bins: Sequence[Mapping[str, Any]]) -> str:
    size, pad = 260, 28

    def x(value: float) -> float:
        return pad + value * (size - 2 * pad)

    def y(value: float) -> float:
        return size - pad - value * (size - 2 * pad)

    marks = "".join(
        f"<line x1={x(b['mean_predicted']):.1f} x2={x(b['mean_predicted']):.1f} y1={y(b['lower']):.1f} y2={y(b['upper']):.1f}"
        f" stroke='var(--soft)'/><circle cx={x(b['mean_predicted']):.1f} cy={y(b['observed']):.1f} r=4 fill='var(--accent)'/>"
        for b in bins
    )
    return (
        f"<svg viewBox='0 0 {size} {size}' width={size} role=img aria-label='Calibration: predicted against observed repayment'>"
        f"<line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} stroke='var(--line)'/>{marks}"
        f"<text x={size / 2} y={size - 6} text-anchor=middle font-size=11 fill='var(--soft)'>predicted</text>"
        f"<text x=10 y={size / 2} text-anchor=middle font-size=11 fill='var(--soft)' transform='rotate(-90 10 {size / 2})'>observed</text></svg>"
    )


def _profit(profit: Mapping[str, Any]) -> str:
    if not profit:
        return ""
    names = {
        "decisions": "these decisions",
        "decisions_with_asked_as_proposed": "with asked cases as proposed",
        "approve_all": "approve all",
        "reject_all": "reject all",
        "plain_cutoff": "a plain score cut-off",
    }
    rows = [(label, "-" if profit[key] is None else f"{profit[key]:,.0f}") for key, label in names.items()]
    costs = profit["cost_matrix"]
    stated = "assumed" if costs["assumed"] else "as stated"
    cut = (
        ""
        if profit["plain_cutoff_probability"] is None
        else f" The cut-off, chosen on the earlier part, is {profit['plain_cutoff_probability']:.2f}."
    )
    return (
        f"<h2>Profit</h2>{_table(('policy', 'profit in ' + escape(str(profit['unit']))), rows)}<p class=soft>A repaid unit earns"
        f" {costs['gain']:g}, a defaulted one loses {costs['loss']:g} ({stated}). Asked cases count as not lent.{cut}</p>"
    )


def _fairness(attributes: Iterable[Mapping[str, Any]]) -> str:
    parts = []
    for attribute in attributes:
        rows = [
            (
                escape(group["value"]),
                f"{group['count']:,}",
                _percent(group["rate"]),
                _number(group["ratio"]),
                _percent(group["repaid_rate"]),
            )
            for group in attribute["groups"]
        ]
        ratio, passes = attribute["four_fifths_ratio"], attribute["passes"]
        verdict = (
            "too few cases to say"
            if passes is None
            else ("passes" if passes else "does not pass") + f" the four-fifths rule ({_number(ratio)})"
        )
        parts.append(
            f"<p><b>{escape(attribute['attribute'])}</b>: {verdict}.</p>"
            + _table(("group", "applications", "approval rate", "ratio to highest", "repaid"), rows)
        )
    return "<h2>Approval by protected group</h2>" + ("".join(parts) or "<p>The table names no protected attribute.</p>")


def _model(model: Mapping[str, Any]) -> str:
    validation = model["validation"] or {}
    measured = [validation.get("champion"), *(validation.get("baselines") or ()), validation.get("challenger")]
    rows = [(escape(str(each["name"])), _number(_auc(each)), _number(each["brier"])) for each in measured if each]
    leaks = [f"{each['column']}: {each['message']}" for each in model["leakage"]]
    state = "validated" if model["validated"] else "NOT validated, so it decides nothing"
    return (
        f"<h2>Model</h2><p>{escape(model['algorithm'])}, version {model['version']}, {state}.</p>"
        + (_table(("on held-out rows of the earlier part", "AUC", "Brier"), rows) if rows else "")
        + _list("Columns that may know the outcome", leaks)
        + _list("Notices of the training", model["notices"])
    )


def _auc(metrics: Mapping[str, Any]) -> Any:
    value = metrics.get("auc")
    return value.get("auc") if isinstance(value, Mapping) else value


def _rules(rules: Iterable[Mapping[str, Any]]) -> str:
    return _list(
        "Rules",
        [each["name"] if each["applies"] else f"{each['name']}: does not apply. {each['why_not']}" for each in rules],
    )


def _quarantine(quarantine: Mapping[str, Any]) -> str:
    rows = [(str(each["row"]), escape(each["code"]), escape(each["reason"])) for each in quarantine["first"]]
    return "<h2>Quarantine</h2>" + (_table(("row", "code", "reason"), rows) if rows else "<p>No row was set aside.</p>")


def _list(title: str, items: Sequence[str]) -> str:
    return f"<h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>" if items else ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class=scroll><table><tr>{head}</tr>{body}</table></div>"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
