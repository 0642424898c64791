"""Plain answers as the web server hands them over, past Django's request."""

import io
from urllib.parse import urlencode

from django.test import RequestFactory

from cxhub.lib.ids import uuid7

FORM = "application/x-www-form-urlencoded"


def environ_of(path, body, **environ):
    request = RequestFactory().post(path, body, FORM)
    request.environ.update({"HTTP_HOST": "testserver", "wsgi.errors": io.StringIO(), **environ})
    return request.environ


def sheet(survey, **fields):
    sent = {
        "version": survey.current_version_id,
        "submission_id": uuid7(),
        "language": "en",
        "answers.q1": 9,
        "answers.q2": "Kind & quick: 100 % 😀",
        **fields,
    }
    return urlencode({name: value for name, value in sent.items() if value is not None})
