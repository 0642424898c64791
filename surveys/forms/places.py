"""What becomes of the doors of a place that is archived."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

KEEP, CLOSE = "keep", "close"


class ArchivePlaceForm(forms.Form):
    """The question that archiving asks when codes still hang there."""

    doors = forms.ChoiceField(
        label=_("Codes, kiosks and links of this place"),
        choices=[
            (KEEP, _("Leave them open: a poster that still hangs loses no answer")),
            (CLOSE, _("Close them: whoever scans one reads that it is over")),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of them")},
    )

    def __init__(self, *args: Any, has_open_doors: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_open_doors:
            del self.fields["doors"]

    @property
    def closes_doors(self) -> bool:
        return self.cleaned_data.get("doors") == CLOSE
