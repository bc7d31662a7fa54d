"""Deployed versions are measured from the record, people are told of what goes wrong, and training is asked for."""

from typing import Any

from tests.domains.analytics.monitoring.conftest import World, make_world

from intendant.domains.analytics.http.monitoring_shown import (
    show_comparison,
    show_dashboard,
    show_drift,
    show_performance,
)
from intendant.domains.analytics.http.monitoring_views import Dashboard, ModelComparison, ModelDrift, ModelPerformance
from intendant.domains.analytics.models.usecases import last_training
from intendant.domains.analytics.monitoring.watching import watch_everywhere, watch_organization
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


def performance(world: World) -> ModelPerformance:
    with world.database.snapshot(world.organization.id) as tx:
        return show_performance(tx, world.model_id, begins=None, ends=None, version=None)


def watch(world: World) -> int:
    return watch_organization(world.database, world.organization.id)[0]


def figure(found: Any, name: str) -> Any:
    return next(each for each in found if each.name == name)


def test_a_version_that_holds_is_measured_and_alarms_nobody(world: World) -> None:
    version = world.version(1, alias="champion")
    cases = world.predict(version, 500)
    before = watch(world)
    expected = performance(world)
    world.come_true(cases)
    after = watch(world)
    shown = performance(world)

    assert (before, after) == (1, 1)
    period = expected.periods[0]
    assert period.labelled == 0
    assert period.metrics == []
    assert period.estimated.trusted
    assert expected.health == "good"
    assert "expected" in expected.summary
    measured = figure(shown.periods[0].metrics, "accuracy")
    guess = figure(period.estimated.metrics, "accuracy")
    assert guess.lower <= measured.value <= guess.upper
    assert shown.periods[0].labelled == 500
    assert not shown.periods[0].fallen
    assert world.alerts() == {}
    assert watch(world) <= 1  # what is just being written is looked at again, and gives the same
    assert performance(world).periods[0].metrics == shown.periods[0].metrics


def test_data_that_move_are_told_named_and_told_again_when_they_are_back(world: World) -> None:
    version = world.version(1, alias="champion")
    world.predict(version, 400, days_ago=14, shift=1.5)
    assert watch_everywhere(world.database) is False
    with world.database.snapshot(world.organization.id) as tx:
        drift: ModelDrift = show_drift(tx, world.model_id, version=None)
    assert world.alerts()["drift"] == "open"
    assert drift.features[0].name == "x"
    assert drift.features[0].state == "drifting"
    assert drift.worst in {"moderate", "large"}

    world.predict(version, 400, days_ago=0)
    watch(world)

    assert world.alerts()["drift"] == "resolved"


def test_outcomes_that_come_late_and_are_corrected_change_the_figures(world: World) -> None:
    version = world.version(1, alias="champion")
    cases = world.predict(version, 200, days_ago=10)
    watch(world)
    world.come_true(cases[:100])
    watch(world)
    first = performance(world).periods[0]
    world.correct([identifier for identifier, _ in cases[:100]], "no")
    watch(world)
    second = performance(world).periods[0]

    assert first.labelled == second.labelled == 100
    assert figure(first.metrics, "accuracy").value > 0.7
    assert figure(second.metrics, "accuracy").value < 0.65


def test_a_fall_in_two_periods_asks_for_training_once(world: World) -> None:
    version = world.version(1, alias="champion", age_days=60)
    for days_ago in (14, 7):
        world.come_true(world.predict(version, 200, days_ago=days_ago), flipped=0.6)
    watch(world)
    with world.database.transaction(world.organization.id) as tx:
        task = last_training(tx, world.model_id)
    assert world.alerts()["performance"] == "open"
    assert task is not None
    assert "accuracy is worse" in str(task.parameters["why"])

    watch(world)

    with world.database.transaction(world.organization.id) as tx:
        count = tx.scalar("select count(*) from tasks where kind = 'analytics.train'")
    assert count == 1
    assert performance(world).health == "attention"


def test_outcomes_that_come_after_the_next_period_still_raise_the_alarm(world: World) -> None:
    version = world.version(1, alias="champion")
    early = world.predict(version, 150, days_ago=14)
    world.predict(version, 150, days_ago=2)
    watch(world)
    assert world.alerts() == {}
    world.come_true(early, flipped=0.6)
    watch(world)
    assert world.alerts()["performance"] == "open"


def test_a_model_that_is_too_old_is_trained_again(database: Database, organization: Organization) -> None:
    world = make_world(database, organization, retraining_frequency_days=30)
    world.version(1, alias="champion", age_days=31)
    watch(world)
    with database.transaction(organization.id) as tx:
        task = last_training(tx, world.model_id)
    assert task is not None
    assert "31 days ago" in str(task.parameters["why"])


def test_a_shadow_that_knows_less_is_found_worse_and_a_challenger_waits_for_outcomes(world: World) -> None:
    champion = world.version(1, alias="champion")
    shadow = world.version(2, alias="shadow", share=1.0)
    world.version(3, alias="challenger", share=0.1)
    heard = world.predict(champion, 600)
    world.predict(shadow, 600, noise=2.0, role="shadow", heard=heard)
    world.come_true(heard)
    with world.database.snapshot(world.organization.id) as tx:
        found: ModelComparison = show_comparison(tx, world.model_id)
    by_alias = {each.alias: each for each in found.comparisons}

    assert by_alias["shadow"].pairs == 600
    assert by_alias["shadow"].verdict == "worse"
    assert by_alias["shadow"].upper < 0
    assert by_alias["challenger"].verdict == "not yet"
    assert by_alias["challenger"].pairs == 0


def test_the_dashboard_tells_of_models_use_and_what_wants_attention(world: World) -> None:
    version = world.version(1, alias="champion")
    world.come_true(world.predict(version, 300, days_ago=1), flipped=0.6)
    watch(world)
    with world.database.snapshot(world.organization.id) as tx:
        board: Dashboard = show_dashboard(tx, days=30)

    assert board.usage.predictions == 300
    assert board.usage.labelled == 300
    assert board.usage.accuracy is not None
    assert board.usage.accuracy < 0.6
    assert board.models[0].health == "attention"
    assert board.models[0].open_alerts >= 1
    assert board.attention[0].kind == "performance"
    assert board.attention[0].severity == "high"


def test_another_organisation_sees_nothing_of_it(world: World, other_organization: Organization) -> None:
    world.predict(world.version(1, alias="champion"), 100)
    watch(world)
    with world.database.snapshot(other_organization.id) as tx:
        board = show_dashboard(tx, days=30)
    assert board.models == []
    assert board.usage.predictions == 0
