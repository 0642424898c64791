"""The words of text messages: plain, one segment, French and English."""

from django.utils import translation
from django.utils.translation import gettext

from cxhub.lib.sms import segments
from surveys.definition import Definition
from surveys.definition.scales import Group
from surveys.models import Survey
from surveys.queries.surveys import definition_of

LONGEST_BRAND = 24
SEGMENT = 160


def can_converse(survey: Survey) -> bool:
    """Whether the survey begins with a score from 0 to 10, which a text can carry."""
    if survey.current_version is None:
        return False
    return is_conversational(definition_of(survey.current_version))


def is_conversational(definition: Definition) -> bool:
    """The first question is the 0–10 score, and nothing but its reason must be asked after it."""
    first = definition.questions[0] if definition.questions else None
    if first is None or first.kind != "nps":
        return False
    return not any(question.is_required for question in definition.questions[1:])


def question_text(brand: str, language: str) -> str:
    """The first text of a conversation: who, what, how to answer, how to refuse."""
    with translation.override(language):
        text = gettext(
            "%(brand)s: from 0 (not at all) to 10 (extremely likely), would you recommend us? "
            "Reply with one number. STOP to get no more texts."
        )
        return fitted(text, brand)


def link_text(brand: str, language: str, *, two_way: bool) -> str:
    """A text with the personal link; a sender that cannot receive carries a link to refuse."""
    with translation.override(language):
        if two_way:
            text = gettext(
                "%(brand)s: your opinion in 30 seconds, here: {link} STOP to get no more texts."
            )
        else:
            text = gettext(
                "%(brand)s: your opinion in 30 seconds, here: {link} No more texts: "
                "{unsubscribe_url}"
            )
        return fitted(text, brand)


def why_text(definition: Definition, key: str, group: Group | None, language: str) -> str:
    """After the score: the question that asks for the words; empty when there is none."""
    comment = definition.comment_after(key)
    if comment is None:
        return ""
    question = segments.normalise(comment.wording(language, group), keep_accents=False)
    with translation.override(language):
        thanks = gettext("Thank you.")
    text = f"{thanks} {question}".replace("{", "(").replace("}", ")")
    return text if segments.count(text).segments == 1 else question


def thanks_text(language: str) -> str:
    with translation.override(language):
        return plain(gettext("Noted, thank you! Our team reads your feedback."))


def again_text(language: str) -> str:
    with translation.override(language):
        return plain(
            gettext("I did not understand. Send only one number from 0 to 10, for example 8.")
        )


def elsewhere_text(language: str) -> str:
    with translation.override(language):
        return plain(gettext("You can answer here: {link}"))


def closed_text(language: str) -> str:
    with translation.override(language):
        return plain(gettext("This survey has closed. Thank you!"))


def plain(text: str) -> str:
    """The text in telephone typography: French spaces and apostrophes are for screens."""
    return segments.normalise(text)


def fitted(text: str, brand: str) -> str:
    """The text with the brand in telephone letters, shortened to what one segment leaves it."""
    text = plain(text)
    letters = segments.normalise(brand, keep_accents=False).replace("{", "(").replace("}", ")")
    short = segments.merge_value(letters, LONGEST_BRAND)
    while len(short) > 1 and segments.count(text % {"brand": short}).units > SEGMENT:
        short = short[:-1].rstrip()
    return text % {"brand": short}
