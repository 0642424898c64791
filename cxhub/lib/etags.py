"""Entity tags: a client that says what it has read overwrites nobody's change unseen."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from cxhub.lib.problems import Problem

ANY = "*"


def tagged(body: Mapping[str, Any]) -> dict[str, str]:
    """The header that names this reading of a row."""
    text = JSONRenderer().render(body)
    return {"ETag": f'"{hashlib.sha256(text).hexdigest()[:32]}"'}


def check_match(request: Request, body: Mapping[str, Any]) -> None:
    """Refuse with 412 what was decided on another reading than `body`; If-Match may be left out.

    The row must be held, or the answer is old when the change is written.
    """
    current = tagged(body)
    sent = request.headers.get("If-Match", ANY)
    # A proxy that compresses makes tags weak: what was read is the same.
    wanted = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    if ANY not in wanted and current["ETag"] not in wanted:
        raise Problem(
            412,
            "version_conflict",
            _("It was changed meanwhile: read it again, then repeat."),
            headers=current,
        )
