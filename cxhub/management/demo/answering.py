"""Ninety days of answers, on every channel, through the action that real answers take."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organisation
from contacts.models import Contact
from cxhub.lib.ids import uuid7
from cxhub.management.demo.opening import open_links
from cxhub.management.demo.worlds import World
from surveys.actions.invitations import issue_invitations
from surveys.actions.responses import Door, Submission, submit_response
from surveys.definition import Definition, Question
from surveys.models import Collector, Survey
from surveys.queries.surveys import definition_of, latest_version

DAYS = 90
PER_DAY = {"nps": 5, "csat": 3, "ces": 2}
SO_FAR = timedelta(minutes=25)  # between two answers of the day that is not over

# How probable each value is, from the lowest to the highest of its scale.
SHAPES = {
    "nps": (2, 1, 2, 2, 3, 5, 5, 11, 20, 24, 25),
    "csat": (5, 7, 14, 40, 34),
    "ces": (3, 4, 7, 10, 18, 32, 26),
}


class Answers:
    """Draws the answers of one survey; the same numbers at every start."""

    def __init__(self, world: World, survey: Survey) -> None:
        self.world = world
        self.survey = survey
        version = latest_version(survey)
        if version is None:
            raise ValueError(f"{survey.name} is not published")
        self.definition: Definition = definition_of(version)
        self.random = random.Random(f"{world.slug}:{survey.name}")

    def instants(self) -> Iterator[datetime]:
        """When people answered: by day, mostly in the afternoon."""
        now = timezone.now()
        for day in range(DAYS, 0, -1):
            for _ in range(self.random.randint(1, 2 * PER_DAY[self.survey.template])):
                hours = self.random.triangular(8, 22, 17)
                start = (now - timedelta(days=day)).replace(hour=0, minute=0, second=0)
                yield min(start + timedelta(hours=hours), now - timedelta(minutes=5))
        for place in range(PER_DAY[self.survey.template], 0, -1):
            yield now - place * SO_FAR

    def sheet(self, drift: float) -> dict[str, object]:
        """One person's answers; `drift` moves the mood, from −1 to 1."""
        sheet: dict[str, object] = {}
        for question in self.definition.questions:
            if question.scale:
                sheet[question.key] = self._value(question, drift)
            elif question.is_comment and question.follows and self.random.random() < 0.45:
                group = self.definition.group_of(
                    question.follows, int(str(sheet[question.follows]))
                )
                sheet[question.key] = self.random.choice(self.world.comments[group or "passive"])
        return sheet

    def _value(self, question: Question, drift: float) -> int:
        shape = SHAPES[question.kind]
        middle = (len(shape) - 1) / 2
        weights = [
            weight * (1 + drift * (place - middle) / middle * 0.5)
            for place, weight in enumerate(shape)
        ]
        assert question.scale is not None
        return self.random.choices(list(question.scale.values), weights)[0]


def answer_history(
    organisation: Organisation,
    world: World,
    survey: Survey,
    collectors: Sequence[Collector],
    contacts: Sequence[Contact],
) -> int:
    """Answer a survey for ninety days; returns how many answers there are."""
    answers = Answers(world, survey)
    instants = list(answers.instants())
    doors = _doors(answers, survey, collectors, contacts, len(instants))
    for position, (instant, door) in enumerate(zip(instants, doors, strict=True)):
        drift = 0.8 * (position / len(instants)) - 0.3
        outcome = submit_response(
            Submission(
                door=door,
                submission_id=uuid7(),
                answers=answers.sheet(drift),
                language=world.language,
                started_at=instant - timedelta(seconds=40),
                answered_at=instant,
            )
        )
        if not outcome.is_accepted:
            raise RuntimeError(f"The demo's answer was refused: {outcome.kind}")
    open_links(
        (door.token_hash, instant)
        for instant, door in zip(instants, doors, strict=True)
        if door.token_hash
    )
    return len(instants)


def _doors(
    answers: Answers,
    survey: Survey,
    collectors: Sequence[Collector],
    contacts: Sequence[Contact],
    count: int,
) -> list[Door]:
    """Through which door each person comes: mail, text message, link, QR code."""
    channels = answers.random.choices(["email", "sms", "public"], [4, 3, 4], k=count)
    invited = {
        channel: iter(_invite(answers, survey, channel, channels.count(channel), contacts))
        for channel in ("email", "sms")
    }
    return [
        Door(code=answers.random.choice(collectors).code)
        if channel == "public"
        else next(invited[channel])
        for channel in channels
    ]


def _invite(
    answers: Answers, survey: Survey, channel: str, count: int, contacts: Sequence[Contact]
) -> list[Door]:
    invitations = issue_invitations(
        survey=survey,
        contacts=[(answers.random.choice(contacts), answers.world.language) for _ in range(count)],
        channel=channel,
        expires_at=timezone.now() + timedelta(days=1),
    )
    return [Door(token_hash=invitation.token_hash) for invitation, _token in invitations]
