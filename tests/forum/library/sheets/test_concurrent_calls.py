"""Several take a call for a reviewer at once, on a real server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.library.sheets.reviews.calls.actions import open_call, take_call
from forum.library.sheets.reviews.calls.models import ReviewCall
from forum.library.sheets.reviews.models import SheetReview
from tests.factories import SUPPORT

_TAKERS = 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_of_six_who_take_a_call_at_once_one_reviews_and_the_others_are_refused(
    draft, claire, make_person
):
    call = open_call(draft, viewer_of_person(claire))
    viewers = [viewer_of_person(make_person(f"Membre {n}", SUPPORT)) for n in range(_TAKERS)]
    start = Barrier(_TAKERS)

    def take(viewer):
        start.wait()
        try:
            return take_call(call.pk, viewer).reviewer_id
        except Refused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(_TAKERS) as pool:
        taken = [pk for pk in pool.map(take, viewers) if pk]

    assert [review.reviewer_id for review in SheetReview.objects.all()] == taken
    assert [ReviewCall.objects.get().taken_by_id] == taken
