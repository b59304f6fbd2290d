from django.core.management.commands import migrate

from core.actions import roles
from core.management import owner


class Command(migrate.Command):
    """Django's own, as the owner of the tables; then the product's role gets its rights anew."""

    def handle(self, *args, **options):
        owner.become()
        super().handle(*args, **options)
        roles.grant()
