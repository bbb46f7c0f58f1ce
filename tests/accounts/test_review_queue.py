"""What waits for animators, from all features; and claims, so that two do not do the same."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F

from accounts.models import EmailDomain
from accounts.review_queue.actions import claim_item, release_item, require_unclaimed
from accounts.review_queue.models import CLAIM_LIFETIME, ReviewClaim
from accounts.review_queue.queries import (
    WaitingPage,
    claims_of,
    items_of,
    waiting_by_source,
)
from accounts.review_queue.sources import review_sources
from tests.factories import AUTHORITIES


@pytest.fixture
def sources():
    """The sources by name."""
    return {source.name: source for source in review_sources()}


@pytest.fixture
def mona(make_person):
    """Someone whose seat waits."""
    return make_person("Mona Patiente", AUTHORITIES, confirmed=False)


@pytest.fixture
def seat(mona):
    """The seat that waits."""
    return mona.seats.get()


def queue(viewer, *names):
    """``(source's name, title)`` of what waits."""
    names = names or [source.name for source in review_sources()]
    items = items_of(viewer, WaitingPage(viewer, names, 1, 100).rows)
    return [(source.name, item.title) for source, item in items]


def test_what_waits_stands_in_one_queue_with_the_oldest_first(lucie, claire, seat, viewer_of):
    organisation = claire.seats.get().organisation
    domain = EmailDomain.objects.create(organisation=organisation, domain="mairie.example")
    viewer = viewer_of(lucie)

    assert queue(viewer) == [("sieges", "Mona Patiente"), ("domaines", str(domain))]
    EmailDomain.objects.update(declared_at=F("declared_at") - timedelta(1))
    assert queue(viewer) == [("domaines", str(domain)), ("sieges", "Mona Patiente")]
    assert queue(viewer, "sieges") == [("sieges", "Mona Patiente")]
    counts = {source.name: count for source, count in waiting_by_source(viewer, 99)}
    assert (counts["sieges"], counts["domaines"], counts["organisations"]) == (1, 1, 0)


def test_the_queue_takes_as_many_queries_whatever_waits(
    lucie, make_person, seat, viewer_of, django_assert_num_queries
):
    viewer = viewer_of(lucie)
    for number in range(5):
        with django_assert_num_queries(2):
            assert len(queue(viewer)) == number + 1
        make_person(f"Suivante {number}", AUTHORITIES, confirmed=False)


def test_what_one_has_claimed_another_is_refused_until_it_lapses(
    lucie, make_person, seat, sources
):
    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    claim = claim_item(sources["sieges"], seat.pk, lucie)

    assert claims_of([("sieges", seat.pk), ("sieges", 0)]) == {("sieges", seat.pk): claim}
    require_unclaimed("sieges", seat.pk, lucie.pk)
    with pytest.raises(PermissionDenied, match=str(lucie)):
        claim_item(sources["sieges"], seat.pk, other)
    with pytest.raises(PermissionDenied, match=str(lucie)):
        require_unclaimed("sieges", seat.pk, other.pk)

    ReviewClaim.objects.update(claimed_at=claim.claimed_at - CLAIM_LIFETIME)
    assert claims_of([("sieges", seat.pk)]) == {}
    assert claim_item(sources["sieges"], seat.pk, other).claimed_by == other
    release_item(sources["sieges"], seat.pk, lucie)  # It is no longer theirs to give back.
    assert ReviewClaim.objects.get().claimed_by == other
    release_item(sources["sieges"], seat.pk, other)
    assert not ReviewClaim.objects.exists()


def test_only_animators_claim_and_only_what_waits_for_them(
    lucie, claire, make_person, seat, sources
):
    with pytest.raises(PermissionDenied):
        claim_item(sources["sieges"], seat.pk, claire)
    assert claim_item(sources["sieges"], 0, lucie) is None
    newcomer = make_person(
        "Animatrice Nouvelle", AUTHORITIES, confirmed=False, is_animator=True
    )
    assert claim_item(sources["sieges"], newcomer.seats.get().pk, newcomer) is None
