"""The tools of the demonstration: small files made here, offered and said to be used.

They are written to the storage of files, so that only the command makes them, not whoever loads
the demonstration for its rows.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.readership import readership_of
from forum.conversation.files.actions import Attachment, show_files
from forum.conversation.files.models import StoredFile
from forum.conversation.files.storage import post_file_storage
from forum.conversation.files.tasks import prepare_file
from forum.conversation.files.uploads.actions import store_file, unsaved_file
from forum.library.tools.actions import ToolFacts, offer_tool, publish_version, say_used
from forum.library.tools.models import ToolVersion
from forum.models import Post, Thread, Topic
from forum.site.demo import source_data
from forum.site.demo.people import demo_email

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


def create_tools() -> None:
    """Offer the tools of the data, as the authors of their posts, who are there."""
    emails = {row["id"]: demo_email(row) for row in source_data.people()}
    for row in source_data.tools():
        post = _post(row)
        file = _file_of(post, row)
        actor = viewer_of_person(post.author)
        version = offer_tool(file, actor, _facts(row, post.thread.topic))
        ToolVersion.objects.filter(pk=version.pk).update(created_at=post.created_at)
        if "next" in row:
            prepare_file.enqueue(str(file.pk))
            file = _publish_next(version, actor, row, row["next"])
        prepare_file.enqueue(str(file.pk))
        for name in row["used_by"]:
            person = User.objects.get(email=emails[name])
            say_used(version.file.tool_id or 0, viewer_of_person(person))


def _post(row: dict[str, Any]) -> Post:
    """The post of the thread that ``row`` names by its slug, of which a key was made."""
    key = source_data.post_key(row["thread"], row["number"])
    posts = Post.objects.select_related("thread__topic", "thread__space", "author")
    value: Post = posts.get(idempotency_key=key)
    return value


@transaction.atomic
def _file_of(post: Post, row: dict[str, Any]) -> StoredFile:
    content = _content(row)
    upload = SimpleUploadedFile(row["file"], content)
    file = unsaved_file(post.author_id, upload, row["file"], seat_id=post.seat_id)
    file.content.name = post_file_storage().save(file.object_name(), upload)
    file.post, file.created_at = post, post.created_at
    file.save(force_insert=True)
    show_files(post)
    return file


def _publish_next(
    version: ToolVersion,
    actor: Viewer,
    row: dict[str, Any],
    following: dict[str, Any],
) -> StoredFile:
    """The file of the next version, published by its author an hour ago."""
    first = version.file.post
    assert first is not None  # A tool is offered in a post.
    upload = SimpleUploadedFile(following["file"], _content(row | following))
    file = store_file(actor, upload)
    post = publish_version(
        version, actor, _facts(row | following, version.topic), text=following["text"],
        idempotency_key=uuid5(NAMESPACE_URL, f"foirail:{following['file']}"),
        files=[Attachment(file)],
        shown_readers=readership_of(first.thread.space).stamp,
    )  # fmt: skip
    # As long ago as that nobody who enters is offered to undo it.
    at = post.created_at - timedelta(hours=1)
    Post.objects.filter(pk=post.pk).update(created_at=at)
    Thread.objects.filter(pk=post.thread_id).update(last_posted_at=at)
    return StoredFile.objects.get(pk=file.pk)


def _facts(row: dict[str, Any], topic: Topic) -> ToolFacts:
    return ToolFacts(
        row["title"], row["type"], row["licence"], topic, None, row["label"], row["used_for"]
    )


def _content(row: dict[str, Any]) -> bytes:
    if "rows" in row:
        text = StringIO()
        csv.writer(text, delimiter=";").writerows(row["rows"])
        return text.getvalue().encode("utf-8-sig")
    buffer, styles = BytesIO(), getSampleStyleSheet()
    story = [Paragraph(row["title"], styles["Title"]), Spacer(1, 24)]
    for words in row["paragraphs"]:
        story += [Paragraph(words, styles["BodyText"]), Spacer(1, 12)]
    SimpleDocTemplate(buffer, title=row["title"], lang="fr").build(story)
    return buffer.getvalue()
