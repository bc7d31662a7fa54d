"""The one switch, and the configuration: checked, versioned, with author and reason."""

from dataclasses import asdict
from typing import Any

import pytest
from tests.support.deciding import switch, together
from tests.support.lending import GOOD, Lender

from intendant.kernel import control
from intendant.kit import clock
from intendant.kit.errors import Invalid

DEFAULTS = {
    "autonomous_mode": True,
    "admin_intervention_threshold": 0.3,
    "task_execution_interval": 300,
    "metrics_collection_interval": 60,
    "daily_operations_time": "06:00",
    "max_concurrent_tasks": 10,
    "auto_retry_failed_tasks": True,
    "max_retry_attempts": 3,
}


def update(lender: Lender, changes: dict[str, object], **more: Any) -> tuple[control.Configuration, int]:
    with lender.database.transaction(lender.organization.id) as tx:
        return control.update_configuration(
            tx,
            lender.organization,
            changes,
            **({"by": "user:ann", "reason": "For a test.", "system_now": clock.system_now()} | more),
        )


def configuration(lender: Lender) -> tuple[dict[str, object], int]:
    with lender.database.transaction(lender.organization.id) as tx:
        found, version = control.get_configuration(tx)
    return asdict(found), version


def test_the_defaults_are_the_documented_ones(lender):
    assert configuration(lender) == (DEFAULTS, 0)


def test_a_change_is_a_new_version_with_author_and_reason(lender):
    update(lender, {"max_concurrent_tasks": 20, "admin_intervention_threshold": 1})
    update(lender, {"daily_operations_time": "23:59"}, replaces=1)
    expected = DEFAULTS | {
        "max_concurrent_tasks": 20,
        "admin_intervention_threshold": 1,
        "daily_operations_time": "23:59",
    }
    assert configuration(lender) == (expected, 2)
    with lender.database.transaction(lender.organization.id) as tx:
        listed = control.list_changes(tx)
        leaves = tx.scalar("select count(*) from audit where body::json ->> 'act' = 'kernel.configuration.changed'")
    assert [(row["version"], row["author"], row["reason"]) for row in listed] == [
        (2, "user:ann", "For a test."),
        (1, "user:ann", "For a test."),
    ]
    assert [row["changes"] for row in listed] == [
        {"daily_operations_time": {"before": "06:00", "after": "23:59"}},
        {
            "admin_intervention_threshold": {"before": 0.3, "after": 1},
            "max_concurrent_tasks": {"before": 10, "after": 20},
        },
    ]
    assert leaves == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("autonomous_mode", "yes"),
        ("autonomous_mode", 1),
        ("admin_intervention_threshold", 1.01),
        ("admin_intervention_threshold", float("nan")),
        ("admin_intervention_threshold", True),
        ("task_execution_interval", 0),
        ("task_execution_interval", 1.5),
        ("task_execution_interval", True),
        ("max_retry_attempts", -1),
        ("max_retry_attempts", 10**30),
        ("daily_operations_time", "24:00"),
        ("daily_operations_time", "6:00"),
        ("daily_operations_time", "06:00\n"),
        ("daily_operations_time", None),
        ("delete_everything", True),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_changes_nothing(lender, name, value):
    with pytest.raises(control.ConfigurationInvalid) as refused:
        update(lender, {"max_retry_attempts": 5, name: value})
    assert refused.value.field == name
    assert refused.value.remedy
    assert configuration(lender) == (DEFAULTS, 0)


def test_whoever_has_not_seen_the_version_in_force_is_refused(lender):
    results = together([lambda n=n: update(lender, {"max_retry_attempts": n}, replaces=0) for n in range(5)])
    assert sum(isinstance(each, tuple) for each in results) == 1
    refused = [each for each in results if isinstance(each, control.ConfigurationChanged)]
    assert len(refused) == 4
    assert all(each.data["version"] > 0 for each in refused)
    with pytest.raises(Invalid):
        update(lender, {"max_retry_attempts": 1}, reason=" ")


def test_autonomous_mode_is_the_switch_under_another_name(lender):
    update(lender, {"autonomous_mode": False})
    assert lender.decide(GOOD)["verdict"] == "refuse"
    switch(lender, "running")
    assert configuration(lender)[0]["autonomous_mode"] is True
    switch(lender, "halted")
    assert configuration(lender)[0]["autonomous_mode"] is False
    update(lender, {"max_retry_attempts": 4})
    with lender.database.transaction(lender.organization.id) as tx:
        assert control.get_switch(tx)["state"] == "halted"
    update(lender, {"autonomous_mode": True})
    assert lender.decide(GOOD)["verdict"] == "act"


def test_the_higher_intervention_threshold_of_policy_and_configuration_counts(lender):
    assert lender.decide(GOOD)["verdict"] == "act"
    update(lender, {"admin_intervention_threshold": 0.95})
    asked = lender.decide(GOOD)
    assert (asked["verdict"], asked["intervention"], asked["intervention_threshold"]) == ("ask", True, 0.95)
    update(lender, {"admin_intervention_threshold": 0.1})
    acted = lender.decide(GOOD)
    assert (acted["verdict"], acted["intervention_threshold"]) == ("act", 0.3), "the policy's own is higher"


def test_a_threshold_raised_in_one_organisation_leaves_others_of_the_same_policy_alone(lender, other_lender):
    update(lender, {"admin_intervention_threshold": 0.95})
    mine, theirs = lender.decide_many(lender.proposal(GOOD), other_lender.proposal(GOOD))
    assert (mine.as_dict()["verdict"], theirs.as_dict()["verdict"]) == ("ask", "act")


def test_the_switch_is_set_with_a_reason_and_told_once(lender):
    for state in ("stopped", "stopped", "halted", "running"):
        switch(lender, state)
    with lender.database.transaction(lender.organization.id) as tx:
        names = [
            row["name"] for row in tx.all("select name from events where name like 'kernel.switch.%' order by seq")
        ]
        with pytest.raises(Invalid):
            control.set_switch(tx, lender.organization, "halted", by="test", reason=" ", system_now=clock.system_now())
    assert names == ["kernel.switch.stopped", "kernel.switch.halted", "kernel.switch.started"]


def test_one_organisation_s_switch_leaves_the_others_alone(lender, other_lender):
    switch(lender, "halted")
    results = lender.decide_many(lender.proposal(GOOD), other_lender.proposal(GOOD))
    assert [each.as_dict()["verdict"] for each in results] == ["refuse", "act"]
