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
.scroll{overflow-x:auto}.note{border-left:3px solid var(--accent);background:var(--paper);padding:.5rem .9rem;margin:.5rem 0;border-radius:0 .4rem .4rem 0}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1rem;align-items:start}td:not(:first-child),th:not(:first-child){white-space:nowrap}
td.text{white-space:normal;text-align:left}p{max-width:46rem}@media(max-width:34rem){th,td{padding:.35rem .5rem;font-size:.88rem}main{padding-top:1.2rem}}
"""


def render_page(report: Mapping[str, Any]) -> str:
    """Return the page for a report of `build_report`."""
    sections = [
        _head(report),
        _cards(report),
        _outcomes(report),
        _profit(report["profit"]),
        _quality(report),
        _fairness(report["fairness"]),
        _model(report),
        _rules(report),
        _list("Notices", "What was assumed, rescaled or left out on the way.", report["notices"]),
        _quarantine(report),
    ]
    title = f"Replay of {escape(report['source'])}"
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(sections)}</main></body></html>\n"
    )


def _head(report: Mapping[str, Any]) -> str:
    skipped = (
        f" {report['rows_skipped']:,} earlier ones have no final outcome and taught nothing."
        if report["rows_skipped"]
        else ""
    )
    doubt = ""
    if not report["model"]["validated"]:
        doubt = "<p class=note><b>The model did not pass its validation, so it decided nothing.</b> People are asked; what is measured below is what it would have said.</p>"
    return (
        f"<h1>Replay of {escape(report['source'])}</h1><p class=soft>{report['rows_trained_on']:,} earlier applications trained"
        f" the model; {report['rows_decided']:,} later ones, which it had never seen, took the live path in the sandbox"
        f" '{escape(report['organization'])}'.{skipped} {report['rows_quarantined']:,} of the {report['rows_in_file']:,} rows stand in"
        f" quarantine.</p>{doubt}"
    )


def _cards(report: Mapping[str, Any]) -> str:
    speed = report["decisions_per_second"]
    cards = [
        ("approved", f"{report['approved']:,}"),
        ("rejected", f"{report['rejected']:,}"),
        ("asked", f"{report['asked']:,}"),
        ("refused by rule", f"{report['refused']:,}"),
        ("default rate, approved", _percent(report["default_rate_approved"])),
        ("default rate, all", _percent(report["default_rate"])),
        ("AUC", _number(report["auc"])),
        ("Brier score", _number(report["brier"])),
        ("conformal coverage", _percent(report["coverage"])),
        ("decided without a person", _percent(report["automatic_share"])),
        ("decisions a second", "-" if speed is None else f"{speed:,.0f}"),
    ]
    return (
        "<div class=cards>"
        + "".join(f"<div class=card><b>{value}</b>{escape(name)}</div>" for name, value in cards)
        + "</div>"
    )


def _outcomes(report: Mapping[str, Any]) -> str:
    rows = []
    for name in ("approved", "rejected", "asked", "refused", "all"):
        rate = report["default_rates"][name]
        count = report["rows_decided"] if name == "all" else report[name]
        rows.append((name, f"{count:,}", f"{rate['known']:,}", _percent(rate["rate"]), _range(rate)))
    why = ", ".join(f"{escape(_words(cause))} {count:,}" for cause, count in report["asked_because"].items())
    return (
        "<h2>What was decided and how it ended</h2><p class=soft>A good model approves where few default and rejects where many"
        " do. The interval is Wilson's, at 95 %."
        + (f" First reason of the asked cases: {why}." if why else "")
        + "</p>"
        + _table(("", "applications", "outcome known", "default rate", "95 % interval"), rows)
    )


def _profit(profit: Mapping[str, Any]) -> str:
    if not profit:
        return "<h2>Profit</h2><p>No outcome is known, so nothing can be counted.</p>"
    names = {
        "decisions": "these decisions (asked cases lend nothing)",
        "decisions_with_asked_as_proposed": "these decisions, asked cases as proposed",
        "approve_all": "approve all",
        "reject_all": "reject all",
        "plain_cutoff": "a plain score cut-off",
    }
    unit = profit["unit"]
    digits = 2 if unit == "amount" else 3
    rows = [
        (label, "-", "-")
        if profit[key] is None
        else (label, f"{profit[key]:,.0f}", f"{profit['per_application'][key]:,.{digits}f}")
        for key, label in names.items()
    ]
    costs = profit["cost_matrix"]
    stated = "an assumption; state yours with --gain and --loss" if costs["assumed"] else "as stated"
    cutoff = profit["plain_cutoff_probability"]
    cut = "" if cutoff is None else f" The plain cut-off approves from {cutoff:.2f}; it was chosen on the earlier part."
    return (
        f"<h2>Profit</h2><p class=soft>What would have been earned on the {profit['applications']:,} applications whose outcome is"
        f" known, in units of the {'amount lent' if unit == 'amount' else 'loan'}. A repaid unit earns {costs['gain']:g}, a"
        f" defaulted one loses {costs['loss']:g} ({stated}), so lending pays from a probability of"
        f" {profit['break_even_probability']:.2f} on.{cut}</p>" + _table(("policy", "profit", "per application"), rows)
    )


def _quality(report: Mapping[str, Any]) -> str:
    bins = report["calibration"]
    if not bins:
        return "<h2>How right and how sure</h2><p>Too few outcomes are known to measure it.</p>"
    rows = [
        (
            f"{each['probability_min']:.2f} to {each['probability_max']:.2f}",
            f"{each['count']:,}",
            _percent(each["mean_predicted"]),
            _percent(each["observed"]),
            _range(each),
        )
        for each in bins
    ]
    table = _table(("predicted repayment", "applications", "mean predicted", "observed", "95 % interval"), rows)
    by, (low, high) = report["coverage_by_outcome"], report["auc_interval"]
    wanted = "" if report["coverage_target"] is None else f" ({_percent(report['coverage_target'])} wanted)"
    return (
        f"<h2>How right and how sure</h2><p class=soft>AUC {_number(report['auc'])} ({low:.3f} to {high:.3f}): how often a repaid"
        f" application scores above a defaulted one. Brier score {_number(report['brier'])}: the mean squared error of the"
        f" probabilities; always saying the base rate has {_number(report['brier_of_base_rate'])}.</p>"
        f"<div class=two>{_calibration_chart(bins)}<div><p class=soft>Predicted against observed repayment; on the line is right. The"
        f" mean gap is {_percent(report['calibration_error'])}.</p><p class=soft>The model's sets hold the true outcome in"
        f" {_percent(report['coverage'])} of cases{wanted}: {_percent(by['repaid'])} of the repaid, {_percent(by['defaulted'])} of the"
        f" defaulted. In {_percent(report['uncertain_share'])} of cases it says that it does not know, and a person is asked.</p></div></div>{table}"
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


def _fairness(attributes: Iterable[Mapping[str, Any]]) -> str:
    parts = []
    for attribute in attributes:
        rows = [
            (
                escape(group["value"]) + ("" if group["large_enough"] else " *"),
                f"{group['count']:,}",
                _percent(group["rate"]),
                _range(group),
                _number(group["ratio"]),
                _percent(group["repaid_rate"]),
            )
            for group in attribute["groups"]
        ]
        ratio, passes = attribute["four_fifths_ratio"], attribute["passes"]
        verdict = (
            "too few cases to say"
            if passes is None
            else ("passes" if passes else "does not pass") + f" the four-fifths rule (ratio {_number(ratio)})"
        )
        certain = " Even the intervals do not overlap." if attribute["disparity_certain"] else ""
        small = (
            " Groups with * have fewer than 30 applications and are not judged." if attribute["small_groups"] else ""
        )
        parts.append(
            f"<p><b>{escape(attribute['attribute'])}</b>: {verdict}.{certain}{small}</p>"
            + _table(
                ("group", "applications", "approval rate", "95 % interval", "ratio to highest", "approved and repaid"),
                rows,
            )
        )
    meaning = (
        "<p class=soft>Protected attributes are never features; they serve to check. A group approved less than four fifths as"
        " often as the highest one is a sign of adverse impact to be looked into.</p>"
    )
    return "<h2>Approval by protected group</h2>" + (
        meaning + "".join(parts)
        if parts
        else "<p>The table names no protected attribute, so nothing could be checked.</p>"
    )


def _model(report: Mapping[str, Any]) -> str:
    model = report["model"]
    validation = model["validation"] or {}
    measured = [
        ("champion: additive, reasons are exact", validation.get("champion")),
        ("challenger: boosted trees (xgboost)", validation.get("challenger")),
        *((f"baseline: {each['name']}", each) for each in validation.get("baselines") or ()),
    ]
    rows = [
        (escape(name), _number(each["auc"]["auc"]), _range(each["auc"], percent=False), _number(each["brier"]))
        for name, each in measured
        if each
    ]
    state = "validated" if model["validated"] else "NOT validated, so it decides nothing"
    why = " ".join(validation.get("reasons", ()))
    leaks = [
        f"{each['column']} ({'left out' if each['level'] == 'exclude' else 'suspicious'}): {each['message']}"
        for each in model["leakage"]
    ]
    return (
        f"<h2>Model</h2><p>{escape(model['algorithm'].capitalize())}, version {model['version']}, {len(model['features'])} features,"
        f" {state}. {escape(why)}</p><p class=soft>Measured on {validation.get('n_validation', 0):,} rows of the earlier part that"
        f" were held out ({escape(str(validation.get('split', '')))}).{_compared(model['challenger'])}</p>"
        + (_table(("on held-out rows", "AUC", "95 % interval", "Brier"), rows) if rows else "")
        + _thresholds(report["thresholds"])
        + _list("Columns that may know the outcome", "They would not be known when a live case is decided.", leaks)
        + _list("Notices of the training", "", model["notices"])
    )


def _compared(challenger: Mapping[str, Any] | None) -> str:
    if challenger is None:
        return ""
    low, high = challenger["auc_difference_lower"], challenger["auc_difference_upper"]
    return (
        f" The challenger's AUC is {challenger['auc_difference']:+.3f} ({low:+.3f} to {high:+.3f}) beside the champion's:"
        f" {'it ranks better' if challenger['better'] else 'no certain gain'}."
    )


def _thresholds(thresholds: Mapping[str, Any]) -> str:
    rows = [
        (escape(_words(name)), f"{value:g}" if isinstance(value, int | float) else escape(str(value)))
        for name, value in thresholds.items()
    ]
    return (
        "<h2>Thresholds</h2><p class=soft>Approved at or above the first, rejected below the rejection threshold, asked between.</p>"
        + _table(("", "probability"), rows)
    )


def _rules(report: Mapping[str, Any]) -> str:
    rows = [
        (
            escape(each["name"]),
            f"{each['fired']:,}" if each["applies"] else "does not apply",
            escape(each["reason"] if each["applies"] else each["why_not"]),
        )
        for each in report["rules"]
    ]
    return (
        "<h2>Rules</h2><p class=soft>Rules stand above the model; the strictest answer wins. The policy is beside this report in"
        " policy.yaml.</p>" + _table(("rule", "fired", "why"), rows, text=2)
    )


def _quarantine(report: Mapping[str, Any]) -> str:
    quarantine = report["quarantine"]
    rows = [(f"{each['row']:,}", escape(each["code"]), escape(each["reason"])) for each in quarantine["first"]]
    if not rows:
        return "<h2>Quarantine</h2><p>No row was set aside.</p>"
    counts = ", ".join(f"{escape(_words(code))} {count:,}" for code, count in quarantine["counts"].items())
    return f"<h2>Quarantine</h2><p class=soft>Rows that could not be used: {counts}. The first ones:</p>" + _table(
        ("row", "code", "reason"), rows, text=2
    )


def _list(title: str, meaning: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    said = f"<p class=soft>{escape(meaning)}</p>" if meaning else ""
    return f"<h2>{escape(title)}</h2>{said}<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], text: int | None = None) -> str:
    """Return a table of cells that are markup already; the column `text` holds sentences."""
    head = "".join(
        f"<th{' class=text' if place == text else ''}>{escape(heading)}</th>" for place, heading in enumerate(headings)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=text' if place == text else ''}>{cell}</td>" for place, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<div class=scroll><table><tr>{head}</tr>{body}</table></div>"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _range(interval: Mapping[str, Any], *, percent: bool = True) -> str:
    low, high = interval["lower"], interval["upper"]
    if low is None:
        return "-"
    return f"{low:.1%} to {high:.1%}" if percent else f"{low:.3f} to {high:.3f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
