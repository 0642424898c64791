"""Fill an empty database with the demo, through the actions that people and clients use."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import override

from accounts.models import Organisation, User
from cxhub.lib import jobs
from cxhub.lib.tenancy import tenant
from cxhub.management.demo import founding, loops
from cxhub.management.demo.answering import answer_history
from cxhub.management.demo.worlds import WORLDS, World


class Command(BaseCommand):
    """`seed_demo`: two companies with ninety days of answers."""

    help = "Load the demo companies into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keys", type=Path, default=settings.STATE_DIR / "demo-keys.json")

    def handle(self, *, keys: Path, **options: object) -> None:
        if Organisation.objects.exists():
            raise CommandError("The database is not empty: ./cx reset starts from nothing.")
        keys.unlink(missing_ok=True)
        with transaction.atomic():
            for world in WORLDS:
                with override(world.language):
                    self._load(world, keys)

    def _load(self, world: World, keys: Path) -> None:
        with jobs.muted():
            organisation = founding.found(world)
            owner = User.objects.get(email=world.people[0].email)
            founding.hand_out_key(organisation, owner, keys)
            with tenant(organisation.pk):
                contacts = founding.customers(organisation, world)
                surveys = founding.open_surveys(organisation, world, owner)
            count = 0
            for survey, collectors in surveys:
                with tenant(organisation.pk):
                    count += answer_history(organisation, world, survey, collectors, contacts)
        loops.settle(organisation)
        with tenant(organisation.pk):
            loops.start_watching(organisation, world, surveys[0][0])
            loops.start_asking(organisation, world, [survey for survey, _ in surveys], contacts)
        loops.settle(organisation)
        self.stdout.write(f"{world.name}: {len(contacts)} customers, {count} answers")
