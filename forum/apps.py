"""The Django application of the forum."""

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """Spaces, threads and posts: everything that works without a socket."""

    name = "forum"
    verbose_name = "Foirail"
