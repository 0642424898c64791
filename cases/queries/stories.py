"""What a customer told us, ready to be read: by an agent, in a list, in an alert."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import Organisation
from contacts.enums import IdentityKind
from contacts.models import Contact
from cxhub.lib.rows import row_by_id
from surveys.definition import Definition, Question
from surveys.enums import ResponseState, channel_name
from surveys.models import EarlierAnswer, Response
from surveys.queries.answered import earlier_answers
from surveys.queries.surveys import definition_of

PAST_SHOWN = 3
EXCERPT = 60


@dataclass(frozen=True)
class Answered:
    """One question as it was asked, and its answer in words."""

    question: str
    answer: str


@dataclass(frozen=True)
class Story:
    """One response in the reader's words; `words` are the customer's, `language` theirs.

    `score` is the answer to the primary question and `high` the end of its scale.
    """

    response_id: UUID
    score: int | None
    high: int | None
    group: str
    words: str
    language: str
    answers: tuple[Answered, ...]
    channel: str
    place: str
    survey: str
    customer: str
    answered_at: datetime
    changed_at: datetime | None
    callback_at: datetime | None
    callback_way: str

    @property
    def excerpt(self) -> str:
        return excerpt(self.words)

    @property
    def note(self) -> str:
        """The score as it is read; nothing without one."""
        return "" if self.score is None else f"{self.score}/{self.high}"


@dataclass(frozen=True)
class Reachable:
    """A customer's addresses, for links that call or write."""

    name: str
    email: str
    phone: str
    external_id: str


def completed_responses(organisation: Organisation | UUID) -> QuerySet[Response]:
    """Responses that count, with all that their story needs."""
    return (
        Response.objects.within(organisation)
        .filter(state=ResponseState.COMPLETED)
        .select_related("survey", "version", "place", "contact", "organisation")
    )


def completed_response(organisation: Organisation | UUID, pk: UUID | None) -> Response | None:
    """The completed response of an id; None for anything else."""
    return row_by_id(completed_responses(organisation), pk)


def story_of(response: Response, earlier: EarlierAnswer | None = None) -> Story:
    """The story of one response, its questions in the reader's language; or what it said before."""
    definition = definition_of(response.version)
    answers, language = response.answers, response.language
    if earlier is not None:
        answers, language = earlier.answers, earlier.language
    primary = definition.primary
    value = answers.get(primary.key) if primary else None
    score = value if isinstance(value, int) else None
    return Story(
        response_id=response.pk,
        score=score,
        high=primary.scale.high if primary and primary.scale else None,
        group=definition.group_of(primary.key, score) or "" if primary else "",
        words=_words(definition, answers),
        language=language,
        answers=tuple(_answered(definition, answers)),
        channel=channel_name(response.channel),
        place=response.place.name if response.place else "",
        survey=response.survey.name,
        customer=response.contact.name if response.contact else "",
        answered_at=response.answered_at,
        changed_at=response.changed_at,
        callback_at=response.callback_at,
        callback_way=response.callback_way,
    )


def story_before(response: Response) -> Story | None:
    """What the response said before its last change; None when it was never changed."""
    if response.changed_at is None:
        return None
    earlier = earlier_answers(response).last()
    return story_of(response, earlier) if earlier else None


def change_of(response: Response, earlier_id: UUID | None) -> tuple[Story, Story] | None:
    """What the response said before one of its changes, and what it said after it."""
    told = list(earlier_answers(response))
    place = next((at for at, one in enumerate(told) if one.pk == earlier_id), None)
    if place is None:
        return None
    after = told[place + 1] if place + 1 < len(told) else None
    return story_of(response, told[place]), story_of(response, after)


def stories_of(responses: Iterable[Response]) -> dict[UUID, Story]:
    """Stories by response, for a page of a list."""
    return {response.pk: story_of(response) for response in responses}


def history_of(organisation: Organisation | UUID, contact: Contact | None) -> QuerySet[Response]:
    """A customer's completed responses, newest first."""
    if contact is None:
        return Response.objects.none()
    return completed_responses(organisation).filter(contact=contact).order_by("-answered_at", "-pk")


def past_of(response: Response) -> tuple[int, list[Story]]:
    """Which answer of this customer it is (the first is 1), and the ones just before it."""
    earlier = history_of(response.organisation_id, response.contact).filter(
        answered_at__lt=response.answered_at
    )
    shown = [story_of(one) for one in earlier[:PAST_SHOWN]]
    number = len(shown) + 1 if len(shown) < PAST_SHOWN else earlier.count() + 1
    return number, shown


def reachable(contact: Contact | None) -> Reachable | None:
    """How to call or write to a customer."""
    if contact is None:
        return None
    held = {identity.kind: identity.value for identity in contact.identities.all()}
    return Reachable(
        name=contact.name,
        email=held.get(IdentityKind.EMAIL, ""),
        phone=held.get(IdentityKind.PHONE, ""),
        external_id=held.get(IdentityKind.EXTERNAL, ""),
    )


def excerpt(text: str, length: int = EXCERPT) -> str:
    """The first words of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    whole = cut.rpartition(" ")[0] if " " in cut[length // 2 :] else cut
    return f"{whole.rstrip(' ,;:.!?')}…"


def _words(definition: Definition, answers: Mapping[str, object]) -> str:
    """The customer's own words: the reason for the score first, then other comments."""
    comments = [question for question in definition.questions if question.is_comment]
    comments.sort(key=lambda question: not question.follows)
    texts = [answers.get(question.key) for question in comments]
    return "\n\n".join(text for text in texts if isinstance(text, str) and text)


def _answered(definition: Definition, answers: Mapping[str, object]) -> Iterable[Answered]:
    language = definition.language(get_language() or "")
    for question in definition.questions:
        if question.key in answers and not question.is_comment:
            asked = question.wording(language)
            yield Answered(asked, _in_words(question, answers[question.key], language))


def _in_words(question: Question, value: object, language: str) -> str:
    if question.scale and isinstance(value, int):
        label = question.labels.get(value, {}).get(language, "")
        number = f"{value}/{question.scale.high}"
        return f"{number} · {label}" if label else number
    return question.chosen(value, language)
