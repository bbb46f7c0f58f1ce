"""News of organisations that look for sponsors, for the members who may be one."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admission.waiting import to_sponsor
from forum.inbox.telling import News

#: The oldest that wait; the page that is led to has them all.
_MOST = 20


def candidates(person, viewer):
    """The organisations that ``person`` may vouch for, each while it waits."""
    if settings.FORUM_ADMISSION != "sponsored" or not viewer.seat_id:
        return
    for organisation in to_sponsor(person, viewer)[:_MOST]:
        words = _("« %(name)s » a signé la charte et cherche deux parrains.")
        said = {"name": organisation.name}
        yield News(organisation.created_at, words % said, reverse("candidates"))
