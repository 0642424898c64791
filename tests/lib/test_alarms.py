"""What one process notices and all of them act upon for a while."""

import pytest
from django.core.cache import caches

from cxhub.lib import alarms
from cxhub.lib.alarms import Alarm


@pytest.fixture(autouse=True)
def _fresh():
    caches["shared"].clear()


def test_every_process_hears_it_after_a_moment():
    one, other = Alarm("flood", 60), Alarm("flood", 60)
    assert not other.is_on("CODE")

    one.turn_on("CODE")

    assert (one.is_on("CODE"), one.is_on("OTHER")) == (True, False)
    assert not other.is_on("CODE")
    other.heard.clear()  # what HEARD_FOR does
    assert (other.is_on("CODE"), other.is_on("OTHER")) == (True, False)


def test_it_goes_off_by_itself():
    one, other = Alarm("flood", 0), Alarm("flood", 0)

    one.turn_on("CODE")
    one.heard.clear()

    assert (one.is_on("CODE"), other.is_on("CODE")) == (False, False)


def test_who_goes_on_seeing_it_tells_the_others_again(monkeypatch):
    one, other = Alarm("flood", 60), Alarm("flood", 60)
    one.turn_on("CODE")
    caches["shared"].clear()
    one.turn_on("CODE")
    assert not other.is_on("CODE")
    other.heard.clear()
    monkeypatch.setattr(alarms, "AGAIN", 0)

    one.turn_on("CODE")

    assert other.is_on("CODE")


def test_without_the_cache_a_process_knows_its_own(settings):
    settings.CACHES = {
        "shared": {
            "BACKEND": "cxhub.lib.patience.ImpatientCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    one, other = Alarm("flood", 60), Alarm("flood", 60)

    one.turn_on("CODE")

    assert (one.is_on("CODE"), other.is_on("CODE")) == (True, False)
