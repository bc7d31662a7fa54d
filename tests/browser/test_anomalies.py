"""Anomalies: a fall of a figure that was sent is found, looked at, and resolved with what was found."""

import math
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from intendant.kit import clock
from tests.browser.conftest import Product

ANALYTICS = "/api/v1/ai-analytics"
HOURS, FELL = 24 * 21, 3


def _post(page: Page, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = page.request.post(
        f"{ANALYTICS}{path}", data=body or {}, headers={"Origin": page.url.split("/anomalies")[0]}
    )
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def _send(page: Page, name: str) -> None:
    _post(page, "/metrics", {"name": name, "unit": "orders", "money_per_unit": "20"})
    end = clock.system_now().replace(minute=0, second=0, microsecond=0)
    points = [
        {
            "at": (end - timedelta(hours=back)).isoformat(),
            "value": 5 if back <= FELL else 100 + 20 * math.sin(back / 24 * math.tau) + back * 7 % 5,
        }
        for back in range(HOURS, 0, -1)
    ]
    _post(page, f"/metrics/{name}/points", {"points": points})


def test_a_fall_is_found_by_looking_and_resolved_with_words(page: Page, product: Product) -> None:
    page.goto("/anomalies")
    _send(page, "shop.orders")
    page.get_by_role("button", name="Look now").first.click()
    page.get_by_label("Figure", exact=True).select_option("stream:shop.orders")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_text("Looked at shop.orders")).to_be_visible()
    page.get_by_role("dialog").get_by_role("link", name="shop.orders lower than expected").click()
    expect(page.get_by_role("heading", name="shop.orders lower than expected")).to_be_visible()
    expect(page.get_by_role("heading", name="Likely cause")).to_be_visible()
    page.get_by_role("button", name="Resolve…").click()
    page.get_by_label("What was found").fill("The payment provider was down.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("The payment provider was down.")).to_be_visible()
    page.get_by_role("tab", name="Watched figures").click()
    expect(page.get_by_role("button", name="Edit how shop.orders is watched")).to_be_visible()
