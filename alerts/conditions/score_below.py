"""A score at or below a limit."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.conditions.base import Params, ResponseFacts, Verdict
from surveys.scoring import METRICS


class ScoreBelow:
    """`metric` is the scale, `at_most` the highest value that alerts."""

    slug = "score_below"
    label = gettext_lazy("A low score arrives")

    def check(self, params: Params) -> list[str]:
        metric = METRICS.get(str(params.get("metric")))
        if metric is None:
            return ["metric"]
        at_most = params.get("at_most")
        if type(at_most) is not int or not metric.low <= at_most < metric.high:
            return ["at_most"]
        return []

    def sentence(self, params: Params) -> str:
        return _("a score of %(at_most)s or less arrives") % {"at_most": params["at_most"]}

    def evaluate(self, facts: ResponseFacts, params: Params) -> Verdict:
        values = [score.value for score in facts.scores if score.metric == params["metric"]]
        if not values:
            return Verdict.UNKNOWN
        return Verdict.BREACH if min(values) <= int(params["at_most"]) else Verdict.FINE
