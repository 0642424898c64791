"""Addresses of the contacts app."""

from django.urls import path


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
]
