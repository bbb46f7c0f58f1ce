"""Saying what mails tell of spaces."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.models import Space
from forum.rules import require_moderator
from forum.space_settings.queries import spaces_to_set
from forum.spaces.models import MailContent


@transaction.atomic(durable=True)
def set_mail_contents(actor: Viewer, contents: Mapping[str, str]) -> None:
    """Have mails tell ``contents``, ``{slug: MailContent}``, of spaces that ``actor`` may set.

    What is not theirs to set, or not named, stays. Raise Refused where they are no animator.
    """
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))
    spaces = spaces_to_set(actor).filter(slug__in=contents)
    for space in spaces.select_for_update(no_key=True).order_by("pk"):
        _set(space, contents[space.slug], actor.person_id)


@transaction.atomic(durable=True)
def set_mail_content(slug: str, content: MailContent) -> None:
    """The same of one space, whichever, for who looks after the site.

    Raise Space.DoesNotExist where there is none.
    """
    _set(Space.objects.select_for_update(no_key=True).get(slug=slug), content, None)


def _set(space: Space, content: str, actor_id: int | None) -> None:
    if space.mail_content == content:
        return
    space.mail_content = content
    space.save(update_fields=["mail_content"])
    # Animators read the log, whoever they are: a group may be unknown to them.
    name = "" if space.group_id else space.name
    record_action(LoggedAction.SET_MAIL_CONTENT, actor_id, reason=name)
