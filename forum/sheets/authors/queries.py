"""Who writes a sheet, and who is invited to."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.base.query_filters import search_words
from accounts.models import User
from accounts.profiles.queries import listed_people
from accounts.viewers.viewers import Viewer
from forum.sheets.authors.models import AuthorState, SheetAuthor
from forum.sheets.models import ExperienceSheet


def coauthors_of(viewer: Viewer, sheet: ExperienceSheet) -> QuerySet[SheetAuthor]:
    """Those who were invited to write ``sheet``, with their organisations."""
    rows = SheetAuthor.objects.visible_to(viewer).filter(sheet=sheet)
    return rows.select_related("person", "seat__organisation").order_by("pk")


def own_invitation(viewer: Viewer, pk: int) -> SheetAuthor:
    """The invitation of this id that ``viewer`` received; raise DoesNotExist where none."""
    own = SheetAuthor.objects.visible_to(viewer).filter(person=viewer.person_id or 0)
    return own.select_related("sheet__thread__space", "invited_by").get(pk=pk)


def invitations_of(viewer: Viewer) -> QuerySet[SheetAuthor]:
    """The invitations that wait for the answer of ``viewer``."""
    rows = SheetAuthor.objects.visible_to(viewer).filter(person=viewer.person_id or 0)
    rows = rows.filter(state=AuthorState.INVITED)
    return rows.select_related("sheet__thread", "invited_by").order_by("-invited_at")


def people_named(viewer: Viewer, typed: str, most: int = 8) -> list[User]:
    """The people of the directory whose names begin or go on as ``typed``; members only."""
    words = search_words(typed)
    if not words or not viewer.is_member:
        return []
    people = listed_people().exclude(pk=viewer.person_id)
    for word in words:
        people = people.filter(folded_name__contains=word)
    return list(people.order_by("folded_name")[:most])
