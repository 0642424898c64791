"""Nudging the open pages: something changed, never what.

Knows the broker's channel and the names of the topics, and no database.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

import redis
from django.conf import settings

from cxhub.lib.patience import client
from cxhub.lib.tickets import LIFETIME

logger = logging.getLogger(__name__)

CHANNEL = "cxhub:live"
CLOSED = f"{CHANNEL}:closed:"


def survey_topic(survey_id: UUID | str) -> str:
    return f"survey:{survey_id}"


def organisation_topic(organisation_id: UUID | str) -> str:
    return f"organisation:{organisation_id}"


def user_topic(user_id: UUID | str) -> str:
    """Whose streams these are: for the limit per person, and to end them."""
    return f"user:{user_id}"


def nudge(versions: Mapping[str, int]) -> None:
    """Tell the live processes the new versions of some topics, in one round trip.

    A lost nudge is harmless: pages poll behind the stream.
    """
    try:
        pipeline = _client().pipeline(transaction=False)
        for topic, version in versions.items():
            pipeline.publish(CHANNEL, json.dumps({"topic": topic, "version": version}))
        pipeline.execute()
    except redis.RedisError:
        logger.warning("live_nudge_lost", extra={"topics": len(versions)})


def close_streams(users: Sequence[UUID | str]) -> None:
    """End the streams of people who may no longer look, at once.

    The tickets that they hold open no other one: only a ticket that is issued from now on does.
    """
    try:
        pipeline = _client().pipeline(transaction=False)
        for user_id in users:
            topic = user_topic(user_id)
            pipeline.set(f"{CLOSED}{topic}", time.time(), ex=LIFETIME)
            pipeline.publish(CHANNEL, json.dumps({"topic": topic, "close": True}))
        pipeline.execute()
    except redis.RedisError:
        logger.warning("live_close_lost", extra={"users": len(users)})


def _client() -> redis.Redis:
    return client(settings.REDIS_URL)
