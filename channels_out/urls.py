"""Addresses of channels, the simulator and the providers' hooks."""

from django.urls import path

from channels_out.views import channels, hooks, simulator

app_name = "channels_out"

SETTINGS = "o/<slug:organisation_slug>/settings/channels/"
HOOKS = "hooks/<slug:kind>/<slug:provider>/<str:channel>/"

urlpatterns = [
    path(SETTINGS, channels.channel_list, name="channel-list"),
    path(
        f"{SETTINGS}new/<slug:kind>/<slug:provider>/",
        channels.channel_create,
        name="channel-create",
    ),
    path(f"{SETTINGS}<str:pk>/", channels.channel_edit, name="channel-edit"),
    path(f"{SETTINGS}<str:pk>/test/", channels.channel_test, name="channel-test"),
    path(f"{SETTINGS}<str:pk>/check/", channels.channel_check, name="channel-check"),
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/changes/", simulator.simulator_changes, name="simulator-changes"),
    path("simulator/mail/<int:number>/", simulator.simulator_mail, name="simulator-mail"),
    path("simulator/reply/", simulator.simulator_reply, name="simulator-reply"),
    path("simulator/messages/", simulator.simulator_messages, name="simulator-messages"),
    path("simulator/sms/", simulator.simulator_sms, name="simulator-sms"),
    path(f"{HOOKS}in", hooks.inbound, name="hook-inbound"),
    path(f"{HOOKS}status/<str:message>", hooks.status, name="hook-status"),
]
