"""The Django application of the forum."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ForumConfig(AppConfig):
    """Spaces, threads and posts: everything that works without a socket."""

    name = "forum"
    verbose_name = "Foirail"

    def ready(self):
        """Install the triggers of contribution counts after each migration."""
        post_migrate.connect(
            _install_contribution_triggers, sender=self, dispatch_uid="forum.spaces.triggers"
        )


def _install_contribution_triggers(using, **kwargs):
    from forum.spaces.triggers import install_triggers

    install_triggers(connections[using])
