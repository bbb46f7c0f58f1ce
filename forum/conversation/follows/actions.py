"""Following a thread, unfollowing it, and noting how far it was read."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.base import compiled_queries
from accounts.models import User
from accounts.users import actions as users
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.conversation.follows.models import QUIET, Follow, FollowQuerySet, Level, ThreadRead
from forum.conversation.threads.models import Post, Thread

#: Whether the author of a post follows its thread from then on, or does already: its number,
#: them, them and the thread.
_FOLLOWS_ON = (
    "(%s = 1 OR NOT EXISTS (SELECT 1 FROM forum_followsetting"
    " WHERE person_id = %s AND NOT follows_replies)"
    " OR EXISTS (SELECT 1 FROM forum_follow WHERE person_id = %s AND thread_id = %s))"
)
#: The thread is read up to the post, and what a subscription brought is taken up, by who
#: follows what they reply to. What they chose for the thread, be it to mute it, stays.
_ON_CONFLICT_MARK_READ = """
    ON CONFLICT (person_id, thread_id) DO UPDATE SET
        last_read_number = excluded.last_read_number,
        level = CASE WHEN forum_follow.level = 'first' AND {follows}
            THEN 'all' ELSE forum_follow.level END,
        channel = CASE WHEN forum_follow.subscription_id IS NOT NULL AND {follows}
            THEN '' ELSE forum_follow.channel END,
        subscription_id = CASE WHEN {follows} THEN NULL ELSE forum_follow.subscription_id END
