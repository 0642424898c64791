"""Addresses of the surveys app."""

from django.urls import URLPattern, URLResolver, path

from surveys.api import collectors as collector_api
from surveys.api import responses as response_api
from surveys.api import surveys as survey_api
from surveys.views import builder, listing, places, preview, publishing, respond, share, widget

app_name = "surveys"

api: list[URLPattern | URLResolver] = [
    path("api/v1/surveys/", survey_api.survey_collection, name="api-survey-list"),
    path("api/v1/surveys/<str:pk>/", survey_api.survey_item, name="api-survey"),
    path("api/v1/surveys/<str:pk>/publish/", survey_api.survey_publish, name="api-survey-publish"),
    path("api/v1/collectors/", collector_api.collector_collection, name="api-collector-list"),
    path("api/v1/collectors/<str:pk>/", collector_api.collector_item, name="api-collector"),
    path("api/v1/responses/", response_api.response_collection, name="api-response-list"),
    path("api/v1/responses/<str:pk>/", response_api.response_item, name="api-response"),
]

ALL = "o/<slug:organisation_slug>/surveys/"
ONE = f"{ALL}<uuid:pk>/"
DOOR = "o/<slug:organisation_slug>/collectors/<uuid:pk>/"

pages: list[URLPattern | URLResolver] = [
    path(ALL, listing.survey_list, name="survey-list"),
    path(f"{ALL}new/", listing.survey_gallery, name="survey-gallery"),
    path(f"{ALL}create/", listing.survey_create, name="survey-create"),
    path(f"{ONE}edit/", builder.survey_builder, name="survey-builder"),
    path(f"{ONE}edit/save/", builder.builder_save, name="builder-save"),
    path(f"{ONE}edit/<slug:gesture>/", builder.builder_gesture, name="builder-gesture"),
    path(f"{ONE}preview/", preview.survey_preview, name="survey-preview"),
    path(f"{ONE}publish/", publishing.survey_publish, name="survey-publish"),
    path(f"{ONE}state/", listing.survey_state, name="survey-state"),
    path(f"{ONE}duplicate/", listing.survey_duplicate, name="survey-duplicate"),
    path(f"{ONE}share/", share.survey_share, name="survey-share"),
    path(f"{ONE}doors/", share.collector_create, name="collector-create"),
    path(
        "o/<slug:organisation_slug>/settings/places/<str:pk>/archive/",
        places.place_archive,
        name="place-archive",
    ),
    path(f"{DOOR}state/", share.collector_state, name="collector-state"),
    path(f"{DOOR}qr.<str:suffix>", share.collector_picture, name="collector-picture"),
]

# answer path
answers: list[URLPattern | URLResolver] = [
    path("r/<path:token>", respond.response_open, name="response-open"),
    path("s/<path:code>", respond.collector_open, name="collector-open"),
    path("q/<path:code>", respond.collector_open, name="placement-open"),
    path("k/<path:code>", respond.kiosk_open, name="kiosk-open"),
    # As it is printed: an address in capitals makes a coarser picture.
    path("Q/<path:code>", respond.collector_open),
]
# end of the answer path

widgets: list[URLPattern | URLResolver] = [
    path("widget/<str:code>.js", widget.widget_script, name="widget-script"),
]

urlpatterns: list[URLPattern | URLResolver] = [*answers, *widgets, *api, *pages]
