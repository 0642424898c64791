"""The channels_out app."""

from django.apps import AppConfig


class ChannelsOutConfig(AppConfig):
    name = "channels_out"
    default_auto_field = "django.db.models.BigAutoField"
