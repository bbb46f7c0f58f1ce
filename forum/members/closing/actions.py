"""Closing an account, step by step, and choosing the posts that go with it.

Each step is made of small transactions and may be done twice: after an interruption the
closing begins again, and finds done what was. The person's AccountClosing goes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import batched, groupby
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.author_records.actions import record_closed_account
from accounts.base.erasure import erase_rows_about
from accounts.base.mail_languages import language_of
from accounts.closing import actions as account_actions
from accounts.closing.mail import send_closed
from accounts.closing.models import AccountClosing
from accounts.models import User
from forum.base import events, visibility
from forum.base.events import Event
from forum.base.search_index.actions import forget_posts
from forum.conversation.avatars.actions import remove_photo
from forum.conversation.files.actions import delete_drafts_of, delete_post_files
from forum.conversation.files.partial_uploads.actions import delete_uploads_of
from forum.conversation.threads.edits.actions import remove_if_empty
from forum.conversation.threads.edits.queries import is_sheet_of_several
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.thread_parts import threads_naming
from forum.library.sheets.drafts import actions as sheet_drafts
from forum.library.sheets.reviews.calls.actions import end_calls_of
from forum.members.closing.models import PostToDelete
from forum.members.closing.queries import mail_authors, unclaimed_accounts
from forum.members.closing.removals.actions import note_replaced, remove_names

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.querysets import PostQuerySet


#: Posts of one transaction.
_BATCH = 100


@transaction.atomic(durable=True)
def choose_posts(viewer: Viewer, shown: set[int], chosen: set[int]) -> None:
    """Have ``chosen`` deleted with the viewer's account, of the posts ``shown``; both are ids.

    Only the viewer's own posts count.
    """
    own = Post.objects.visible_to(viewer, visibility.own_posts).filter(pk__in=shown)
    pks = set(own.values_list("pk", flat=True))
    PostToDelete.objects.filter(post__in=pks - set(chosen)).delete()
    rows = [PostToDelete(post_id=pk) for pk in sorted(pks & set(chosen))]
    PostToDelete.objects.bulk_create(rows, ignore_conflicts=True)


def close_account(person: User, at: datetime | None = None) -> bool:
    """Close the account of ``person`` for good, if that is due; return whether it was.

    Nobody enters any more; posts that were chosen are deleted, and the others stay, written by
    a former member, as do sheets that others wrote with them; so are those that came to
    archives from their addresses, and that nobody claimed. Everything else about the person
    goes, but for what docs/decisions/closing-accounts.md lists. Begin again where it was
    interrupted.
    """
    closing = account_actions.begin_closing(person.pk, at)
    if closing is None:
        return False
    person, language = closing.person, language_of(closing.person_id)
    record_closed_account(person.pk)  # The next steps forget who they were.
    if not person.closed_at:
        _stop_archives(person)
        unclaimed = list(unclaimed_accounts(person))
        _delete_chosen_posts(closing, unclaimed)
        delete_uploads_of(person.pk)
        delete_drafts_of(person.pk)
        remove_photo(person.pk)
        sheet_drafts.delete_drafts_of(person.pk)
        end_calls_of(person.pk)
        remove_names(person, [account for account in unclaimed if not account.closed_at])
        _close_unclaimed(unclaimed)
        account_actions.end_seats(person)
        account_actions.erase_accounts_rows(person)
    if address := account_actions.forget_name(person.pk):
        send_closed(address, language)
    _announce_posts(person.pk)
    announce_parts(person.pk)
    _end_closing(closing)
    return True


@transaction.atomic(durable=True)
def _end_closing(closing: AccountClosing) -> None:
    if AccountClosing.objects.filter(pk=closing.pk).delete()[0]:
        note_replaced(closing.person_id)


@transaction.atomic(durable=True)
def _stop_archives(person: User) -> None:
    """Have archives publish nothing more of theirs: what waits is of nobody from now on."""
    authors = list(mail_authors(person).select_for_update(no_key=True).order_by("pk"))
    mails = apps.get_model("forum", "ArchivedMail").objects
    mails.filter(author__in=authors, post=None).update(author=None)


def _close_unclaimed(unclaimed: list[User]) -> None:
    """Make former members of accounts that nobody enters, while one knows whose they are."""
    for person in unclaimed:
        account_actions.forget_name(person.pk)
        _announce_posts(person.pk)
        erase_rows_about(person)


def _delete_chosen_posts(closing: AccountClosing, unclaimed: list[User]) -> None:
    posts = Post.objects.filter(author=closing.person_id, deleted_at=None)
    if closing.deletes_all_posts:
        authors = [closing.person, *unclaimed]
        posts = Post.objects.filter(author__in=authors, deleted_at=None)
    else:
        posts = posts.filter(Exists(PostToDelete.objects.filter(post=OuterRef("pk"))))
    for thread, pks in _threads_with(posts):
        with transaction.atomic(durable=True):
            locked = _lock_thread(thread)
            for post in locked.posts.filter(pk__in=pks, deleted_at=None):
                if is_sheet_of_several(post, locked):
                    continue
                post.deleted_at, post.text, post.html = timezone.now(), "", ""
                post.version += 1
                delete_post_files(post)
                post.save(update_fields=["deleted_at", "text", "html", "version", "files"])
                forget_posts([post])
                events.record(locked, post, changed=remove_if_empty(locked, post))
    PostToDelete.objects.filter(post__author=closing.person_id).delete()


def _threads_with(posts: PostQuerySet) -> Iterator[tuple[int, tuple[int, ...]]]:
    """``(thread id, ids of some of posts)``, at most _BATCH of them at a time."""
    rows = posts.order_by("thread", "pk").values_list("thread", "pk")
    for thread, group in groupby(list(rows), key=lambda row: row[0]):
        for batch in batched((pk for _thread, pk in group), _BATCH, strict=False):
            yield thread, batch


def _lock_thread(pk: int) -> Thread:
    value: Thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    return value


def _announce_posts(person_id: int) -> None:
    """Have open pages show the posts, and the threads, under the name that they have now."""
    closed_at = User.objects.values_list("closed_at", flat=True).get(pk=person_id)
    announced = Event.objects.filter(post=OuterRef("pk"), recorded_at__gte=closed_at)
    shown = Q(author=person_id) | Q(edited_by=person_id)
    posts = Post.objects.filter(~Exists(announced), shown)
    for thread, pks in _threads_with(posts):
        with transaction.atomic(durable=True):
            locked = _lock_thread(thread)
            events.record_all({locked: list(locked.posts.filter(pk__in=pks))})


def announce_parts(person_id: int) -> None:
    """Have open pages show the parts of threads under the name that a person has now."""
    for thread in threads_naming(person_id):
        with transaction.atomic(durable=True):
            events.record(_lock_thread(thread))
