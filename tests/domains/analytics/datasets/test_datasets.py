"""A dataset keeps what was put into it, tells what its columns look like, and is one organisation's alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from intendant.domains.analytics.datasets import rows, usecases
from intendant.domains.analytics.datasets.contents import ColumnUnsupported, table_from_frame
from intendant.domains.analytics.datasets.frames import DatasetColumnUnknown, read_content, read_frame
from intendant.domains.analytics.datasets.prepared import DatasetInvalid, prepare
from intendant.domains.analytics.datasets.profile import profile_table
from intendant.domains.analytics.datasets.rows import Dataset
from intendant.kernel import files
from intendant.kernel.access import PermissionMissing, Principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

from .conftest import Keep

FRAME = pd.DataFrame(
    {
        "number.with dot": [1.5, None, 1e12],
        "größe": ["klein", "groß", None],
        "yes": [True, False, None],
        "at": pd.to_datetime(["2024-01-01", "2024-02-30", None], errors="coerce"),
        "huge": [2**60, 2**60 + 1, 3],
    }
)


def test_a_frame_comes_back_as_numbers_moments_and_texts(
    keep: Keep, database: Database, organization: Organization
) -> None:
    dataset = keep("mixed", FRAME)
    with database.transaction(organization.id) as tx:
        frame = read_frame(tx, None, organization.id, dataset.id)
        some = read_frame(tx, None, organization.id, dataset.id, ["yes", "number.with dot"])
        with pytest.raises(DatasetColumnUnknown, match="'absent'"):
            read_frame(tx, None, organization.id, dataset.id, ["yes", "absent"])
    assert [str(kind) for kind in frame.dtypes] == ["float64", "str", "float64", "datetime64[us]", "str"]
    assert list(some.columns) == ["yes", "number.with dot"]
    assert some["number.with dot"].tolist()[::2] == [1.5, 1e12]
    assert frame["yes"].tolist()[:2] == [1.0, 0.0]
    assert frame["huge"].tolist() == [str(2**60), str(2**60 + 1), "3"]
    assert frame.isna().sum().tolist() == [1, 1, 1, 2, 0]


def test_the_same_rows_have_the_same_digest(keep: Keep) -> None:
    assert keep("one", FRAME).digest == keep("two", FRAME.copy()).digest


def test_a_dataset_of_another_organisation_is_unknown(
    keep: Keep, database: Database, other_organization: Organization
) -> None:
    dataset = keep("ours", FRAME)
    with database.transaction(other_organization.id) as tx:
        with pytest.raises(rows.DatasetUnknown):
            read_frame(tx, None, other_organization.id, dataset.id)
        # Even one that somebody read in this process a moment ago.
        with pytest.raises(files.FileMissing):
            read_content(tx, None, other_organization.id, dataset.digest)


def test_names_are_unique_whatever_their_case_and_usable_as_tables(keep: Keep) -> None:
    keep("Orders", FRAME)
    with pytest.raises(rows.DatasetNameTaken):
        keep("orders", FRAME)
    for name in ("", " ", "x" * 64, 'a"b', "a\nb"):
        with pytest.raises(DatasetInvalid):
            keep(name, FRAME)


def test_an_empty_table_and_columns_of_lists_are_refused() -> None:
    with pytest.raises(DatasetInvalid, match="no rows"):
        prepare(table_from_frame(FRAME.head(0)))
    with pytest.raises(ColumnUnsupported, match="'parts'"):
        table_from_frame(pd.DataFrame({"parts": [[1], [2]]}))


def test_a_removed_dataset_lets_go_of_its_bytes_but_not_of_those_others_need(
    keep: Keep, database: Database, organization: Organization, analyst: Principal
) -> None:
    one, two = keep("one", FRAME), keep("two", FRAME)
    with database.transaction(organization.id) as tx:
        usecases.remove_dataset(tx, analyst, one.id)
        assert len(files.get(tx, organization.id, one.digest)) == two.size
        with pytest.raises(rows.DatasetUnknown):
            rows.get_dataset(tx, one.id)
        usecases.remove_dataset(tx, analyst, two.id)
        with pytest.raises(files.FileMissing):
            files.get(tx, organization.id, one.digest)
    assert keep("one", FRAME).digest == one.digest


def test_a_refresh_gives_other_rows_under_the_same_id(
    keep: Keep, database: Database, organization: Organization, analyst: Principal
) -> None:
    before = keep("moving", FRAME)
    prepared = prepare(table_from_frame(FRAME.head(1)))
    with database.transaction(organization.id) as tx:
        after = usecases.refresh_dataset(tx, analyst, None, before, prepared)
        assert (after.id, after.row_count, after.revision) == (before.id, 1, 2)
        assert after.digest != before.digest
        with pytest.raises(rows.DatasetChanged):
            usecases.refresh_dataset(tx, analyst, None, before, prepared)
        with pytest.raises(files.FileMissing):
            files.get(tx, organization.id, before.digest)


def test_a_dataset_is_described_by_one_person_at_a_time(
    keep: Keep, database: Database, organization: Organization, analyst: Principal
) -> None:
    dataset = keep("first", FRAME)
    with database.transaction(organization.id) as tx:
        renamed = usecases.describe_dataset(tx, analyst, dataset.id, name="second", description=None, revision=1)
        assert (renamed.name, renamed.revision) == ("second", 2)
        with pytest.raises(rows.DatasetChanged):
            usecases.describe_dataset(tx, analyst, dataset.id, name="third", description=None, revision=1)
        with pytest.raises(PermissionMissing):
            usecases.remove_dataset(tx, replace(analyst, permissions=frozenset()), dataset.id)
        events = tx.all("select name, body from events where name like 'analytics.dataset.%%' order by seq")
    assert [row["name"].rpartition(".")[2] for row in events] == ["added", "changed"]


def test_a_profile_tells_types_gaps_and_what_names_rows() -> None:
    count = 200
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(count) + 1_000.0,
            "code": [f"c-{number:05}" for number in range(count)],
            "note": [f"said something long, number {number}" for number in range(count)],
            "city": ["Rome", "Oslo"] * (count // 2),
            "churned": ["Yes", "No", "No", "No"] * (count // 4),
            "flag": [1.0, 0.0] * (count // 2),
            "amount": [None, 1e12, *np.linspace(1, 10, count - 2)],
            "nothing": [None] * count,
            "at": pd.date_range("2024-01-01", periods=count, freq="D"),
        }
    )
    found = {each["name"]: each for each in profile_table(table_from_frame(frame))}
    assert {name: each["type"] for name, each in found.items()} == {
        "customer_id": "numeric", "code": "text", "note": "text", "city": "category", "churned": "boolean",
        "flag": "boolean", "amount": "numeric", "nothing": "numeric", "at": "time",
    }  # fmt: skip
    assert [name for name, each in found.items() if each["looks_like_id"]] == ["customer_id", "code"]
    assert found["churned"]["top"] == [{"value": "No", "count": 150}, {"value": "Yes", "count": 50}]
    assert found["amount"]["missing"] == pytest.approx(1 / count)
    assert found["amount"]["max"] == 1e12
    assert found["nothing"]["missing"] == 1.0
    assert found["at"]["min"] == "2024-01-01T00:00:00"


def test_a_profile_counts_numbers_in_bins_that_outliers_do_not_spoil() -> None:
    frame = pd.DataFrame({"amount": [*range(1_000), 1e12], "same": [7] * 1_001})
    amount, same = profile_table(table_from_frame(frame))
    assert amount["bins"]["low"] == 10
    assert amount["bins"]["high"] == 990
    assert sum(amount["bins"]["counts"]) == 1_001
    assert max(amount["bins"]["counts"]) < 100
    assert same["bins"] is None


def test_ten_thousand_columns_are_kept_and_one_more_is_refused(keep: Keep) -> None:
    wide = pd.DataFrame(np.arange(50_000.0).reshape(5, 10_000), columns=[f"c{place}" for place in range(10_000)])
    dataset: Dataset = keep("wide", wide)
    assert dataset.column_count == 10_000
    with pytest.raises(DatasetInvalid, match="10,001 columns"):
        prepare(table_from_frame(wide.assign(more=1.0)))
