"""Addresses of the alerts app."""

from django.urls import path

from alerts import api
from alerts.views import incidents, rules

app_name = "alerts"

ALERTS = "o/<slug:organisation_slug>/alerts/"

urlpatterns = [
    path(ALERTS, rules.rule_list, name="rule-list"),
    path(f"{ALERTS}new/", rules.rule_create, name="rule-create"),
    path(f"{ALERTS}preview/", rules.rule_preview, name="rule-preview"),
    path(f"{ALERTS}history/", incidents.incident_list, name="incident-list"),
    path(f"{ALERTS}surveys/<str:pk>/", rules.rule_from_template, name="rule-from-template"),
    path(f"{ALERTS}<str:pk>/", rules.rule_edit, name="rule-edit"),
    path(f"{ALERTS}<str:pk>/switch/", rules.rule_switch, name="rule-switch"),
    path(f"{ALERTS}<str:pk>/leave/", rules.rule_leave, name="rule-leave"),
    path("api/v1/rules/", api.rule_collection, name="api-rules"),
    path("api/v1/rules/<str:pk>/", api.rule_item, name="api-rule"),
    path("api/v1/incidents/", api.incident_collection, name="api-incidents"),
]
