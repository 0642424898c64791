"""{% load feed_words %}: scores, groups and reasons in the words of the metric."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext

from cases.models import Case
from dashboards.forms import Choice
from dashboards.queries.feed import Verbatim
from dashboards.queries.results import Segment
from surveys.enums import Doubt
from surveys.scoring import INDICATIVE_BELOW, METRICS, Estimate

from . import chart_words as words

register = template.Library()

ORDER = ("detractor", "passive", "promoter")
TONES = dict(zip(ORDER, words.GROUP_TINTS, strict=True))
CHANNEL_ICONS = {
    "email": "mail",
    "sms": "message-square-text",
    "web": "link",
    "qr": "qr-code",
    "kiosk": "tablet",
    "widget": "app-window",
    "api": "code",
    "app": "smartphone",
    "phone": "phone",
    "face_to_face": "users",
}
SHAPES = dict(zip(ORDER, words.SYMBOLS, strict=True))


@dataclass(frozen=True)
class GroupFilter:
    """One group of scores as a filter of the feed."""

    label: str
    shape: str
    tone: str
    query: str
    is_current: bool


def feed_groups(metric: str, choice: Choice) -> list[GroupFilter]:
    """The three groups in the words of the metric; the chosen one is taken away by a click."""
    names = dict(zip(ORDER, words.group_names(metric), strict=True))
    return [
        GroupFilter(
            names[group],
            SHAPES[group],
            TONES[group],
            choice.query(group="" if choice.group == group else group),
            choice.group == group,
        )
        for group in ORDER
    ]


@dataclass(frozen=True)
class Mark:
    """A score as a badge shows it."""

    text: str
    tone: str
    shape: str


@register.simple_tag
def score_mark(item: Verbatim) -> Mark:
    """▲ 5/5: the score of a response, by colour, shape and number."""
    if not item.group or item.score is None:
        return Mark(gettext("No score"), "outline", "")
    text = f"{item.score}/{METRICS[item.metric].high}"
    return Mark(text, TONES[item.group], SHAPES[item.group])


@register.simple_tag
def channel_icon(slug: str) -> str:
    return CHANNEL_ICONS.get(slug, "circle-dot")


@register.simple_tag
def metric_name(metric: str) -> str:
    return words.metric_name(metric)


@register.filter
def interval(estimate: Estimate) -> str:
    """+27 to +41."""
    return words.interval_text(estimate)


@register.filter
def mean(estimate: Estimate) -> str:
    return words.mean_text(estimate)


@register.filter
def definition(metric: str) -> str:
    return words.definition(metric)


@register.filter
def is_indicative(n: int) -> bool:
    return 0 < n < INDICATIVE_BELOW


@register.filter
def reasons(excluded: dict[str, int]) -> list[str]:
    """Why answers are not counted, each with how many."""
    names = {
        "skipped": gettext("did not answer this question"),
        "partial": gettext("not sent to the end"),
        "quarantined": gettext("set aside: automatic clicks"),
        "excluded": gettext("excluded by a member"),
        "withdrawn": gettext("withdrawn at the customer’s wish"),
    }
    return [
        f"{words.number_text(count)} {names.get(reason, reason)}"
        for reason, count in excluded.items()
        if count
    ]


@register.filter
def doubts(flags: list[str]) -> list[str]:
    """Why an answer was set aside, in words; its other flags say something else."""
    return [str(Doubt(flag).label) for flag in flags if flag in Doubt.values]


@register.simple_tag
def filter_query(choice: Choice, **changes: object) -> str:
    """The address of the same page with some filters changed."""
    return choice.query(**changes)


@register.simple_tag
def only_place(choice: Choice, segment: Segment) -> str:
    return choice.query(place_id=segment.key)


@register.filter
def case_of(cases: dict[object, Case], item: Verbatim) -> Case | None:
    return cases.get(item.response.pk)


@register.filter
def margin_text(estimate: Estimate) -> str:
    """± 7, as the charts write it."""
    return words.margin_text(estimate)
