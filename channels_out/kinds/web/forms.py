"""How a link is shown on a web page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import ChannelForm


class WebForm(ChannelForm):
    """The words of the link."""

    text = forms.CharField(label=_("Words of the link"), max_length=80, required=False)
