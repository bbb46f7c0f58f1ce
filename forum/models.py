"""All models of the forum, imported from the features that own them."""

from forum.events import Event
from forum.expertise.models import Expertise
from forum.follows.models import Follow
from forum.spaces.models import Audience, Space, ThreadCount, Topic
from forum.tags.models import Tag, Tagging
from forum.threads.models import Post, Thread, ThreadKind

__all__ = [
    "Audience",
    "Event",
    "Follow",
    "ThreadKind",
    "Post",
    "ThreadCount",
    "Space",
    "Tag",
    "Tagging",
    "Expertise",
    "Thread",
    "Topic",
]
