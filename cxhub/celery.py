"""The Celery application; its settings stand in `cxhub.settings`."""

import os

from celery import Celery

from cxhub.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")

app = Celery("cxhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    path: {"task": path, "schedule": seconds, "options": {"expires": max(seconds, 5)}}
    for path, seconds in SCHEDULE.items()
}
