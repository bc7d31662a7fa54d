"""The proposal must be right on tables in the manner of many lenders, none of which the code knows by name."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.learning.datasets.tables import loans, write_csv

from intendant.learning.datasets import (
    MappingProposal,
    OutcomeUnclear,
    Table,
    applications,
    check_mapping,
    dump_mapping,
    parse_mapping,
    propose_mapping,
    read_table,
)


def propose(path: Path) -> tuple[Table, MappingProposal]:
    table = read_table(path)
    return table, propose_mapping(table)


def assert_usable(table: Table, proposal: MappingProposal) -> None:
    assert proposal.questions == ()
    assert check_mapping(table, proposal.mapping) == []
    assert parse_mapping(dump_mapping(proposal.mapping)) == proposal.mapping
    applied = applications(table, proposal.mapping)
    quarantine = applied.quarantine
    assert quarantine.rows_accepted == len(applied)
    assert quarantine.rows_in_file == quarantine.rows_accepted + quarantine.rows_quarantined


def test_a_marketplace_export_with_seven_statuses_is_understood(tmp_path: Path) -> None:
    chance = random.Random(1)
    statuses = {
        False: ["Fully Paid"] * 6 + ["Current"] * 2 + ["In Grace Period"],
        True: ["Charged Off"] * 5 + ["Default", "Late (31-120 days)"],
    }
    rows = [
        [
            100000 + loan["number"], loan["amount"], loan["amount"], f" {loan['term']} months", f"{5 + loan['term'] / 10:.2f}%",
            "B", loan["job"], loan["income"], f"{'Jan' if loan['number'] < 150 else 'Dec'}-{2010 + loan['number'] // 100}",
            chance.choice(statuses[loan["bad"]]), "n", loan["purpose"], "945xx", loan["score"], loan["score"] + 4,
            chance.random() * 1000, 0.0 if not loan["bad"] else 55.5, "Jan-2015", chance.randint(0, 3),
        ]
        for loan in loans()
    ]  # fmt: skip
    names = [
        "id",
        "loan_amnt",
        "funded_amnt",
        "term",
        "int_rate",
        "grade",
        "emp_title",
        "annual_inc",
        "issue_d",
        "loan_status",
        "pymnt_plan",
        "purpose",
        "zip_code",
        "fico_range_low",
        "fico_range_high",
        "total_pymnt",
        "recoveries",
        "last_pymnt_d",
        "delinq_2yrs",
    ]
    path = write_csv(tmp_path / "accepted.csv", names, rows)
    text = "Notes offered by prospectus\n" + path.read_text() + "Total amount funded in policy code 1: 460296150\n"
    path.write_text(text)
    table, proposal = propose(path)
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.id, mapping.time, mapping.amount) == ("loan_status", "id", "issue_d", "loan_amnt")
    assert (mapping.term, mapping.purpose, mapping.income) == ("term", "purpose", "annual_inc")
    assert mapping.credit_score == "fico_range_low"
    assert set(mapping.good) == {"Fully Paid"}
    assert set(mapping.bad) == {"Charged Off", "Default"}
    assert set(mapping.censored) == {"Current", "In Grace Period", "Late (31-120 days)"}
    assert {suspect.name for suspect in proposal.suspects} == {"total_pymnt", "recoveries", "last_pymnt_d"}
    assert not {"total_pymnt", "recoveries", "last_pymnt_d", "zip_code", "id", "issue_d"} & set(mapping.feature_names)
    assert {"loan_amnt", "term", "int_rate", "delinq_2yrs", "purpose"} <= set(mapping.feature_names)
    assert table.quarantine.counts == {"ragged_row": 1}
    assert_usable(table, proposal)


def test_a_credit_bureau_challenge_is_understood(tmp_path: Path) -> None:
    rows = [
        [
            "Bad" if loan["bad"] else "Good",
            loan["score"] // 9,
            -9 if loan["number"] % 9 == 0 else loan["term"],
            loan["age"] * 3,
        ]
        for loan in loans()
    ]
    names = ["RiskPerformance", "ExternalRiskEstimate", "MSinceOldestTradeOpen", "AverageMInFile"]
    table, proposal = propose(write_csv(tmp_path / "heloc.csv", names, rows))
    assert proposal.mapping.outcome == "RiskPerformance"
    assert (proposal.mapping.good, proposal.mapping.bad) == (("Good",), ("Bad",))
    assert proposal.mapping.protected == ()
    assert_usable(table, proposal)


def test_small_business_loans_with_dollar_signs_and_charge_offs_are_understood(tmp_path: Path) -> None:
    rows = [
        [1000014003 + loan["number"], "ACME", "EVANSVILLE", "IN", f"{loan['number'] % 28 + 1}-Feb-97", loan["term"], 1,
         f"${loan['amount']:,.2f} ", "$0.00 ", "" if not loan["bad"] else "24-Jun-91", "CHGOFF" if loan["bad"] else "P I F",
         "$1,208.00 " if loan["bad"] else "$0.00 ", f"${loan['amount'] * 0.8:,.2f} "]
        for loan in loans()
    ]  # fmt: skip
    names = [
        "LoanNr_ChkDgt",
        "Name",
        "City",
        "State",
        "ApprovalDate",
        "Term",
        "NoEmp",
        "DisbursementGross",
        "BalanceGross",
        "ChgOffDate",
        "MIS_Status",
        "ChgOffPrinGr",
        "GrAppv",
    ]
    table, proposal = propose(write_csv(tmp_path / "SBAnational.csv", names, rows))
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.good, mapping.bad) == ("MIS_Status", ("P I F",), ("CHGOFF",))
    assert (mapping.id, mapping.time, mapping.amount, mapping.term) == (
        "LoanNr_ChkDgt", "ApprovalDate", "DisbursementGross", "Term",
    )  # fmt: skip
    assert {"ChgOffDate", "ChgOffPrinGr", "BalanceGross"} == {suspect.name for suspect in proposal.suspects}
    assert "Name" in mapping.ignored
    assert table.frame["DisbursementGross"].dtype == "float64"
    assert_usable(table, proposal)


def test_a_card_portfolio_with_an_unnamed_index_is_understood(tmp_path: Path) -> None:
    rows = [
        [
            loan["number"],
            int(loan["bad"]),
            0.3,
            loan["age"],
            2,
            0.8,
            "NA" if loan["number"] % 5 == 0 else loan["income"],
            13,
            0,
            6,
        ]
        for loan in loans()
    ]
    names = ["", "SeriousDlqin2yrs", "RevolvingUtilizationOfUnsecuredLines", "age", "NumberOfTime30-59DaysPastDueNotWorse",
             "DebtRatio", "MonthlyIncome", "NumberOfOpenCreditLinesAndLoans", "NumberOfTimes90DaysLate",
             "NumberRealEstateLoansOrLines"]  # fmt: skip
    table, proposal = propose(write_csv(tmp_path / "cs-training.csv", names, rows))
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.good, mapping.bad) == ("SeriousDlqin2yrs", ("0",), ("1",))
    assert (mapping.id, mapping.income, mapping.amount, mapping.protected) == ("c1", "MonthlyIncome", None, ("age",))
    assert_usable(table, proposal)


def test_a_consumer_lender_with_coded_names_is_understood(tmp_path: Path) -> None:
    rows = [
        [100000 + loan["number"], int(loan["bad"]), "Cash loans", "M" if loan["sex"] == "male" else "F", "Y", loan["number"] % 2,
         loan["income"], loan["amount"], loan["amount"] / 20, "Married", -365 * loan["age"], 365243, loan["score"] / 1000]
        for loan in loans()
    ]  # fmt: skip
    names = [
        "SK_ID_CURR",
        "TARGET",
        "NAME_CONTRACT_TYPE",
        "CODE_GENDER",
        "FLAG_OWN_CAR",
        "FLAG_PHONE",
        "AMT_INCOME_TOTAL",
        "AMT_CREDIT",
        "AMT_ANNUITY",
        "NAME_FAMILY_STATUS",
        "DAYS_BIRTH",
        "DAYS_EMPLOYED",
        "EXT_SOURCE_1",
    ]
    table, proposal = propose(write_csv(tmp_path / "application_train.csv", names, rows))
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.good, mapping.bad) == ("TARGET", ("0",), ("1",))
    assert (mapping.id, mapping.amount, mapping.income) == ("SK_ID_CURR", "AMT_CREDIT", "AMT_INCOME_TOTAL")
    assert set(mapping.protected) == {"CODE_GENDER", "NAME_FAMILY_STATUS", "DAYS_BIRTH"}
    assert proposal.good is not None
    assert proposal.good.guess
    assert_usable(table, proposal)


def test_a_bank_export_with_german_names_and_numbers_is_understood(tmp_path: Path) -> None:
    rows = [
        [f"A-{loan['number']:05d}", "{2}.{1}.{0}".format(*str(loan["date"]).split("-")), german(loan["amount"]), loan["term"],
         loan["purpose"], german(loan["income"]), loan["age"], "weiblich" if loan["sex"] == "female" else "männlich", "ledig",
         "ja" if loan["bad"] else "nein", "12,5 %"]
        for loan in loans()
    ]  # fmt: skip
    names = ["Antragsnummer", "Antragsdatum", "Kreditbetrag (€)", "Laufzeit", "Verwendungszweck", "Nettoeinkommen", "Alter",
             "Geschlecht", "Familienstand", "Zahlungsausfall", "Zinssatz"]  # fmt: skip
    path = write_csv(tmp_path / "kredite.csv", names, rows, delimiter=";")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    table, proposal = propose(path)
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.good, mapping.bad) == ("Zahlungsausfall", ("nein",), ("ja",))
    assert (mapping.id, mapping.time, mapping.amount) == ("Antragsnummer", "Antragsdatum", "Kreditbetrag (€)")
    assert (mapping.term, mapping.purpose, mapping.income) == ("Laufzeit", "Verwendungszweck", "Nettoeinkommen")
    assert mapping.protected == ("Alter", "Geschlecht", "Familienstand")
    assert table.frame["Kreditbetrag (€)"].iloc[0] == pytest.approx(loans()[0]["amount"])
    assert_usable(table, proposal)


def german(number: object) -> str:
    return f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def test_the_archive_of_south_german_credits_is_understood(tmp_path: Path) -> None:
    names = ["laufkont", "laufzeit", "moral", "verw", "hoehe", "sparkont", "famges", "alter", "gastarb", "kredit"]
    rows = [
        [1, loan["term"], 4, 2, int(loan["amount"]), 1, 2, loan["age"], 2, 0 if loan["bad"] else 1] for loan in loans()
    ]
    table, proposal = propose(write_csv(tmp_path / "SouthGermanCredit.asc", names, rows, delimiter=" "))
    mapping = proposal.mapping
    assert (mapping.outcome, mapping.good, mapping.bad) == ("kredit", ("1",), ("0",))
    assert (mapping.amount, mapping.term, mapping.purpose) == ("hoehe", "laufzeit", None)
    assert mapping.protected == ("famges", "alter", "gastarb")
    assert_usable(table, proposal)


def test_a_headerless_table_with_plus_and_minus_is_understood(tmp_path: Path) -> None:
    rows = [
        ["b" if loan["number"] % 3 else "a", f"{loan['age']}.{loan['number'] % 99:02d}", loan["score"] / 100, "u", "?" if loan["number"] % 9 == 0 else "g",
         "t", f"{loan['number'] % 400:05d}", int(loan["income"]) % 900, "-" if loan["bad"] else "+"]
        for loan in loans()
    ]  # fmt: skip
    table, proposal = propose(write_csv(tmp_path / "crx.data", None, rows))
    assert not table.header
    assert proposal.mapping.outcome == "c9"
    assert (proposal.mapping.good, proposal.mapping.bad) == (("+",), ("-",))
    assert table.frame["c5"].isna().sum() == len(rows) // 9
    assert_usable(table, proposal)


def test_a_headerless_even_table_of_zeros_and_ones_is_a_question(tmp_path: Path) -> None:
    rows = [
        [loan["number"] % 2, f"{loan['age']}.5", loan["score"] / 100, 1 + loan["number"] % 3, loan["number"] // 2 % 2]
        for loan in loans()
    ]
    _, proposal = propose(write_csv(tmp_path / "australian.dat", None, rows, delimiter=" "))
    assert proposal.questions
    with pytest.raises(OutcomeUnclear, match="--outcome"):
        proposal.settled()


def test_a_person_or_script_settles_an_unclear_outcome(tmp_path: Path) -> None:
    rows = [[loan["number"] % 2, loan["score"], "ABCD"[loan["number"] % 4]] for loan in loans()]
    table, proposal = propose(write_csv(tmp_path / "berka.csv", ["account", "points", "status"], rows, delimiter=";"))
    assert proposal.questions
    settled = propose_mapping(table, outcome="STATUS", good=["A", "C"])
    assert settled.questions == ()
    assert settled.mapping.outcome == "status"
    assert (set(settled.mapping.good), set(settled.mapping.bad)) == ({"A", "C"}, {"B", "D"})


@pytest.mark.parametrize(
    ("name", "values", "good"),
    [
        ("not.fully.paid", ("0", "1"), "0"),
        ("loan_repaid", ("0", "1"), "1"),
        ("Default", ("No", "Yes"), "No"),
        ("BAD", ("0", "1"), "0"),
        ("default_ind", ("FALSE", "TRUE"), "FALSE"),
        ("Kredit_zurückgezahlt", ("ja", "nein"), "ja"),
        ("défaut", ("non", "oui"), "non"),
        ("impago", ("no", "sí"), "no"),
        ("LoanStatus", ("Completed", "Chargedoff"), "Completed"),
        ("Risk", ("good", "bad"), "good"),
        ("Creditability", ("1", "0"), "1"),
        ("outcome", ("paid in full", "written off"), "paid in full"),
    ],
)
def test_the_good_value_follows_from_name_and_words(
    tmp_path: Path, name: str, values: tuple[str, str], good: str
) -> None:
    rows = [[loan["number"], loan["score"], loan["amount"], values[1] if values[0] == good else values[0]] if loan["bad"]
            else [loan["number"], loan["score"], loan["amount"], good] for loan in loans()]  # fmt: skip
    _, proposal = propose(write_csv(tmp_path / "any.csv", ["ref", "points", "loan amount", name], rows))
    assert proposal.mapping.outcome == name
    assert proposal.mapping.good == (good,)
    assert proposal.good is not None
    assert proposal.good.confidence >= 0.75
    assert proposal.questions == ()


def test_a_history_of_default_is_not_the_outcome(tmp_path: Path) -> None:
    names = ["person_age", "person_income", "loan_intent", "loan_amnt", "loan_status", "cb_person_default_on_file"]
    rows = [
        [
            loan["age"],
            loan["income"],
            loan["purpose"],
            loan["amount"],
            int(loan["bad"]),
            "Y" if loan["number"] % 5 == 0 else "N",
        ]
        for loan in loans()
    ]
    _, proposal = propose(write_csv(tmp_path / "credit_risk.csv", names, rows))
    assert (proposal.mapping.outcome, proposal.mapping.good) == ("loan_status", ("0",))
    assert proposal.mapping.protected == ("person_age",)
    assert "cb_person_default_on_file" in proposal.mapping.feature_names


@pytest.mark.parametrize(
    "name", ["vehicle_age", "account age", "percentage", "mortgage", "average_balance", "essex_branch"]
)
def test_words_that_only_contain_a_protected_word_are_no_protected_attribute(tmp_path: Path, name: str) -> None:
    rows = [[loan["score"], int(loan["bad"])] for loan in loans()]
    _, proposal = propose(write_csv(tmp_path / "any.csv", [name, "default"], rows))
    assert proposal.mapping.protected == ()


def test_the_only_column_of_two_values_in_last_place_is_taken_with_a_warning(tmp_path: Path) -> None:
    rows = [[loan["amount"], loan["score"] / 7, loan["sex"], int(loan["bad"])] for loan in loans()]
    table, proposal = propose(write_csv(tmp_path / "any.csv", ["AMT", "v", "sex", "dpnm"], rows))
    assert proposal.mapping.outcome == "dpnm"
    assert any("'dpnm' is taken for outcome" in warning for warning in proposal.warnings)
    assert_usable(table, proposal)


def test_the_lower_of_two_lines_of_names_counts(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([None, "X1", "X2", "Y"])
    sheet.append(["ID", "LIMIT", "SEX", "default payment next month"])
    rows: list[list[object]] = [
        [loan["number"], loan["amount"], loan["number"] % 2 + 1, int(loan["bad"])] for loan in loans()
    ]  # type: ignore[operator]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "cards.xlsx")
    write_csv(
        tmp_path / "cards.csv",
        None,
        [["", "X1", "X2", "Y"], ["ID", "LIMIT", "SEX", "default payment next month"], *rows],
    )
    for name in ("cards.xlsx", "cards.csv"):
        table, proposal = propose(tmp_path / name)
        assert (table.columns[0], table.rows_read) == ("ID", 300)
        assert proposal.mapping.outcome == "default payment next month"
        assert_usable(table, proposal)


def test_whether_there_is_a_telephone_is_a_feature_and_its_number_is_not(tmp_path: Path) -> None:
    rows = [[loan["amount"], loan["number"] % 2, f"+49 {loan['number']:07d}-x", int(loan["bad"])] for loan in loans()]  # type: ignore[operator]
    _, proposal = propose(write_csv(tmp_path / "any.csv", ["amount", "telephone", "phone", "default"], rows))
    assert proposal.mapping.feature_names == ("amount", "telephone")
    assert proposal.mapping.ignored == {"phone": "it identifies a person"}


def test_a_decision_is_told_from_an_outcome(tmp_path: Path) -> None:
    rows = [[loan["amount"], loan["score"], "rejected" if loan["bad"] else "approved"] for loan in loans()]
    _, proposal = propose(write_csv(tmp_path / "any.csv", ["amount", "points", "status"], rows))
    assert any("decision taken" in warning for warning in proposal.warnings)
