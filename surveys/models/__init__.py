"""Asking and answering."""

from surveys.models.door import Collector, Invitation, LinkVisit
from surveys.models.response import EarlierAnswer, Response, Score, ScoreRollup
from surveys.models.survey import DraftStep, Survey, SurveyVersion

__all__ = [
    "Collector",
    "DraftStep",
    "EarlierAnswer",
    "Invitation",
    "LinkVisit",
    "Response",
    "Score",
    "ScoreRollup",
    "Survey",
    "SurveyVersion",
]
