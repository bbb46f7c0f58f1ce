"""Keeping the templates of threads; each change is in the log of moderation."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base.rules import require_moderator
from forum.base.spaces.models import Topic
from forum.conversation.threads.thread_templates.models import TemplateGuide, ThreadTemplate


class GuideTexts(NamedTuple):
    """What a guide says, and what a thread begins with, in both languages."""

    guide: str
    text: str = ""
    guide_en: str = ""
    text_en: str = ""


@transaction.atomic(durable=True)
def write_guide(
    template: ThreadTemplate, topic: Topic | None, texts: GuideTexts, actor: Viewer
) -> None:
    """Set the ``texts`` of the guide of ``template``, for ``topic`` if any."""
    require_moderator(actor)
    lock_row(ThreadTemplate, template.pk)
    row = TemplateGuide.objects.filter(template=template, topic=topic).first()
    before = row and GuideTexts(*(getattr(row, name) for name in GuideTexts._fields))
    if before == texts:
        return
    TemplateGuide.objects.update_or_create(
        template=template, topic=topic, defaults=texts._asdict()
    )
    _log(template, topic, actor)


@transaction.atomic(durable=True)
def remove_guide(template: ThreadTemplate, topic: Topic, actor: Viewer) -> None:
    """Delete the guide of ``template`` for ``topic``: the general one serves; twice is once."""
    require_moderator(actor)
    lock_row(ThreadTemplate, template.pk)
    count, _rows = TemplateGuide.objects.filter(template=template, topic=topic).delete()
    if count:
        _log(template, topic, actor)


@transaction.atomic(durable=True)
def offer_template(template: ThreadTemplate, actor: Viewer, *, is_offered: bool) -> None:
    """Offer ``template`` to who opens a thread, or no longer; twice is once."""
    require_moderator(actor)
    row = lock_row(ThreadTemplate, template.pk)
    if row.is_offered != is_offered:
        row.is_offered = is_offered
        row.save(update_fields=["is_offered"])
        _log(template, None, actor)


def _log(template: ThreadTemplate, topic: Topic | None, actor: Viewer) -> None:
    reason = f"{template.name}, {topic.name}" if topic else template.name
    record_action(LoggedAction.EDIT_TEMPLATE, actor.person_id, reason=reason)
