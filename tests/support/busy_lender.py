"""An organisation with about a hundred decisions of every verdict, open approvals, alerts and tasks: something for pages to show.

It is the same every time but for ids and moments.
"""

from random import Random
from typing import Any

from intendant.kernel import alerts, tasks
from intendant.kit import clock
from tests.support.lending import BAD, BELOW_MINIMUM, GOOD, MIDDLING, UNKNOWABLE, Lender

SEED = 7
DECISIONS = {"observe": 6, "approved": 52, "rejected": 22, "asked": 16, "unknowable": 6, "refused": 4}
"""How many of each; 106 in all."""
EMPLOYERS = (
    "Harbour Freight Lines",
    "Penrose Books",
    "City Hospital",
    "Northgate School",
    "Alder & Sons",
    "Self-employed",
)
ALERTS = (
    ("critical", "security", "Five wrong passwords for manager@acme.test", "guessing"),
    ("high", "anomaly", "Approvals fell by a third against the last four weeks", "approvals-fell"),
    ("medium", "anomaly", "Applications from one address came in a burst", "burst"),
    ("low", "anomaly", "A field that was always filled is empty in 4% of applications", "empty-field"),
)


def make_busy(lender: Lender) -> None:
    """Let the organisation decide, and give it the rest."""
    random = Random(SEED)
    lender.set_level("observe")
    _decide(lender, random, "observe", GOOD, DECISIONS["observe"])
    lender.set_level("full")
    for name, inputs in (
        ("approved", GOOD),
        ("rejected", BAD),
        ("asked", MIDDLING),
        ("unknowable", UNKNOWABLE),
        ("refused", BELOW_MINIMUM),
    ):
        _decide(lender, random, name, inputs, DECISIONS[name])
    organization = lender.organization
    now = organization.clock.now()
    with lender.database.transaction(organization.id) as tx:
        alerts.raise_alerts(
            tx,
            [
                alerts.Alert(organization.id, kind, severity, cause, title, now)  # type: ignore[arg-type]
                for severity, kind, title, cause in ALERTS
            ],
        )
        tasks.enqueue(tx, "test.nothing", parameters={}, created_by="test", now=clock.system_now())


def _decide(lender: Lender, random: Random, name: str, inputs: dict[str, Any], count: int) -> None:
    lender.decide_many(
        *[
            lender.proposal(inputs | {"employer": random.choice(EMPLOYERS)}, f"{name}-{number:03d}")
            for number in range(1, count + 1)
        ]
    )
