"""Forms of teams: their name, and who joins them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from cxhub.lib.row_fields import RowsChoiceField, offer


class TeamForm(forms.Form):
    """What a team is called."""

    name = forms.CharField(
        label=gettext_lazy("Team name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Enter the name of the team")},
    )


class JoinTeamForm(forms.Form):
    """Who joins a team; whoever is in another one leaves it."""

    members = RowsChoiceField(
        label=gettext_lazy("Members"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one member"),
            "invalid_choice": gettext_lazy("Choose people of your organisation"),
        },
    )

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(member.pk): member for member in members}
        offer(self, "members", [(pk, self._words(one)) for pk, one in self.by_id.items()])

    def clean_members(self) -> list[Membership]:
        return [self.by_id[pk] for pk in self.cleaned_data["members"]]

    @staticmethod
    def _words(member: Membership) -> str:
        if member.team is None:
            return str(member.user)
        return _("%(name)s (now in %(team)s)") % {"name": member.user, "team": member.team}
