"""The Django application of the forum."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections
from django.db.models.signals import post_migrate

from accounts.base.discovery import feature_modules


class ForumConfig(AppConfig):
    """Spaces, threads and posts: everything that works without a socket."""

    name = "forum"
    verbose_name = "Foirail"

    def ready(self) -> None:
        """Find what waits for animators; connect checks; install triggers after migrations."""
        import_module("forum.site.health")
        for floor in ("accounts", "forum"):
            for name in feature_modules(floor, "review_items"):
                import_module(name)
        checks.register(_check_sandbox, deploy=True)
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="forum.triggers")


def _check_sandbox(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    from forum.conversation.files.preparing.checks import check_sandbox

    return check_sandbox()


def _install_triggers(using: str, **kwargs: Any) -> None:
    """Install what every ``triggers.py`` of the forum declares."""
    for name in feature_modules("forum", "triggers"):
        import_module(name).install_triggers(connections[using])
