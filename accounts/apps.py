"""Accounts, as Django knows them."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, the organisations they act for, and whether they may come in."""

    name = "accounts"
    verbose_name = "Comptes"

    def ready(self):
        """Have the database number changes of rights, from the first migration on."""
        post_migrate.connect(
            _install_rights_triggers, sender=self, dispatch_uid="accounts.viewers.rights_clock"
        )


def _install_rights_triggers(using, **kwargs):
    from accounts.viewers.triggers import install_triggers

    install_triggers(connections[using])
