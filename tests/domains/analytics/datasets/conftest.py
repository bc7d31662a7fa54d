"""An organisation whose analyst keeps datasets, on a real database."""

from collections.abc import Callable

import pandas as pd
import pytest

from intendant.domains.analytics.datasets import usecases
from intendant.domains.analytics.datasets.contents import table_from_frame
from intendant.domains.analytics.datasets.prepared import prepare
from intendant.domains.analytics.datasets.rows import Dataset
from intendant.kernel.access import Principal, system_principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

Keep = Callable[[str, pd.DataFrame], Dataset]


@pytest.fixture
def analyst(organization: Organization) -> Principal:
    """Return a caller who may do everything."""
    return system_principal(organization.id, "test")


@pytest.fixture
def keep(database: Database, analyst: Principal) -> Keep:
    """Return a function that keeps a frame as a dataset."""

    def kept(name: str, frame: pd.DataFrame) -> Dataset:
        prepared = prepare(table_from_frame(frame))
        with database.transaction(analyst.organization_id) as tx:
            return usecases.add_dataset(tx, analyst, None, usecases.Asked(name, "", "upload"), prepared)

    return kept
