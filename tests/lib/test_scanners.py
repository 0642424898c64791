"""Who says itself that nobody looks."""

import pytest

from cxhub.lib.client_ip import neighbourhood
from cxhub.lib.scanners import looks_automated

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
PEOPLE = [
    CHROME,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/470.0]",
]
MACHINES = [
    "",
    "  ",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1",
    "WhatsApp/2.24.1 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Microsoft Office Existence Discovery",
    "BarracudaCentral/1.0",
    "Mozilla/5.0 (compatible; Mimecast)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/142.0.0.0 Safari/537.36",
    "python-requests/2.32",
    "curl/8.5.0",
    "Go-http-client/2.0",
]


@pytest.mark.parametrize("user_agent", PEOPLE)
def test_a_browser_is_taken_for_a_persons(user_agent):
    assert not looks_automated("GET", user_agent, "")


@pytest.mark.parametrize("user_agent", MACHINES)
def test_a_machine_that_says_so_is_one(user_agent):
    assert looks_automated("GET", user_agent, "")


@pytest.mark.parametrize(
    ("method", "purpose", "is_automated"),
    [
        ("HEAD", "", True),
        ("GET", "prefetch;prerender", True),
        ("GET", "Prefetch", True),
        ("GET", "preview", True),
        ("GET", "navigate", False),
    ],
)
def test_what_shows_nobody_anything_is_automated(method, purpose, is_automated):
    assert looks_automated(method, CHROME, purpose) is is_automated


@pytest.mark.parametrize(
    ("network", "wider"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_neighbourhood_is_wider_than_what_the_limits_count_by(network, wider):
    assert neighbourhood(network) == wider
