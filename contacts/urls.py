"""Addresses of the contacts app."""

from django.urls import URLPattern, URLResolver

app_name = "contacts"

urlpatterns: list[URLPattern | URLResolver] = []
