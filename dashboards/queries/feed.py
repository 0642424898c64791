"""What people said, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation
from cases.models import Case
from cxhub.lib.ids import parse_uuid
from cxhub.lib.rows import row_by_id
from dashboards.queries.results import Scope, completed, definition_for
from surveys.definition import Definition, Question
from surveys.enums import ResponseState, channel_name
from surveys.models import Response, Score, Survey
from surveys.queries import openings

PAGE = 10


@dataclass(frozen=True, order=True)
class Position:
    """A place in the feed, so that pages stay whole while answers come in."""

    at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.pk}"


@dataclass(frozen=True)
class Words:
    """One comment, and the question it answers when that is not simply "why"."""

    question: str
    text: str


@dataclass(frozen=True)
class Verbatim:
    """One response as a person reads it."""

    response: Response
    metric: str
    score: int | None
    group: str
    words: tuple[Words, ...]
    channel: str
    place: str
    contact: str

    @property
    def position(self) -> Position:
        return Position(self.response.answered_at, self.response.pk)


@dataclass(frozen=True)
class FeedFilter:
    """Which responses to read: one group of scores, only those with words."""

    group: str = ""
    with_comment: bool = False


@dataclass(frozen=True)
class FeedPage:
    """Some verbatims, and where the older ones begin."""

    verbatims: list[Verbatim]
    older: Position | None

    @property
    def newest(self) -> Position | None:
        return self.verbatims[0].position if self.verbatims else None


def read_position(text: str) -> Position | None:
    """The position that an address names; nothing when it names none."""
    moment, _, name = text.partition("~")
    pk = parse_uuid(name)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Position(at, pk) if pk and at.tzinfo else None


def feed(
    organisation: Organisation,
    scope: Scope,
    wanted: FeedFilter,
    before: Position | None = None,
    size: int = PAGE,
) -> FeedPage:
    """One page of verbatims, in one query."""
    return _page(_matching(organisation, scope, wanted), before, size)


def set_aside(
    organisation: Organisation, survey: Survey, before: Position | None = None
) -> FeedPage:
    """One page of what was set aside as a machine's."""
    return _page(_set_aside(organisation, survey), before, PAGE)


def set_aside_count(organisation: Organisation, survey: Survey) -> int:
    return _set_aside(organisation, survey).count()


def _set_aside(organisation: Organisation, survey: Survey) -> QuerySet[Response]:
    return Response.objects.within(organisation).filter(
        survey=survey, state=ResponseState.QUARANTINED
    )


def _page(rows: QuerySet[Response], before: Position | None, size: int) -> FeedPage:
    if before:
        rows = rows.filter(
            Q(answered_at__lt=before.at) | Q(answered_at=before.at, pk__lt=before.pk)
        )
    ordered = rows.select_related("place", "contact").order_by("-answered_at", "-pk")
    found = list(ordered[: size + 1])
    verbatims = [verbatim(row) for row in found[:size]]
    return FeedPage(verbatims, verbatims[-1].position if len(found) > size else None)


def response_by_id(organisation: Organisation, pk: UUID) -> Response | None:
    """One response with what its page shows."""
    rows = Response.objects.within(organisation).select_related(
        "survey", "place", "contact", "collector", "invitation"
    )
    return row_by_id(rows, pk)


def newer(
    organisation: Organisation, scope: Scope, wanted: FeedFilter, than: Position | None
) -> int:
    """How many responses came in after a position."""
    rows = _matching(organisation, scope, wanted)
    if than:
        rows = rows.filter(Q(answered_at__gt=than.at) | Q(answered_at=than.at, pk__gt=than.pk))
    return rows.count()


def newest_positions(
    organisation: Organisation, scope: Scope, wanted: FeedFilter, size: int
) -> list[Position]:
    """Where the newest responses stand in the feed."""
    rows = _matching(organisation, scope, wanted).order_by("-answered_at", "-pk")
    return [Position(at, pk) for at, pk in rows.values_list("answered_at", "pk")[:size]]


def latest_verbatims(organisation: Organisation, size: int) -> list[Verbatim]:
    """The last words of any survey."""
    rows = (
        Response.objects.within(organisation)
        .filter(state="completed")
        .exclude(answers={})
        .select_related("place", "contact", "survey")
        .order_by("-answered_at", "-pk")[: size * 8]
    )
    said = [row for row in map(verbatim, rows) if row.words]
    return said[:size]


def cases_of(organisation: Organisation, responses: Sequence[Response]) -> dict[UUID, Case]:
    """The case that each response led to, where one was opened."""
    rows = Case.objects.within(organisation).filter(response__in=responses)
    return {case.response_id: case for case in rows.order_by("-closed_at") if case.response_id}


def verbatim(response: Response) -> Verbatim:
    """A response with its main score and its words, by the version that asked them."""
    version = openings.version(response.version_id)
    definition = version.definition if version else None
    primary = definition.primary if definition else None
    score = response.answers.get(primary.key) if primary else None
    group = definition.group_of(primary.key, score) if definition and primary else None
    return Verbatim(
        response=response,
        metric=primary.kind if primary else "",
        score=score if group else None,
        group=group or "",
        words=_words(definition, response, primary) if definition else (),
        channel=channel_name(response.channel),
        place=response.place.name if response.place else "",
        contact=str(response.contact) if response.contact else "",
    )


def _words(
    definition: Definition, response: Response, primary: Question | None
) -> tuple[Words, ...]:
    language = definition.language(response.language)
    main = definition.comment_after(primary.key) if primary else None
    return tuple(
        Words("" if question is main else question.text[language], str(text))
        for question in definition.questions
        if question.is_comment and (text := response.answers.get(question.key))
    )


def _matching(organisation: Organisation, scope: Scope, wanted: FeedFilter) -> QuerySet[Response]:
    rows = completed(organisation, scope)
    definition = definition_for(scope.survey)
    if wanted.group and definition.primary:
        rows = rows.filter(Exists(_scores(organisation, definition.primary, wanted.group)))
    if wanted.with_comment:
        keys = _comment_keys(definition)
        rows = rows.filter(answers__has_any_keys=keys) if keys else rows.none()
    return rows


def _scores(organisation: Organisation, question: Question, group: str) -> QuerySet[Score]:
    scale = question.scale
    values = [value for value in scale.values if scale.group_of(value) == group] if scale else []
    return Score.objects.within(organisation).filter(
        response=OuterRef("pk"), question_key=question.key, value__in=values
    )


def _comment_keys(definition: Definition) -> Sequence[str]:
    return [question.key for question in definition.questions if question.is_comment]
