"""Who writes a sheet, and who is invited to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.base.query_filters import search_words
from accounts.models import User
from accounts.profiles.queries import listed_people
from accounts.viewers.viewers import Viewer
from forum.sheets.authors.models import SheetAuthor
from forum.sheets.models import ExperienceSheet
from forum.sheets.querysets import shown_sheets


def coauthors_of(viewer: Viewer, sheet: ExperienceSheet) -> QuerySet[SheetAuthor]:
    """Those who were invited to write ``sheet``, with their organisations."""
    rows = SheetAuthor.objects.visible_to(viewer).filter(sheet=sheet)
    return rows.select_related("person", "seat__organisation").order_by("pk")


def own_invitation(viewer: Viewer, pk: int) -> SheetAuthor:
    """The invitation of this id that ``viewer`` received, to a draft or what they read.

    Raise SheetAuthor.DoesNotExist where there is none: its page says the title.
    """
    return (
        own_invitations(viewer).select_related("sheet__thread__space", "invited_by").get(pk=pk)
    )


def people_named(viewer: Viewer, typed: str, most: int = 8) -> list[User]:
    """The people of the directory whose names begin or go on as ``typed``; members only."""
    words = search_words(typed)
    if not words or not viewer.is_member:
        return []
    people = listed_people().exclude(pk=viewer.person_id)
    for word in words:
        people = people.filter(folded_name__contains=word)
    return list(people.order_by("folded_name")[:most])


def own_invitations(viewer: Viewer) -> QuerySet[SheetAuthor]:
    """The invitations that ``viewer`` received, of drafts and of sheets that they read."""
    own = SheetAuthor.objects.visible_to(viewer).filter(person=viewer.person_id or 0)
    return own.filter(Q(sheet__thread=None) | shown_sheets(viewer, "sheet__"))
