"""Writing the index, in the transaction that writes what is found: both are right at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection

from forum.base import markup
from forum.base.search_index.analysis import SEPARATOR, VERSION, Streams, streams_of
from forum.base.search_index.models import PostDocument, ThreadDocument, document_id, former_ids
from forum.base.search_index.queries import words_of_files

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post, Thread

#: A post is given the words of its thread by the statement that adds it.
_ADD_POST = """
    INSERT INTO forum_postdocument (id, post_id, thread_id, version, space_id, stems,
        folded_stems, title_stems, title_folded_stems)
    SELECT %s, %s, thread_id, version, space_id, %s, %s, title_stems, title_folded_stems
    FROM forum_threaddocument WHERE id = %s
    ON CONFLICT (id) DO UPDATE SET
        stems = excluded.stems, folded_stems = excluded.folded_stems
"""


def index_thread(thread: Thread) -> None:
    """Have ``thread``, and its posts, found by its title and tags as they are now.

    Call it after what changes either, with the thread locked.
    """
    title = title_streams(thread)
    columns = {"title_stems": title.stems, "title_folded_stems": title.folded_stems}
    key = {"id": document_id(thread.pk, VERSION), "version": VERSION}
    key |= {"thread_id": thread.pk, "space_id": thread.space_id}
    ThreadDocument.objects.bulk_create(
        [ThreadDocument(**key, **columns)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=columns,
    )
    if former := former_ids(thread.pk, VERSION):
        ThreadDocument.objects.filter(pk__in=former).delete()
    of_posts = PostDocument.objects.filter(thread=thread.pk)
    of_posts.exclude(**columns).update(**columns)  # Of a long thread, only if they change.


def index_post(post: Post) -> None:
    """Have ``post``, which is new, found by its text and files, its thread's title and tags.

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
    """Have ``post``, whose text or files changed, found by these alone: by no former ones."""
    if former := former_ids(post.pk, VERSION):
        PostDocument.objects.filter(pk__in=former).delete()
    index_post(post)


def forget_posts(posts: Iterable[Post]) -> None:
    """Have ``posts``, whose text is taken away, found no more."""
    pks = [pk for post in posts for pk in former_ids(post.pk, VERSION + 1)]
    PostDocument.objects.filter(pk__in=pks).delete()


def title_streams(thread: Thread) -> Streams:
    """The stems of its title, and after a SEPARATOR of its tags.

    Those are spelt as the thread does, and as all know them.
    """
    names = set()
    for tagging in thread.taggings.all():
        names.add(tagging.name)
        if tagging.tag.is_of_reference:
            names |= {tagging.tag.name, tagging.tag.name_en}
    title, tags = streams_of(thread.title), streams_of(". ".join(sorted(names - {""})))
    return Streams(*map(SEPARATOR.join, zip(title, tags, strict=True)))


def replace_documents(threads: Sequence[Thread]) -> None:
    """Index ``threads``, which are locked and were read with their ``taggings``, and posts."""
    PostDocument.objects.filter(thread__in=threads, version=VERSION).delete()
    ThreadDocument.objects.filter(thread__in=threads, version=VERSION).delete()
    about = {}
    for thread in threads:
        title = title_streams(thread)
        about[thread.pk] = {
            "thread_id": thread.pk,
            "version": VERSION,
            "space_id": thread.space_id,
            "title_stems": title.stems,
            "title_folded_stems": title.folded_stems,
        }
    ThreadDocument.objects.bulk_create(
        ThreadDocument(id=document_id(pk, VERSION), **columns) for pk, columns in about.items()
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
