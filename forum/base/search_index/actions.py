"""Writing the index, in the transaction that writes what is found: both are right at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection

from forum.base import markup
from forum.base.search_index.analysis import SEPARATOR, VERSION, Streams, streams_of
from forum.base.search_index.models import (
    OF_TAG,
    PostDocument,
    ThreadDocument,
    document_id,
    former_ids,
)
from forum.base.search_index.queries import texts_of_threads, words_of_files

if TYPE_CHECKING:
    from forum.conversation.tags.models import Tagging
    from forum.conversation.threads.models import Post, Thread

_OF_THREAD = (
    "thread_id, version, space_id, topic_id, kind, has_sheet, is_solved, tags,"
    " title_stems, title_folded_stems"
)
#: A post is given what is of its thread by the statement that adds it.
_ADD_POST = f"""
    INSERT INTO forum_postdocument (id, post_id, stems, folded_stems, {_OF_THREAD})
    SELECT %s, %s, %s, %s, {_OF_THREAD} FROM forum_threaddocument WHERE id = %s
    ON CONFLICT (id) DO UPDATE SET
        stems = excluded.stems, folded_stems = excluded.folded_stems
"""  # noqa: S608


def index_thread(thread: Thread) -> None:
    """Index ``thread``, and its posts, by its title and tags as they are now.

    And ``thread`` itself by what models declare as their ``indexed_texts``. Call it after what
    changes any of these, with the thread locked.
    """
    columns, pk = _words(thread, thread.page_taggings), document_id(thread.pk, VERSION)
    all_columns = columns | _words_of_text(texts_of_threads([thread.pk]).get(thread.pk, ""))
    ThreadDocument.objects.bulk_create(
        [ThreadDocument(id=pk, **_copies(thread), **all_columns)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=all_columns,
    )
    if former := former_ids(thread.pk, VERSION):
        ThreadDocument.objects.filter(pk__in=former).delete()
    of_posts = PostDocument.objects.filter(thread=thread.pk)
    of_posts.exclude(**columns).update(**columns)  # Of a long thread, only if they change.


def index_post(post: Post) -> None:
    """Index ``post``, which is new, by its text and files, its thread's title and tags.

    Call it with the thread locked. Who sees the post is asked when it is searched for. Where
    its thread is not indexed yet, it will be with it.
    """
    text = markup.text_of(post.html)
    streams = streams_of(f"{text}\n{words_of_files(post)}" if post.files else text)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_POST,
            [
                document_id(post.pk, VERSION),
                post.pk,
                *streams,
                document_id(post.thread_id, VERSION),
            ],
        )


def reindex_post(post: Post) -> None:
    """Index ``post``, whose text or files changed, by these alone: by no former ones."""
    if former := former_ids(post.pk, VERSION):
        PostDocument.objects.filter(pk__in=former).delete()
    index_post(post)


def forget_posts(posts: Iterable[Post]) -> None:
    """Remove ``posts``, whose text is removed, from the index."""
    pks = [pk for post in posts for pk in former_ids(post.pk, VERSION + 1)]
    PostDocument.objects.filter(pk__in=pks).delete()


def title_streams(thread: Thread, taggings: Iterable[Tagging]) -> Streams:
    """The stems of its title, and after a SEPARATOR of its tags, which ``taggings`` give.

    Those are spelt as the thread does, and as all know them.
    """
    names = set()
    for tagging in taggings:
        names.add(tagging.name)
        if tagging.tag.is_of_reference:
            names |= {tagging.tag.name, tagging.tag.name_en}
    title, tags = streams_of(thread.title), streams_of(". ".join(sorted(names - {""})))
    return Streams(*map(SEPARATOR.join, zip(title, tags, strict=True)))


def _words(thread: Thread, taggings: Collection[Tagging]) -> dict[str, str]:
    """What documents have of its title and its tags."""
    title = title_streams(thread, taggings)
    tags = "".join(f" {OF_TAG}{it.tag_id}" for it in taggings)
    return {
        "tags": tags, "title_stems": title.stems, "title_folded_stems": title.folded_stems
    }  # fmt: skip


def _words_of_text(text: str) -> dict[str, str]:
    """What the document of a thread has of the ``text`` that models declare."""
    return streams_of(text)._asdict()


def _copies(thread: Thread) -> dict[str, object]:
    """What documents have of it besides; triggers write it when it changes."""
    return {
        "version": VERSION,
        "thread_id": thread.pk,
        "space_id": thread.space_id,
        "topic_id": thread.topic_id,
        "kind": thread.kind,
        "has_sheet": thread.has_sheet,
        "is_solved": thread.accepted_id is not None or thread.settled_at is not None,
    }


def replace_documents(threads: Sequence[Thread]) -> None:
    """Index ``threads``, which are locked and were read with their ``taggings``, and posts."""
    PostDocument.objects.filter(thread__in=threads, version=VERSION).delete()
    ThreadDocument.objects.filter(thread__in=threads, version=VERSION).delete()
    about = {it.pk: _copies(it) | _words(it, it.taggings.all()) for it in threads}
    of_threads = texts_of_threads(about)
    ThreadDocument.objects.bulk_create(
        ThreadDocument(
            id=document_id(pk, VERSION), **columns, **_words_of_text(of_threads.get(pk, ""))
        )
        for pk, columns in about.items()
    )
    posts = apps.get_model("forum", "Post").objects.filter(thread__in=threads)
    texts = posts.filter(deleted_at=None).order_by("pk").only("thread", "html", "files")
    documents = []
    for post in texts:
        text = f"{markup.text_of(post.html)}\n{words_of_files(post)}"
        stems, folded_stems = streams_of(text)
        columns = {"stems": stems, "folded_stems": folded_stems} | about[post.thread_id]
        key = {"id": document_id(post.pk, VERSION), "post_id": post.pk}
        documents.append(PostDocument(**key, **columns))
    PostDocument.objects.bulk_create(documents, batch_size=500)
