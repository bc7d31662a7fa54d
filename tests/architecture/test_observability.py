"""Dashboard, alert rules and reference name the figures that are exported, and no others."""

import json
import re

import yaml
from tests.architecture.source import ROOT

from intendant.kit.metrics import INSTRUMENTS, Counter
from intendant.operations import FIGURES

REFERENCE = ROOT / "docs" / "reference"
NAME = re.compile(r"\bintendant_[a-z_]+\b")
COUNTED = {f"{each.name}_total" if isinstance(each, Counter) else each.name for each in INSTRUMENTS}
EXPORTED = COUNTED | set(FIGURES)


def _named(text: str) -> set[str]:
    return {re.sub(r"_(?:bucket|count|sum)$", "", name) for name in NAME.findall(text)}


def test_the_reference_names_every_figure_and_no_other() -> None:
    text = (REFERENCE / "observability.md").read_text()
    assert set(re.findall(r"`(intendant_[a-z_]+)`", text)) == EXPORTED


def test_the_dashboard_shows_every_figure_and_no_other() -> None:
    dashboard = json.loads((REFERENCE / "observability" / "dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert set().union(*map(_named, shown)) == EXPORTED


def test_the_alert_rules_rest_on_figures_that_exist() -> None:
    rules = yaml.safe_load((REFERENCE / "observability" / "alerts.yaml").read_text())
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len(found) >= 10
    for rule in found:
        assert rule["annotations"]["summary"], rule
        assert _named(rule["expr"]) <= EXPORTED, rule
