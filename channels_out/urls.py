"""Addresses of the channels_out app."""

from django.urls import URLPattern, URLResolver

app_name = "channels_out"

urlpatterns: list[URLPattern | URLResolver] = []
