"""A mapping survives being written and read, is checked against its table, and gives clean applications."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.learning.datasets.tables import loans, write_csv

from intendant.learning.datasets import (
    Feature,
    Mapping,
    MappingInvalid,
    Table,
    applications,
    check_mapping,
    dump_mapping,
    escape_cell,
    parse_mapping,
    propose_mapping,
    read_table,
    require_mapping,
)

NAMES = ["id", "date", "loan_amount", "term", "purpose", "income", "age", "owns_home", "default"]


def rows_of_loans() -> list[list[object]]:
    return [
        [f"{loan['number']:05d}", loan["date"], loan["amount"], loan["term"], loan["purpose"], loan["income"], loan["age"],
         "yes" if loan["number"] % 2 else "no", int(loan["bad"])]
        for loan in loans()
    ]  # fmt: skip


def table_of(path: Path, rows: list[list[object]], names: list[str] = NAMES) -> Table:
    return read_table(write_csv(path / "loans.csv", names, rows))


def test_a_clean_table_gives_applications_of_one_length(tmp_path: Path) -> None:
    table = table_of(tmp_path, rows_of_loans())
    mapping = propose_mapping(table).settled()
    assert check_mapping(table, mapping) == []
    applied = applications(table, mapping)
    assert applied.ids[:2].tolist() == ["00001", "00002"]
    assert applied.times is not None
    assert applied.times.dtype == "datetime64[us]"
    assert applied.amounts is not None
    assert applied.amounts[0] == loans()[0]["amount"]
    assert set(applied.features.columns) == {"loan_amount", "term", "purpose", "income", "owns_home"}
    assert set(applied.features["owns_home"].unique()) == {0.0, 1.0}
    assert applied.features["purpose"].dtype == "str"
    assert list(applied.protected.columns) == ["age"]
    assert set(applied.outcome.tolist()) == {0.0, 1.0}
    assert applied.outcome.tolist() == [float(not loan["bad"]) for loan in loans()]
    lengths = {
        len(part)
        for part in (applied.ids, applied.times, applied.amounts, applied.features, applied.protected, applied.outcome)
    }
    assert lengths == {300}


@pytest.mark.parametrize(
    ("position", "cell", "reason"),
    [
        (2, "lots", "amount_not_a_number"),
        (2, "-500", "amount_not_positive"),
        (2, "0", "amount_not_positive"),
        (2, "9e15", "amount_absurd"),
        (1, "2020-02-31", "time_impossible"),
        (1, "someday", "time_impossible"),
        (1, "", "time_missing"),
        (0, "00001", "id_repeated"),
    ],
)
def test_a_row_with_a_bad_value_is_set_aside_with_its_reason(
    tmp_path: Path, position: int, cell: str, reason: str
) -> None:
    rows = rows_of_loans()
    mapping = propose_mapping(table_of(tmp_path, rows)).mapping
    rows[150][position] = cell
    table = table_of(tmp_path, rows)
    assert check_mapping(table, mapping) == []
    applied = applications(table, mapping)
    assert applied.quarantine.counts == {reason: 1}
    (row,) = applied.quarantine.rows
    assert (row.number, row.reason) == (152, reason)
    assert NAMES[position] in row.explanation
    assert cell.lstrip("0") in row.text or reason in {"time_missing", "amount_absurd"}
    assert len(applied) == 299
    assert applied.quarantine.rows_in_file == 300
    assert table.quarantine.counts == {}


def test_missing_and_open_outcomes_are_censored_and_kept(tmp_path: Path) -> None:
    rows = rows_of_loans()
    for row in rows:
        row[-1] = "Charged Off" if row[-1] else "Fully Paid"
    rows[0][-1], rows[1][-1] = "", "Current"
    table = table_of(tmp_path, rows)
    applied = applications(table, propose_mapping(table).settled())
    assert len(applied) == 300
    assert np.isnan(applied.outcome).nonzero()[0].tolist() == [0, 1]
    assert "2 applications have no final outcome" in " ".join(applied.notices)


def test_a_missing_amount_stays_missing_and_is_told(tmp_path: Path) -> None:
    rows = rows_of_loans()
    rows[0][2] = "NA"
    table = table_of(tmp_path, rows)
    applied = applications(table, propose_mapping(table).settled())
    assert applied.amounts is not None
    assert np.isnan(applied.amounts[0])
    assert any("no amount" in notice for notice in applied.notices)


def codes(table: Table, mapping: Mapping) -> set[str]:
    return {error.code for error in check_mapping(table, mapping)}


def test_every_misuse_of_a_column_is_named_with_a_remedy(tmp_path: Path) -> None:
    table = table_of(tmp_path, rows_of_loans())
    good = propose_mapping(table).mapping
    changed = dataclasses.replace
    assert codes(table, changed(good, outcome=None)) == {"outcome_missing"}
    assert codes(table, changed(good, outcome="defualt")) == {"column_unknown"}
    assert codes(table, changed(good, features=(*good.features, Feature("age", "numeric")))) == {"protected_as_feature"}
    assert codes(table, changed(good, protected=(), features=(Feature("age", "numeric"),))) == {"protected_as_feature"}
    assert codes(table, changed(good, features=(Feature("default", "numeric"),))) == {"outcome_as_feature"}
    assert codes(table, changed(good, features=(Feature("date", "date"),))) == {"time_as_feature"}
    assert codes(table, changed(good, features=())) == {"features_missing"}
    assert codes(table, changed(good, features=(*good.features, good.features[0]))) == {"feature_twice"}
    assert codes(table, changed(good, amount="purpose")) == {"amount_not_numeric"}
    assert codes(table, changed(good, time="purpose")) == {"time_not_a_date", "time_as_feature"}
    assert codes(table, changed(good, id="purpose")) == {"id_repeats", "id_as_feature"}
    assert codes(table, changed(good, amount="age")) == {"protected_as_role"}
    assert codes(table, changed(good, amount="default")) == {"outcome_as_role"}
    assert codes(table, changed(good, good=("repaid",))) == {"outcome_value_unknown"}
    assert codes(table, changed(good, good=("0", "1"), bad=("1",))) == {"outcome_value_twice"}
    assert codes(table, changed(good, good=("0", "1"), bad=())) == {"outcome_one_class"}
    with pytest.raises(MappingInvalid) as caught:
        require_mapping(table, changed(good, outcome="defualt", features=()))
    assert caught.value.field == "outcome.column"
    assert len(caught.value.data["errors"]) == 2  # type: ignore[arg-type]


def test_a_table_in_which_nobody_defaulted_is_refused(tmp_path: Path) -> None:
    table = table_of(tmp_path, [[*row[:-1], 0] for row in rows_of_loans()])
    proposal = propose_mapping(table)
    assert proposal.mapping.outcome == "default"
    assert any("only the value" in question for question in proposal.questions)
    assert "outcome_one_class" in codes(table, propose_mapping(table, good="0").mapping)


def test_three_rows_are_too_few_and_empty_columns_are_left_out(tmp_path: Path) -> None:
    names, rows = [*NAMES[:-1], "nothing", "default"], [[*row[:-1], "", row[-1]] for row in rows_of_loans()]
    proposal = propose_mapping(table_of(tmp_path, rows, names))
    assert proposal.mapping.ignored == {"nothing": "every value is missing"}
    few = table_of(tmp_path, rows[:3], names)
    assert "rows_too_few" in codes(few, propose_mapping(few, outcome="default", good="0").mapping)


def test_an_empty_outcome_column_is_refused(tmp_path: Path) -> None:
    table = table_of(tmp_path, [[*row[:-1], ""] for row in rows_of_loans()])
    mapping = propose_mapping(table, outcome="default").mapping
    assert "outcome_empty" in codes(table, mapping)


def test_an_unknown_outcome_or_value_names_what_there_is(tmp_path: Path) -> None:
    table = table_of(tmp_path, rows_of_loans())
    with pytest.raises(MappingInvalid, match="Perhaps you mean 'default'"):
        propose_mapping(table, outcome="defult")
    with pytest.raises(MappingInvalid, match="Its values are '0'"):
        propose_mapping(table, outcome="default", good="paid")


def test_a_good_value_is_found_however_it_is_written(tmp_path: Path) -> None:
    table = table_of(tmp_path, rows_of_loans())
    for good in ("0", " 0.0 ", ["0"]):
        assert propose_mapping(table, outcome="default", good=good).mapping.bad == ("1",)


names_of_columns = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text not in {"null", "~"}
)
values = (
    st.text("abcXYZ Ää0+-'\":#{}[],&*!|>%@`", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: bool(text) and not text.lstrip("+-").replace(".", "").isdigit())
)


@given(
    st.lists(names_of_columns, min_size=4, max_size=12, unique=True),
    st.lists(values, max_size=5, unique=True),
    st.sampled_from(["numeric", "category", "date", "boolean"]),
)
def test_a_mapping_written_and_read_is_the_same(columns: list[str], outcomes: list[str], kind: str) -> None:
    mapping = Mapping(
        outcome=columns[0],
        good=tuple(outcomes[:1]),
        bad=tuple(outcomes[1:2]),
        censored=tuple(outcomes[2:]),
        id=columns[1],
        amount=columns[2],
        protected=tuple(columns[3:5]),
        features=tuple(Feature(name, kind) for name in columns[5:9]),  # type: ignore[arg-type]
        ignored=dict.fromkeys(columns[9:], "because: 'so' # and \"so\""),
    )
    assert parse_mapping(dump_mapping(mapping)) == mapping


def test_names_with_characters_that_do_not_print_survive() -> None:
    odd = 'a\u2028b\u0085c\u00a0d\\e"f\tg\n\U0001f600'
    mapping = Mapping(outcome=odd, protected=(odd,), ignored={odd: odd})
    assert parse_mapping(dump_mapping(mapping)) == mapping


def test_words_that_yaml_takes_for_truth_stay_words() -> None:
    mapping = parse_mapping("outcome: {column: default, good: [no], bad: yes}\nfeatures: {x: numeric}")
    assert (mapping.good, mapping.bad) == (("no",), ("yes",))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("- a\n- b", "mapping"),
        ("outcome: [", "mapping"),
        ("", "mapping"),
        ("colour: red", "colour"),
        ("outcome: {colum: x}", "outcome.colum"),
        ("roles: {amount: [a, b]}", "roles.amount"),
        ("roles: {sum: a}", "roles.sum"),
        ("features: {a: number}", "features.a"),
        ("features: [a, b]", "features"),
        ("protected: {a: b}", "protected"),
        ("outcome: {good: {a: b}}", "outcome.good"),
    ],
)
def test_a_wrong_mapping_file_names_the_place_and_the_remedy(text: str, field: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        parse_mapping(text)
    assert caught.value.field == field
    assert caught.value.remedy


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "-"])
def test_a_cell_that_would_be_a_formula_gets_a_leading_quote(cell: str) -> None:
    assert escape_cell(cell) == "'" + cell


def test_ordinary_cells_and_numbers_are_written_as_they_are() -> None:
    assert [escape_cell(cell) for cell in ("a=b", -5, -1.5, "-12.50", "", None)] == [
        "a=b",
        "-5",
        "-1.5",
        "-12.50",
        "",
        "",
    ]
