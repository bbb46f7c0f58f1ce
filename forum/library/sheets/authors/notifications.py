"""What the inbox says of co-authors: invitations, what was answered to one's own, removals."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.files.models import StoredFile
from forum.conversation.inbox.notification import (
    Notification,
    notification_source,
    waiting_source,
)
from forum.library.sheets.authors.models import (
    AuthorState,
    SheetAuthor,
    SheetAuthorQuerySet,
    SheetWriter,
)
from forum.library.sheets.authors.queries import own_invitations
from forum.library.sheets.querysets import readable_sheets

#: The newest.
_MAX_ROWS = 50


def _invitations(rights: Rights, person_id: int) -> QuerySet[SheetAuthor]:
    rows = own_invitations(Viewer(*rights, person_id=person_id))
    rows = rows.filter(state=AuthorState.INVITED).select_related("invited_by")
    return rows.order_by("-invited_at")[:_MAX_ROWS]


def _answered(rights: Rights, person_id: int) -> QuerySet[SheetAuthor]:
    viewer = Viewer(*rights, person_id=person_id)
    rows = SheetAuthor.objects.visible_to(viewer).filter(invited_by=person_id)
    rows = rows.filter(readable_sheets(viewer, "sheet__"), answered_at__isnull=False)
    rows = rows.exclude(state=AuthorState.REMOVED)
    return rows.select_related("person").order_by("-answered_at")[:_MAX_ROWS]


def _removals(person_id: int) -> SheetAuthorQuerySet:
    words = SheetWriter.objects.filter(is_shown=True, person=person_id)
    rows = SheetAuthor.objects.visible_to(Viewer(person_id=person_id))
    rows = rows.filter(person=person_id, state=AuthorState.REMOVED)
    sent = StoredFile.objects.filter(Q(owner=person_id) | Q(sender=person_id))
    at = Q(sheet=OuterRef("sheet")) | Q(post__thread__sheet=OuterRef("sheet"), post__number=1)
    has_words = Exists(words.filter(sheet=OuterRef("sheet"))) | Exists(sent.filter(at))
    rows = rows.annotate(has_words=has_words)  # type: ignore[no-redef]
    return rows.select_related("invited_by").order_by("-answered_at")[:_MAX_ROWS]


_INVITATIONS: CompiledQuery[SheetAuthor] = CompiledQuery(_invitations, "person_id")
_ANSWERED: CompiledQuery[SheetAuthor] = CompiledQuery(_answered, "person_id")
_REMOVALS: CompiledQuery[SheetAuthor] = CompiledQuery(_removals, "person_id")


@waiting_source(_INVITATIONS)
def sheet_invitations(
    _person: User, _viewer: Viewer, rows: list[SheetAuthor]
) -> Iterator[Notification]:
    """Invitations to write a sheet that wait for the person's answer."""
    for row in rows:
        text = _("%(who)s vous invite à écrire une fiche d’expérience.")
        text %= {"who": row.invited_by.full_name}
        yield Notification(
            row.invited_at, text, reverse("sheet-invitation", args=[row.pk]), True
        )


@notification_source(_ANSWERED)
def answered_sheet_invitations(
    person: User, _viewer: Viewer, rows: list[SheetAuthor]
) -> Iterator[Notification]:
    """Those whom the person invited and who answered."""
    for row in rows:
        if row.state == AuthorState.ACCEPTED:
            text = _("%(who)s écrit désormais avec vous une fiche d’expérience.")
        else:
            text = _("%(who)s a décliné d’écrire avec vous une fiche d’expérience.")
        text %= {"who": row.person.full_name}
        url = reverse("sheet-authors", args=[row.sheet_id])
        assert row.answered_at is not None
        yield Notification(row.answered_at, text, url, subject=row.pk)


@notification_source(_REMOVALS)
def removals_from_sheets(
    _person: User, _viewer: Viewer, rows: list[SheetAuthor]
) -> Iterator[Notification]:
    """The sheets that the person wrote with others, and was taken off by who began them."""
    for row in rows:
        text = _("%(who)s vous a retiré des auteurs d’une fiche d’expérience.")
        if row.has_words:
            text = _("%(who)s vous a retiré des auteurs d’une fiche d’expérience. Des mots de "
                     "vous, ou un fichier, y restent : ils ne seront lus de tous, ni là où "
                     "d’autres lisent, qu’avec votre accord.")  # fmt: skip
        message = text % {"who": row.invited_by.full_name}
        assert row.answered_at is not None
        yield Notification(row.answered_at, message, reverse("sheets"), subject=row.pk)
