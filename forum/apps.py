"""The Django application of the forum."""

from importlib import import_module

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate

from accounts.base.discovery import feature_modules


class ForumConfig(AppConfig):
    """Spaces, threads and posts: everything that works without a socket."""

    name = "forum"
    verbose_name = "Foirail"

    def ready(self):
        """Find what waits for animators; connect checks; install triggers after migrations."""
        import_module("forum.health")
        for floor in ("accounts", "forum"):
            for name in feature_modules(floor, "review_items"):
                import_module(name)
        checks.register(_check_sandbox, deploy=True)
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="forum.triggers")


def _check_sandbox(app_configs, **kwargs):
    from forum.files.preparing.checks import check_sandbox

    return check_sandbox()


def _install_triggers(using, **kwargs):
    from forum.inbox import triggers as notifications
    from forum.menu import triggers as menus
    from forum.search_index import triggers as search_index
    from forum.sheets import triggers as sheets
    from forum.spaces import triggers as contribution_counts
    from forum.statistics import triggers as statistics
    from forum.tags import triggers as taggings
    from forum.threads import move_triggers as moved_posts
    from forum.threads import triggers as accepted_answers

    menus.install_triggers(connections[using])
    search_index.install_triggers(connections[using])
    notifications.install_triggers(connections[using])
    contribution_counts.install_triggers(connections[using])
    taggings.install_triggers(connections[using])
    accepted_answers.install_triggers(connections[using])
    moved_posts.install_triggers(connections[using])
    statistics.install_triggers(connections[using])
    sheets.install_triggers(connections[using])
