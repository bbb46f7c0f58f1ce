"""All models of the forum, for Django: those of every folder, found by themselves."""

from importlib import import_module

from accounts.base.discovery import feature_modules
from forum.base.events import Event
from forum.base.expertise.models import Expertise
from forum.base.spaces.models import Audience, ContributionCount, Space, ThreadCount, Topic
from forum.conversation.follows.models import Follow
from forum.conversation.tags.models import Tag, Tagging
from forum.conversation.threads.kinds import ThreadKind
from forum.conversation.threads.models import Post, Thread

for _name in feature_modules("forum", "models"):
    import_module(_name)

#: Models that several features import from here. A new one need not be among them.
__all__ = [
    "Audience",
    "ContributionCount",
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
