"""Asking for forecasts and reading them."""

import math
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, assert_accessible
from tests.support.office import Office

DAYS = 84
PATH = "/api/v1/ai-analytics/datasets"


@pytest.fixture
def sales(product: Product, office: Office) -> str:
    """Keep twelve weeks of sales of two shops in the office; return the dataset's id."""
    rows = ["day,shop,sold,price,on_hand"]
    for number in range(DAYS):
        day = date(2025, 1, 6) + timedelta(number)
        for shop, level in (("North", 40), ("South", 25)):
            sold = round(level + 8 * math.sin(number * math.tau / 7) + (number * 7) % 5)
            rows.append(f"{day},{shop},{sold},4.5,60")
    with product.installation.client(product.installation.key(office.lender.organization)) as client:
        kept = client.post(
            PATH,
            params={"name": "sales", "file_name": "sales.csv"},
            headers={"Content-Type": "text/csv"},
            content="\n".join(rows).encode(),
        )
        assert kept.status_code == 201, kept.text
        dataset: str = kept.json()["dataset_id"]
        return dataset


def test_a_dataset_is_forecast_with_each_series_and_how_it_did_on_the_past(
    open_page: OpenPage, office: Office, sales: str
) -> None:
    page = open_page(office.owner)
    page.goto(f"/datasets/{sales}")
    page.get_by_role("link", name="Forecast it").click()
    expect(page.get_by_label("Date", exact=True)).to_have_value("day")
    expect(page.get_by_label("Figure", exact=True)).to_have_value("sold")
    page.get_by_role("checkbox", name=re.compile("^shop")).check()
    page.get_by_role("checkbox", name=re.compile("^Every level")).check()
    page.get_by_label("Periods ahead").fill("14")
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Revenue: sales")).to_be_visible()
    expect(page.get_by_role("heading", level=2, name="All 3 series together")).to_be_visible()
    expect(page.get_by_text("repeating the last season").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show as table")).click()
    expect(page.get_by_role("columnheader", name="Forecast", exact=True)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="North", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="North", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("series="))

    with page.expect_download() as saved:
        page.get_by_role("button", name="Export CSV").click()
    assert saved.value.suggested_filename == "Revenue: sales.csv".replace(":", "_")
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Computed again").first).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Remove…").click()
    page.get_by_role("button", name="Remove the forecast").click()
    expect(page.get_by_text("Nothing is foreseen yet")).to_be_visible()


def test_what_is_missing_is_asked_for_where_it_belongs_and_stock_is_ordered(
    open_page: OpenPage, office: Office, sales: str, watch: Watch
) -> None:
    watch.expect("422")
    page = open_page(office.owner)
    page.goto(f"/forecasts?new=1&dataset={sales}")
    page.get_by_role("radio", name="Inventory", exact=True).check()
    expect(page.get_by_label("In stock", exact=True)).to_have_value("on_hand")
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Stock is kept of items.")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^shop")).check()
    page.get_by_label("Lead time", exact=True).last.fill("3")
    page.get_by_label("Cost of a unit", exact=True).last.fill("2")
    page.get_by_role("button", name="Forecast", exact=True).click()
    items = page.get_by_role("region", name="Items", exact=True)
    expect(items.get_by_role("row")).to_have_count(3)
    expect(page.get_by_text("are expected to be asked for").first).to_be_visible()
    assert_accessible(page)
