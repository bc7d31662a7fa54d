"""Shadows answer in silence and afterwards; whatever happens to them, nobody who asks is harmed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from tests.domains.analytics.predictions.conftest import Hub
from tests.support.predicting import LIKELY, UNLIKELY, trained

from intendant.domains.analytics.models.serving import Served, ServedVersion, Standing
from intendant.domains.analytics.predictions import gathering
from intendant.domains.analytics.predictions.answering import answer
from intendant.domains.analytics.predictions.model import About, Answer, Case, Results
from intendant.domains.analytics.predictions.shadows import Shadows
from intendant.domains.analytics.predictions.usecases import Asked, predict
from intendant.domains.analytics.predictions.versions import Positives
from intendant.kernel.access import system_principal
from intendant.kit.database import Transaction
from intendant.learning.estimators import InputInvalid, Predictions

SHADOWS = "select * from prediction_results where role = 'shadow' order by id"


@dataclass
class Failing:
    """Versions of which the shadow's model fails when it is asked."""

    versions: Served
    error: Exception

    def standing(self, tx: Transaction, organization_id: UUID, model_id: UUID) -> Standing:
        """Say what answers, with a shadow that fails."""
        found = self.versions.standing(tx, organization_id, model_id)
        assert found.shadow is not None
        shadow = found.shadow
        broken = ServedVersion(
            shadow.version_id, shadow.number, shadow.algorithm, shadow.share, _Broken(shadow.model, self.error)
        )
        return Standing(found.model_id, found.model_name, found.model_type, found.champion, found.challenger, broken)

    def version(self, tx: Transaction, model_id: UUID, number: int) -> ServedVersion:
        """Load a version that works."""
        return self.versions.version(tx, model_id, number)


class _Broken:
    def __init__(self, model: Any, error: Exception) -> None:
        self._model, self._error = model, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def predict(self, columns: Mapping[str, Any], *, reasons: int = 0) -> Predictions:
        raise self._error


def test_a_shadow_answers_what_others_answered_once_and_is_never_heard(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "shadow")
    heard = hub.predict(model_id, [LIKELY, UNLIKELY], business_entity_type="customer", business_entity_id="a")
    assert [each["role"] for each in heard["predictions"]] == ["champion"] * 2
    assert not hub.stored(SHADOWS)
    shadows = Shadows()
    assert shadows.catch_up(hub.database, hub.versions()) is False
    rows = hub.stored(SHADOWS)
    assert [str(row["answers"]) for row in rows] == [each["prediction_id"] for each in heard["predictions"]]
    assert [row["output"]["label"] for row in rows] == ["yes", "no"]
    assert {(row["business_entity_type"], row["business_entity_id"]) for row in rows} == {("customer", "a")}
    shadows.catch_up(hub.database, hub.versions())
    Shadows().catch_up(hub.database, hub.versions())
    assert len(hub.stored(SHADOWS)) == 2
    hub.predict(model_id, LIKELY)
    shadows.catch_up(hub.database, hub.versions())
    assert len(hub.stored(SHADOWS)) == 3
    shown = hub.get(f"/predictions/{heard['predictions'][0]['prediction_id']}")
    assert [each["role"] for each in shown["shadows"]] == ["shadow"]
    refused = hub.post(f"/predictions/{rows[0]['id']}/feedback", {"actual_outcome": "yes"})
    assert refused.status_code == 422


def test_a_shadow_that_fails_harms_nobody_and_is_told(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "shadow")
    hub.predict(model_id, [LIKELY, UNLIKELY])
    for error in (ZeroDivisionError("a plug-in's mistake"), InputInvalid("It cannot take this.")):
        Shadows().catch_up(hub.database, Failing(hub.versions(), error))
    assert not hub.stored(SHADOWS)
    (alert,) = hub.stored("select * from alerts")
    assert alert["title"].startswith("A shadow does not answer.")
    assert alert["subject_id"] == model_id
    assert hub.predict(model_id, [LIKELY])["predicted"] == 1
    Shadows().catch_up(hub.database, hub.versions())
    assert [row["state"] for row in hub.stored("select state from alerts")] == ["resolved"]


def test_a_shadow_sees_its_share(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "shadow", share=0.25)
    hub.predict(model_id, [LIKELY] * 1_200)
    shadows = Shadows()
    assert shadows.catch_up(hub.database, hub.versions()) is True
    shadows.catch_up(hub.database, hub.versions())
    assert 220 < len(hub.stored(SHADOWS)) < 380


def test_what_one_model_breaks_on_breaks_no_other_case_that_came_with_it(hub: Hub, model_id: UUID) -> None:
    other_id = hub.add_model("another")
    by, versions = system_principal(hub.organization.id, "test"), hub.versions()

    class Broken:
        """Versions of which one model breaks."""

        version = versions.version

        def standing(self, tx: Transaction, organization_id: UUID, asked_id: UUID) -> Standing:
            found = versions.standing(tx, organization_id, asked_id)
            if asked_id == other_id:
                return found
            assert found.champion is not None
            model = _Broken(found.champion.model, ZeroDivisionError("a plug-in's mistake"))
            return replace(found, champion=replace(found.champion, model=model))

    questions = [
        gathering.Question(by, Asked(each, None, [LIKELY], About(), is_list=False)) for each in (model_id, other_id)
    ]
    broken, good = gathering.predict_together(hub.database, Broken(), Positives(), questions)
    assert isinstance(broken, gathering.ModelFailed)
    assert isinstance(good, Results)
    assert [row["model_id"] for row in hub.stored()] == [other_id]


def test_a_probability_that_a_model_did_not_compute_is_an_error_and_no_zero() -> None:
    model = trained("classification").model

    class Lacking(_Broken):
        def predict(self, columns: Mapping[str, Any], *, reasons: int = 0) -> Predictions:
            found = model.predict(columns, reasons=reasons)
            assert found.probability is not None
            return replace(found, probability=np.where([[False], [True]], np.nan, found.probability))

    first, second = answer(Lacking(model, ValueError()), [Case(0, LIKELY, None), Case(1, UNLIKELY, None)])
    assert isinstance(first, Answer)
    assert isinstance(second, InputInvalid)


def test_what_a_challenger_cannot_answer_the_champion_does(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "challenger", share=1.0)
    by, versions = system_principal(hub.organization.id, "test"), hub.versions()

    class Broken:
        """Versions of which the challenger's model breaks."""

        version = versions.version

        def standing(self, tx: Transaction, organization_id: UUID, model_id: UUID) -> Standing:
            found = versions.standing(tx, organization_id, model_id)
            assert found.challenger is not None
            model = _Broken(found.challenger.model, ZeroDivisionError("a plug-in's mistake"))
            return replace(found, challenger=replace(found.challenger, model=model))

    asked = Asked(model_id, None, [LIKELY, UNLIKELY, {}], About())
    with hub.database.transaction(hub.organization.id) as tx:
        results = predict(tx, by, Broken(), Positives(), asked)
    assert [(each.role, each.number, each.answer.output["label"]) for each in results.made] == [
        ("champion", 1, "yes"),
        ("champion", 1, "no"),
    ]
    assert list(results.failed) == [2]
