"""Addresses of the cases app."""

from django.urls import path

from cases import api
from cases.views import gestures, inbox

app_name = "cases"

INBOX = "o/<slug:organisation_slug>/inbox/"
API = "api/v1/cases/"

urlpatterns = [
    path(INBOX, inbox.case_list, name="case-list"),
    path(f"{INBOX}count/", inbox.case_count, name="case-count"),
    path(f"{INBOX}news/", inbox.case_news, name="case-news"),
    path(f"{INBOX}responses/<str:pk>/", inbox.case_create, name="case-create"),
    path(f"{INBOX}responses/<str:pk>/open/", gestures.case_open, name="case-open"),
    path(f"{INBOX}<str:pk>/", inbox.case_detail, name="case-detail"),
    path(f"{INBOX}<str:pk>/take/", inbox.case_take, name="case-take"),
    path(f"{INBOX}<str:pk>/take-over/", gestures.case_take_over, name="case-take-over"),
    path(f"{INBOX}<str:pk>/assign/", gestures.case_assign, name="case-assign"),
    path(f"{INBOX}<str:pk>/notes/", gestures.case_note, name="case-note"),
    path(f"{INBOX}<str:pk>/wait/", gestures.case_wait, name="case-wait"),
    path(f"{INBOX}<str:pk>/close/", gestures.case_close, name="case-close"),
    path(f"{INBOX}<str:pk>/reopen/", gestures.case_reopen, name="case-reopen"),
    path(API, api.case_collection, name="api-cases"),
    path(f"{API}<str:pk>/", api.case_item, name="api-case"),
    path(f"{API}<str:pk>/notes/", api.case_notes, name="api-case-notes"),
    path(f"{API}<str:pk>/assign/", api.case_assign, name="api-case-assign"),
    path(f"{API}<str:pk>/close/", api.case_close, name="api-case-close"),
    path(f"{API}<str:pk>/reopen/", api.case_reopen, name="api-case-reopen"),
]
