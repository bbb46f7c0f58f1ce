"""News of organisations that look for sponsors, for the members who may be one."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admission.queries import candidates_to_sponsor
from forum.inbox.notification import Notification

#: The oldest that wait; the page that is led to has them all.
_MAX_CANDIDATES = 20


def sponsor_notifications(person, viewer):
    """The organisations that ``person`` may vouch for, each while it waits."""
    if settings.FORUM_ADMISSION != "sponsored" or not viewer.seat_id:
        return
    for organisation in candidates_to_sponsor(person, viewer)[:_MAX_CANDIDATES]:
        words = _("« %(name)s » a signé la charte et cherche deux parrains.")
        said = {"name": organisation.name}
        yield Notification(organisation.created_at, words % said, reverse("candidates"))
