"""Promotions: proposed on evidence, decided by the gate, carried out in the deciding transaction, and never from poisoned data."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from tests.support.predicting import customers
from tests.support.workshop import Workshop

from intendant.domains.analytics.models import candidates, evidence, repository, rows
from intendant.domains.analytics.models.trials import look_at_model
from intendant.kernel.decisions import GivenAnswer, answer, decide_waiting
from intendant.kernel.gate import Tier
from intendant.kit import clock, ids
from intendant.kit.database import Row

EXPLAINED = 800
"""Customers of whom the second version learns, after the first had few and noisy ones."""


def noisy(rows_: int = 400) -> pd.DataFrame:
    """Return few customers whose word is often wrong."""
    table = customers(rows_)
    flip = np.random.default_rng(7).random(rows_) < 0.15
    table.loc[flip, "bought"] = np.where(table.loc[flip, "bought"] == "yes", "no", "yes")
    return table


@pytest.fixture
def improved(workshop: Workshop) -> UUID:
    """Make a model whose champion learnt from noisy data and whose second version from more and better."""
    workshop.refresh(noisy())
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    assert workshop.champion(model_id) == 1
    workshop.refresh(customers(EXPLAINED, seed=3))
    workshop.train(model_id)
    return model_id


def decided(workshop: Workshop) -> list[Row]:
    """Let what waits be decided; return the decisions on promotions."""
    decide_waiting(workshop.system.decider)
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        return tx.all(
            "select id, action, verdict, confidence, decided_by from decisions where kind = 'analytics.promotion' order by id"
        )


def answer_open(workshop: Workshop, word: Literal["approve", "decline"]) -> None:
    """Answer the open question about a promotion."""
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        (row,) = tx.all("select id, digest from approvals where state = 'open'")
    given = GivenAnswer(row["id"], word, bytes(row["digest"]), "The figures say so.", "user:owner", Tier.OWNER)
    answer(workshop.system.decider, workshop.organization.id, given)


def test_a_better_version_is_proposed_and_a_person_lets_it_answer(workshop: Workshop, improved: UUID) -> None:
    against = workshop.get(f"/models/{improved}/versions/2")["against_champion"]
    assert against["proposes"] == "promote", against["words"]
    assert all(check["passed"] for check in against["checks"])
    (decision,) = decided(workshop)
    assert (decision["action"], decision["verdict"]) == ("promote", "ask")
    assert decision["confidence"] == pytest.approx(against["confidence"])
    assert workshop.champion(improved) == 1, "nobody has answered yet"
    assert len(decided(workshop)) == 1, "proposed once"
    answer_open(workshop, "approve")
    assert workshop.champion(improved) == 2
    latest = workshop.get(f"/models/{improved}/deployments")["items"][0]
    assert latest["decision_id"] is not None
    assert latest["evidence"]["held_out"]["difference"] > 0
    assert latest["reason"] == "The figures say so."
    assert workshop.post(f"/models/{improved}/rollback", {"reason": "Back."})["champion"]["number"] == 1


def test_at_level_full_a_clearly_better_version_is_let_answer_at_once(workshop: Workshop, improved: UUID) -> None:
    workshop.level("full")
    (decision,) = decided(workshop)
    assert (decision["action"], decision["verdict"]) == ("promote", "act")
    assert workshop.champion(improved) == 2


def test_declining_keeps_the_champion(workshop: Workshop, improved: UUID) -> None:
    decided(workshop)
    answer_open(workshop, "decline")
    assert workshop.champion(improved) == 1


def test_an_answer_after_another_deployment_is_stale(workshop: Workshop, improved: UUID) -> None:
    decided(workshop)
    workshop.deploy(improved, 2)
    with pytest.raises(Exception, match=r"(?i)gone|changed|again"):
        answer_open(workshop, "approve")
    assert [each["version"] for each in workshop.get(f"/models/{improved}/deployments")["items"]] == [2, 1]


def test_nothing_is_proposed_of_the_same_data_again(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    assert workshop.train(model_id)["against_champion"]["proposes"] is None
    assert decided(workshop) == []


def poisoned(kind: str) -> pd.DataFrame:
    """Return customers as somebody would write them who wants another model, or as a broken feed delivers them."""
    table = customers(600, seed=4)
    match kind:
        case "flipped":
            table["bought"] = np.where(table["bought"] == "yes", "no", "yes")
        case "one answer":
            table["bought"] = np.where(np.random.default_rng(2).random(600) < 0.95, "yes", table["bought"])
        case "feed broken":
            table["income"], table["visits"] = table["income"] * 1_000, 0.0
    return table


@pytest.mark.parametrize("kind", ["flipped", "one answer", "feed broken"])
def test_what_learnt_from_poisoned_data_is_never_promoted(workshop: Workshop, kind: str) -> None:
    workshop.refresh(customers(600, seed=3))
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    workshop.refresh(poisoned(kind))
    against = workshop.train(model_id)["against_champion"]
    assert not against["allowed"], against
    workshop.level("full")
    assert all(decision["action"] == "keep" for decision in decided(workshop))
    assert workshop.champion(model_id) == 1


def put_trial(workshop: Workshop, model_id: UUID, losses: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Let a version stand in silence with evidence of that many cases, as the trial's round would write it."""
    from intendant.learning.monitoring import compare_paired

    with workshop.system.database.transaction(workshop.organization.id) as tx:
        aliases = rows.find_aliases(tx, model_id)
        comparison = compare_paired([first for first, _ in losses], [second for _, second in losses])
        champion = aliases["champion"]
        weighed = evidence.weigh_trial(
            comparison, alias="shadow", champion_id=champion["version_id"], champion=champion["number"]
        )
        repository.put_trial(tx, aliases["shadow"]["version_id"], weighed)
    return weighed


