"""Addresses of the surveys app."""

from django.urls import URLPattern, URLResolver, path

from surveys.api import collectors as collector_api
from surveys.api import surveys as survey_api

app_name = "surveys"

api: list[URLPattern | URLResolver] = [
    path("api/v1/surveys/", survey_api.survey_collection, name="api-survey-list"),
    path("api/v1/surveys/<str:pk>/", survey_api.survey_item, name="api-survey"),
    path("api/v1/surveys/<str:pk>/publish/", survey_api.survey_publish, name="api-survey-publish"),
    path("api/v1/collectors/", collector_api.collector_collection, name="api-collector-list"),
    path("api/v1/collectors/<str:pk>/", collector_api.collector_item, name="api-collector"),
]

pages: list[URLPattern | URLResolver] = []

# answer path
answers: list[URLPattern | URLResolver] = []
# end of the answer path

urlpatterns: list[URLPattern | URLResolver] = [*answers, *api, *pages]
