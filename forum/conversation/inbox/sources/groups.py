"""Invitations, requests and answers of working groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import GroupEntry
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, waiting_source

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights


#: Each is mailed by itself (``forum/members/groups/mail.py``).
_OWN_MAIL = Channel.DIGEST


def _own_entries(rights: Rights, person_id: int, at: datetime) -> QuerySet[GroupEntry]:
    viewer = Viewer(*rights, person_id=person_id)
    own = GroupEntry.objects.filter(person=person_id)
    known = visibility.pending_entries(viewer, at=at)
    entries = own.pending(at).filter(known, type="invitation")
    entries |= own.filter(outcome="accepted", group__in=rights.group_ids)
    entries |= own.filter(outcome="refused", type="request")
    return entries.select_related("group", "created_by")


def _pending_requests(rights: Rights, person_id: int, at: datetime) -> QuerySet[GroupEntry]:
    active = rights.group_ids - rights.archived_group_ids
    entries = GroupEntry.objects.pending(at).filter(type="request", group__in=active)
    return entries.filter(group__contact=person_id).select_related("group", "person")


_OWN_ENTRIES = CompiledQuery(_own_entries, "person_id", "at")
_PENDING_REQUESTS = CompiledQuery(_pending_requests, "person_id", "at")


@waiting_source(_OWN_ENTRIES)
def own_entries(
    _person: User, _viewer: Viewer, entries: Iterable[GroupEntry]
) -> Iterator[Notification]:
    """Invitations that wait for the person, groups they came into, requests refused.

    A refusal is shown to whom it was addressed, whatever they may know of the group since.
    """
    for entry in entries:
        values = {"group": entry.group.name, "by": entry.created_by or "", "why": entry.reason}
        if not entry.outcome:
            text = _("%(by)s vous invite dans le groupe « %(group)s ».")
            url = reverse("invitation", args=[entry.pk])
            yield Notification(entry.created_at, text % values, url, True, _OWN_MAIL)
            continue
        assert entry.decided_at is not None
        if entry.outcome == "accepted":
            text = _("Vous êtes dans le groupe « %(group)s ».")
            url = entry.group.get_absolute_url()
            yield Notification(entry.decided_at, text % values, url, channel=_OWN_MAIL)
        else:
            text = _("Votre demande pour le groupe « %(group)s » est refusée : %(why)s")
            url = reverse("groups")
            yield Notification(
                entry.decided_at, text % values, url, channel=_OWN_MAIL, subject=entry.pk
            )


@waiting_source(_PENDING_REQUESTS)
def pending_requests(
    person: User, _viewer: Viewer, entries: Iterable[GroupEntry]
) -> Iterator[Notification]:
    """Requests that wait in the active groups whose contact the person is."""
    for entry in entries:
        assert entry.person is not None
        text = _("%(who)s demande à entrer dans le groupe « %(group)s ».")
        values = {"who": entry.person.full_name, "group": entry.group.name}
        url, subject = entry.group.get_absolute_url(), entry.pk
        yield Notification(
            entry.created_at, text % values, url, True, _OWN_MAIL, subject=subject
        )
