"""Uplift: whom a treatment moves, learnt from a trial, and what treating only them is worth."""

from intendant.learning.uplift._checks import Balance, RandomisationCheck
from intendant.learning.uplift._learners import LEARNERS
from intendant.learning.uplift._measures import CurvePoint, EffectGroup, Figure, RankingFigures, TopShare
from intendant.learning.uplift._study import Trait, UpliftReport, study_trial
from intendant.learning.uplift._trial import Trial, TrialInvalid, read_trials

__all__ = [
    "LEARNERS",
    "Balance",
    "CurvePoint",
    "EffectGroup",
    "Figure",
    "RandomisationCheck",
    "RankingFigures",
    "TopShare",
    "Trait",
    "Trial",
    "TrialInvalid",
    "UpliftReport",
    "read_trials",
    "study_trial",
]
