"""Addresses of the journeys app."""

from django.urls import path

from journeys.api import events as event_api
from journeys.api import sends as send_api
from journeys.views import journeys, maps, outreach, sends

app_name = "journeys"

INSIDE = "o/<slug:organisation_slug>"
JOURNEY = f"{INSIDE}/journeys/<str:pk>"

urlpatterns = [
    path(f"{INSIDE}/sends/", sends.send_list, name="send-list"),
    path(f"{INSIDE}/sends/new/", sends.send_create, name="send-create"),
    path(f"{INSIDE}/sends/new/count/", sends.send_preview, name="send-preview"),
    path(f"{INSIDE}/sends/<str:pk>/", sends.send_detail, name="send-detail"),
    path(f"{INSIDE}/sends/<str:pk>/progress/", sends.send_progress, name="send-progress"),
    path(f"{INSIDE}/sends/<str:pk>/cancel/", sends.send_cancel, name="send-cancel"),
    path(f"{INSIDE}/sends/<str:pk>/pause/", sends.send_pause, name="send-pause"),
    path(f"{INSIDE}/sends/<str:pk>/resume/", sends.send_resume, name="send-resume"),
    path(f"{INSIDE}/contacts/<str:pk>/asked/", outreach.contact_outreach, name="contact-outreach"),
    path(f"{INSIDE}/journeys/", journeys.journey_list, name="journey-list"),
    path(f"{INSIDE}/journeys/new/", journeys.journey_create, name="journey-create"),
    path(f"{JOURNEY}/", journeys.journey_editor, name="journey-editor"),
    path(f"{JOURNEY}/publish/", journeys.journey_publish, name="journey-publish"),
    path(f"{JOURNEY}/pause/", journeys.journey_pause, name="journey-pause"),
    path(f"{JOURNEY}/stages/", maps.stage_add, name="stage-add"),
    path(f"{JOURNEY}/stages/<str:stage_pk>/", maps.stage_change, name="stage-change"),
    path(
        f"{JOURNEY}/stages/<str:stage_pk>/touchpoints/new/",
        maps.touchpoint_create,
        name="touchpoint-create",
    ),
    path(
        f"{JOURNEY}/touchpoints/<str:touchpoint_pk>/", maps.touchpoint_edit, name="touchpoint-edit"
    ),
    path(
        f"{JOURNEY}/touchpoints/<str:touchpoint_pk>/change/",
        maps.touchpoint_change,
        name="touchpoint-change",
    ),
    path("api/v1/sends/", send_api.send_collection, name="api-sends"),
    path("api/v1/sends/<str:pk>/", send_api.send_resource, name="api-send"),
    path("api/v1/events/", event_api.event_collection, name="api-events"),
]
