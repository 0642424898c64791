"""Deciding whom to ask when."""

from journeys.models.journey import Journey, JourneyVersion, Stage, Touchpoint
from journeys.models.outreach import Outreach, Send
from journeys.models.run import JourneyEvent, JourneyRun

__all__ = [
    "Journey",
    "JourneyEvent",
    "JourneyRun",
    "JourneyVersion",
    "Outreach",
    "Send",
    "Stage",
    "Touchpoint",
]
