"""The anchor: the smallest Django that still has SecurityMiddleware and CommonMiddleware."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello, world")


urlpatterns = [path("", hello)]

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="hello",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="bench.hello",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
    )
    django.setup()

application = WSGIHandler()
