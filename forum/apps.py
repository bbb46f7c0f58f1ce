"""The forum, as Django knows it."""

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """Spaces, threads, posts: everything that works without a socket."""

    name = "forum"
    verbose_name = "Foirail"
