"""Offering files as tools, saying what they are, publishing versions, saying they are used.

Each action is one transaction of four steps, publishing a version two; they raise as those of
threads do. A tool's thread is locked first, then the tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import Organisation, Territory
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.users.suspension import silenced_reason
from accounts.viewers.viewers import Viewer
from forum.base import events, rules, visibility
from forum.base.rules import refusal_reason, require
from forum.base.search_index.analysis import streams_of
from forum.base.spaces.models import Topic
from forum.conversation.files.actions import Attachment, show_files
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.threads.actions import post_reply
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.library.tools.models import Tool, ToolUse, ToolVersion
from forum.library.tools.queries import get_tool, organisation_of
from forum.library.tools.querysets import own_or_shown
from forum.library.tools.rules import (
    edit_refusal,
    is_of_organisation,
    may_edit_tool,
    may_say_unused,
    may_say_used,
    require_may_edit,
    require_may_offer,
    require_may_publish,
)

if TYPE_CHECKING:
    from forum.base.visibility import Rule


class ToolFacts(NamedTuple):
    """The description of a version of a tool."""

    title: str
    type: str
    licence: str
    topic: Topic
    territory: Territory | None = None
    label: str = ""
    used_for: str = ""


@transaction.atomic(durable=True)
def offer_tool(file: StoredFile, actor: Viewer, facts: ToolFacts) -> ToolVersion:
    """Have ``file``, of a post of ``actor``, be a tool; return its version, new or there."""
    thread, post, file = _locked(file, actor)
    require_may_offer(actor, file, post, thread)
    require_read_posts(actor, thread.space)
    if file.tool_id:
        return ToolVersion.objects.get(file=file)
    return _add_version(thread, post, file, Tool.objects.create(), facts)


def publish_version(
    version: ToolVersion,
    actor: Viewer,
    facts: ToolFacts,
    *,
    text: str,
    idempotency_key: UUID,
    files: Sequence[Attachment],
    shown_readers: str = "",
) -> Post:
    """Reply to the thread of ``version`` with ``files``, one, as its tool's next version.

    Two transactions, that of the reply first: sent again with the same key, what was cut off
    between them is done. Return the reply, which is none of a tool that was withdrawn
    meanwhile. Raise Refused where the same words stand there with another file.
    """
    thread = version.post.thread
    require_may_publish(actor, version.post, thread)
    require_read_posts(actor, thread.space)
    post = post_reply(thread, actor, text, idempotency_key, shown_readers, files)
    documents = post.stored_files.filter(is_image=False).order_by("position")
    if post.idempotency_key != idempotency_key:
        documents = documents.filter(pk__in=[attachment.file.pk for attachment in files])
        words = _("Ces mots sont déjà publiés ici, avec un autre fichier : dites autrement ce "
                  "qui change.")  # fmt: skip
        require(documents.exists(), words)
    with transaction.atomic(durable=True):
        thread = thread_for_update(post.thread_id, actor)
        tool = lock_row(Tool, version.file.tool_id)
        is_there = ToolVersion.objects.filter(file__tool=tool).exists()
        file = documents.first()
        if is_there and file is not None and file.tool_id is None:
            _add_version(thread, post, file, tool, facts)
    return post


@transaction.atomic(durable=True)
def edit_tool(version: ToolVersion, actor: Viewer, facts: ToolFacts) -> ToolVersion:
    """Say ``facts`` of ``version`` from now on; what an animator changes is in the log."""
    thread, post, file = _locked(version.file, actor)
    require_may_edit(actor, post, thread)
    require_read_posts(actor, thread.space)
    version = ToolVersion.objects.get(pk=version.pk)
    _write(version, file, facts)
    version.save()
    if not rules.is_author(actor, post):
        _log(LoggedAction.EDIT_TOOL, actor, post)
    return version


@transaction.atomic(durable=True)
def withdraw_tool(tool_id: int, actor: Viewer, reason: str = "") -> None:
    """Take out of the library what ``actor`` may of a tool: their versions, hidden ones too.

    Animators, all that they see. The files stay in their posts. ``reason``: an animator's, for
    the log.
    """
    get_tool(actor, tool_id)
    versions = ToolVersion.objects.visible_to(actor, own_or_shown).filter(file__tool=tool_id)
    versions = versions.select_related("file__post").order_by("file__post__thread", "pk")
    changed = [_withdraw_version(version, actor, reason) for version in list(versions)]
    require(any(changed), edit_refusal())


@transaction.atomic(durable=True)
def say_used(tool_id: int, actor: Viewer) -> None:
    """Note that the organisation for which ``actor`` writes uses the tool, once."""
    version = _latest_for_update(tool_id, actor)
    organisation = organisation_of(actor)
    may = may_say_used(actor, version, organisation)
    require(may, _no_use_reason(actor, version, organisation))
    assert actor.person_id is not None  # Who writes has an account.
    ToolUse.objects.update_or_create(
        tool_id=tool_id, organisation=organisation, defaults={"version": version},
        create_defaults={"version": version, "person_id": actor.person_id},
    )  # fmt: skip


@transaction.atomic(durable=True)
def say_unused(tool_id: int, actor: Viewer) -> None:
    """Note that the organisation for which ``actor`` writes no longer uses the tool."""
    version = _latest_for_update(tool_id, actor)
    organisation = organisation_of(actor)
    may = may_say_unused(actor, version, organisation)
    require(may, _no_use_reason(actor, version, organisation))
    ToolUse.objects.filter(tool=tool_id, organisation=organisation).delete()


def _locked(
    file: StoredFile, actor: Viewer, rule: Rule | None = None
) -> tuple[Thread, Post, StoredFile]:
    """The thread of ``file``, locked, its post and itself, where ``actor`` sees them."""
    assert file.post is not None
    thread = thread_for_update(file.post.thread_id, actor)
    post = thread.posts.visible_to(actor, rule).get(pk=file.post.pk)
    ready = StoredFile.objects.select_for_update().filter(post=post, state=FileState.READY)
    return thread, post, ready.get(pk=file.pk)


def _latest_for_update(tool_id: int, actor: Viewer) -> ToolVersion:
    """The tool as ``actor`` is shown it, with its thread and itself locked."""
    thread_for_update(get_tool(actor, tool_id).post.thread_id, actor)
    lock_row(Tool, tool_id)
    return get_tool(actor, tool_id)


def _add_version(
    thread: Thread, post: Post, file: StoredFile, tool: Tool, facts: ToolFacts
) -> ToolVersion:
    version = ToolVersion(file=file)
    _write(version, file, facts)
    version.save(force_insert=True)
    _set_tool(thread, post, file, tool)
    return version


def _set_tool(thread: Thread, post: Post, file: StoredFile, tool: Tool | None) -> None:
    """Have the post show ``file`` as of ``tool``, or of none."""
    StoredFile.objects.filter(pk=file.pk).update(tool=tool)
    file.tool = tool
    show_files(post)
    events.record(thread, post)


def _write(version: ToolVersion, file: StoredFile, facts: ToolFacts) -> None:
    for name, value in facts._asdict().items():
        setattr(version, name, value)
    index_tool(version, file)


def index_tool(version: ToolVersion, file: StoredFile) -> None:
    """Set what searches find ``version``, of ``file``, by; the caller saves it."""
    text = f"{version.title}. {version.used_for}. {file.name}"
    version.stems = f" {streams_of(text).folded_stems} "


def _withdraw_version(version: ToolVersion, actor: Viewer, reason: str) -> bool:
    thread, post, file = _locked(version.file, actor, visibility.deletable_posts)
    if not may_edit_tool(actor, post, thread):
        return False
    ToolVersion.objects.filter(pk=version.pk).delete()
    _set_tool(thread, post, file, None)
    if not rules.is_author(actor, post):
        _log(LoggedAction.WITHDRAW_TOOL, actor, post, reason)
    return True


def _log(action: LoggedAction, actor: Viewer, post: Post, reason: str = "") -> Any:
    about = {"person_id": post.author_id, "thread_id": post.thread_id, "post_id": post.pk}
    return record_action(action, actor.person_id, reason=reason, **about)


def _no_use_reason(
    actor: Viewer, version: ToolVersion, organisation: Organisation | None
) -> str:
    if organisation is not None and is_of_organisation(version, organisation):
        return _("Cet outil est celui de votre organisation : dites-le des autres.")
    if actor.silenced_until:
        return silenced_reason(actor.silenced_until)
    words = _("Il faut écrire pour une organisation du réseau pour dire qu’elle s’en sert.")
    return refusal_reason(actor, version.post.thread, words)
