"""What becomes of the doors of a place that is archived."""

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
        required=False,
        widget=forms.RadioSelect,
    )

    @property
    def closes_doors(self) -> bool:
        return str(self.cleaned_data["doors"]) == CLOSE
