"""What the inbox says of co-authors: invitations, and what was answered to one's own."""

from django.urls import reverse
from django.utils.translation import gettext as _

from forum.inbox.notification import Notification, notification_source, waiting_source
from forum.sheets.authors.models import AuthorState, SheetAuthor
from forum.sheets.authors.queries import own_invitations
from forum.sheets.querysets import readable_sheets

#: The newest.
_MAX_ROWS = 50


@waiting_source
def sheet_invitations(person, viewer):
    """Invitations to write a sheet that wait for the person's answer."""
    rows = own_invitations(viewer).filter(state=AuthorState.INVITED)
    for row in rows.select_related("invited_by").order_by("-invited_at")[:_MAX_ROWS]:
        text = _("%(who)s vous invite à écrire une fiche d’expérience.")
        text %= {"who": row.invited_by.full_name}
        yield Notification(
            row.invited_at, text, reverse("sheet-invitation", args=[row.pk]), True
        )


@notification_source
def answered_sheet_invitations(person, viewer):
    """Those whom the person invited and who answered."""
    rows = SheetAuthor.objects.visible_to(viewer).filter(invited_by=person)
    rows = rows.filter(answered_at__isnull=False)
    rows = rows.filter(readable_sheets(viewer, "sheet__")).select_related("person")
    for row in rows.order_by("-answered_at")[:_MAX_ROWS]:
        if row.state == AuthorState.ACCEPTED:
            text = _("%(who)s écrit désormais avec vous une fiche d’expérience.")
        else:
            text = _("%(who)s a décliné d’écrire avec vous une fiche d’expérience.")
        text %= {"who": row.person.full_name}
        yield Notification(row.answered_at, text, reverse("sheet-authors", args=[row.sheet_id]))
