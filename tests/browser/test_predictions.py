"""Trying a model, predicting a file, telling what happened, and seeing how the model does."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Product
from tests.support import predicting
from tests.support.browser import assert_accessible
from tests.support.office import Office

ROWS = 60


@pytest.fixture
def model_id(product: Product, office: Office) -> UUID:
    """Let a model answer in the office."""
    system, organization = product.installation.system, office.lender.organization
    made = predicting.add_model(system.database, organization, "Who buys")
    trained = predicting.trained("classification")
    predicting.add_version(system.database, system.signer, organization, made, trained, number=1, alias="champion")
    return made


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write customers to a file, the last of them beyond use."""
    path = tmp_path / "customers.csv"
    customers = predicting.customers(ROWS).drop(columns=["bought", "spent"])
    customers.insert(0, "customer", [f"c{number}" for number in range(ROWS)])
    customers.to_csv(path, index=False)
    return path


def test_a_case_is_tried_kept_and_told_what_became_of_it(open_page: OpenPage, office: Office, model_id: UUID) -> None:
    page = open_page(office.owner)
    page.goto(f"/models/{model_id}?tab=try")
    page.get_by_label("income", exact=True).fill("many")
    expect(page.get_by_text("Give a number.")).to_be_visible()
    expect(page.get_by_role("button", name="Predict", exact=True)).to_be_disabled()
    page.get_by_label("income", exact=True).fill("90000")
    page.get_by_label("city", exact=True).select_option("Rome")
    page.get_by_label("Keep it in the history").check()
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.get_by_role("heading", name="What would change the answer")).to_be_visible()
    expect(page.get_by_role("rowheader", name=re.compile("^income is 90,?000, which speaks"))).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Kept in the history").click()
    panel = page.get_by_role("complementary", name="Selected prediction")
    panel.get_by_label("What really happened").select_option("no")
    panel.get_by_label("Note").fill("Moved away.")
    panel.get_by_role("button", name="Record").click()
    expect(panel.get_by_text("no: wrong")).to_be_visible()
    expect(panel.get_by_text("“Moved away.”")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Not known yet").click()
    expect(page.get_by_text("No prediction is like that")).to_be_visible()


def test_a_file_is_predicted_and_its_outcomes_are_told(
    open_page: OpenPage, office: Office, model_id: UUID, table: Path, tmp_path: Path
) -> None:
    page = open_page(office.owner)
    page.goto(f"/models/{model_id}?tab=try&way=file")
    page.get_by_label("File", exact=True).set_input_files(table)
    page.get_by_label("Column that names the case").fill("customer")
    page.get_by_role("button", name="Predict all rows").click()
    expect(page.get_by_role("heading", name=f"{ROWS} of {ROWS} rows predicted")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download the answers").click()
    lines = Path(waited.value.path()).read_text().splitlines()
    assert lines[0].startswith("row,prediction_id,business_entity_id,label")
    assert len(lines) == ROWS + 1
    assert_accessible(page)

    page.get_by_role("link", name="See them in the history").click()
    expect(page.get_by_role("button", name="Only one batch")).to_be_visible()
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text("business_entity_id,actual_outcome\nc0,yes\nc1,no\nnobody,yes\n")
    page.get_by_role("button", name="Outcomes from a file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File", exact=True).set_input_files(outcomes)
    dialog.get_by_label("Kind of case").fill("customer")
    dialog.get_by_role("button", name="Record outcomes").click()
    expect(dialog.get_by_text("Recorded")).to_be_visible()
    expect(dialog.get_by_role("row")).to_have_count(2)
    page.keyboard.press("Escape")

    page.get_by_role("tab", name="Monitoring").click()
    expect(page.get_by_role("heading", name="Has its data moved?")).to_be_visible()
    page.goto("/analytics")
    expect(page.get_by_role("link", name="Who buys").first).to_be_visible()
    assert_accessible(page)