def test_a_shadow_is_promoted_once_real_cases_tell_and_kept_back_when_they_tell_against_it(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    workshop.train(model_id)
    workshop.deploy(model_id, 2, alias="shadow")
    workshop.level("full")
    assert put_trial(workshop, model_id, [(0.2, 0.1)] * 30)["proposes"] is None
    assert decided(workshop) == [], "too few cases tell nothing"
    assert put_trial(workshop, model_id, [(0.4, 0.1)] * 300)["proposes"] == "promote"
    (decision,) = decided(workshop)
    assert (decision["action"], decision["verdict"]) == ("promote", "act")
    assert workshop.champion(model_id) == 2
    assert workshop.get(f"/models/{model_id}")["shadow"] is None, "the trial is over"
    workshop.deploy(model_id, 1, alias="shadow")
    put_trial(workshop, model_id, [(0.1, 0.4)] * 300)
    assert [each["action"] for each in decided(workshop)] == ["promote", "keep"]
    shown = workshop.get(f"/models/{model_id}")
    assert (shown["champion"]["number"], shown["shadow"]) == (2, None)


def test_a_trial_is_read_from_real_predictions_and_their_outcomes(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    workshop.train(model_id)
    workshop.deploy(model_id, 2, alias="shadow")
    now = clock.system_now()
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        aliases = rows.find_aliases(tx, model_id)
        for _ in range(25):
            heard, silent = ids.new_id(), ids.new_id()
            for each, alias, answers, probability in ((heard, "champion", None, 0.4), (silent, "shadow", heard, 0.9)):
                tx.execute(
                    "insert into prediction_results (organization_id, id, model_id, version_id, role, answers, input_data,"
                    " output, confidence, processing_ms, predicted_by, predicted_at, recorded_at)"
                    " values (%s, %s, %s, %s, %s, %s, '{}', %s, %s, 1, 'test', %s, %s)",
                    [
                        workshop.organization.id,
                        each,
                        model_id,
                        aliases[alias]["version_id"],
                        alias,
                        answers,
                        repository.to_json(
                            {"label": "yes", "probability": {"yes": probability, "no": 1 - probability}}
                        ),
                        probability,
                        now,
                        now,
                    ],
                )
            tx.execute(
                "insert into prediction_feedback (organization_id, id, prediction_id, model_id, actual, observed_at, created_by,"
                " recorded_at) values (%s, %s, %s, %s, '\"yes\"', %s, 'test', %s)",
                [workshop.organization.id, ids.new_id(), heard, model_id, now, now],
            )
    look_at_model(workshop.system.database, workshop.organization.id, model_id)
    trial = workshop.get(f"/models/{model_id}/versions/2")["trial"]
    assert trial["comparison"]["pairs"] == 25
    assert trial["comparison"]["difference"] > 0
    with workshop.system.database.system() as tx:
        waiting = candidates.list_waiting(tx, [workshop.organization.id], limit=5)
    assert bool(waiting) == (trial["proposes"] is not None)


def test_the_chance_of_better_is_even_where_nothing_speaks_for_either() -> None:
    assert evidence.chance_of_better(0.0, -0.1, 0.1) == 0.5
    assert evidence.chance_of_better(0.05, 0.0, 0.1) == pytest.approx(0.975, abs=1e-3)
    assert evidence.chance_of_better(0.0, 0.0, 0.0) == 0.5
    assert evidence.chance_of_better(0.1, 0.1, 0.1) == evidence.CONFIDENCE_MAX
