"""Who opened the space of one's college by break-glass access."""

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import BreakGlassAccess
from forum.inbox.notification import Notification, notification_source
from forum.models import Space

#: The newest accesses; the log of the space, to which each leads, has them all.
_MAX_ACCESSES = 20


@notification_source
def accesses(_person, viewer):
    """The accesses to the spaces of the viewer's colleges: by whom, until when and why."""
    spaces = {
        space.college_id: space
        for space in Space.objects.visible_to(viewer).filter(college__in=viewer.college_ids)
    }
    rows = BreakGlassAccess.objects.filter(college__in=spaces).select_related("person")
    for access in rows.order_by("-opened_at")[:_MAX_ACCESSES]:
        text = _("%(who)s a ouvert la pièce de votre collège, jusqu’au %(until)s : %(why)s")
        until = formats.date_format(timezone.localtime(access.end), "j F, G \\h i")
        values = {"who": access.person.full_name, "until": until, "why": access.reason}
        url = reverse("break-glass-log", args=[spaces[access.college_id].slug])
        yield Notification(access.opened_at, text % values, url)
