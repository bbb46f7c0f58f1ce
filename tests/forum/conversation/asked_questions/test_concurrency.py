"""Two who ask the same organisation at once hold the ceiling too."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts.models import Organisation
from forum.base.rules import Refused
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from tests import factories
from tests.forum.conversation.asked_questions.helpers import ask

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_posting_limits"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]
ASKERS = 6


def test_of_many_who_ask_at_once_as_many_are_let_as_the_ceiling_says(
    make_person, spaces, topics
):
    asked = [make_person(f"Interrogée {n}", factories.PROJECTS) for n in range(2)]
    values = [f"organisation-{it.seats.get().organisation.slug}" for it in asked]
    askers = [make_person(f"Demande {n}", factories.AUTHORITIES) for n in range(ASKERS)]

    def try_to_ask(n):
        chosen = values if n % 2 else values[::-1]
        try:
            return ask(askers[n], spaces["network"], *chosen, title=f"Question numéro {n} ?")
        except Refused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ASKERS) as pool:
        threads = list(pool.map(try_to_ask, range(ASKERS)))
    assert sum(thread is not None for thread in threads) == 3
    for one in Organisation.objects.filter(seats__person__in=asked):
        assert AskedOrganisation.objects.filter(organisation=one).count() == 3
