"""Merging a tag into another, and undoing it.

That one tag stands for another is a transaction, and so is each thread that changes: nobody
waits for all of them. What a failure leaves is done by doing it again. The threads are changed
whether the animator sees them or not, as a word is one word everywhere; but no thread is given
a tag of which some of its readers know nothing.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import require, require_moderator
from forum.base.search_index.actions import index_thread
from forum.conversation.tags.models import MergedTagging, Tag, Tagging
from forum.conversation.tags.queries import (
    known_or_merged_tags,
    name_for_readers,
    taggings_that_may_become,
)
from forum.conversation.threads.models import Thread

#: So many threads at most are changed at a time.
MAX_THREADS = 2000


class CannotMergeTags(FieldRefusal):
    """The two tags cannot be made one."""


def more_left_message() -> str:
    """What is said where as many threads have changed as change at a time."""
    return _("Il reste des fils à changer : recommencez.")


def merge_tags(source: Tag, target: Tag, actor: Viewer, reason: str) -> int:
    """Have ``target`` stand for ``source``: its threads get that; return how many changed.

    Each thread keeps the spelling of its own; one that has both keeps ``target``. The address
    of ``source`` leads to ``target``, and who types it gives that. Again goes on with what was
    left. Raise CannotMergeTags where they cannot be one.
    """
    require_moderator(actor)
    _begin_merge(source.pk, target.pk, actor, reason)
    moving = taggings_that_may_become(source, target).order_by("content_object")
    pks = list(moving.values_list("content_object", flat=True)[:MAX_THREADS])
    return _change_threads(pks, source, target, actor, _move_tagging)


def separate_tag(source: Tag, actor: Viewer, reason: str) -> int:
    """Undo the merge of ``source``; return how many threads have it again.

    These are the threads that had it, and still have what it was merged into, as it was left:
    what their writers have changed since stays as they wrote it. Again goes on with what was
    left. Raise Refused where the tag that stands for it was merged itself by now.
    """
    require_moderator(actor)
    _end_merge(source.pk, actor, reason)
    moved = MergedTagging.objects.filter(source=source).order_by("thread")
    pks = list(moved.values_list("thread", flat=True)[:MAX_THREADS])
    return _change_threads(pks, source, None, actor, _restore_tagging)


def require_mergeable(source: Tag, target: Tag) -> None:
    """Raise CannotMergeTags where ``source`` and ``target`` cannot be one."""
    if source == target:
        raise CannotMergeTags(_("Choisissez un autre mot-clé que celui-ci."), "target")
    if target.merged_into_id or source.merged_into_id not in (None, target.pk):
        raise CannotMergeTags(_("L’un des deux est déjà réuni à un autre."), "target")
    unfinished = MergedTagging.objects.filter(source=source).exclude(target=target)
    if source.merged_into_id is None and unfinished.exists():
        words = _("Une séparation de ce mot-clé n’est pas achevée : achevez-la d’abord.")
        raise CannotMergeTags(words, "target")


@transaction.atomic(durable=True)
def _begin_merge(source_pk: int, target_pk: int, actor: Viewer, reason: str) -> None:
    tags = _lock(actor, source_pk, target_pk)
    source, target = tags[source_pk], tags[target_pk]
    for tag in tags.values():
        Tag.objects.visible_to(actor, known_or_merged_tags).get(pk=tag.pk)
    if source.merged_into_id == target.pk:
        return
    require_mergeable(source, target)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    # The log is read by who may see no thread with either: it names what all may be told.
    words = f"→ {target.name}. {reason}" if target.is_of_reference else reason
    record_action(LoggedAction.MERGE_TAGS, actor.person_id, tag_id=source.pk, reason=words)


@transaction.atomic(durable=True)
def _end_merge(source_pk: int, actor: Viewer, reason: str) -> None:
    source = _lock(actor, source_pk)[source_pk]
    Tag.objects.visible_to(actor, known_or_merged_tags).get(pk=source_pk)
    if source.merged_into_id is None:
        return
    stands = Tag.objects.filter(pk=source.merged_into_id, merged_into=None)
    words = _("Le mot-clé qui demeure a été réuni depuis à un autre : séparez-le d’abord.")
    require(stands.exists(), words)
    source.merged_into = None
    source.save(update_fields=["merged_into"])
    record_action(LoggedAction.SEPARATE_TAG, actor.person_id, tag_id=source.pk, reason=reason)


def _change_threads(
    pks: list[int],
    source: Tag,
    target: Tag | None,
    actor: Viewer,
    change: Callable[[Thread, Tag, Any], bool],
) -> int:
    """``change`` each thread, and have its pages follow; return how many changed."""
    return sum(_change_thread(pk, source, target, actor, change) for pk in pks)


@transaction.atomic(durable=True)
def _change_thread(
    pk: int,
    source: Tag,
    target: Tag | None,
    actor: Viewer,
    change: Callable[[Thread, Tag, Any], bool],
) -> bool:
    thread = lock_row(Thread, pk)
    pks = [source.pk] if target is None else [source.pk, target.pk]
    tags = _lock(actor, *pks)
    now = tags[source.pk].merged_into_id
    is_overtaken = now != (target and target.pk)
    if is_overtaken or not change(thread, source, target):
        return False
    index_thread(thread)
    events.record(thread)
    return True


def _move_tagging(thread: Thread, source: Tag, target: Tag) -> bool:
    tagging = Tagging.objects.filter(content_object=thread, tag=source).first()
    # Asked again: the thread may have moved, or the last that others knew the target by.
    if tagging is None or not name_for_readers(target, thread.space):
        return False
    taggings = Tagging.objects.filter(content_object=thread)
    had_both = taggings.filter(tag=target).exists()
    MergedTagging.objects.get_or_create(
        source=source,
        thread=thread,
        defaults={
            "target": target,
            "tagging_pk": tagging.pk,
            "name": tagging.name,
            "had_both": had_both,
            "was_moved": tagging.is_moved,
        },
    )
    if had_both:
        tagging.delete()
    else:
        taggings.filter(pk=tagging.pk).update(tag=target, is_moved=True)
    return True


def _restore_tagging(thread: Thread, source: Tag, _target: None) -> bool:
    moved = MergedTagging.objects.filter(source=source, thread=thread).first()
    if moved is None:
        return False
    MergedTagging.objects.filter(pk=moved.pk).delete()
    taggings = Tagging.objects.filter(content_object=thread)
    current = taggings.filter(tag=moved.target_id).first()
    if current is None or taggings.filter(tag=source).exists():
        return False
    as_it_was = {"tag": source, "name": moved.name, "is_moved": moved.was_moved}
    if moved.had_both:
        Tagging.objects.create(pk=moved.tagging_pk, content_object=thread, **as_it_was)
        return True
    is_left = current.name == moved.name and current.is_moved
    return bool(is_left and taggings.filter(pk=current.pk).update(**as_it_was))


def _lock(actor: Viewer, *pks: int) -> dict[int, Tag]:
    """The tags of these ids, locked in one order, and ``actor`` found to be an animator."""
    tags = Tag.objects.filter(pk__in=pks).order_by("slug")
    locked = {tag.pk: tag for tag in tags.select_for_update(of=("self",), no_key=True)}
    require_animator(User(pk=actor.person_id))
    if len(locked) < len(set(pks)):
        raise Tag.DoesNotExist
    return locked
