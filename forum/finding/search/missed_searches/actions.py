"""Noting searches that found nothing, without who searched."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.viewers.viewers import Viewer
from forum.finding.search.missed_searches.models import MissedSearch, MissedTerm
from forum.finding.search.missed_searches.rules import MIN_PEOPLE, countable_words

#: Rows that are kept of each kind, and for how long.
MAX_SEARCHES, MAX_TERMS, KEPT_FOR = 10_000, 500, timedelta(days=60)
_DIGEST_LENGTH = 32


@transaction.atomic(durable=True)
def note_missed_search(typed: str, actor: Viewer) -> None:
    """Note that ``actor`` found nothing for ``typed``; once however often they try.

    The words are kept from the moment on at which MIN_PEOPLE members have searched for them.
    """
    words = countable_words(typed)
    if not words or not actor.is_member:
        return
    searches = MissedSearch.objects.order_by()
    if len(searches.values_list("pk")[:MAX_SEARCHES]) == MAX_SEARCHES:
        return
    today, digest = timezone.localdate(), _digest(words)
    person_digest = _digest(f"{words} {actor.person_id}")
    row = MissedSearch(
        words_digest=digest, person_digest=person_digest, searched_on=today
    )  # fmt: skip
    MissedSearch.objects.bulk_create([row], ignore_conflicts=True)
    number = searches.filter(words_digest=digest).count()
    known = MissedTerm.objects.filter(words=words)
    if number < MIN_PEOPLE or not known and MissedTerm.objects.count() >= MAX_TERMS:
        return
    values = {"person_count": number, "searched_on": today}
    MissedTerm.objects.update_or_create(words=words, defaults=values)


def forget_terms(terms: Iterable[str]) -> None:
    """Delete what nobody found by one of ``terms``, which have synonyms now.

    Part of the transaction in which they get these.
    """
    words = [countable_words(term) for term in terms]
    MissedTerm.objects.filter(words__in=words).delete()


def delete_former_searches() -> int:
    """Delete what was searched for longer ago than KEPT_FOR; return how many rows."""
    before = timezone.localdate() - KEPT_FOR
    deleted = 0
    for model in (MissedSearch, MissedTerm):
        deleted += model.objects.filter(searched_on__lt=before).delete()[0]
    return deleted


def _digest(text: str) -> str:
    mac = salted_hmac("forum.finding.search.missed_searches", text, algorithm="sha256")
    return mac.hexdigest()[:_DIGEST_LENGTH]
