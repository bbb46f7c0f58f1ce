"""Invitations, requests and answers of working groups."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import GroupEntry
from forum import visibility
from forum.inbox.notification import Notification, notification_source


@notification_source
def own_entries(person, viewer):
    """Invitations that wait for the person, groups they came into, requests refused.

    A refusal is shown to whom it was addressed, whatever they may know of the group since.
    """
    own = GroupEntry.objects.filter(person=person)
    entries = own.pending().filter(visibility.pending_entries(viewer), type="invitation")
    entries |= own.filter(outcome="accepted", group__in=viewer.group_ids)
    entries |= own.filter(outcome="refused", type="request")
    for entry in entries.select_related("group", "created_by"):
        values = {"group": entry.group.name, "by": entry.created_by or "", "why": entry.reason}
        if not entry.outcome:
            text = _("%(by)s vous invite dans le groupe « %(group)s ».")
            url = reverse("invitation", args=[entry.pk])
            yield Notification(entry.created_at, text % values, url)
        elif entry.outcome == "accepted":
            text = _("Vous êtes dans le groupe « %(group)s ».")
            yield Notification(entry.decided_at, text % values, entry.group.get_absolute_url())
        else:
            text = _("Votre demande pour le groupe « %(group)s » est refusée : %(why)s")
            yield Notification(entry.decided_at, text % values, reverse("groups"))


@notification_source
def pending_requests(person, viewer):
    """Requests that wait in the active groups whose contact the person is."""
    entries = GroupEntry.objects.pending().filter(
        type="request",
        group__contact=person,
        group__in=viewer.group_ids - viewer.archived_group_ids,
    )
    for entry in entries.select_related("group", "person"):
        text = _("%(who)s demande à entrer dans le groupe « %(group)s ».")
        values = {"who": entry.person.full_name, "group": entry.group.name}
        yield Notification(entry.created_at, text % values, entry.group.get_absolute_url())
