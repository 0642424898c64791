"""What the settings make of the addresses that an operator gives."""

import os
import subprocess
import sys

import pytest

SITE, SHORT = "http://feedback.example.com", "http://q.example:8080"


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({"SITE_URL": SITE, "SHORT_URL": SHORT}, {"feedback.example.com", "q.example"}),
        ({"SITE_URL": "http://[::1]:8000"}, {"[::1]"}),
        ({"SITE_URL": SITE, "ALLOWED_HOSTS": "inner"}, {"inner"}),
    ],
)
def test_every_address_that_is_printed_is_served(given, hosts):
    ours = {"SITE_URL", "SHORT_URL", "ALLOWED_HOSTS"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    tell = "from cxhub import settings; print(*settings.ALLOWED_HOSTS)"

    told = subprocess.run(
        [sys.executable, "-c", tell],
        env=environment | given,
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(told.stdout.split()) == hosts
