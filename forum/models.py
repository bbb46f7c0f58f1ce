"""The forum at a glance: every model, by the feature that owns it."""

from forum.events import Event
from forum.follows.models import Follow
from forum.spaces.models import Audience, Shelf, Space, Topic
from forum.tags.models import Tag, Tagging
from forum.testimony.models import Testimony
from forum.threads.models import Kind, Post, Thread

__all__ = [
    "Audience",
    "Event",
    "Follow",
    "Kind",
    "Post",
    "Shelf",
    "Space",
    "Tag",
    "Tagging",
    "Testimony",
    "Thread",
    "Topic",
]
