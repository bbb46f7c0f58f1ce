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
        import_module("forum.site.health")
        for floor in ("accounts", "forum"):
            for name in feature_modules(floor, "review_items"):
                import_module(name)
        checks.register(_check_sandbox, deploy=True)
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="forum.triggers")


def _check_sandbox(app_configs, **kwargs):
    from forum.conversation.files.preparing.checks import check_sandbox

    return check_sandbox()


def _install_triggers(using, **kwargs):
    from forum.base.search_index import triggers as search_index
    from forum.base.spaces import triggers as contribution_counts
    from forum.conversation.inbox import triggers as notifications
    from forum.conversation.menu import triggers as menus
    from forum.conversation.tags import triggers as taggings
    from forum.conversation.threads import move_triggers as moved_posts
    from forum.conversation.threads import triggers as accepted_answers
    from forum.finding.statistics import triggers as statistics
    from forum.library.sheets import triggers as sheets

    menus.install_triggers(connections[using])
    search_index.install_triggers(connections[using])
    notifications.install_triggers(connections[using])
    contribution_counts.install_triggers(connections[using])
    taggings.install_triggers(connections[using])
    accepted_answers.install_triggers(connections[using])
    moved_posts.install_triggers(connections[using])
    statistics.install_triggers(connections[using])
    sheets.install_triggers(connections[using])
