"""The settings of the tests: the real ones, with a fast hasher and tasks run in place.

Side by side, each process works on a database of its own: a copy, which conftest.py makes.
"""

import os

from cxhub.settings import *  # noqa: F403
from cxhub.settings import CACHES, DATABASE_OWNER_URL, DATABASES

DATABASE_TEMPLATE = DATABASES["default"]["NAME"]
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    DATABASES["default"]["NAME"] = f"{DATABASE_TEMPLATE}_{worker}"
    DATABASE_OWNER_URL = DATABASE_OWNER_URL.replace(
        f"/{DATABASE_TEMPLATE}", f"/{DATABASE_TEMPLATE}_{worker}"
    )

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in CACHES}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
PROOF_BITS = 8  # a fraction of the usual work
WHITENOISE_AUTOREFRESH = True
