"""Who writes a sheet, and who is invited to."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.query_filters import search_words
from accounts.models import User
from accounts.profiles.queries import listed_people
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.files.models import StoredFile
from forum.library.sheets.authors.models import AuthorState, SheetAuthor, SheetWriter
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import shown_sheets, with_visible_sources


def coauthors_of(viewer: Viewer, sheet: ExperienceSheet) -> QuerySet[SheetAuthor]:
    """Those who were invited to write ``sheet``, with their organisations."""
    rows = SheetAuthor.objects.visible_to(viewer).filter(sheet=sheet)
    rows = rows.exclude(state=AuthorState.REMOVED)
    return rows.select_related("person", "seat__organisation").order_by("pk")


def former_writers(
    sheet: ExperienceSheet, senders: Collection[int] | None = None
) -> QuerySet[User]:
    """Who writes ``sheet`` no more, and left words that stand in it, or a file; by name.

    ``senders``: who sent the files that it shall have; None: of all that it has.
    """
    words = SheetWriter.objects.filter(sheet=sheet, is_shown=True)
    sent = senders if senders is not None else _senders_of(sheet)
    writers = User.objects.filter(Q(pk__in=words.values("person")) | Q(pk__in=sent))
    joined = sheet.coauthors.filter(state=AuthorState.ACCEPTED)
    writers = writers.exclude(pk__in=joined.values("person")).exclude(pk=sheet.author_id)
    return writers.order_by("full_name", "pk")


def _senders_of(sheet: ExperienceSheet) -> set[int]:
    of_draft = sheet.stored_files.values_list("owner", flat=True)
    of_post = StoredFile.objects.filter(post__thread=sheet.thread_id or 0, post__number=1)
    of_published = of_post.filter(sender__isnull=False).values_list("sender", flat=True)
    return {*of_draft, *of_published}


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
    people = listed_people().exclude(pk=viewer.person_id or 0)
    for word in words:
        people = people.filter(folded_name__contains=word)
    return list(people.order_by("folded_name")[:most])


def unreadable_drafts_of(viewer: Viewer) -> list[SheetAuthor]:
    """The co-authorships of drafts that ``viewer`` may not read today, which they may leave."""
    return _UNREADABLE.rows(viewer.rights, person_id=viewer.person_id or 0)


def _unreadable(rights: Rights, person_id: int) -> QuerySet[SheetAuthor]:
    viewer = Viewer(*rights, person_id=person_id)
    own = SheetAuthor.objects.visible_to(viewer).filter(person=person_id)
    drafts = own.filter(state=AuthorState.ACCEPTED, sheet__thread=None)
    unreadable = drafts.exclude(with_visible_sources(viewer, "sheet__"))
    return unreadable.select_related("sheet__author").order_by("pk")


_UNREADABLE: CompiledQuery[SheetAuthor] = CompiledQuery(_unreadable, "person_id")


def own_invitations(viewer: Viewer) -> QuerySet[SheetAuthor]:
    """The invitations that ``viewer`` received, of drafts and sheets that they may read."""
    own = SheetAuthor.objects.visible_to(viewer).filter(person=viewer.person_id or 0)
    own = own.exclude(state=AuthorState.REMOVED)
    drafts = Q(sheet__thread=None) & with_visible_sources(viewer, "sheet__")
    return own.filter(drafts | shown_sheets(viewer, "sheet__"))