""".format(
    follows="NOT EXISTS (SELECT 1 FROM forum_followsetting AS setting"
    " WHERE setting.person_id = forum_follow.person_id AND NOT setting.follows_replies)"
)


@transaction.atomic(durable=True)
def follow_thread(thread_id: int, actor: Viewer) -> Thread:
    """Follow all of the thread, of which what is there counts as read; return it.

    Of a follow that exists, how far they have read stays, and by which channel they chose to
    hear of it. Raise Thread.DoesNotExist where ``actor`` does not see the thread, and Refused
    where they have no account.
    """
    return _follow(thread_id, actor, Level.ALL)


@transaction.atomic(durable=True)
def choose_follow(thread_id: int, actor: Viewer, level: str, channel: str) -> Thread:
    """What of the thread is news to ``actor``, and how it reaches them, is as they say here.

    It stays whatever becomes of the subscription that brought the thread, or brings others.
    What was written while nothing was news is none afterwards. Raise as ``follow_thread``.
    """
    return _follow(thread_id, actor, level, channel)


def _follow(thread_id: int, actor: Viewer, level: str, channel: str | None = None) -> Thread:
    """``channel``: None for the one that they chose for this thread, if they did."""
    thread: Thread = Thread.objects.visible_to(actor).get(pk=thread_id)
    rules.require(rules.may_follow(actor), _("Pour suivre un fil, il faut un compte."))
    read = thread.post_count
    follow = Follow(
        person_id=actor.person_id or 0, thread=thread, last_read_number=read,
        level=level, channel=channel or "",
    )  # fmt: skip
    Follow.objects.bulk_create([follow], ignore_conflicts=True)
    own = Follow.objects.of_viewer(actor).filter(thread=thread)
    if level != Level.MUTED:
        own.filter(level__in=QUIET).exclude(level=level).update(last_read_number=read)
    if channel is None:
        own.exclude(subscription=None).update(channel="")
    else:
        own.exclude(channel=channel).update(channel=channel)
    own.exclude(level=level, subscription=None).update(level=level, subscription=None)
    return thread


@transaction.atomic(durable=True)
def unfollow_thread(thread_id: int, actor: Viewer) -> Thread:
    """Stop following the thread, until ``actor`` writes in it again; return the thread.

    Raise Thread.DoesNotExist where ``actor`` does not see it.
    """
    thread: Thread = Thread.objects.visible_to(actor).get(pk=thread_id)
    Follow.objects.of_viewer(actor).filter(thread=thread).delete()
    return thread


def forget_follow(person_id: int, thread_id: int) -> None:
    """The person follows the thread no more, whether they see it or not; muted, it stays so."""
    own = Follow.objects.filter(person=person_id, thread=thread_id)
    own.exclude(level=Level.MUTED).delete()


def note_mailed(numbers: dict[int, int]) -> None:
    """Note up to which post follows were mailed: ``{follow id: number}``; never goes down."""
    cases = [When(pk=pk, then=number) for pk, number in numbers.items()]
    if cases:
        number = Greatest("mailed_number", Case(*cases))
        Follow.objects.filter(pk__in=numbers).update(mailed_number=number)


def follow_own_post(actor: Viewer, thread_id: int, number: int) -> None:
    """Have the author of post ``number`` follow its thread, read up to there.

    Of a reply, unless they said that replying is not following (``FollowSetting``), or muted
    the thread. Part of the transaction that writes the post, in one statement. A new post has
    the highest number of its thread, so ``last_read_number`` never goes down.
    """
    person = actor.person_id or 0
    follow = Follow(person_id=person, thread_id=thread_id, last_read_number=number)
    where = compiled_queries.Condition(_FOLLOWS_ON, (number, person, person, thread_id))
    compiled_queries.insert(follow, _ON_CONFLICT_MARK_READ, where)


def forget_follow_of_post(post: Post) -> None:
    """Have the author of ``post`` no longer follow its thread, if they do since they wrote it.

    Part of the transaction that undoes the post.
    """
    own = Follow.objects.filter(person=post.author_id, thread=post.thread_id)
    own.filter(followed_at__gte=post.created_at).delete()


@transaction.atomic(durable=True)
def mark_read(thread_id: int, numbers: dict[int, int]) -> set[int]:
    """Note the last post that followers were shown: ``numbers`` is ``{person id: number}``.

    Two statements, however many people. ``last_read_number`` never goes down nor beyond the
    last post; people who do not follow are left out. Return the ids of those it changed for.
    """
    if not numbers:
        return set()
    behind = Follow.objects.filter(
        thread=thread_id, person__in=numbers, last_read_number__lt=max(numbers.values())
    )
    changed = []
    # A row that is locked is being moved on by its person's own post: it is left out.
    for follow in _follows_for_update(behind, skip_locked=True):
        number = min(numbers[follow.person_id], follow.thread.post_count)
        if number > follow.last_read_number:
            follow.last_read_number = number
            changed.append(follow)
    Follow.objects.bulk_update(changed, ["last_read_number"])
    return {follow.person_id for follow in changed}


@transaction.atomic(durable=True)
def mark_read_up_to(actor: Viewer, numbers: dict[int, int]) -> None:
    """Note that ``actor`` has read threads up to posts: ``numbers`` is ``{thread id: number}``.

    As ``mark_read``, of those that they follow and see.
    """
    follows = _follows_for_update(Follow.objects.of_viewer(actor).filter(thread__in=numbers))
    for follow in follows:
        number = min(numbers[follow.thread_id], follow.thread.post_count)
        follow.last_read_number = max(follow.last_read_number, number)
    Follow.objects.bulk_update(follows, ["last_read_number"])


@transaction.atomic(durable=True)
def mark_all_read(actor: Viewer, until: datetime) -> dict[int, int]:
    """Mark as read the threads that ``actor`` follows and whose last post is by ``until``.

    Return up to which post each is read now: ``{thread id: number}``.
    """
    unread = Follow.objects.of_viewer(actor).with_unread()
    follows = _follows_for_update(unread.filter(thread__last_posted_at__lte=until))
    for follow in follows:
        follow.last_read_number = follow.thread.post_count
    Follow.objects.bulk_update(follows, ["last_read_number"], batch_size=500)
    return {follow.thread_id: follow.last_read_number for follow in follows}


def follow_replies(follows: FollowQuerySet) -> None:
    """Have those of ``follows`` that tell of new threads alone tell of replies, from here on.

    Part of the transaction that chooses so. A thread that is new to its person stays so.
    """
    raised = _follows_for_update(follows.filter(level=Level.FIRST))
    for follow in raised:
        follow.level = Level.ALL
        if follow.last_read_number:
            follow.last_read_number = follow.thread.post_count
        elif follow.mailed_number:
            follow.mailed_number = follow.thread.post_count
    changed = ["level", "last_read_number", "mailed_number"]
    Follow.objects.bulk_update(raised, changed, batch_size=500)


def mark_new_thread_read(thread_id: int, actor: Viewer) -> None:
    """Note that ``actor`` was shown a thread that is new to them, without following it."""
    read = ThreadRead(person_id=actor.person_id or 0, thread_id=thread_id)
    ThreadRead.objects.bulk_create([read], ignore_conflicts=True)


def note_visit(person: User) -> None:
    """Note that ``person`` looks at a list: ``users.actions.note_visit``.

    Where a visit begins, what they opened of the threads that were new to them is forgotten:
    the next are new.
    """
    if users.note_visit(person):
        ThreadRead.objects.filter(person=person).delete()


def _follows_for_update(follows: FollowQuerySet, **options: Any) -> list[Follow]:
    """The rows of ``follows``, locked, with their threads' counters.

    They are locked in the order of their ids, so that two transactions cannot deadlock.
    """
    rows = follows.select_related("thread").only(
        "person", "last_read_number", "mailed_number", "thread__post_count"
    )
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True, **options))
