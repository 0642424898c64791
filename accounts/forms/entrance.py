"""allauth's forms of the entrance, with errors that say what to do."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.models import EmailAddress
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.exceptions import AddressTaken
from accounts.queries.users import has_account
from cxhub.lib import emails

ENTER_EMAIL = _("Enter an email address like name@example.com")
ENTER_PASSWORD = _("Enter your password")

ERRORS = {
    "login": {"required": ENTER_EMAIL, "invalid": ENTER_EMAIL},
    "email": {"required": ENTER_EMAIL, "invalid": ENTER_EMAIL},
    "password": {"required": ENTER_PASSWORD},
    "password1": {"required": _("Choose a password of at least 12 characters")},
    "password2": {"required": _("Enter the same password once more")},
}


def say_what_to_do(form: forms.Form) -> None:
    """Replace the errors of the fields that the form has."""
    for name, messages in ERRORS.items():
        if name in form.fields:
            form.fields[name].error_messages.update(messages)
            for validator in form.fields[name].validators:
                if "invalid" in messages and hasattr(validator, "message"):
                    validator.message = messages["invalid"]


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)


class SignUpForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """Signing up: an organisation, an address, a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].validators.append(MaxLengthValidator(emails.MAX_LENGTH))
        say_what_to_do(self)

    def save(self, request: HttpRequest) -> Any:
        """The person together with the organisation: one without the other could not go on."""
        try:
            with transaction.atomic():
                return super().save(request)
        except IntegrityError as error:
            if has_account(self.cleaned_data["email"]):  # by another click, since we looked
                raise AddressTaken from error
            raise


class ResetForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Asking for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Choosing a new password by the link of a mail: whoever has it reads this mailbox."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)

    def save(self) -> None:
        super().save()
        EmailAddress.objects.filter(user=self.user, email__iexact=self.user.email).update(
            verified=True
        )
