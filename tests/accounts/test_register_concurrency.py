"""The register stays whole while many sign at once, and in the demonstration."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts.charter import hash_chain
from accounts.charter.actions import withdraw_signature
from accounts.models import RegisterLine
from forum.site.demo.loading import load_demo
from tests.accounts.register_helpers import sign, verdict
from tests.factories import PROJECTS


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_many_who_sign_at_once_make_one_chain(charter, make_person):
    hash_chain.append_missing_lines()
    people = [make_person(f"Élu {n}", PROJECTS, signed=False) for n in range(12)]

    def one(person):
        try:
            return sign(person, charter)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(one, people))) == 12
    numbers = RegisterLine.objects.values_list("number", flat=True)
    assert list(numbers) == list(range(1, 14)) and verdict() == []


@pytest.mark.django_db(transaction=True)
def test_proving_the_register_while_people_sign_and_withdraw_finds_no_fault(
    charter, make_person
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    hash_chain.append_missing_lines()
    people = [make_person(f"Élu {n}", PROJECTS, signed=False) for n in range(8)]

    def come_and_go(person):
        try:
            return [withdraw_signature(sign(person, charter), person) for _time in range(3)]
        finally:
            connections.close_all()

    def prove(_time):
        try:
            return verdict()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as signing, ThreadPoolExecutor(2) as proving:
        coming = [signing.submit(come_and_go, person) for person in people]
        assert list(proving.map(prove, range(20))) == [[]] * 20
        assert all(len(one.result()) == 3 for one in coming)


@pytest.mark.deep
def test_the_demonstration_s_register_is_whole(db):
    load_demo()
    assert RegisterLine.objects.count() >= 20 and verdict() == []
