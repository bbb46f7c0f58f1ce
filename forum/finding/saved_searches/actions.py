"""Following a search, ending it, and noting that what it found was read, or mailed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.follows.models import Channel
from forum.finding.saved_searches.matching.actions import begin_matching
from forum.finding.saved_searches.models import SavedSearch
from forum.finding.saved_searches.queries import Finds
from forum.finding.search.search_query import MAX_LENGTH, SearchQuery

#: More are not looked for one by one.
MAX_SEARCHES = 30


@transaction.atomic(durable=True)
def follow_search(typed: str, actor: Viewer) -> SavedSearch:
    """Have ``actor`` follow the search (``SearchQuery.typed``), read so far; twice is once.

    Raise Refused where they have no account, follow thirty, or where it cannot be followed:
    it looks for nothing, or is longer than what one may type.
    """
    require(actor.is_registered, _("Pour suivre une recherche, il faut un compte."))
    query = SearchQuery.from_params({"q": typed})
    require(not query.is_empty, _("Cherchez d’abord quelque chose."))
    is_whole = query.typed == typed and len(typed) <= MAX_LENGTH
    require(is_whole, _("Cette recherche est trop longue pour être suivie."))
    begin_matching()
    lock_row(User, actor.person_id)
    own = SavedSearch.objects.filter(person=actor.person_id)
    if existing := own.filter(query=typed).first():
        return existing
    require(
        own.count() < MAX_SEARCHES,
        _("Vous suivez déjà trente recherches : cessez d’en suivre une d’abord."),
    )
    assert actor.person_id is not None  # Who writes has an account.
    return SavedSearch.objects.create(person_id=actor.person_id, query=typed)


@transaction.atomic(durable=True)
def unfollow_search(query: str, actor: Viewer) -> None:
    """Have ``actor`` no longer follow the search that is typed so, if they did."""
    SavedSearch.objects.filter(person=actor.person_id, query=query).delete()


@transaction.atomic(durable=True)
def mark_read(actor: Viewer, until: datetime, pk: int | None = None) -> None:
    """Note that ``actor`` has seen what the search ``pk``, or all theirs, had found by then."""
    behind = SavedSearch.objects.filter(person=actor.person_id, read_at__lt=until)
    if pk is not None:
        behind = behind.filter(pk=pk)
    behind.update(read_at=until)


@transaction.atomic(durable=True)
def choose_channel(pk: int, actor: Viewer, channel: str) -> None:
    """Have what the search ``pk`` of ``actor`` finds reach them by ``channel`` from now on.

    Raise SavedSearch.DoesNotExist where they follow none of this id.
    """
    if not SavedSearch.objects.filter(person=actor.person_id, pk=pk).update(channel=channel):
        raise SavedSearch.DoesNotExist


def keep_to_site(person_id: int) -> None:
    """Have nothing that searches find reach ``person_id`` by mail: part of a transaction."""
    SavedSearch.objects.filter(person=person_id).update(channel=Channel.SITE)


def note_mailed(finds: Iterable[Finds]) -> None:
    """Note that these were mailed: no mail tells them once more."""
    searches = []
    for find in finds:
        find.saved_search.mailed_until = find.found_at
        searches.append(find.saved_search)
    SavedSearch.objects.bulk_update(searches, ["mailed_until"])
