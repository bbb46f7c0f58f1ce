"""News of rooms: groups that invite, ask or answer, and who opened one's college's room."""

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import BreakGlassAccess, GroupEntry
from forum import visibility
from forum.inbox.notification import Notification
from forum.models import Space

#: Openings of one's college's room that are told of; its log has them all.
_MAX_BREAK_GLASS = 20


def group_entry_notifications(person, viewer):
    """Invitations that wait for the person, where they are in, and why they are not.

    A refusal is told to whom it was said, whatever they may know of the group since.
    """
    own = GroupEntry.objects.filter(person=person)
    told = own.pending().filter(visibility.pending_entries(viewer), kind="invitation")
    told |= own.filter(outcome="accepted", group__in=viewer.groups)
    told |= own.filter(outcome="refused", kind="request")
    for entry in told.select_related("group", "by"):
        said = {"group": entry.group.name, "by": entry.by or "", "why": entry.reason}
        if not entry.outcome:
            words = _("%(by)s vous invite dans le groupe « %(group)s ».")
            yield Notification(
                entry.created_at, words % said, reverse("invitation", args=[entry.pk])
            )
        elif entry.outcome == "accepted":
            words = _("Vous êtes dans le groupe « %(group)s ».")
            yield Notification(entry.decided_at, words % said, entry.group.get_absolute_url())
        else:
            words = _("Votre demande pour le groupe « %(group)s » est refusée : %(why)s")
            yield Notification(entry.decided_at, words % said, reverse("groups"))


def join_request_notifications(person, viewer):
    """Requests that wait in the groups whose contact the person is, but for archived ones."""
    waiting = GroupEntry.objects.pending().filter(
        kind="request", group__contact=person, group__in=viewer.groups - viewer.archived_groups
    )
    for entry in waiting.select_related("group", "person"):
        words = _("%(who)s demande à entrer dans le groupe « %(group)s ».")
        said = {"who": entry.person.full_name, "group": entry.group.name}
        yield Notification(entry.created_at, words % said, entry.group.get_absolute_url())


def break_glass_notifications(_person, viewer):
    """Who opened the room of a college of the person's, until when and why."""
    spaces = {
        space.college_id: space
        for space in Space.objects.visible_to(viewer).filter(college__in=viewer.colleges)
    }
    opened = BreakGlassAccess.objects.filter(college__in=spaces).select_related("person")
    for one in opened.order_by("-opened_at")[:_MAX_BREAK_GLASS]:
        words = _("%(who)s a ouvert la pièce de votre collège, jusqu’au %(until)s : %(why)s")
        until = formats.date_format(timezone.localtime(one.end), "j F, G \\h i")
        said = {"who": one.person.full_name, "until": until, "why": one.reason}
        log = reverse("space-openings", args=[spaces[one.college_id].slug])
        yield Notification(one.opened_at, words % said, log)
