"""A thread as its page, its open pages and the actions on it read it; and what was sent before.

A page that is fetched anew has another key, and browsers put back what was typed. The same text
by the same person within a day is therefore the same post, as long as they see it stand.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery, id_names, padded_id_values
from accounts.base.locks import lock_row
from accounts.models import User
from accounts.users.suspension import is_suspended, not_suspended, silence_of
from accounts.viewers import rights_clock
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.base.rules import Refused, require_unsilenced, suspended_reason
from forum.base.spaces.models import Space
from forum.base.visibility import Rule
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.queries import is_put_to
from forum.conversation.drafts.queries import reply_draft_of
from forum.conversation.menu.queries import menu_state
from forum.conversation.threads.holds import HoldReason
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.post_marks import author_marks_of
from forum.conversation.threads.querysets import ThreadQuerySet
from forum.conversation.threads.thread_parts import part_viewer_fields
from forum.conversation.threads.undo.queries import just_sent_post_of

#: For how long a text counts as sent already.
SAME_POST_PERIOD = timedelta(days=1)
#: Characters from which on nobody writes the same twice. A shorter text, such as *Merci !*, is
#: sent again only where nobody has written since.
MIN_LENGTH_OF_SAME_POST = 40
#: That a reply was not sent before, with its author, when that period began, its thread, the
#: number before its own, whether its text is that long, and its text. It is part of the INSERT,
#: while the thread is locked: it costs no query, and of two sent at once one sees the other.
IS_NEW_REPLY = """
    NOT EXISTS (
        SELECT 1 FROM forum_post
        WHERE author_id = %s AND created_at > %s AND thread_id = %s AND number > 1
            AND (number = %s OR %s) AND text = %s
            AND hidden_at IS NULL AND deleted_at IS NULL AND withheld_move_id IS NULL
    )
"""

#: That a text of this length does not stand in other threads already; whether it need not be
#: asked, the author, since when, the thread and the text.
IS_NO_COPY = """
    (%s OR (
        SELECT COUNT(DISTINCT thread_id) FROM forum_post
        WHERE author_id = %s AND created_at > %s AND thread_id <> %s AND text = %s
            AND deleted_at IS NULL
    ) < 2)
