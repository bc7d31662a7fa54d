"""Two public tables are understood without help. They are found by INTENDANT_TEST_DATA and skipped where absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intendant.learning.datasets import applications, check_mapping, propose_mapping, read_table

DATA = os.environ.get("INTENDANT_TEST_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="INTENDANT_TEST_DATA does not name the folder with the public data")


def test_the_german_credits_need_no_help() -> None:
    table = read_table(Path(str(DATA)) / "credit" / "german_credit" / "german.csv")
    assert (table.header, table.rows_read, len(table.columns)) == (False, 1_000, 21)
    mapping = propose_mapping(table).settled()
    assert (mapping.outcome, mapping.good, mapping.bad) == ("c21", ("1",), ("2",))
    assert (mapping.amount, mapping.term, mapping.protected) == ("c5", "c2", ("c13",))
    assert check_mapping(table, mapping) == []
    assert applications(table, mapping).outcome.mean() == pytest.approx(0.7)


def test_the_taiwanese_cards_need_no_help() -> None:
    table = read_table(Path(str(DATA)) / "credit" / "taiwan_default" / "UCI_Credit_Card.csv.gz")
    assert (table.header, table.compression, table.rows_read) == (True, "gzip", 30_000)
    mapping = propose_mapping(table).settled()
    assert (mapping.outcome, mapping.good, mapping.id) == ("default.payment.next.month", ("0",), "ID")
    assert (mapping.amount, mapping.protected) == ("LIMIT_BAL", ("SEX", "MARRIAGE", "AGE"))
    assert check_mapping(table, mapping) == []
    applied = applications(table, mapping)
    assert len(applied.features.columns) == 20
    assert applied.outcome.mean() == pytest.approx(0.7788, abs=1e-4)
