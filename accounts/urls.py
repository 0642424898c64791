"""Addresses of the front door, the settings and a person's preferences."""

from django.urls import path

from accounts.views import home, invitations, places, settings, teams

app_name = "accounts"

urlpatterns = [
    path("", home.front_door, name="front-door"),
    path("language/", home.language_set, name="language-set"),
    path("accounts/session/", home.session_state, name="session-state"),
    path("theme/", home.theme_set, name="theme-set"),
    path("o/<slug:organisation_slug>/settings/", settings.organisation_settings, name="settings"),
    path("o/<slug:organisation_slug>/settings/team/", settings.member_list, name="members"),
    path(
        "o/<slug:organisation_slug>/settings/team/<str:pk>/remove/",
        settings.member_remove,
        name="member-remove",
    ),
    path("o/<slug:organisation_slug>/settings/teams/", teams.team_list, name="teams"),
    path("o/<slug:organisation_slug>/settings/teams/<str:pk>/", teams.team_detail, name="team"),
    path(
        "o/<slug:organisation_slug>/settings/teams/<str:pk>/join/",
        teams.team_join,
        name="team-join",
    ),
    path(
        "o/<slug:organisation_slug>/settings/teams/<str:pk>/members/<str:member_pk>/leave/",
        teams.team_leave,
        name="team-leave",
    ),
    path(
        "o/<slug:organisation_slug>/settings/teams/<str:pk>/delete/",
        teams.team_delete,
        name="team-delete",
    ),
    path(
        "o/<slug:organisation_slug>/settings/invitations/<str:pk>/resend/",
        invitations.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "o/<slug:organisation_slug>/settings/invitations/<str:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation-revoke",
    ),
    path("join/<slug:slug>/<str:token>/", invitations.invitation, name="invitation"),
    path("o/<slug:organisation_slug>/settings/places/", places.place_list, name="places"),
    path("o/<slug:organisation_slug>/settings/places/<str:pk>/", places.place_detail, name="place"),
    path(
        "o/<slug:organisation_slug>/settings/places/<str:pk>/restore/",
        places.place_restore,
        name="place-restore",
    ),
    path("o/<slug:organisation_slug>/settings/api-keys/", settings.api_key_list, name="api-keys"),
    path(
        "o/<slug:organisation_slug>/settings/api-keys/<str:pk>/revoke/",
        settings.api_key_revoke,
        name="api-key-revoke",
    ),
    path("o/<slug:organisation_slug>/preferences/", settings.preferences, name="preferences"),
]
