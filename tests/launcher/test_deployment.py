"""The container files say what the launcher does."""

import re

import pytest
import yaml

from launcher import product
from tests.launcher.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
SECRETS = ("CXHUB_APP_PASSWORD", "CXHUB_OWNER_PASSWORD", "POSTGRES_PASSWORD", "VALKEY_PASSWORD")


def queues(command):
    command = [str(word) for word in command]
    return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()


def test_every_queue_has_exactly_one_worker_service():
    by_service = [queues(COMPOSE["services"][name]["command"]) for name in OURS]

    served = [queue for names in by_service for queue in sorted(names)]

    assert sorted(served) == sorted(f"{product.QUEUES_FAST},{product.QUEUES_BULK}".split(","))


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_no_rights_to_spare(name):
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(COMPOSE["services"]) - {"roles", "migrate"}))
def test_what_runs_for_ever_starts_again_and_tells_its_health(name):
    service = COMPOSE["services"][name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]


@pytest.mark.parametrize("secret", [*SECRETS, "SECRET_KEY", "FIELD_KEYS"])
def test_a_secret_has_no_default(secret):
    uses = re.findall(rf"\$\{{{secret}(:[?-])?", (ROOT / "docker-compose.yml").read_text())

    assert ":?" in uses
    assert ":-" not in uses


def test_only_what_migrates_knows_the_owner():
    knowing = [
        name
        for name in OURS
        if "cxhub_owner" in str(COMPOSE["services"][name]["environment"].values())
    ]

    assert sorted(knowing) == ["migrate", "roles"]


def test_the_image_does_not_run_as_root():
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")

    assert re.search(r"^USER 10001$", stages[-1], re.MULTILINE)


@pytest.mark.parametrize("name", ["run", "test", "uv"])
def test_every_requirement_is_pinned_by_hash_and_names_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()

    pins = re.split(r"\n(?=\S)", text.strip())

    assert all(re.match(r"[a-z0-9._\[\]-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text


def test_tests_and_product_run_the_same_versions():
    def versions(name):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([a-z0-9._-]+)\S*==(\S+)", text, re.MULTILINE))

    run, test = versions("run"), versions("test")

    assert {package: test.get(package) for package in run} == run
