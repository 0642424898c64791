"""Our rules for allauth: who may sign up, where links and redirects may lead, what errors say."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

WRONG_SIGN_IN = _(
    "The address or the password does not match. Check what you typed, or choose a new password."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks of us."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_SIGN_IN,
        "invalid_login": WRONG_SIGN_IN,
        "too_many_login_attempts": _("Too many tries. Try again in 15 minutes"),
        "rate_limited": _("Too many tries. Try again in a few minutes"),
        "email_taken": _("Sign in with this address, or use another one"),
        "invalid_password_reset": _("Ask for a new link: this one was used or is too old"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=set())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in mails name our own site, whatever host the request named."""
        requested = self.request.build_absolute_uri("/")
        for name, value in context.items():
            if name.endswith("_url") and isinstance(value, str):
                context[name] = value.replace(requested, f"{settings.SITE_URL}/", 1)
        super().send_mail(template_prefix, email, context)

    def send_confirmation_mail(self, request: HttpRequest, confirmation: Any, signup: bool) -> None:
        """A mail server that is down keeps nobody out: the address stays unconfirmed."""
        try:
            super().send_confirmation_mail(request, confirmation, signup)
        except OSError:
            logger.exception("The link to confirm an address could not be sent")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"
