"""allauth's pages of the entrance, where we want them different."""

from typing import Any

from allauth.account.views import ConfirmEmailView


class ConfirmationView(ConfirmEmailView):  # type: ignore[misc]
    """Confirming an address: the link shows a button, and only the button acts."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)
