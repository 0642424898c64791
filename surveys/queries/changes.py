"""What publishing a draft changes for customers, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.definition.changes import Change, changes
from surveys.definition.wordings import LANGUAGE_NAMES
from surveys.models import Survey
from surveys.queries.builder import SETTINGS, THANKS

BRANCHES: Mapping[str, str | Promise] = {
    "promoter": gettext_lazy("after a good score"),
    "passive": gettext_lazy("after a middling score"),
    "detractor": gettext_lazy("after a poor score"),
}
SENTENCES: Mapping[str, str | Promise] = {
    "language_added": gettext_lazy("The survey is also asked in %(language)s"),
    "language_removed": gettext_lazy("The survey is no longer asked in %(language)s"),
    "default_language": gettext_lazy("The main language becomes %(language)s"),
    "brand": gettext_lazy("The name of your brand changes"),
    "question_added": gettext_lazy("Question %(number)s is new"),
    "question_removed": gettext_lazy("Question %(number)s is removed"),
    "question_moved": gettext_lazy("Question %(detail)s becomes question %(number)s"),
    "question_reworded": gettext_lazy("Question %(number)s is reworded in %(language)s"),
    "label_reworded": gettext_lazy(
        "Question %(number)s: the words at %(detail)s change in %(language)s"
    ),
    "choice_added": gettext_lazy("Question %(number)s: an answer is added"),
    "choice_removed": gettext_lazy("Question %(number)s: an answer is removed"),
    "choice_reworded": gettext_lazy("Question %(number)s: an answer is reworded in %(language)s"),
    "choices_moved": gettext_lazy("Question %(number)s: the answers stand in another order"),
    "adaptive_reworded": gettext_lazy("Question %(number)s is reworded %(branch)s in %(language)s"),
    "thanks_reworded": gettext_lazy("The thank-you %(branch)s is reworded in %(language)s"),
    "thanks_link_added": gettext_lazy("The thank-you page offers a link to everybody"),
    "thanks_link_removed": gettext_lazy("The thank-you page no longer offers a link"),
    "thanks_link_reworded": gettext_lazy(
        "The link on the thank-you page is reworded in %(language)s"
    ),
    "thanks_link_address": gettext_lazy("The link on the thank-you page leads elsewhere"),
    "required_on": gettext_lazy("Question %(number)s must now be answered"),
    "required_off": gettext_lazy("Question %(number)s may now be left out"),
    "multiple_on": gettext_lazy("Question %(number)s now takes several answers"),
    "multiple_off": gettext_lazy("Question %(number)s now takes one answer only"),
}
ICONS = {
    "added": "plus",
    "removed": "trash-2",
    "moved": "arrow-up-down",
    "reworded": "pencil",
    "address": "link",
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference as the publisher reads it; `part` opens it in the builder."""

    sentence: str
    note: str
    icon: str
    part: str
    language: str
    before: str
    after: str
    breaks_series: bool


def unpublished_changes(survey: Survey) -> list[ShownChange]:
    """What customers will see differently once the draft is published; nothing before a first."""
    version = survey.current_version
    if version is None:
        return []
    default = survey.draft["default_language"]
    return [_shown(change, default) for change in changes(version.definition, survey.draft)]


def _shown(change: Change, default_language: str) -> ShownChange:
    return ShownChange(
        sentence=_sentence(change),
        note=_note(change),
        icon=ICONS.get(change.what.rpartition("_")[2], "settings-2"),
        part=_part(change),
        language=change.language or default_language,
        before=change.before,
        after=change.after,
        breaks_series=change.breaks_series,
    )


def _sentence(change: Change) -> str:
    values = {
        "number": change.number,
        "detail": change.detail,
        "language": str(LANGUAGE_NAMES.get(change.language, "")),
        "branch": str(BRANCHES.get(change.detail, "")),
    }
    return str(_template(change)) % values


def _template(change: Change) -> str | Promise:
    if change.what != "follows_changed":
        return SENTENCES[change.what]
    if change.detail:
        return _("Question %(number)s now adapts to the score of question %(detail)s")
    return _("Question %(number)s is now the same for everybody")


def _note(change: Change) -> str:
    """What it means for the figures."""
    if change.what == "question_removed":
        return _("Its past answers stay in your results.")
    if change.what == "choice_removed":
        return _("Past answers keep it. Compare before and after with care.")
    if change.breaks_series:
        return _("This can shift the answers: compare before and after with care.")
    return ""


def _part(change: Change) -> str:
    if change.what.startswith("thanks_"):
        return THANKS
    if change.what in {"language_added", "language_removed", "default_language", "brand"}:
        return SETTINGS
    return change.key
