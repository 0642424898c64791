"""Addresses of the contacts app."""

from django.urls import path

from contacts.api import bulk
from contacts.api import contacts as contact_api
from contacts.views import people, preferences

app_name = "contacts"

urlpatterns = [
    path("o/<slug:organisation_slug>/contacts/", people.contact_list, name="contact-list"),
    path("o/<slug:organisation_slug>/contacts/new/", people.contact_create, name="contact-create"),
    path(
        "o/<slug:organisation_slug>/contacts/<str:pk>/",
        people.contact_detail,
        name="contact-detail",
    ),
    path(
        "o/<slug:organisation_slug>/contacts/<str:pk>/edit/",
        people.contact_edit,
        name="contact-edit",
    ),
    path("u/<str:token>", preferences.preferences, name="preferences"),
    path("api/v1/contacts/", contact_api.contact_collection, name="api-contacts"),
    path("api/v1/contacts/bulk/", bulk.contact_bulk, name="api-contacts-bulk"),
    path("api/v1/contacts/<str:pk>/", contact_api.contact_resource, name="api-contact"),
]
