"""What an operator's tools ask: is everything well, and the same as figures."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from accounts.access import public
from cxhub.lib.misses import wait_after_miss
from cxhub.lib.tallies import tallies
from dashboards.queries.upkeep import PATIENCE, ROUNDS, Finding, findings

PROOF = "The operator's token is the proof."


@require_safe
@public(PROOF)
def healthz_deep(request: HttpRequest) -> HttpResponse:
    """200 while everything is well, else 503; each finding by its name."""
    if (refusal := _refusal(request)) is not None:
        return refusal
    found = findings()
    is_well = all(finding.is_well for finding in found)
    body = {
        "status": "well" if is_well else "unwell",
        "checks": {finding.name: _words(finding) for finding in found},
    }
    return _kept_nowhere(JsonResponse(body, status=200 if is_well else 503))


@require_safe
@public(PROOF)
def metrics(request: HttpRequest) -> HttpResponse:
    """The same for Prometheus; read anew for each request, so it does not matter which process."""
    if (refusal := _refusal(request)) is not None:
        return refusal
    registry = CollectorRegistry()
    registry.register(_Figures(findings(), tallies()))
    text = generate_latest(registry)
    return _kept_nowhere(HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4))


class _Figures(Collector):
    """Findings as gauges, and what an operator watches as counters."""

    def __init__(self, found: Sequence[Finding], noticed: Mapping[str, int]) -> None:
        self.found, self.noticed = found, noticed

    def collect(self) -> Iterable[Metric]:
        well = GaugeMetricFamily("cxhub_is_well", "1 while it works.", labels=["check"])
        waits = GaugeMetricFamily(
            "cxhub_oldest_waiting_seconds", "How long the oldest work waits.", labels=["queue"]
        )
        rounds = GaugeMetricFamily(
            "cxhub_last_round_seconds", "Since the last round ended.", labels=["round"]
        )
        for finding in self.found:
            well.add_metric([finding.name], float(finding.is_well))
            if finding.age is not None:
                ages = rounds if finding.name in ROUNDS else waits
                ages.add_metric([finding.name], finding.age)
        noticed = CounterMetricFamily("cxhub_noticed", "How often it happened.", labels=["what"])
        for name, times in self.noticed.items():
            noticed.add_metric([name], times)
        return [well, waits, rounds, noticed]


def _words(finding: Finding) -> dict[str, object]:
    if finding.age is None:
        return {"is_well": finding.is_well}
    age = "last_round_seconds" if finding.name in ROUNDS else "oldest_waiting_seconds"
    return {
        "is_well": finding.is_well,
        age: round(finding.age, 1),
        "limit_seconds": PATIENCE[finding.name],
    }


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Nobody may look without a token; an installation that has none shows nothing."""
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    token = settings.OPERATOR_TOKEN
    if token and scheme == "Bearer" and constant_time_compare(sent, token):
        return None
    if sent and (wait := wait_after_miss(request)):
        return _kept_nowhere(HttpResponse(status=429, headers={"Retry-After": str(wait)}))
    refused = HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="cxhub"'})
    return _kept_nowhere(refused)


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
