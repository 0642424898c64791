"""What to tell somebody about a missing text: which text it is, and in which language."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

# As they stand inside a sentence: French writes them without a capital.
LANGUAGE_NAMES: dict[str, str | Promise] = {
    "fr": pgettext_lazy("language", "French"),
    "en": pgettext_lazy("language", "English"),
}


def ask_to_write(path: str, language: str) -> str:
    """Write the question in French."""
    where = _where(path, language)
    sentences = {
        "text": _("Write the question in %(language)s"),
        "labels": _("Write the words at %(value)s in %(language)s"),
        "choices": _("Write answer %(number)s in %(language)s"),
        "adaptive": _("Write each wording of the question in %(language)s"),
        "thanks": _("Write each thank-you text in %(language)s"),
        "link": _("Write the words of the link in %(language)s"),
    }
    return sentences[where["kind"]] % where


def ask_to_translate(path: str, language: str) -> str:
    """Translate the question into English."""
    where = _where(path, language)
    sentences = {
        "text": _("Translate the question into %(language)s"),
        "labels": _("Translate the words at %(value)s into %(language)s"),
        "choices": _("Translate answer %(number)s into %(language)s"),
        "adaptive": _("Translate each wording of the question into %(language)s"),
        "thanks": _("Translate each thank-you text into %(language)s"),
        "link": _("Translate the words of the link into %(language)s"),
    }
    return sentences[where["kind"]] % where


def _where(path: str, language: str) -> dict[str, str]:
    """The parts of a text's path: questions.0.choices.1.text, thanks.promoter, thanks.link.text."""
    steps = path.split(".")
    inner = steps[2:] if steps[0] == "questions" else steps
    if inner[:2] == ["thanks", "link"]:
        inner = inner[1:]
    position = inner[1] if len(inner) > 1 else ""
    return {
        "kind": inner[0],
        "value": position,
        "number": str(int(position) + 1) if position.isdigit() else "",
        "language": str(LANGUAGE_NAMES[language]),
    }