"""
#: Links of a newcomer's post from which on it waits for an animator.
MAX_LINKS = 5


class EditConflict(Refused):
    """The post changed since the editor read it. ``post`` is the current one.

    ``words``: what is said in place of that, where something else of its thread did.
    """

    def __init__(self, post: Post, words: str = "") -> None:
        default = _("Ce message a été modifié depuis que vous l’avez ouvert.")
        super().__init__(words or default)
        self.post = post


class PostedOtherwise(Refused):
    """The form has created ``post`` already, with other words than it is sent with now."""

    def __init__(self, post: Post) -> None:
        super().__init__(_("Votre premier envoi est publié, et ce texte-ci est un autre."))
        self.post = post


def thread_for_page(viewer: Viewer, pk: int) -> Thread | None:
    """The thread, with what its page shows to ``viewer``, and the state of the menu.

    Its ``rights_number`` is that of the rights clock. None where it is not theirs to see.
    """
    seats = padded_id_values(viewer.seat_ids)
    query = _thread_query(len(seats))
    return query.first(viewer.rights, pk=pk, person_id=viewer.person_id, **seats)


def get_thread(viewer: Viewer, pk: int) -> Thread:
    """The thread with its byline; raise Thread.DoesNotExist where ``viewer`` sees none."""
    if thread := _BYLINE_QUERY.first(viewer.rights, pk=pk):
        return thread
    raise Thread.DoesNotExist


def thread_for_any(
    rights_list: Iterable[Rights], pk: int
) -> tuple[Thread | None, frozenset[Rights]]:
    """The thread, with what its page shows, and who of ``rights_list`` see it; or None."""
    rights_set = frozenset(rights_list)
    thread = _THREAD_FOR_ANY_QUERY.first(rights_set, pk=pk)
    if thread is None:
        return None, frozenset()
    aliases = visibility.sight_aliases(visibility.threads, rights_set)
    seen_by = frozenset(rights for rights, alias in aliases.items() if getattr(thread, alias))
    return thread, seen_by


@cache
def _thread_query(seats: int) -> CompiledQuery[Thread]:
    """The query for who holds so many ``seats`` at most."""
    return CompiledQuery(_thread_queryset, "pk", "person_id", "at", *id_names(seats))


def _thread_queryset(
    rights: Rights, pk: int, person_id: int, at: datetime, **seats: int
) -> ThreadQuerySet:
    viewer = Viewer(*rights, person_id=person_id, seat_ids=tuple(seats.values()))
    state = menu_state(viewer, at) | author_marks_of(person_id) | reply_draft_of(person_id)
    state |= part_viewer_fields(viewer, at) | just_sent_post_of(person_id)
    state |= {"rights_number": rights_clock.newest_number()}
    seen = Thread.objects.visible_to(viewer).with_page_fields().annotate(**state)
    return seen.with_reading_of(viewer).filter(pk=pk)


def _byline_queryset(rights: Rights, pk: int) -> ThreadQuerySet:
    return Thread.objects.visible_to(rights).with_byline().filter(pk=pk)


def _thread_for_any_queryset(rights_set: frozenset[Rights], pk: int) -> ThreadQuerySet:
    return Thread.objects.visible_to_any(rights_set).with_page_fields().filter(pk=pk)


def thread_for_update(
    thread_id: int | None,
    actor: Viewer,
    rule: Rule = visibility.threads,
    *,
    writes: bool = True,
) -> Thread:
    """The thread with its space, its row locked until the transaction ends.

    Its ``rights_number`` is that of the rights clock.
    Raise Thread.DoesNotExist where ``rule`` hides it from ``actor``: nobody acts on what they
    cannot see; and Refused where their account was suspended or closed while they waited, or,
    unless what they do ``writes`` nothing, is silenced.
    """
    # PostgreSQL applies the rule to the thread as it was when the wait for its lock began:
    # one that moved meanwhile is found at the second try, if the actor sees where it went.
    for _attempt in range(2):
        if thread := _THREAD_FOR_UPDATE.first(actor.rights, rule, pk=thread_id):
            if (account := _ACTIVE_ACCOUNT.first(pk=actor.person_id)) is None:
                raise Refused(suspended_reason())
            if writes and account[0] is not None:
                require_unsilenced(account[0])
            return thread
    raise Thread.DoesNotExist


def _thread_for_update(rights: Rights, rule: Rule, pk: int) -> ThreadQuerySet:
    threads = Thread.objects.visible_to(rights, rule).filter(pk=pk)
    annotations = {"rights_number": rights_clock.newest_number()}
    threads = threads.annotate(**annotations)
    return threads.select_related("space").select_for_update(of=("self",), no_key=True)


def reason_to_hold(actor: Viewer, space: Space, html: str) -> str:
    """Why a post of ``actor`` waits for an animator in ``space``: as a newcomer's; or "".

    A newcomer has no seat that somebody confirmed, and too few posts that stood the test.
    Spaces of colleges and groups know their people, and no animator may read there.
    """
    is_known = actor.seat_ids and settings.FORUM_ADMISSION != "open"
    has_links = html.count("<a ") - html.count('<a href="#') > MAX_LINKS
    is_passed = is_known or actor.is_animator or space.is_private
    if is_passed or not (space.holds_first_posts or has_links):
        return ""
    own = Post.objects.visible_to(actor, visibility.own_posts).filter(hidden_at=None)
    stood = own.filter(approved_at__isnull=False)[: settings.FORUM_FIRST_POSTS_HELD]
    if len(stood.values_list("pk")) >= settings.FORUM_FIRST_POSTS_HELD:
        return ""
    return HoldReason.NEWCOMER if space.holds_first_posts else HoldReason.LINKS


def is_copy(actor: Viewer, post: Post) -> bool:
    """Whether the text of ``post`` stands in several other threads (``IS_NO_COPY``)."""
    same = Post.objects.visible_to(actor, visibility.own_posts).filter(text=post.text)
    same = same.filter(created_at__gt=post.created_at - SAME_POST_PERIOD)
    return same.exclude(thread=post.thread_id).values("thread").distinct().count() >= 2


def earlier_reply(actor: Viewer, post: Post) -> Post | None:
    """The post that stands in place of ``post``, of which IS_NEW_REPLY was false, if any."""
    about = {"thread": post.thread_id, "number__gt": 1}
    if len(post.text) < MIN_LENGTH_OF_SAME_POST:
        about["number"] = post.number - 1
    return _recent_post(actor, post.text, post.created_at, **about)


def post_of_key(
    actor: Viewer, idempotency_key: UUID, text: str, title: str | None = None
) -> Post:
    """The post that the form with this key created before, where ``actor`` may see it.

    Raise PostedOtherwise where its text was another, or the ``title`` of its thread: the form
    was sent again with other words.
    """
    posts = Post.objects.visible_to(actor, visibility.posts_with_tombstones)
    post = posts.select_related("thread").get(
        author_id=actor.person_id, idempotency_key=idempotency_key
    )
    if post.text != text or title not in (None, post.thread.title):
        raise PostedOtherwise(post)
    return post


def earlier_thread(
    actor: Viewer, space: Space, title: str, text: str, addressees: Sequence[Addressee]
) -> Post | None:
    """The first post of the thread that ``actor`` has started in ``space`` with these words.

    It was put to the same ``addressees``, as far as they could be asked, or to nobody either.
    """
    about = {"number": 1, "thread__title": title, "thread__space": space}
    post = _recent_post(actor, text, timezone.now(), **about)
    return post if post and is_put_to(post.thread, addressees) else None


def _recent_post(actor: Viewer, text: str, at: datetime, **about: Any) -> Post | None:
    own = Post.objects.visible_to(actor, visibility.own_posts).filter(text=text)
    own = own.filter(created_at__gt=at - SAME_POST_PERIOD)
    if not (pks := [*own.values_list("pk", flat=True)]):
        return None  # Most often: what is seen is a rich query.
    held = Post.objects.visible_to(actor, visibility.held_posts)
    seen = Post.objects.visible_to(actor) | held
    return seen.filter(pk__in=pks, **about).select_related("thread").order_by("pk").last()


def lock_active_account(actor: Viewer, *, even_silenced: bool = False) -> None:
    """Lock the account of ``actor``. Raise Refused where it is suspended or closed by now.

    Likewise where it is silenced, unless for what nobody else reads: ``even_silenced``.
    """
    person = lock_row(User, actor.person_id)
    if not person.is_active or is_suspended(person):
        raise Refused(suspended_reason())
    if not even_silenced:
        require_unsilenced(silence_of(person))


def _active_account(pk: int) -> QuerySet[User, tuple[datetime | None]]:
    active = User.objects.filter(not_suspended(), pk=pk, is_active=True)
    return active.values_list("silenced_until")


#: Locked, so that an account whose closing begins waits for what is being written.
_ACTIVE_ACCOUNT = CompiledQuery(_active_account, "pk", locks_key=True)
_THREAD_FOR_UPDATE = CompiledQuery(_thread_for_update, "pk")
_BYLINE_QUERY = CompiledQuery(_byline_queryset, "pk")
_THREAD_FOR_ANY_QUERY = CompiledQuery(_thread_for_any_queryset, "pk")
