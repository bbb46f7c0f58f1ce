"""Making threads of an archive that is opened, a few at a time.

Each batch is a transaction, and an interruption loses nothing. Nobody is told of the threads:
no event is recorded, nobody follows them, and their posts are as old as the mails were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.locks import lock_row
from accounts.base.text import fold
from accounts.models import User
from forum.base import markup
from forum.base.search_index.actions import index_post, replace_documents
from forum.base.spaces.models import ThreadCount
from forum.conversation.files.shown_file import written as written_text
from forum.conversation.follows.models import Follow
from forum.conversation.threads.kinds import ThreadKind
from forum.conversation.threads.models import Post, Thread
from forum.mail.mail_archives.files.actions import give_to_posts, write_files
from forum.mail.mail_archives.models import (
    ArchivedMail,
    ArchivedThread,
    MailArchive,
    MailAuthor,
)
from forum.mail.mail_archives.post_text import post_text

#: Posts of one transaction, about; rows of one statement.
_BATCH, _ROWS = 200, 500
#: Where the addresses of accounts end that nobody enters: reserved, so no mail leaves.
UNCLAIMED_DOMAIN = "archives.invalid"


def publish_next_threads(archive_pk: int) -> int:
    """Make threads of some of what is left of an opened archive; return how many.

    0 when nothing is left, which is noted.
    """
    with transaction.atomic(durable=True), override("fr"):  # What the site adds is content.
        archive = lock_row(MailArchive, archive_pk)
        if archive.opened_at is None or archive.published_at:
            return 0
        rows = _next_threads(archive)
        if not rows:
            archive.published_at = timezone.now()
            archive.save(update_fields=["published_at"])
            return 0
        _publish(archive, rows)
        return len(rows)


def _next_threads(archive: MailArchive) -> list[ArchivedThread]:
    """The next threads: one that goes on with a thread, or new ones with some _BATCH mails."""
    rows: list[ArchivedThread] = []
    number = 0
    for row in archive.threads.filter(is_published=False)[:_BATCH]:
        if rows and (row.thread_id or rows[0].thread_id or number + row.mail_count > _BATCH):
            break
        rows.append(row)
        number += row.mail_count
    return rows


def _publish(archive: MailArchive, rows: Sequence[ArchivedThread]) -> None:
    mails: dict[int, list[ArchivedMail]] = {row.pk: [] for row in rows}
    waiting = archive.mails.filter(archived_thread__in=rows, post=None, author__isnull=False)
    # Nobody claims their posts meanwhile, no other archive gives them an account, and nobody
    # closes theirs; who has just done so is no author any more.
    locked = MailAuthor.objects.select_for_update(no_key=True).order_by("pk")
    authors = {it.pk: it for it in locked.filter(pk__in=waiting.values("author"))}
    waiting = waiting.filter(author__in=authors)
    archived_mails = list(waiting.order_by("archived_thread", "position"))
    _give_people(authors.values())
    for mail in archived_mails:
        mail.author = authors[mail.author_id]
        mails[mail.archived_thread_id].append(mail)
    files = write_files(archived_mails)
    for mail in archived_mails:
        mail.shown_files = [it.shown for it in files.get(mail.pk, ())]
    filled = [row for row in rows if mails[row.pk]]
    thread = _thread_to_continue(archive, rows[0])
    if thread and filled:
        posts = _continue(thread, mails[rows[0].pk])
    else:
        posts = _begin_threads(archive, filled, mails)
    for mail, post in zip((it for row in filled for it in mails[row.pk]), posts, strict=True):
        mail.post, mail.text = post, ""
    published = [mail for row in filled for mail in mails[row.pk]]
    ArchivedMail.objects.bulk_update(published, ["post", "text"], batch_size=_ROWS)
    give_to_posts(published, files)
    for row in rows:
        row.is_published = True
        first_post = mails[row.pk][0].post if mails[row.pk] else None
        row.thread_id = first_post.thread_id if first_post else None
    ArchivedThread.objects.bulk_update(rows, ["is_published", "thread"], batch_size=_ROWS)


def _thread_to_continue(archive: MailArchive, row: ArchivedThread) -> Thread | None:
    """The thread that ``row`` goes on with, locked, if it still is one of the space."""
    if row.thread_id is None:
        return None
    thread = lock_row(Thread, row.thread_id)
    is_there = thread.space_id == archive.space_id and thread.removed_at is None
    return thread if is_there else None


def _begin_threads(
    archive: MailArchive, rows: Iterable[ArchivedThread], mails: dict[int, list[ArchivedMail]]
) -> list[Post]:
    """New threads; return their posts in the order of ``rows`` and of their mails."""
    threads = Thread.objects.bulk_create(_thread(archive, it, mails[it.pk]) for it in rows)
    posts = Post.objects.bulk_create(
        (
            _post(thread, number, mail)
            for thread, row in zip(threads, rows, strict=True)
            for number, mail in enumerate(mails[row.pk], 1)
        ),
        batch_size=_ROWS,
    )
    ThreadCount.add(Counter({(archive.space_id, archive.topic_id): len(threads)}))
    prefetch_related_objects(threads, "taggings")
    replace_documents(threads)
    return posts


def _continue(thread: Thread, mails: Sequence[ArchivedMail]) -> list[Post]:
    """Add ``mails`` to ``thread``; whoever had read all of it has still."""
    before = thread.post_count
    posts = Post.objects.bulk_create(
        _post(thread, number, mail) for number, mail in enumerate(mails, before + 1)
    )
    thread.post_count += len(posts)
    thread.last_posted_at = max(thread.last_posted_at, *(it.created_at for it in posts))
    thread.save(update_fields=["post_count", "last_posted_at"])
    for post in posts:
        index_post(post)
    follows = Follow.objects.filter(thread=thread, last_read_number=before)
    follows.update(last_read_number=thread.post_count)
    return posts


def _thread(archive: MailArchive, row: ArchivedThread, mails: Sequence[ArchivedMail]) -> Thread:
    author_id, created_at = _author_and_moment(mails[0])
    return Thread(
        space_id=archive.space_id,
        topic_id=archive.topic_id,
        kind=ThreadKind.DISCUSSION,
        title=row.title,
        author_id=author_id,
        created_at=created_at,
        last_posted_at=max(_author_and_moment(it)[1] for it in mails),
        post_count=len(mails),
    )


def _author_and_moment(mail: ArchivedMail) -> tuple[int, datetime]:
    """In whose name ``mail`` is published, and its moment: those that are have both."""
    assert mail.author and mail.author.unclaimed_id and mail.placed_at
    return mail.author.unclaimed_id, mail.placed_at


def _post(thread: Thread, number: int, mail: ArchivedMail) -> Post:
    author_id, created_at = _author_and_moment(mail)
    names = [it.name for it in mail.shown_files]
    text = post_text(mail.text, mail.folded, mail.shows_folded, mail.attachments, names)
    return Post(
        thread=thread,
        number=number,
        author_id=author_id,
        text=text,
        html=markup.render(text),
        files=written_text(mail.shown_files),
        created_at=created_at,
        idempotency_key=uuid5(NAMESPACE_URL, f"list mail:{mail.space_id}:{mail.identity}"),
    )


def _give_people(authors: Iterable[MailAuthor]) -> None:
    """Give each of ``authors`` an account that nobody enters, in whose name their posts are.

    Whoever has proved the address here is told, and claims them: a mail may be anybody's, and
    they were not asked whether others read it.
    """
    without = sorted((it for it in authors if it.unclaimed_id is None), key=lambda it: it.pk)
    people = User.objects.bulk_create(_unclaimed_person(it) for it in without)
    for author, person in zip(without, people, strict=True):
        author.unclaimed_id = person.pk
    MailAuthor.objects.bulk_update(without, ["unclaimed"], batch_size=_ROWS)


def _unclaimed_person(author: MailAuthor) -> User:
    """An account, not saved, that nobody enters."""
    name = author.name or _("Auteur nº %(number)d de la liste") % {"number": author.pk}
    person = User(
        email=f"{get_random_string(32).lower()}@{UNCLAIMED_DOMAIN}",
        full_name=name,
        folded_name=fold(name)[:120],
        is_active=False,
        is_unclaimed=True,
    )
    person.set_unusable_password()
    return person
