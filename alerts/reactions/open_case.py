"""Opening a case, so that somebody answers for the customer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.reactions.base import Occasion
from cases.actions.cases import open_case


class OpenCase:
    """One case per response, however many rules ask for it."""

    slug = "open_case"
    label = gettext_lazy("Open a case")

    def sentence(self, recipients: Sequence[str]) -> str:
        return _("open a case")

    def react(self, occasion: Occasion) -> None:
        open_case(
            organisation=occasion.incident.organisation,
            response=occasion.response,
            contact=occasion.response.contact,
            is_automatic=True,
        )
