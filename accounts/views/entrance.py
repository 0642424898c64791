"""allauth's pages of the entrance, where we want them different."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailView, SignupView
from django.http import HttpResponse

from accounts.exceptions import AddressTaken
from accounts.forms.entrance import SignUpForm


class SignUpView(SignupView):  # type: ignore[misc]
    """Signing up; of two at the same moment the second hears what a later one hears."""

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except AddressTaken:
            form.add_error("email", get_adapter().validation_error("email_taken"))
            response = self.form_invalid(form)
        return response


class ConfirmationView(ConfirmEmailView):  # type: ignore[misc]
    """Confirming an address: the link shows a button, and only the button acts."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)
