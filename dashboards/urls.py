"""Addresses of the dashboards app."""

from django.urls import path

from dashboards.api import metrics
from dashboards.views import aside, finder, home, live, responses, results

app_name = "dashboards"

INSIDE = "o/<slug:organisation_slug>/"
RESULTS = f"{INSIDE}surveys/<str:pk>/results/"

urlpatterns = [
    path(INSIDE, home.home, name="home"),
    path(f"{INSIDE}news/", home.home_news, name="home-news"),
    path(f"{INSIDE}find/", finder.find, name="find"),
    path(f"{INSIDE}live-ticket/", live.live_ticket, name="live-ticket"),
    path(RESULTS, results.survey_results, name="survey-results"),
    path(f"{RESULTS}numbers/", results.results_numbers, name="results-numbers"),
    path(f"{RESULTS}responses/", results.results_feed, name="results-feed"),
    path(f"{RESULTS}set-aside/", aside.results_aside, name="results-aside"),
    path(f"{INSIDE}responses/<str:pk>/release/", aside.response_release, name="response-release"),
    path(f"{INSIDE}responses/<str:pk>/", responses.response_detail, name="response-detail"),
    path("api/v1/metrics/", metrics.metric_collection, name="api-metrics"),
]
