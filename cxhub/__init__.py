"""The project: composition only, no domain."""

from cxhub.celery import app as celery_app

__all__ = ["celery_app"]
