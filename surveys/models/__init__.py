"""Asking and answering."""

from surveys.models.door import Collector, Invitation, LinkVisit
from surveys.models.response import Response, Score, ScoreRollup
from surveys.models.survey import DraftStep, Survey, SurveyVersion

__all__ = [
    "Collector",
    "DraftStep",
    "Invitation",
    "LinkVisit",
    "Response",
    "Score",
    "ScoreRollup",
    "Survey",
    "SurveyVersion",
]
