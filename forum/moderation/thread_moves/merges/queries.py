"""What the pages that merge threads show: which are near, and what would come of it."""

from dataclasses import dataclass

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.spaces.queries import spaces_within
from forum.conversation.follows.models import QUIET, Follow
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.summaries.queries import carried_summary, summary_of
from forum.models import Thread
from forum.moderation.thread_moves.queries import LosingReaders, losing_readers

#: Threads that are proposed.
_MAX_PROPOSED = 8
#: Authors that are named.
_MAX_AUTHORS = 20


@dataclass(frozen=True)
class ThreadMergePreview:
    """What would come of a merge.

    ``post_count``: posts that would be moved; ``authors``: who else wrote them, by name, and
    whether there are more.
    ``follower_count``: who follows it, and would follow the other; ``joining_count``: who
    follows the other alone. ``losing``: who would not read it any more.
    ``summary``: the one of the thread that would not be shown any more.
    ``takes_answer``: whether its accepted answer would settle the other; ``loses_answer``: that
    it would not be one any more. ``withdraws_move``: whether a move waits, which would not.
    """

    post_count: int
    authors: list[User]
    has_more_authors: bool
    follower_count: int
    joining_count: int
    losing: LosingReaders
    summary: Summary | None
    takes_answer: bool
    loses_answer: bool
    withdraws_move: bool


def threads_near(viewer: Viewer, thread: Thread) -> list[Thread]:
    """The threads on its topic that ``thread`` may be merged into, newest activity first."""
    seen = Thread.objects.visible_to(viewer).filter(topic=thread.topic_id)
    within = seen.filter(spaces_within([thread.space], "space__")).exclude(pk=thread.pk)
    newest = within.select_related("space").order_by("-last_posted_at", "-pk")
    return list(newest[:_MAX_PROPOSED])


def merge_preview(viewer: Viewer, thread: Thread, into: Thread) -> ThreadMergePreview:
    """What would come of merging ``thread`` into ``into``, for who sees both."""
    posts = thread.posts.filter(deleted_at=None)
    writers = User.objects.filter(pk__in=posts.order_by().values("author"))
    authors = list(writers.exclude(pk=viewer.person_id or 0).order_by("full_name", "pk"))
    follows = Follow.objects.filter(thread=thread).exclude(level__in=QUIET)
    others = Follow.objects.filter(thread=into).exclude(level__in=QUIET)
    others = others.exclude(person__in=follows.values("person"))
    settles = bool(thread.accepted_id) and into.kind == "question" and not into.accepted_id
    return ThreadMergePreview(
        post_count=posts.count(),
        authors=authors[:_MAX_AUTHORS],
        has_more_authors=len(authors) > _MAX_AUTHORS,
        follower_count=follows.count(),
        joining_count=others.count(),
        losing=losing_readers(thread, into.space),
        summary=None if carried_summary(viewer, thread, into) else summary_of(viewer, thread),
        takes_answer=settles,
        loses_answer=bool(thread.accepted_id) and not settles,
        withdraws_move=thread.moves.pending().exists(),
    )
