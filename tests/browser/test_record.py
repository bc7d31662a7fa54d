"""The record and the work that it is of: the log, alerts, tasks, applications and products."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from intendant.kernel import alerts, tasks
from intendant.kit import clock
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import assert_accessible
from tests.support.lending import GOOD
from tests.support.office import Office
from tests.support.waiting import wait_for


def card(page: Page, title: str) -> Locator:
    """Return the card with a title."""
    return page.locator("section.card").filter(has=page.get_by_role("heading", level=2, name=title, exact=True))


def sealed(product: Product, office: Office) -> bytes:
    """Wait until everything in the office's log is sealed; return its export."""
    with product.installation.client(product.installation.key(office.lender.organization)) as client:

        def look() -> bool:
            seen = client.post("/api/v1/audit/verify", headers={"Content-Type": "application/json"}).json()
            return bool(seen.get("checkpoints")) and seen["unsealed"] == 0

        wait_for(look, "a checkpoint over the whole log", seconds=30)
        return client.get("/api/v1/audit/export").content


def test_the_log_is_verified_in_the_browser_and_one_byte_that_was_changed_is_named(
    open_page: OpenPage, product: Product, office: Office, tmp_path: Path
) -> None:
    office.lender.decide(GOOD, "LOG-1")
    export = sealed(product, office)
    page = open_page(office.owner)
    page.goto("/audit?tab=verify")
    page.get_by_role("button", name="Verify in this browser").click()
    check = card(page, "In this browser")
    expect(check).to_contain_text("The log is whole.")
    assert_accessible(page)

    lines = gzip.decompress(export).splitlines()
    leaves = [number for number, line in enumerate(lines) if json.loads(line)["line"] == "leaf"]
    (at,) = [number for number in leaves if b"kernel.decision.made" in lines[number]]
    changed = lines[at].replace(b"key:test", b"key:tesu", 1)
    assert changed != lines[at]
    forged = tmp_path / "forged.ndjson.gz"
    forged.write_bytes(gzip.compress(b"\n".join([*lines[:at], changed, *lines[at + 1 :]]) + b"\n"))
    page.get_by_label("Export file to verify").set_input_files(forged)
    alarm = check.get_by_role("alert")
    expect(alarm).to_contain_text(f"First: Leaf {leaves.index(at) + 1}.")
    expect(check.get_by_role("list", name="What does not fit")).to_be_visible()
    expect(check).to_contain_text("forged.ndjson.gz")
    expect(check.get_by_text("The log is whole.")).to_be_hidden()


