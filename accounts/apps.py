"""The accounts application."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, organisations, territories, the charter: who may do what."""

    name = "accounts"
    verbose_name = "Comptes"

    def ready(self):
        """Install the triggers of the rights clock after each migration."""
        post_migrate.connect(
            _install_rights_triggers, sender=self, dispatch_uid="accounts.viewers.rights_clock"
        )


def _install_rights_triggers(using, **kwargs):
    from accounts.viewers.triggers import install_triggers

    install_triggers(connections[using])
