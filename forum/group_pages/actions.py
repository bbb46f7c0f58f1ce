"""What a group's own life is made of: founding it with its room, settling it, its archive.

How people come and go is in ``accounts.groups.actions``.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.base.text import fold
from accounts.groups.rules import may_create_group, may_manage
from accounts.models import GroupMembership, User, WorkingGroup
from forum import visibility
from forum.rules import require
from forum.spaces.models import Audience, Space

#: Rooms of groups come after all others in the menu.
_MENU_ORDER = 100
#: Groups that one founded, still answers for, and has not archived.
MAX_CREATED_GROUPS = 20


def create_group(actor, *, name, key, **fields):
    """Found a group with its room, and ``actor`` in it as its contact; return the group.

    ``fields``: purpose, college (None: across the colleges), joining, ends_at. The same
    ``key`` and name twice give the same group: a double click founds one. Raise Refused
    where ``actor`` may not, or has ``MAX_CREATED_GROUPS`` of them on their hands.
    """
    # Always with a part of the key: an address tells nobody that there is such a group yet.
    slug = f"{slugify(fold(name))[:60].strip('-') or 'groupe'}-{key.hex[:8]}"
    founded = WorkingGroup.objects.filter(slug=slug, created_by=actor.person_id)
    try:
        return founded.first() or _create_group(actor, slug, name, fields)
    except IntegrityError:
        return founded.get()


@transaction.atomic(durable=True)
def _create_group(actor, slug, name, fields):
    why = _("On fonde un groupe entre membres, ou dans un collège dont on est membre confirmé.")
    require(may_create_group(actor, fields["college"]), why)
    lock_row(User, actor.person_id)
    own = {"created_by": actor.person_id, "contact": actor.person_id}
    alive = WorkingGroup.objects.filter(visibility.active_groups(), **own).count()
    many = _("Vous avez fondé %(most)d groupes qui vivent encore : archivez-en un d’abord.")
    require(alive < MAX_CREATED_GROUPS, many % {"most": MAX_CREATED_GROUPS})
    group = WorkingGroup.objects.create(
        slug=slug,
        name=name,
        contact_id=actor.person_id,
        created_by_id=actor.person_id,
        **fields,
    )
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
def update_group_settings(group, actor, *, purpose, join_policy, ends_at):
    """Say anew what ``group`` is for, how one comes in and when it ends; return it.

    Giving an archived group another end, or none, opens its room to writing again: its
    readers stay the same.
    """
    group = _managed_group_for_update(group, actor)
    group.purpose, group.join_policy, group.ends_at = purpose, join_policy, ends_at
    group.save(update_fields=["purpose", "join_policy", "ends_at"])
    Space.objects.filter(group=group).update(description=purpose)
    return group


@transaction.atomic(durable=True)
def archive_group(group, actor, archived):
    """End ``group`` now, or open it again without an end; return it. Twice is once."""
    group = _managed_group_for_update(group, actor)
    if group.is_archived != archived:
        group.ends_at = timezone.now() if archived else None
        group.save(update_fields=["ends_at"])
    return group


def _managed_group_for_update(group, actor):
    """The group as it stands, locked, where ``actor`` knows of it and leads it."""
    seen = WorkingGroup.objects.filter(visibility.groups(actor))
    group = seen.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    require(may_manage(actor, group), _("Ceci revient au contact du groupe."))
    return group
