"""All that a digest tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.conversation.consultations.models import open_text
from forum.conversation.follows.models import Follow
from forum.conversation.inbox.notification import Notification
from forum.conversation.meetings.models import Meeting, coming_text
from forum.finding.saved_searches.queries import Finds
from forum.library.newsletter.queries import ShownIssue
from forum.models import Post


@dataclass(frozen=True)
class ThreadNews:
    """A followed thread, and the first of its posts that is new.

    ``is_repeat``: whether no other is, and a notification tells of it, here or in a mail.
    """

    follow: Follow
    post: Post
    is_repeat: bool = False

    @property
    def is_new_thread(self) -> bool:
        """Whether it is told of for the first time."""
        return self.post.number == 1

    @property
    def last_number(self) -> int:
        """The number of the last post that is new."""
        return int(self.follow.last)

    @property
    def consultation_text(self) -> str:
        """What is open in the thread to be answered; "" for nothing."""
        return open_text(self.follow)

    @property
    def meeting_text(self) -> str:
        """When the readers of the thread meet next; "" where they do not."""
        return coming_text(self.follow)

    @property
    def url(self) -> str:
        """The page of the thread, where the post is."""
        return Post(thread=self.follow.thread, number=self.post.number).page_url()


@dataclass(frozen=True)
class DigestContent:
    """All that a digest tells.

    ``waiting``: what its reader is to do; ``notifications``: what else concerns them.
    ``threads``: followed threads with news, ``has_more`` where there are others.
    ``finds``: what followed searches have found.
    ``week``: the issue of the newsletter that they were not sent yet, or None.
    ``experience``: one to read, or None. ``questions``: open ones that they may know to answer;
    both of topics that they know, and not in ``week``.
    """

    waiting: Sequence[Notification]
    notifications: Sequence[Notification]
    threads: Sequence[ThreadNews]
    has_more: bool
    finds: Sequence[Finds]
    week: ShownIssue | None
    #: The next, where its space lets mails name it.
    meeting: Meeting | None
    experience: Post | None
    questions: Sequence[Post]
    #: Those that have waited for days, in a weekly one.
    waiting_questions: Sequence[Post]
    #: Whether any of it is new since the last one.
    is_new: bool
    #: What happened later is not in it.
    until: datetime

    @property
    def shown_threads(self) -> list[ThreadNews]:
        """Those of ``threads`` that have a line of their own."""
        return [news for news in self.threads if not news.is_repeat]
