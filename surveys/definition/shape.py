"""A small vocabulary for checking the types of a JSON document, path by path."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.definition.problems import ProblemAt


class Shape:
    """Collects what is malformed; each check returns whether the value may be looked into."""

    def __init__(self) -> None:
        self.problems: list[ProblemAt] = []

    def refuse(self, path: str, code: str, message: str) -> bool:
        self.problems.append(ProblemAt(path, code, message))
        return False

    def is_object(self, value: object, path: str, fields: Iterable[str]) -> bool:
        """An object with no other fields than these."""
        if not isinstance(value, Mapping):
            return self.refuse(path, "invalid_type", _("Send an object here"))
        unknown = sorted(set(value) - set(fields))
        for name in unknown:
            self.refuse(joined(path, name[:40]), "unknown_field", _("There is no such field"))
        return not unknown

    def is_list(self, value: object, path: str, most: int) -> bool:
        if not isinstance(value, list):
            return self.refuse(path, "invalid_type", _("Send a list here"))
        if len(value) > most:
            message = _("Send at most %(most)s items here") % {"most": most}
            return self.refuse(path, "too_many", message)
        return True

    def is_text(self, value: object, path: str, most: int) -> bool:
        if not isinstance(value, str):
            return self.refuse(path, "invalid_type", _("Send a text here"))
        if len(value) > most:
            message = _("This text must be %(most)s characters or fewer (it has %(length)s)")
            return self.refuse(path, "too_long", message % {"most": most, "length": len(value)})
        return True

    def is_bool(self, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            return self.refuse(path, "invalid_type", _("Send true or false here"))
        return True

    def is_one_of(self, value: object, path: str, allowed: Iterable[str], code: str) -> bool:
        names = list(allowed)
        if not isinstance(value, str) or value not in names:
            message = _("Use one of: %(names)s") % {"names": ", ".join(names)}
            return self.refuse(path, code, message)
        return True

    def fields(
        self, item: Mapping[str, Any], path: str, checks: Mapping[str, Callable[[Any, str], Any]]
    ) -> None:
        """Run the check of every field that is present."""
        for name, check in checks.items():
            if name in item:
                check(item[name], joined(path, name))


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
