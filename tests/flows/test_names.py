"""A running product is this machine's alone, and answers to each of its names."""

import http.client
from urllib.parse import urlsplit

import pytest

# Through Django, and the short way of survey pages.
PATHS = {"/accounts/login/": 200, "/s/NOSUCHCODE": 404}


def status(product, host, path):
    site = urlsplit(product.url)
    connection = http.client.HTTPConnection(site.hostname, site.port, timeout=20)
    connection.request("GET", path, headers={"Host": host.replace("PORT", str(site.port))})
    return connection.getresponse().status


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "localhost", "[::1]:PORT"])
def test_the_machines_own_names_are_answered(product, host):
    assert {path: status(product, host, path) for path in PATHS} == PATHS


@pytest.mark.slow
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_other_names_are_refused(product, host):
    """AB-15"""
    assert {status(product, host, path) for path in PATHS} == {400}
