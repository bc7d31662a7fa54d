"""Bringing tables in: a file, a query, and what becomes of them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.browser import Watch, assert_accessible
from tests.support.lending import GOOD
from tests.support.office import Office

ROWS = 60


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Write a file of orders whose last row lacks cells."""
    file = tmp_path / "orders 2025.csv"
    rows = [f"2025-01-{1 + row % 28:02},{'North' if row % 2 else 'South'},{row},A-{row:04}" for row in range(ROWS)]
    file.write_text("\n".join(["day,shop,sold,order_id", *rows, "torn"]) + "\n")
    return file


def upload(page: Page, file: Path) -> None:
    page.goto("/datasets/new")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="Look at it").wait_for()


def test_a_file_is_uploaded_and_what_was_set_aside_is_told(open_page: OpenPage, office: Office, orders: Path) -> None:
    page = open_page(office.owner)
    upload(page, orders)
    expect(page.get_by_text("fewer than the 4 columns")).to_be_visible()
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("heading", level=1, name="orders 2025")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="order_id")
    expect(row).to_contain_text("looks like an id")
    assert_accessible(page)
    page.get_by_role("tab", name="Rows").click()
    expect(page.get_by_role("table", name="Rows of orders 2025").get_by_role("row")).to_have_count(51)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("cell", name="A-0059")).to_be_visible()
    page.get_by_role("tab", name="Set aside (1)").click()
    expect(page.get_by_text("1 of 61 rows were set aside")).to_be_visible()


def test_a_query_says_where_it_is_wrong_and_its_answer_is_kept(
    open_page: OpenPage, office: Office, orders: Path, watch: Watch
) -> None:
    watch.expect("422")
    page = open_page(office.owner)
    upload(page, orders)
    page.goto("/datasets/new?from=query")
    query = page.get_by_label("Query", exact=True)
    query.fill("select shop,\n  count(*) as n\nfrm ")
    page.get_by_role("button", name="orders 2025", exact=True).click()
    expect(query).to_have_value('select shop,\n  count(*) as n\nfrm "orders 2025"')
    query.press("Control+Enter")
    page.get_by_role("button", name="Line 3, column 1").click()
    assert query.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "frm"
    query.fill('select shop, count(*) as n from "orders 2025" group by 1 order by 1')
    query.press("Control+Enter")
    expect(page.get_by_role("table", name="Answer of the query").get_by_role("row")).to_have_count(3)
    page.get_by_label("Name", exact=True).fill("by shop")
    page.get_by_role("button", name="Save as dataset").click()
    expect(page.get_by_role("heading", level=1, name="by shop")).to_be_visible()

    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Its rows are as they were.").first).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Rename or describe…").click()
    page.get_by_label("Name", exact=True).fill("orders 2025")
    page.get_by_role("button", name="Save", exact=True).click()
    watch.expect("409")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("There is a dataset")
    page.get_by_label("Name", exact=True).fill("shops")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="shops")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Remove…").click()
    page.get_by_role("button", name="Remove the dataset").click()
    expect(page).to_have_url(re.compile(r"/datasets$"))
    expect(page.get_by_role("link", name="shops", exact=True)).to_have_count(0)


def test_a_table_of_the_record_is_kept(open_page: OpenPage, office: Office) -> None:
    office.lender.decide(GOOD, "DATA-1")
    page = open_page(office.owner)
    page.goto("/datasets/new?from=record")
    page.get_by_role("radio", name="Decisions", exact=True).check()
    page.get_by_label("Name", exact=True).fill("what was decided")
    page.get_by_role("button", name="Keep these rows").click()
    expect(page.get_by_role("heading", level=1, name="what was decided")).to_be_visible()
