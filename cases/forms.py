"""Forms of working a case."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from cases.enums import CloseReason
from cxhub.lib.ids import parse_uuid, uuid7
from cxhub.lib.row_fields import RowChoiceField, offer

LONGEST_TEXT = 4_000
TOO_LONG = _("Shorten the text to 4,000 characters or fewer")


class NoteForm(forms.Form):
    """Words for colleagues; customers never see them."""

    text = forms.CharField(
        label=_("Internal note"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the note"), "max_length": TOO_LONG},
    )
    # Names the note before it is written, so that a double click writes one.
    note_id = forms.CharField(required=False, initial=uuid7, widget=forms.HiddenInput)

    def clean_note_id(self) -> UUID:
        return parse_uuid(self.cleaned_data["note_id"]) or uuid7()


class CloseForm(forms.Form):
    """How the case ended."""

    reason = forms.ChoiceField(
        label=_("How did it end?"),
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the case ended")},
    )
    note = forms.CharField(
        label=_("What was done"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )


class AssignForm(forms.Form):
    """Which member or team answers for the case; nobody is a choice."""

    assignee = RowChoiceField(label=_("Assigned to"), required=False)

    def __init__(
        self,
        *args: object,
        agents: Iterable[Membership],
        teams: Iterable[Team],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.agents = {str(member.pk): member for member in agents}
        self.teams = {str(team.pk): team for team in teams}
        people = [(pk, str(member.user)) for pk, member in self.agents.items()]
        groups = [(pk, team.name) for pk, team in self.teams.items()]
        named = [(_("Teams"), groups), (_("People"), people)] if groups else people
        offer(self, "assignee", [("", _("Nobody")), *named])

    @property
    def member(self) -> Membership | None:
        return self.agents.get(self.cleaned_data["assignee"])

    @property
    def team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["assignee"])


class RevisionForm(forms.Form):
    """Which state of the case the person was looking at."""

    revision = forms.IntegerField(min_value=1)

    @classmethod
    def read(cls, posted: object) -> int | None:
        form = cls(posted)  # type: ignore[arg-type]
        return form.cleaned_data["revision"] if form.is_valid() else None
