"""Columns of datasets as figures: by the hour or day, with the part that explains a fall."""

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from tests.domains.analytics.anomalies.conftest import PREFIX

from intendant.domains.analytics.datasets import usecases
from intendant.domains.analytics.datasets.contents import table_from_frame
from intendant.domains.analytics.datasets.prepared import prepare
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


@pytest.fixture
def sales(database: Database, organization: Organization) -> str:
    """Keep sales of two countries, one of which sells nothing in the last five of 120 hours; return the dataset's id."""
    random = np.random.default_rng(0)
    count = 120
    hours = np.repeat(pd.date_range("2024-01-01", periods=count, freq="h").to_numpy(), 20)
    country = np.tile(np.array(["DE", "FR"], dtype=object), count * 10)
    amount = random.normal(50, 5, len(hours))
    late = hours >= pd.Timestamp("2024-01-01") + pd.Timedelta(hours=115)
    amount[late & (country == "FR")] = 0.0
    frame = pd.DataFrame({"sold at": hours, "land ✓": country, "amount": amount})
    by = system_principal(organization.id, "test")
    with database.transaction(organization.id) as tx:
        kept = usecases.add_dataset(
            tx, by, None, usecases.Asked("sales", "", "upload"), prepare(table_from_frame(frame))
        )
    return str(kept.id)


def test_a_fall_in_a_dataset_names_the_part_that_holds_it(client: TestClient, sales: str) -> None:
    source = f"dataset:{sales}/amount"
    items = client.get(f"{PREFIX}/anomalies/sources").json()["items"]
    assert source in [each["data_source"] for each in items]
    answer = client.post(f"{PREFIX}/anomalies/detect", params={"data_source": source, "time_range_hours": 48})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["bucket"] == "hour"
    assert "no newer points" in found["notes"][0]
    (anomaly,) = [each for each in found["found"] if each["direction"] == "down"]
    assert anomaly["impact"] is None
    detail = client.get(f"{PREFIX}/anomalies/{anomaly['id']}").json()
    top = detail["cause"]["contributions"][0]
    assert (top["dimension"], top["value"]) == ("land ✓", "FR")
    assert top["share"] > 0.9
    assert "FR likely explains" in detail["summary"]
    # A dataset does not move on by itself, so nothing watches it.
    assert not client.get(f"{PREFIX}/anomalies/detectors/{anomaly['detector_id']}").json()["enabled"]


@pytest.mark.parametrize(
    ("column", "time_column", "status"), [("land ✓", None, 422), ("nothing", None, 422), ("amount", "nothing", 422)]
)
def test_columns_that_are_no_figure_are_refused(
    client: TestClient, sales: str, column: str, time_column: str | None, status: int
) -> None:
    params = {"data_source": f"dataset:{sales}/{column}"} | ({"time_column": time_column} if time_column else {})
    answer = client.post(f"{PREFIX}/anomalies/detect", params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, "data_source_invalid")