def test_a_proof_in_which_one_byte_was_changed_does_not_hold(
    open_page: OpenPage, product: Product, office: Office
) -> None:
    record = office.lender.decide(GOOD, "PROOF-1")
    sealed(product, office)
    page = open_page(office.owner)
    forged: list[str] = []

    def forge(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        assert "model:1" in body["leaf"]["body_text"]
        body["leaf"]["body_text"] = body["leaf"]["body_text"].replace("model:1", "model:2", 1)
        forged.append(body["leaf"]["body_text"])
        route.fulfill(response=answer, json=body)

    page.goto(f"/audit?subject=decision:{record['id']}")
    page.get_by_role("row").get_by_text("Decision made").click()
    entry = page.get_by_role("complementary", name="Selected entry")
    expect(entry).to_contain_text("Verified in this browser.")
    page.route(re.compile("/api/v1/audit/[^/]+/proof"), forge)
    page.reload()
    expect(entry.get_by_role("alert")).to_contain_text("The proof does not hold. Do not rely on this record")
    expect(entry.get_by_role("listitem").filter(has_text="Fails:").first).to_be_visible()
    assert_accessible(page)
    assert forged


ALERTS = (
    ("critical", "security", "Five wrong passwords", "guessing"),
    ("high", "anomaly", "Approvals fell by a third", "approvals-fell"),
    ("medium", "anomaly", "A burst from one address", "burst"),
    ("low", "anomaly", "A field is empty", "empty-field"),
)


def test_alerts_are_acknowledged_snoozed_resolved_with_a_note_and_cleared_at_once(
    open_page: OpenPage, office: Office
) -> None:
    organization = office.lender.organization
    now = organization.clock.now()
    with office.lender.database.transaction(organization.id) as tx:
        raised = [
            alerts.Alert(organization.id, kind, severity, cause, title, now)  # type: ignore[arg-type]
            for severity, kind, title, cause in ALERTS
        ]
        alerts.raise_alerts(tx, raised)
    page = open_page(office.owner)
    page.goto("/alerts")
    row = page.get_by_role("main").get_by_role("listitem")
    panel = page.get_by_role("complementary", name="Alert")
    row.get_by_role("link", name="Five wrong passwords").click()
    panel.get_by_role("button", name="Acknowledge").click()
    expect(panel).to_contain_text("Acknowledged")
    expect(panel.get_by_role("button", name="Acknowledge")).to_be_hidden()

    row.get_by_role("link", name="Approvals fell by a third").click()
    page.keyboard.press("s")
    page.get_by_role("dialog", name="Snooze this alert").get_by_role("button", name="1 hour").click()
    states = page.get_by_role("group", name="State")
    expect(states.get_by_role("button", name="Snoozed")).to_contain_text("1")

    row.get_by_role("link", name="A burst from one address").click()
    panel.get_by_role("button", name="Resolve").click()
    ending = page.get_by_role("alertdialog", name="Resolve this alert?")
    ending.get_by_label("Note (kept in the record)").fill("A school class.")
    assert_accessible(page)
    ending.get_by_role("button", name="Resolve").click()
    expect(states.get_by_role("button", name="Resolved")).to_contain_text("1")
    states.get_by_role("button", name="Resolved").click()
    row.get_by_role("link", name="A burst from one address").click()
    expect(panel).to_contain_text("A school class.")

    states.get_by_role("button", name="Open").click()
    page.get_by_role("button", name="Clear all…").click()
    ending = page.get_by_role("alertdialog", name="Clear all alerts?")
    expect(ending).to_contain_text("Snoozed ones, and those on other pages, too.")
    ending.get_by_role("button", name="Clear").click()
    expect(states.get_by_role("button", name="Cleared")).to_contain_text("3")
    assert office.lender.scalar("select count(*) from alerts where state = 'open'") == 0


def test_a_failed_task_is_tried_again_and_a_schedule_pauses_and_goes_on(open_page: OpenPage, office: Office) -> None:
    organization, now = office.lender.organization, clock.system_now()
    with office.lender.database.transaction(organization.id) as tx:
        task = tasks.enqueue(tx, "test.nothing", parameters={"file": "May"}, created_by="test", now=now)
        schedule = tasks.put_schedule(tx, "test.nothing", {"daily_at": "06:00"}, now=now)
    with office.lender.database.system() as tx:
        tx.execute(
            "update tasks set state = 'failed', error = 'The file of May is empty.', started_at = %s, ended_at = %s,"
            " attempts = 1 where id = %s",
            [now, now, task],
        )
    assert schedule
    page = open_page(office.owner)
    page.goto(f"/tasks?peek={task}")
    panel = page.get_by_role("complementary").filter(has_text="The file of May is empty.")
    expect(panel).to_contain_text("What went wrong")
    panel.get_by_role("button", name="Retry").click()
    wait_for(
        lambda: office.lender.scalar("select state from tasks where id = %s", [task]) in ("queued", "running"),
        "the task in its queue",
    )
    expect(page.get_by_role("complementary").get_by_role("button", name="Cancel…")).to_be_visible()

    page.get_by_role("tab", name="Today and schedules").click()
    page.get_by_role("button", name="Pause…: Test nothing").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Nothing is begun by this schedule until somebody resumes it")
    dialog.get_by_role("button", name="Pause").click()
    expect(card(page, "Schedules")).to_contain_text("None while it is paused")
    page.get_by_role("button", name="Resume: Test nothing").click()
    expect(card(page, "Schedules").get_by_text("None while it is paused")).to_be_hidden()


def test_an_application_is_entered_mended_and_decided(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto("/applications")
    page.get_by_role("button", name="New application").click()
    dialog = page.get_by_role("dialog", name="New application")
    answers = {"amount": "50", "term": "24", "credit_score": "720"}
    for name, value in answers.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.locator("[name=purpose]").select_option("car")
    dialog.get_by_role("button", name="Submit").click()
    amount = dialog.locator("[name=amount]")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text("100")
    assert_accessible(page)
    amount.fill("5000")
    dialog.get_by_role("button", name="Submit").click()
    decided = page.get_by_role("dialog", name="What was decided")
    expect(decided.locator("[data-verdict=act]")).to_be_visible()
    decided.get_by_role("link", name="Open").click()
    page.wait_for_url("**/applications/*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert office.lender.scalar("select count(*) from decisions where verdict = 'act'") == 1


def test_an_upload_decides_the_sound_rows_and_names_the_bad_one(
    open_page: OpenPage, office: Office, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [GOOD, GOOD | {"amount": -1}, GOOD | {"amount": 6_000}]
    file = tmp_path / "may.ndjson"
    file.write_text("".join(json.dumps({"product": "personal", "inputs": row}) + "\n" for row in rows))
    page = open_page(office.owner)
    page.goto("/applications")
    page.get_by_role("button", name="Upload").click()
    dialog = page.get_by_role("dialog", name="Upload applications")
    dialog.get_by_label("File").set_input_files(file)
    dialog.get_by_role("button", name="Upload and decide").click()
    aside = dialog.get_by_role("region", name="Rows set aside").locator("tbody tr")
    expect(aside).to_have_count(1)
    expect(aside).to_contain_text("2")
    expect(aside).to_contain_text(re.compile("amount", re.IGNORECASE))
    assert_accessible(page)
    assert office.lender.scalar("select count(*) from decisions") == 2


def test_a_form_is_edited_checked_published_and_holds_for_the_next_application(
    open_page: OpenPage, office: Office
) -> None:
    page = open_page(office.owner)
    page.goto("/products/personal?field=employer")
    parts = page.get_by_role("navigation", name="Parts of the product")
    parts.get_by_role("button", name=re.compile("^employer")).click()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value("employer")
    name.fill("amount")
    check = card(page, "Check")
    expect(check).to_contain_text("block")
    expect(page.get_by_role("button", name="Publish. The check found errors.")).to_be_visible()
    assert_accessible(page)
    name.fill("workplace")
    expect(check).not_to_contain_text("block")
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("alertdialog", name="Publish as version 2?")
    expect(dialog).to_contain_text("workplace")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Personal loan: version 2 holds for the next application", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("region", name="Versions").locator("tbody tr")).to_have_count(2)
    page.goto("/applications")
    page.get_by_role("button", name="New application").click()
    expect(page.get_by_role("dialog").locator("[name=workplace]")).to_be_visible()
