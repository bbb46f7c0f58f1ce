"""Public versions as pages show them, and the authors who are asked."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import GUEST, Viewer
from forum.sheets.authors.models import AuthorState
from forum.sheets.models import PARTS, ExperienceSheet
from forum.sheets.public_versions.consents.models import AuthorConsent
from forum.sheets.public_versions.models import PublicVersion
from forum.threads.models import Post


def get_public_version(sheet_id: int) -> PublicVersion:
    """What all read of the sheet of this id; raise DoesNotExist where it is not public."""
    found = PublicVersion.objects.visible_to(GUEST).with_authors()
    return found.get(sheet=sheet_id)


def public_page(number: int) -> NumberedPage[PublicVersion]:
    """A page of the public versions, the latest first."""
    found = PublicVersion.objects.visible_to(GUEST).with_display_fields().newest_first()
    return NumberedPage(found, number)


def latest_public_versions(most: int) -> list[PublicVersion]:
    """The ``most`` that became public last, as a card shows them."""
    found = PublicVersion.objects.visible_to(GUEST).with_display_fields().newest_first()
    return list(found[:most])


def count_public_versions() -> int:
    """How many sheets all may read."""
    return PublicVersion.objects.visible_to(GUEST).count()


def get_concerned_version(viewer: Viewer, pk: int) -> PublicVersion:
    """A version about which ``viewer`` has a word to say; raise DoesNotExist where none."""
    found = PublicVersion.objects.concerning(viewer).with_authors()
    return found.select_related("proposed_by").get(pk=pk)


def current_version(viewer: Viewer, sheet: ExperienceSheet) -> PublicVersion | None:
    """What waits of ``sheet``, else what is public of it, for who has a word to say."""
    found = PublicVersion.objects.concerning(viewer).filter(sheet=sheet, ended_at=None)
    return found.order_by("-proposed_at", "-pk").first()


def public_address(sheet: ExperienceSheet) -> str:
    """Where all read ``sheet``, or "" where it is not public."""
    found = PublicVersion.objects.visible_to(GUEST).filter(sheet=sheet).first()
    return found.get_absolute_url() if found else ""


def consent_of(viewer: Viewer, version: PublicVersion) -> AuthorConsent | None:
    """What ``viewer`` is asked about ``version``, whose consents were read with it."""
    own = [one for one in version.consents.all() if one.person_id == viewer.person_id]
    return own[0] if own else None


def authors_of(sheet: ExperienceSheet) -> list[tuple[Any, int | None]]:
    """Who writes ``sheet``, each with the id of their seat: who began it first."""
    joined = sheet.coauthors.filter(Q(state=AuthorState.ACCEPTED)).select_related("person")
    others = [(one.person, one.seat_id) for one in joined.order_by("pk")]
    return [(sheet.author, sheet.seat_id), *others]


def quoted_people(sheet: ExperienceSheet) -> list[str]:
    """The names of those whose posts ``sheet`` quotes from where it was drawn, by their links.

    Not of its authors, nor of posts that guests read.
    """
    texts = " ".join(getattr(sheet, name) for name in PARTS)
    pks = [int(pk) for pk in _POST_LINK.findall(texts)]
    posts = Post._base_manager.filter(thread=sheet.origin_id, pk__in=pks)
    posts = posts.exclude(pk__in=Post.objects.visible_to(GUEST).values("pk"))
    authors = [person.pk for person, _seat in authors_of(sheet)]
    names = posts.exclude(author__in=authors).values_list("author__full_name", flat=True)
    return sorted(set(names))


#: A link to a post, as what is drawn from a thread has it (``drawing/queries.py``).
_POST_LINK = re.compile(r"\]\([^)\s]*/messages/(\d{1,18})/\)")
