"""The words and numbers of a score in the language of the page."""

from collections.abc import Sequence

from django.utils.translation import get_language, gettext, ngettext, pgettext

from cxhub.lib.charts.axis import Scale
from cxhub.lib.numbers import NO_BREAK, decimal, percent, signed
from surveys.scoring import INDICATIVE_BELOW, METRICS, Estimate

NO_DATA = "—"
SYMBOLS = ("▼", "●", "▲")
GROUP_TINTS = ("det", "pas", "pro")
VALUE_TINTS = {5: ("v1", "v2", "v3", "v4", "v5"), 7: ("v1", "v12", "v2", "v3", "v4", "v45", "v5")}
LEAST_RANGE = {"nps": 20.0, "proportion": 20.0, "mean": 1.0}


def language() -> str:
    return get_language() or "en"


def scale_of(metric: str) -> Scale:
    floor, ceiling = METRICS[metric].score_range
    return Scale(floor, ceiling, LEAST_RANGE[METRICS[metric].family])


def value_tints(metric: str) -> Sequence[str]:
    """One tint per answer of the scale, from the lowest."""
    scale = METRICS[metric]
    if scale.family != "nps":
        return VALUE_TINTS[len(scale.values)]
    return tuple(
        GROUP_TINTS[(value > scale.negative_to) + (value >= scale.positive_from)]
        for value in scale.values
    )


def metric_name(metric: str) -> str:
    names = {
        "nps": gettext("NPS"),
        "csat": gettext("Satisfaction (CSAT)"),
        "ces": gettext("Effort (CES)"),
        "rating": gettext("Average rating"),
    }
    return names[metric]


def group_names(metric: str) -> tuple[str, str, str]:
    """The bad, the middle and the good answers."""
    names = {
        "nps": (gettext("Detractors"), gettext("Passives"), gettext("Promoters")),
        "csat": (gettext("Dissatisfied"), pgettext("csat", "Neutral"), gettext("Satisfied")),
        "ces": (gettext("Disagree"), pgettext("ces", "Neutral"), gettext("Agree")),
        "rating": (gettext("Low"), pgettext("rating", "Middle"), gettext("High")),
    }
    return names[metric]


def definition(metric: str) -> str:
    """What the number counts, for those who ask."""
    sentences = {
        "nps": gettext("NPS: share of 9 and 10 minus share of 0 to 6."),
        "csat": gettext("Satisfied: 4 or 5 out of 5."),
        "ces": gettext("Agree: 5, 6 or 7 out of 7."),
        "rating": gettext("Average of the ratings from 1 to 5."),
    }
    return sentences[metric]


def score_text(metric: str, value: float | None, digits: int | None = None) -> str:
    """+34, 82 %, 4,3: as printed in that metric and language."""
    if value is None:
        return NO_DATA
    family = METRICS[metric].family
    if family == "nps":
        return signed(value, language(), digits or 0)
    if family == "proportion":
        return percent(value, language(), digits or 0)
    return decimal(value, language(), 1 if digits is None else digits)


def score_with_margin(estimate: Estimate) -> str:
    """+34 ± 7; or +60 (from +3 to +84) where the bounds of few answers are not symmetric."""
    score = score_text(estimate.metric, estimate.value)
    if estimate.margin is None:
        return score
    if estimate.is_lopsided:
        return f"{score} ({span_text(estimate)})"
    digits = 1 if METRICS[estimate.metric].family == "mean" else 0
    margin = decimal(estimate.margin, language(), digits)
    return f"{score}{NO_BREAK}±{NO_BREAK}{margin}"


def margin_text(estimate: Estimate) -> str:
    """What stands beside a score: ± 7, or from +3 to +84."""
    if estimate.is_lopsided:
        return span_text(estimate)
    score = score_text(estimate.metric, estimate.value)
    return score_with_margin(estimate).removeprefix(score).strip()


def span_text(estimate: Estimate) -> str:
    return gettext("from %(low)s to %(high)s") % _bounds(estimate)


def interval_text(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return NO_DATA
    return gettext("%(low)s to %(high)s") % _bounds(estimate)


def mean_text(estimate: Estimate) -> str:
    """5.6/7 (5.1 to 6.2): the average beside a share, for the metrics that have one."""
    if estimate.mean is None or METRICS[estimate.metric].family != "proportion":
        return ""
    average = f"{score_text('rating', estimate.mean)}/{METRICS[estimate.metric].high}"
    if estimate.mean_low is None or estimate.mean_high is None:
        return average
    bounds = {
        "low": score_text("rating", estimate.mean_low),
        "high": score_text("rating", estimate.mean_high),
    }
    return f"{average} ({gettext('%(low)s to %(high)s') % bounds})"


def _bounds(estimate: Estimate) -> dict[str, str]:
    return {
        "low": score_text(estimate.metric, estimate.low),
        "high": score_text(estimate.metric, estimate.high),
    }


def share_text(count: int, n: int, *, fine: bool = False) -> str:
    """A share of n; with a decimal in tables, once there are answers enough to mean it."""
    digits = 1 if fine and n >= INDICATIVE_BELOW else 0
    share = 100 * count / n if n else 0
    if 0 < share < 0.5 / 10**digits:  # somebody said it: never print zero
        return f"<{percent(1 / 10**digits, language(), digits)}"
    return percent(share, language(), digits)


def number_text(value: int) -> str:
    return decimal(value, language())


def responses_text(n: int) -> str:
    """498 responses, or the warning that so few answers only indicate."""
    if 0 < n < INDICATIVE_BELOW:
        return gettext("indicative (n = %(n)s)") % {"n": number_text(n)}
    return ngettext("%(n)s response", "%(n)s responses", n) % {"n": number_text(n)}


def named(name: str, value: str) -> str:
    """name: value, with the space that French puts before a colon."""
    return gettext("%(name)s: %(value)s") % {"name": name, "value": value}


def counted(name: str, count: int, n: int) -> str:
    """Promoters: 249 (50 %)."""
    return named(name, f"{number_text(count)} ({share_text(count, n)})")


def headline(estimate: Estimate) -> str:
    """The finding: NPS +34 ± 7, 82 % satisfied ± 3."""
    return _headline(estimate, score_with_margin(estimate))


def _headline(estimate: Estimate, score: str) -> str:
    sentences = {
        "nps": gettext("NPS %(score)s"),
        "csat": gettext("%(score)s satisfied"),
        "ces": gettext("%(score)s agree"),
        "rating": gettext("Average rating %(score)s"),
    }
    return sentences[estimate.metric] % {"score": score}


def score_beside_interval(estimate: Estimate) -> str:
    """Where the interval is told anyway, a lopsided one is not told twice."""
    if estimate.is_lopsided:
        return score_text(estimate.metric, estimate.value)
    return score_with_margin(estimate)


def summary(estimate: Estimate) -> str:
    """One sentence that says what a person would see."""
    bad, middle, good = group_names(estimate.metric)
    shares = (estimate.negative, estimate.neutral, estimate.positive)
    groups = zip((bad, middle, good), shares, strict=True)
    sentence = gettext("%(headline)s, 95%% interval %(interval)s, %(n)s: %(shares)s.")
    if estimate.low is None:
        sentence = gettext("%(headline)s, %(n)s: %(shares)s.")
    return sentence % {
        "headline": _headline(estimate, score_beside_interval(estimate)),
        "interval": interval_text(estimate),
        "n": responses_text(estimate.n),
        "shares": ", ".join(f"{name} {share_text(count, estimate.n)}" for name, count in groups),
    }
