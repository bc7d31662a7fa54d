"""Tables that nobody has prepared for: understood without help, refitted with notices, and their rows sound at the border."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.domains.lending.replay.conftest import Replays
from tests.support.past_loans import ALL, PastLoans, marketplace, sparkasse, yen

from intendant.domains.lending.form import ApplicationForm, ApplicationInvalid
from intendant.domains.lending.model import FieldRole
from intendant.domains.lending.replay.draft import draft, move_protected
from intendant.domains.lending.replay.plan import Plan, make_plan, split_rows
from intendant.learning.datasets import applications, propose_mapping, read_table, require_mapping
from intendant.learning.evaluation import CostMatrix

ROLES: dict[str, dict[str, str]] = {
    "marketplace": {"amount": "loan_amnt", "term": "term", "time": "issue_d", "credit_score": "fico_range_low"},
    "give_me_credit": {"income": "MonthlyIncome"},
    "home_credit": {"id": "SK_ID_CURR", "amount": "AMT_CREDIT"},
    "hmeq": {"amount": "LOAN", "purpose": "REASON"},
    "small_business": {"time": "ApprovalDate", "amount": "DisbursementGross", "term": "Term"},
    "peer_to_peer": {"id": "ListingKey", "time": "ListingCreationDate", "amount": "LoanOriginalAmount"},
    "sparkasse": {"amount": "Kreditbetrag", "term": "Laufzeit", "time": "Antragsdatum", "income": "Nettoeinkommen"},
    "workbook": {"time": "Decision date", "amount": "Loan amount (USD)", "credit_score": "FICO score"},
    "parquet": {"time": "applied_at", "amount": "requested_amount"},
    "json_lines": {"time": "created_at", "amount": "amount", "income": "applicant.income"},
    "headerless": {"amount": "c4", "term": "c2"},
    "odd_times": {"time": "created_ts", "amount": "principal"},
}
OUTCOMES = {
    "marketplace": (("Fully Paid",), ("Charged Off",)),
    "give_me_credit": (("0",), ("1",)),
    "heloc": (("Good",), ("Bad",)),
    "small_business": (("P I F",), ("CHGOFF",)),
    "sparkasse": (("nein",), ("ja",)),
    "workbook": (("No",), ("Yes",)),
    "yen": (("完済",), ("延滞",)),
    "mostly_bad": (("repaid",), ("defaulted",)),
}
AFTERWARDS = {"total_pymnt", "recoveries", "last_pymnt_d", "out_prncp", "ChgOffDate", "ChgOffPrinGr", "ClosedDate", "LP_NetPrincipalLoss"}  # fmt: skip


def planned(table: PastLoans) -> tuple[Any, Plan]:
    """Understand a table as the command does, up to the plan."""
    options = dict(zip(table.arguments[::2], table.arguments[1::2], strict=True))
    read = read_table(table.path)
    proposal = propose_mapping(read, outcome=options.get("--outcome"), good=options.get("--good"))
    mapping, _ = move_protected(proposal.settled())
    require_mapping(read, mapping)
    applied = applications(read, mapping)
    parts = split_rows(applied, 0.6)
    drafted = draft(mapping, applied, parts, gain=1.0, loss=5.0)
    return mapping, make_plan(table.path, applied, drafted, parts, source_digest=b"1", costs=CostMatrix())


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_unseen_table_is_understood_and_its_later_rows_fit_the_form(name: str, tmp_path: Path) -> None:
    mapping, plan = planned(ALL[name](tmp_path))
    assert ROLES.get(name, {}).items() <= mapping.roles.items()
    if name in OUTCOMES:
        assert (mapping.good, mapping.bad) == OUTCOMES[name]
    assert not AFTERWARDS & {feature.name for feature in mapping.features}
    form = ApplicationForm(plan.draft.product)
    rows = plan.rows(plan.parts.later)
    refused = 0
    for row, training in zip(rows, plan.inputs.iloc[plan.parts.later].to_dict("records"), strict=True):
        try:
            values = form.parse(row).values
        except ApplicationInvalid:
            refused += 1
            continue
        # What deciding looks at is what training has looked at.
        for column, value in training.items():
            assert values[column] == value or (values[column] is None and value != value) or value is None
    assert refused <= 0.01 * len(rows)
    chunks = plan.chunks()
    assert np.concatenate(chunks).tolist() == list(plan.parts.later)
    if plan.table.times is not None:
        assert (np.diff(plan.table.times[plan.parts.later]) >= np.timedelta64(0)).all()
        assert plan.table.times[plan.parts.earlier].max() <= plan.table.times[plan.parts.later].min()
    quarantine = plan.table.quarantine
    assert quarantine.rows_in_file == len(plan.parts.earlier) + len(plan.parts.later) + quarantine.rows_quarantined


def test_amounts_in_yen_rescale_the_limits_with_a_notice(tmp_path: Path) -> None:
    _, plan = planned(yen(tmp_path))
    cap = next(rule.cap for rule in plan.draft.policy.rules if rule.name == "max_loan_amount")
    assert cap is not None
    assert cap.at_most > 1_000_000
    assert any("it is rescaled to" in notice for notice in plan.draft.notices)


def test_features_that_tell_the_date_are_left_out(tmp_path: Path) -> None:
    mapping, plan = planned(ALL["small_business"](tmp_path))
    assert {"DisbursementDate", "ApprovalFY"} <= set(mapping.feature_names)
    assert not {"DisbursementDate", "ApprovalFY"} & set(plan.draft.columns)
    assert any("telling the date" in notice for notice in plan.draft.notices)


def test_a_table_without_amount_or_score_lists_the_rules_that_do_not_apply(tmp_path: Path) -> None:
    _, plan = planned(ALL["give_me_credit"](tmp_path))
    lacking = {rule.name for rule in plan.draft.policy.rules if rule.not_applicable}
    assert lacking == {"min_credit_score", "max_loan_amount", "large_amount_to_manager", "very_large_amount_to_owner"}


def test_a_score_that_rises_with_the_risk_is_no_credit_score(tmp_path: Path) -> None:
    table = sparkasse(tmp_path)
    text = table.path.read_text(encoding="cp1252").splitlines()
    turned = [text[0]]
    place = text[0].split(";").index("Schufa-Score")
    for line in text[1:]:
        cells = line.split(";")
        cells[place] = f"{900 - float(cells[place].replace(',', '.')) * 5:.0f}"
        turned.append(";".join(cells))
    table.path.write_text("\n".join(turned) + "\n", encoding="cp1252")
    _, plan = planned(table)
    assert plan.draft.product.field_of(FieldRole.CREDIT_SCORE) is None
    assert any("higher for those who default" in notice for notice in plan.draft.notices)


def test_a_table_of_loans_that_still_run_says_how_little_is_known(replay: Replays, tmp_path: Path) -> None:
    table = marketplace(tmp_path)
    lines = table.path.read_text().splitlines()
    table.path.write_text("\n".join(lines[:1_201]) + "\n")
    report = replay.report(table)
    assert report["rows_skipped"] > 0
    assert report["rows_without_outcome"] > 0
    assert report["rows_in_file"] == sum(
        report[f"rows_{part}"] for part in ("trained_on", "skipped", "decided", "quarantined")
    )
    assert 0.65 < report["auc"] < 0.95
    assert report["default_rate_approved"] < report["default_rate"]
    assert sum(report["asked_because"].values()) == report["asked"]
    for name in ("approved", "all"):
        rate = report["default_rates"][name]
        assert rate["lower"] < rate["rate"] < rate["upper"]
    # The model stays the one it was to the end of the table, half a year and more later.
    assert report["model"]["validated"]
    assert report["asked"] < 0.6 * report["rows_decided"]


DATA = Path(os.environ.get("INTENDANT_TEST_DATA", "")) / "credit"
BARS = {"german_credit/german.csv": 0.76, "taiwan_default/UCI_Credit_Card.csv.gz": 0.76}


@pytest.mark.skipif(not os.environ.get("INTENDANT_TEST_DATA"), reason="INTENDANT_TEST_DATA names no tables")
@pytest.mark.parametrize("name", sorted(BARS))
def test_public_tables_go_through_without_help(replay: Replays, name: str) -> None:
    report = replay.report(PastLoans(DATA / name))
    assert report["auc"] > BARS[name]
    assert abs(report["coverage"] - 0.9) < 0.04
    assert report["model"]["validated"]
    assert report["default_rates"]["approved"]["upper"] < report["default_rate"]
    assert report["profit"]["decisions"] > report["profit"]["approve_all"]
    assert report["fairness"]
    assert json.dumps(report)
