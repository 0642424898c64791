"""What a person chooses for himself."""

from django.db import transaction

from accounts.enums import Theme
from accounts.models import User


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Speak this language to the person, in pages and in mails."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def choose_theme(*, user: User, theme: str) -> None:
    """Light, dark or as the system; anything else is as the system."""
    user.theme = theme if theme in Theme.values else Theme.SYSTEM
    user.save(update_fields=["theme"])


@transaction.atomic
def rename_user(*, user: User, name: str, language: str, theme: str) -> None:
    """Change how a person is called, and how pages speak to him and look."""
    user.name = name
    user.save(update_fields=["name"])
    choose_language(user=user, language=language)
    choose_theme(user=user, theme=theme)
