"""What the simulated lender measures and whom it has predicted: the same for the same seed, with incidents that are found."""

from datetime import UTC, date, datetime, timedelta

from intendant.learning.anomalies import Settings, detect, read_series
from intendant.simulator import wishes
from intendant.simulator.customers import as_csv, customer_of, past_customers
from intendant.simulator.figures import FIGURES, INCIDENT_LASTS, PAST, first_incident_at, incident_at, moments, value_of
from intendant.simulator.scored import CAMPAIGN_DAYS, MANY_DAYS, case_of, cases_of

SEED = 20
BEGAN = datetime(2026, 3, 4, 15, 20, tzinfo=UTC)
FIRST_DAY = BEGAN.date()


def test_payments_first_fail_within_the_first_two_days_and_calls_follow() -> None:
    first = first_incident_at(BEGAN)
    assert timedelta(hours=18) <= first - BEGAN < timedelta(hours=42)
    incident = incident_at(BEGAN, first)
    assert incident is not None
    assert incident.factor("payment_failures", first) > 1 == incident.factor("call_centre_calls", first)
    assert incident.factor("call_centre_calls", first + timedelta(hours=4)) > 1
    assert incident_at(BEGAN, first + INCIDENT_LASTS) is None


def test_incidents_are_all_that_is_odd_in_the_figures() -> None:
    until = first_incident_at(BEGAN) + timedelta(days=10)
    times = list(moments(BEGAN - PAST, until))
    series = [
        read_series(figure.name, times, [value_of(SEED, figure, at, BEGAN) for at in times], zone="UTC")
        for figure in FIGURES
    ]
    found = {each.key: watched.anomalies for each, watched in zip(series, detect(series, Settings()), strict=True)}
    assert all(found[figure.name] for figure in FIGURES)
    begins = [anomaly.started_at for anomalies in found.values() for anomaly in anomalies]
    assert all(incident_at(BEGAN, at) is not None for at in begins)


def test_customers_leave_for_reasons_and_are_the_same_again() -> None:
    people = past_customers(SEED)
    leaving = [each for each in people if each.leaves]
    assert 0.1 < len(leaving) / len(people) < 0.3

    def complaints(of: list[object]) -> float:
        return sum(each.features["complaints"] for each in of) / len(of)  # type: ignore[attr-defined]

    assert complaints(list(leaving)) > 1.3 * complaints([each for each in people if not each.leaves])
    assert customer_of(SEED, people[7].reference) == people[7]
    assert as_csv(people).count(b"\n") == len(people) + 1


def test_the_fate_of_a_case_is_told_again_from_its_reference() -> None:
    for scored in wishes.SCORED:
        for day in (FIRST_DAY, FIRST_DAY + timedelta(days=CAMPAIGN_DAYS[0]), FIRST_DAY + timedelta(days=MANY_DAYS)):
            cases = cases_of(SEED, scored, day, FIRST_DAY)
            assert len(cases) == (scored.few if (day - FIRST_DAY).days >= MANY_DAYS else scored.many)
            assert [case_of(SEED, scored, case.reference) for case in cases] == cases
        assert case_of(SEED, scored, "D261121000000-000001") is None
    late = [case for case in cases_of(SEED, wishes.SCORED[1], FIRST_DAY, date(1, 1, 1)) if case.known_after_days]
    assert late
