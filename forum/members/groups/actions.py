"""Creating a working group with its space, changing its settings, and archiving it.

It is here because it writes spaces; joining and leaving are in ``accounts.groups.actions``.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.base.text import fold
from accounts.groups.models import JoinPolicy
from accounts.groups.rules import may_create_group, may_manage
from accounts.models import GroupMembership, WorkingGroup
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.rules import require, require_unsilenced
from forum.base.spaces.models import Audience, Space
from forum.conversation.threads.queries import lock_active_account

#: ``Space.order`` of groups' spaces: after all others in the menu.
_MENU_ORDER = 100
#: The most active groups that one may have created and be the contact of.
MAX_CREATED_GROUPS = 20


def create_group(
    actor: Viewer, *, name: str, idempotency_key: UUID, **fields: Any
) -> WorkingGroup:
    """Create a group and its space, with ``actor`` as its member and contact; return it.

    ``fields`` are purpose, college (None: across colleges), join_policy and ends_at. The
    same key and name twice give the same group: a double click creates one. Raise Refused
    where ``actor`` may not, or has created ``MAX_CREATED_GROUPS`` that are active.
    """
    # With a part of the key: a slug that is taken would tell that there is such a group.
    slug = f"{slugify(fold(name))[:60].strip('-') or 'groupe'}-{idempotency_key.hex[:8]}"
    created = WorkingGroup.objects.filter(slug=slug, created_by=actor.person_id)
    try:
        return created.first() or _create_group(actor, slug, name, fields)
    except IntegrityError:
        return created.get()


@transaction.atomic(durable=True)
def _create_group(actor: Viewer, slug: str, name: str, fields: dict[str, Any]) -> WorkingGroup:
    reason = _(
        "On fonde un groupe entre membres, ou dans un collège dont on est membre confirmé."
    )
    require(may_create_group(actor, fields["college"]), reason)
    lock_active_account(actor)
    own = {"created_by": actor.person_id, "contact": actor.person_id}
    active = WorkingGroup.objects.filter(visibility.active_groups(), **own).count()
    reason = _("Vous avez fondé %(most)d groupes qui vivent encore : archivez-en un d’abord.")
    require(active < MAX_CREATED_GROUPS, reason % {"most": MAX_CREATED_GROUPS})
    group = WorkingGroup.objects.create(
        slug=slug,
        name=name,
        contact_id=actor.person_id,
        created_by_id=actor.person_id,
        **fields,
    )
    assert actor.person_id is not None  # Who may found a group has an account.
    GroupMembership.objects.create(group=group, person_id=actor.person_id)
    Space.objects.create(
        slug=slug,
        name=name,
        description=group.purpose,
        audience=Audience.GROUP,
        group=group,
        order=_MENU_ORDER,
    )
    return group


@transaction.atomic(durable=True)
def update_group_settings(
    group: WorkingGroup,
    actor: Viewer,
    *,
    purpose: str,
    join_policy: str,
    ends_at: datetime | None,
    mail_content: str,
) -> WorkingGroup:
    """Set the purpose, join policy and end of ``group``, and what mails tell; return it.

    An archived group with a later end, or none, is active again, for the same people. Raise
    DoesNotExist where ``actor`` does not know of it, and Refused where they do not manage it.
    """
    require_unsilenced(actor.silenced_until)
    group = _managed_group_for_update(group, actor)
    group.purpose, group.join_policy, group.ends_at = purpose, join_policy, ends_at
    group.save(update_fields=["purpose", "join_policy", "ends_at"])
    set_now = {"description": purpose, "mail_content": mail_content}
    Space.objects.filter(group=group).update(**set_now)
    return group


@transaction.atomic(durable=True)
def archive_group(group: WorkingGroup, actor: Viewer, archived: bool) -> WorkingGroup:
    """Archive ``group`` now, or make it active without an end; return it. Twice is once."""
    group = _managed_group_for_update(group, actor)
    if group.is_archived != archived:
        group.ends_at = timezone.now() if archived else None
        group.save(update_fields=["ends_at"])
        if actor.person_id != group.contact_id:
            action = LoggedAction.CLOSE_GROUP if archived else LoggedAction.OPEN_GROUP
            is_known = group.join_policy == JoinPolicy.REQUEST and group.college_id is None
            name = group.name if is_known else ""  # Animators read the log, whoever they are.
            record_action(action, actor.person_id, person_id=group.contact_id, reason=name)
    return group


def _managed_group_for_update(group: WorkingGroup, actor: Viewer) -> WorkingGroup:
    """The group, its row locked, where ``actor`` knows of it and manages it."""
    known = WorkingGroup.objects.filter(visibility.groups(actor))
    group = known.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    require(may_manage(actor, group), _("Ceci revient au contact du groupe."))
    return group
