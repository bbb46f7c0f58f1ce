"""The accounts application."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, organisations, territories, the charter: who may do what."""

    name = "accounts"
    verbose_name = "Comptes"

    def ready(self):
        """Install triggers after each migration."""
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="accounts.triggers")


def _install_triggers(using, **kwargs):
    from accounts.charter import triggers as charter
    from accounts.viewers import triggers as rights_clock

    charter.install_triggers(connections[using])
    rights_clock.install_triggers(connections[using])
