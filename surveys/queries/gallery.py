"""The templates on offer, as a page shows them."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.definition import TEMPLATES, new_document, parse


@dataclass(frozen=True, slots=True)
class Card:
    """One template on offer; `name` is what its survey is called."""

    template: str
    name: str
    icon: str
    title: str
    text: str
    question: str
    questions: int
    seconds: int


def cards(brand: str) -> list[Card]:
    """The templates in the reader's language, with the question that each begins with."""
    words = {
        "nps": ("heart-handshake", _("Loyalty (NPS)"), _("Would customers recommend you?")),
        "csat": ("smile", _("Satisfaction (CSAT)"), _("How did one moment go?")),
        "ces": ("gauge", _("Effort (CES)"), _("Was it easy to get things done?")),
    }
    language = (get_language() or "en")[:2]
    return [
        Card(
            template=name,
            name=default_name(name),
            icon=words[name][0],
            title=words[name][1],
            text=words[name][2],
            question=_first_question(name, language, brand),
            questions=len(template["questions"]),
            seconds=template["seconds"],
        )
        for name, template in TEMPLATES.items()
    ]


def default_name(template: str) -> str:
    """What a survey of the template is called until somebody names it."""
    month = date_format(timezone.localtime(), "F Y")
    return f"{template.upper()} – {month}"


def _first_question(template: str, language: str, brand: str) -> str:
    definition = parse(new_document(template, [language], brand))
    return definition.questions[0].text[language]
