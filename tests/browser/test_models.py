"""Making a model, having it trained, reading what was measured, letting it answer, and taking that back."""

from uuid import UUID

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from intendant.domains.analytics.datasets.contents import table_from_frame
from intendant.domains.analytics.datasets.prepared import prepare
from intendant.domains.analytics.datasets.usecases import Asked, add_dataset
from intendant.kernel.access import system_principal
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, assert_accessible, assert_fits, shoot
from tests.support.office import Office
from tests.support.predicting import customers

REASON = "Reason (kept in the record)"
TRAINED_MILLISECONDS_MAX = 60_000
ROWS = 300


@pytest.fixture
def dataset(product: Product, office: Office) -> UUID:
    """Keep a table of customers; what `coin` says is chance."""
    table = customers(ROWS)
    table["coin"] = np.random.default_rng(7).choice(["heads", "tails"], ROWS)
    organization = office.lender.organization
    with product.installation.system.database.transaction(organization.id) as tx:
        asked = Asked("customers", "", "upload")
        return add_dataset(tx, system_principal(organization.id), None, asked, prepare(table_from_frame(table))).id


def make(page: Page, name: str, target: str, *left_out: str) -> None:
    """Fill in the form on show for a plain model, and have it made and trained."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Learns from").select_option("customers")
    page.get_by_label("Target", exact=True).select_option(target)
    for column in left_out:
        page.get_by_label(f"Learn from {column}").uncheck()
    page.get_by_label("Algorithm").select_option("logistic")
    page.get_by_role("button", name="Create and train").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(page.get_by_text("Nothing answers yet")).to_be_visible(timeout=TRAINED_MILLISECONDS_MAX)


def test_a_model_is_made_trained_read_deployed_and_removed(
    open_page: OpenPage, office: Office, dataset: UUID, watch: Watch
) -> None:
    watch.expect("409")
    page = open_page(office.owner)
    page.goto("/models")
    expect(page.get_by_text("No model yet")).to_be_visible()
    page.get_by_role("link", name="New model").first.click()

    # What is missing is said at its field, and what was typed stays.
    page.get_by_label("Name", exact=True).fill("Who buys")
    page.get_by_label("Learns from").select_option("customers")
    page.get_by_role("button", name="Create and train").click()
    expect(page.get_by_label("Target", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Who buys")
    page.get_by_label("Protect city").check()
    expect(page.get_by_label("Learn from city")).to_be_disabled()
    assert_accessible(page)
    make(page, "Who buys", "bought", "coin", "spent")

    # The whole report of a version.
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("link", name="Version 1").click()
    for title in ("Verdict", "How it was measured", "Promised and observed", "Fairness by group", "What it looks at"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    shoot(page, "model-version")
    assert_accessible(page)
    assert "version=1" in page.url

    page.get_by_role("button", name="Deploy… version 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Deploy", exact=True)).to_be_disabled()
    dialog.get_by_label(REASON).fill("It tells who buys.")
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_text("Champion", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("It tells who buys.")).to_be_visible()
    page.get_by_role("tab", name="Overview").click()
    expect(page.get_by_role("heading", name="What answers")).to_be_visible()
    assert_accessible(page)

    # Nothing answered before it, and the dialog says so.
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Roll back").click()
    asking = page.get_by_role("alertdialog")
    asking.get_by_label(REASON).fill("To see.")
    asking.get_by_role("button", name="Roll back").click()
    expect(asking.get_by_role("alert")).to_be_visible()
    asking.get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Remove").click()
    asking.get_by_label("Type Who buys to confirm").fill("Who buys")
    asking.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No model yet")).to_be_visible()


def test_what_did_not_prove_itself_answers_only_when_somebody_accepts_that(
    open_page: OpenPage, office: Office, dataset: UUID
) -> None:
    page = open_page(office.owner, phone=True)
    page.goto(f"/models/new?dataset={dataset}")
    make(page, "A coin", "coin", "bought", "spent", "city")
    assert_fits(page)
    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(REASON).fill("We want to see it.")
    expect(dialog.get_by_role("button", name="Deploy", exact=True)).to_be_disabled()
    dialog.get_by_label("I accept that it is not validated").check()
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", name="What answers")).to_be_visible()
    expect(page.get_by_text("Not validated").first).to_be_visible()
