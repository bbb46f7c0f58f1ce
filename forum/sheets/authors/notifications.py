"""What the inbox says of co-authors: invitations, and what was answered to one's own."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Viewer
from forum.inbox.notification import Notification, notification_source, waiting_source
from forum.sheets.authors.models import AuthorState, SheetAuthor
from forum.sheets.authors.queries import own_invitations
from forum.sheets.querysets import readable_sheets

#: The newest.
_MAX_ROWS = 50


@waiting_source
def sheet_invitations(person, viewer):
    """Invitations to write a sheet that wait for the person's answer."""
    for row in _INVITATIONS.rows(viewer.rights, person_id=person.pk):
        text = _("%(who)s vous invite à écrire une fiche d’expérience.")
        text %= {"who": row.invited_by.full_name}
        yield Notification(
            row.invited_at, text, reverse("sheet-invitation", args=[row.pk]), True
        )


@notification_source
def answered_sheet_invitations(person, viewer):
    """Those whom the person invited and who answered."""
    for row in _ANSWERED.rows(viewer.rights, person_id=person.pk):
        if row.state == AuthorState.ACCEPTED:
            text = _("%(who)s écrit désormais avec vous une fiche d’expérience.")
        else:
            text = _("%(who)s a décliné d’écrire avec vous une fiche d’expérience.")
        text %= {"who": row.person.full_name}
        yield Notification(row.answered_at, text, reverse("sheet-authors", args=[row.sheet_id]))


def _invitations(rights, person_id):
    rows = own_invitations(Viewer(*rights, person_id=person_id))
    rows = rows.filter(state=AuthorState.INVITED).select_related("invited_by")
    return rows.order_by("-invited_at")[:_MAX_ROWS]


def _answered(rights, person_id):
    viewer = Viewer(*rights, person_id=person_id)
    rows = SheetAuthor.objects.visible_to(viewer).filter(invited_by=person_id)
    rows = rows.filter(readable_sheets(viewer, "sheet__"), answered_at__isnull=False)
    return rows.select_related("person").order_by("-answered_at")[:_MAX_ROWS]


_INVITATIONS = CompiledQuery(_invitations, "person_id")
_ANSWERED = CompiledQuery(_answered, "person_id")
