"""The accounts application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, post_save, pre_migrate
from django.urls import register_converter

from accounts.base.creation_counters import count_beside_classes
from accounts.base.parsing import IdConverter

count_beside_classes()  # Before models, which are imported once all apps are known.


class AccountsConfig(AppConfig):
    """People, organisations, territories, the charter: who may do what."""

    name = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Connect receivers; install triggers after a migration, drop all before one.

        URL patterns, which are read later, know ids.
        """
        register_converter(IdConverter, "id")
        _connect_receivers()
        pre_migrate.connect(_drop_triggers, sender=self, dispatch_uid="accounts.no_triggers")
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="accounts.triggers")


def _connect_receivers() -> None:
    from allauth.account.signals import email_confirmed, user_logged_in
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import signals

    from accounts.base.cpu_budget import check_before_queries
    from accounts.base.prepared_statements import keep_plans
    from accounts.users import receivers
    from accounts.viewers.middleware import reset_viewer

    connection_created.connect(check_before_queries)
    connection_created.connect(keep_plans)
    email_confirmed.connect(receivers.on_email_confirmed)
    user_logged_in.connect(receivers.on_user_logged_in)
    signals.user_logged_in.connect(reset_viewer)
    signals.user_logged_out.connect(reset_viewer)
    post_save.connect(receivers.on_second_factor_saved, sender=Authenticator)


def _drop_triggers(using: str, plan: list[Any], **kwargs: Any) -> None:
    from accounts.base.triggers import drop_triggers

    if plan:
        drop_triggers(connections[using])


def _install_triggers(using: str, **kwargs: Any) -> None:
    from accounts.charter.signed_versions import triggers as signed_versions
    from accounts.moderation_log import triggers as moderation_log
    from accounts.profiles import triggers as directory
    from accounts.territories import triggers as territories
    from accounts.viewers import triggers as rights_clock

    signed_versions.install_triggers(connections[using])
    moderation_log.install_triggers(connections[using])
    directory.install_triggers(connections[using])
    territories.install_triggers(connections[using])
    rights_clock.install_triggers(connections[using])
