"""The model card: what a version is for, how it was made and measured, and where it must not be trusted, in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from intendant.domains.analytics.models import card_words as words
from intendant.domains.analytics.models import rows
from intendant.domains.analytics.models.card_words import Figure, number_text
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

FEATURES_SHOWN = 15
GROUPS_SHOWN = 40
_MARKDOWN_SIGNS = frozenset("\\`*_{}[]<>()#+-.!|~&")


class NoVersionYet(NotFound):
    """The model was never trained, so that there is nothing to write a card of."""

    code = "ai_model_never_trained"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the card."""

    title: str
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card."""

    model_id: UUID
    model_name: str
    version: int
    verdict: str
    validated: bool
    sections: tuple[Section, ...]


def read_card(tx: Transaction, model_id: UUID, number: int | None) -> Card:
    """Write the card of a version; None means the champion, or else the latest. Raises NoVersionYet."""
    model = rows.get_model(tx, model_id)
    if number is None:
        number = next((each["number"] for each in model["aliases"] if each["alias"] == "champion"), None)
        number = number or model["latest_version"]
        if not number:
            raise NoVersionYet("The model was never trained.", field="model_id", remedy="Train it first.")
    version = rows.get_version(tx, model_id, number)
    dataset = None if version["dataset_id"] is None else rows.find_dataset_name(tx, version["dataset_id"])
    return write_card(model, version, dataset)


def write_card(model: Row, version: Row, dataset: str | None) -> Card:
    """Write a card of what was recorded, without looking anywhere else."""
    report: Mapping[str, Any] = version["report"]
    verdict = " ".join(str(each) for each in report.get("verdict") or ())
    sections = (
        _purpose(model, version, report),
        _data(version, report, dataset),
        _measured(report),
        _certainty(report),
        _features(report),
        _fairness(report),
        _leakage(report),
        _limits(version, report),
        _record(version, report),
    )
    return Card(
        model["id"],
        model["model_name"],
        version["number"],
        verdict or ("It proved itself." if version["validated"] else "It did not prove itself."),
        version["validated"],
        tuple(each for each in sections if each.sentences or each.figures),
    )


def _purpose(model: Row, version: Row, report: Mapping[str, Any]) -> Section:
    described = [str(model["description"])] if model["description"] else []
    what = words.purpose(str(model["model_type"]), version["spec"].get("target"), report.get("details") or {})
    made = f"It was made by the algorithm {words.ALGORITHMS.get(version['algorithm'], version['algorithm'])}."
    return Section("What it is for", (*described, what, made))


def _data(version: Row, report: Mapping[str, Any], dataset: str | None) -> Section:
    read, used = report["rows_read"], report["rows_used"]
    where = f"the dataset '{dataset}'" if dataset is not None else "a table of the record, kept as it was then"
    sentences = [f"It learnt from {where}: {read:,} rows, of which {used:,} could be used."]
    if not report["rows_validation"]:
        sentences.append("No rows were held back to measure it.")
    else:
        sentences.append(f"{report['rows_validation']:,} rows were held back and never learnt from.")
    sentences.append(f"The rows are known by their digest {bytes(version['data_digest']).hex()[:16]}….")
    return Section("What it learnt from", tuple(sentences))


def _measured(report: Mapping[str, Any]) -> Section:
    baselines: Sequence[Mapping[str, Any]] = report["baselines"]
    sentences = [words.split(str(report["split"]))]
    if baselines:
        sentences.append(
            "Beside each figure stands what a simple way of guessing reaches on the same rows: "
            + ", ".join(words.baseline(str(each["name"])) for each in baselines)
            + "."
        )
    beside = {metric["name"]: metric for each in reversed(baselines) for metric in each["metrics"]}
    figures = tuple(words.figure(metric, beside.get(metric["name"])) for metric in report["model"]["metrics"])
    compared = [str(each["name"]) for each in report.get("compared") or ()]
    if compared:
        sentences.append(f"Tried beside it and found no better: {', '.join(compared)}.")
    return Section("How it was measured", tuple(sentences), figures)


def _certainty(report: Mapping[str, Any]) -> Section:
    sentences = []
    points = [each for each in report["calibration"] if each["count"]]
    if points:
        total = sum(each["count"] for each in points)
        gap = sum(abs(each["predicted"] - each["observed"]) * each["count"] for each in points) / total
        sentences.append(
            f"When it gives a probability, what came true differed from it by {gap:.1%} on average, over {total:,} cases."
        )
    wanted, measured = report["coverage_wanted"], report["coverage_measured"]
    if wanted is not None and measured is not None:
        sentences.append(
            f"Its ranges and sets are meant to hold the truth in {wanted:.0%} of cases; on the rows held back they held it"
            f" in {measured:.1%}."
        )
    return Section("How sure it is, and how right in that", tuple(sentences))


def _features(report: Mapping[str, Any]) -> Section:
    used = sorted(report["features"], key=lambda each: -each["importance"])
    figures = tuple(
        Figure(str(each["name"]), f"{each['importance']:.1%}", None, f"a {each['type']}")
        for each in used[:FEATURES_SHOWN]
    )
    more = len(used) - len(figures)
    sentences = (
        ["Shares of all that moves its answers. They say what it looks at, not what causes what."] if used else []
    )
    if more > 0:
        sentences.append(f"{more:,} further features matter less.")
    return Section("What it looks at", tuple(sentences), figures)


def _fairness(report: Mapping[str, Any]) -> Section:
    groups = report["groups"]
    if not groups:
        return Section(
            "Fairness",
            ("No protected attribute was named, so nothing was measured about groups of people.",),
        )
    flagged = [each for each in groups if each["flagged"]]
    sentences = ["Protected attributes were looked at to compare groups, and never to answer."]
    if flagged:
        sentences += [
            f"{each['attribute']} = {each['value']}: {each['why'] or 'it does clearly worse here.'}" for each in flagged
        ]
    else:
        sentences.append("No group that is large enough to tell does clearly worse.")
    figures = tuple(
        Figure(
            f"{each['attribute']} = {each['value']}",
            ", ".join(f"{metric['name']} {number_text(metric['value'])}" for metric in each["metrics"])
            or "too few to tell",
            None,
            f"{each['count']:,} rows",
        )
        for each in groups[:GROUPS_SHOWN]
    )
    return Section("Fairness", tuple(sentences), figures)


def _leakage(report: Mapping[str, Any]) -> Section:
    found = report["leakage"]
    if not found:
        return Section("Columns that know the answer", ("None was found.",))
    return Section(
        "Columns that know the answer",
        tuple(
            f"{each['column']}: {each['message']} {'It was left out.' if each['left_out'] else 'It was kept, as was wished.'}"
            for each in found
        ),
    )


def _limits(version: Row, report: Mapping[str, Any]) -> Section:
    sentences = [str(each) for each in report["notices"]]
    sentences.append(
        "It knows cases like those it learnt from. For others its confidence means little; predictions say which inputs"
        " were unusual."
    )
    if not version["validated"]:
        sentences.insert(0, "It did not prove itself; whoever deploys it says why.")
    return Section("Where it must not be trusted", tuple(sentences))


def _record(version: Row, report: Mapping[str, Any]) -> Section:
    libraries = ", ".join(f"{name} {number}" for name, number in sorted(report["versions"].items()))
    why = str(version["why"])
    return Section(
        "Who made it, and how to make it again",
        (
            f"Version {version['number']} was trained on {version['trained_at']:%Y-%m-%d} by {version['created_by']},"
            f" because {why}" + ("" if why.endswith((".", "!", "?")) else "."),
            f"The seed {report['seed']} and the same rows give the same bytes, with {libraries}.",
            f"The artifact's digest is {bytes(version['artifact']).hex()[:16]}…, signed by this installation.",
        ),
    )


def to_plain(card: Card) -> dict[str, Any]:
    """Return a card for JSON."""
    return {
        "model_id": card.model_id,
        "model_name": card.model_name,
        "version": card.version,
        "verdict": card.verdict,
        "validated": card.validated,
        "sections": [
            {
                "title": each.title,
                "sentences": list(each.sentences),
                "figures": [
                    {"name": figure.name, "value": figure.value, "baseline": figure.baseline, "meaning": figure.meaning}
                    for figure in each.figures
                ],
            }
            for each in card.sections
        ],
    }


def to_markdown(card: Card) -> str:
    """Write a card as Markdown; what comes from data is never read as markup."""
    lines = [f"# {_plain(card.model_name)}, version {card.version}", "", _plain(card.verdict), ""]
    for section in card.sections:
        lines += [f"## {section.title}", ""]
        for sentence in section.sentences:
            lines += [_plain(sentence), ""]
        if section.figures:
            lines += ["| | | beside | |", "|---|---|---|---|"]
            lines += [
                f"| {_plain(each.name)} | {_plain(each.value)} | {_plain(each.baseline or '')} | {_plain(each.meaning)} |"
                for each in section.figures
            ]
            lines.append("")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return "".join(f"\\{sign}" if sign in _MARKDOWN_SIGNS else sign for sign in " ".join(text.split()))


_STYLE = (
    "body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:2.5rem auto;padding:0 1.25rem;color:#1b1e24;background:#fff}"
    "h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.4rem 0}"
    "table{border-collapse:collapse;width:100%;font-size:.92rem}td,th{text-align:left;padding:.35rem .6rem .35rem 0;"
    "border-bottom:1px solid #e3e5ea;vertical-align:top}td:nth-child(2){font-variant-numeric:tabular-nums}"
    "@media(prefers-color-scheme:dark){body{background:#14161a;color:#e6e8ec}td,th{border-color:#2c3038}}"
)


def to_html(card: Card) -> str:
    """Write a card as a page that needs nothing else; what comes from data is never read as markup."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(card.model_name)}, version {card.version}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(card.model_name)}, version {card.version}</h1><p>{escape(card.verdict)}</p>",
    ]
    for section in card.sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
        if section.figures:
            has_beside = any(each.baseline is not None for each in section.figures)
            beside = "<th>Simple guess</th>" if has_beside else ""
            parts.append(f"<table><thead><tr><th></th><th>Value</th>{beside}<th></th></tr></thead><tbody>")
            for each in section.figures:
                cell = f"<td>{escape(each.baseline or '')}</td>" if has_beside else ""
                parts.append(
                    f"<tr><td>{escape(each.name)}</td><td>{escape(each.value)}</td>{cell}<td>{escape(each.meaning)}</td></tr>"
                )
            parts.append("</tbody></table>")
    parts.append("</main></body></html>")
    return "".join(parts)
