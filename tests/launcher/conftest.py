"""A state of its own for each test of the launcher, and a small project for it to run."""

import shutil
from pathlib import Path

import pytest

from launcher import places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """The launcher's state in a folder of this test's own."""
    monkeypatch.setattr(places, "STATE", tmp_path / "state")
    monkeypatch.setattr(places, "LOGS", tmp_path / "state" / "log")
    monkeypatch.setattr(places, "RUN", tmp_path / "state" / "run.json")


PAGES = """
def application(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"a page"]
"""
LIVE = """
async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
"""
CELERY = """
import os
from celery import Celery
app = Celery("cxhub", broker=os.environ["REDIS_URL"])
app.conf.broker_connection_retry_on_startup = True
"""
MANAGE = """
import os, sys, psycopg2
rows = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = rows.cursor()
if sys.argv[1] == "migrate":
    cursor.execute("CREATE TABLE IF NOT EXISTS accounts_user (id bigserial, who text)")
elif sys.argv[1] == "seed_demo":
    cursor.execute("INSERT INTO accounts_user (who) VALUES (current_user)")
elif sys.argv[1] == "who":
    cursor.execute("SELECT string_agg(who, ',') FROM accounts_user")
    print(cursor.fetchone()[0])
rows.commit()
"""


@pytest.fixture
def project(tmp_path):
    """A project as small as one can be, with the real launcher and the real environment."""
    folder = tmp_path / "project"
    (folder / "cxhub").mkdir(parents=True)
    shutil.copy(ROOT / "cx", folder)
    for name in ("deploy", "launcher", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "manage.py").write_text(MANAGE)
    sources = {"__init__": "", "wsgi": PAGES, "asgi": LIVE, "celery": CELERY, "settings": ""}
    for name, text in sources.items():
        (folder / "cxhub" / f"{name}.py").write_text(text)
    return folder
