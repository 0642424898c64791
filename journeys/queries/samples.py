"""What a customer will read, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Organisation
from cxhub.lib.sms import segments
from journeys.enums import SendMode
from journeys.queries import texts
from journeys.queries.rows import Cell, rating_row
from surveys.definition import Question
from surveys.models import Survey
from surveys.queries.surveys import definition_of

# As long as a real link, so that the count of segments is the real one.
LINK_LENGTH = 22
UNSUBSCRIBE_LENGTH = 95


@dataclass(frozen=True)
class Sample:
    """A message as it will look, in the survey's default language for this organisation."""

    language: str
    brand: str
    text: str = ""
    is_conversation: bool = False
    encoding: str = ""
    units: int = 0
    segments: int = 0
    question: Question | None = None
    question_text: str = ""
    cells: Sequence[Cell] = ()

    @property
    def room(self) -> int:
        """How many units fit into the segments that the text takes."""
        single, joined = (160, 153) if self.encoding == segments.GSM_7 else (70, 67)
        return single if self.segments <= 1 else joined * self.segments


def sms_sample(
    organisation: Organisation, survey: Survey, *, two_way: bool, mode: str
) -> Sample | None:
    """The text message, with what it costs."""
    if survey.current_version is None:
        return None
    definition = definition_of(survey.current_version)
    language = definition.language(organisation.language)
    brand = definition.brand or organisation.name
    talks = two_way and mode != SendMode.LINK and texts.is_conversational(definition)
    if talks:
        text = texts.question_text(brand, language)
    else:
        text = texts.link_text(brand, language, two_way=two_way)
        text = text.replace("{link}", f"{settings.SITE_URL}/r/{'x' * LINK_LENGTH}")
        text = text.replace(
            "{unsubscribe_url}", f"{settings.SITE_URL}/u/{'x' * UNSUBSCRIBE_LENGTH}"
        )
    cost = segments.count(text)
    return Sample(
        language=language,
        brand=brand,
        text=text,
        is_conversation=talks,
        encoding=cost.encoding,
        units=cost.units,
        segments=cost.segments,
    )


def mail_sample(organisation: Organisation, survey: Survey) -> Sample | None:
    """The mail's first question."""
    if survey.current_version is None:
        return None
    definition = definition_of(survey.current_version)
    language = definition.language(organisation.language)
    question = definition.questions[0] if definition.questions else None
    return Sample(
        language=language,
        brand=definition.brand or organisation.name,
        question=question,
        question_text=question.text[language] if question else "",
        cells=rating_row(question, language),
    )
