"""How a QR code is drawn."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import ChannelForm


class QrForm(ChannelForm):
    """Format and resistance to damage."""

    format = forms.ChoiceField(
        label=_("Format"), choices=[("svg", "SVG"), ("png", "PNG")], initial="svg"
    )
    level = forms.ChoiceField(
        label=_("Error correction"),
        choices=[
            ("M", _("Normal (indoors)")),
            ("Q", _("Strong (outdoors, laminated, on the floor)")),
            ("H", _("Strongest (with a logo in the middle)")),
        ],
        initial="M",
    )
