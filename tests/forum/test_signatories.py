"""Who has signed and whose seat waits reads what guests read, and writes there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.base.readership import readership_of
from forum.models import Post, Space, Thread
from tests import factories
from tests.factories import AUTHORITIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def mina(make_person):
    """Someone who signed yesterday, whom nobody has confirmed."""
    return make_person("Mina Attente", AUTHORITIES, confirmed=False)


def test_they_read_the_public_spaces_alone_and_are_counted_in_no_other(mina, spaces, viewer_of):
    read = Space.objects.visible_to(viewer_of(mina))
    before = readership_of(spaces["network"]).people
    assert list(read) == [spaces["public"]]

    mina.seats.update(confirmed_at=timezone.now())

    read = Space.objects.visible_to(viewer_of(mina))
    assert set(read) == {spaces[name] for name in ("public", "network", AUTHORITIES)}
    assert readership_of(spaces["network"]).people == before + 1


def test_a_group_that_they_are_in_opens_with_their_seat(mina, spaces, viewer_of):
    factories.join_group(mina)
    assert spaces["group"] not in Space.objects.visible_to(viewer_of(mina))
    before = readership_of(spaces["group"]).people

    mina.seats.update(confirmed_at=timezone.now())

    assert spaces["group"] in Space.objects.visible_to(viewer_of(mina))
    assert readership_of(spaces["group"]).people == before + 1


def test_they_reply_in_public_and_nowhere_else(mina, claire, spaces, browser_of):
    page = browser_of(mina)
    public = factories.start_thread(claire, spaces["public"])
    network = factories.start_thread(claire, spaces["network"])
    sent = {
        "text": "Chez nous aussi.",
        "idempotency_key": "9b9f5c1e-0f0e-4b7c-8a52-0c1e4a5f7d11",
    }

    assert page.post(reverse("replies", args=[network.pk]), sent).status_code == 404
    assert page.post(reverse("replies", args=[public.pk]), sent).status_code == 302

    post = Post.objects.get(author=mina)
    assert post.thread == public and post.seat is None


def test_they_put_questions_to_nobody(mina, claire, spaces, browser_of):
    page, asked = browser_of(mina), f"person-{claire.pk}"
    led = page.get(reverse("new-thread"), {"addressee": asked}, follow=True)
    assert "Cela s’ouvrira quand votre siège aura été confirmé" in led.text

    sent = {
        "kind": "question", "topic": "bois-energie", "space": spaces["public"].slug,
        "title": "Vous qui en avez une", "text": "Combien de bois brûlez-vous ?", "tags": "",
        "addressee": asked, "idempotency_key": "9b9f5c1e-0f0e-4b7c-8a52-0c1e4a5f7d11",
    }  # fmt: skip
    assert page.post(reverse("new-thread"), sent).status_code == 422
    assert not Thread.objects.exists()


def test_each_page_says_what_they_wait_for_and_where_they_stand(mina, browser_of):
    page = browser_of(mina)
    for name in ("home", "organisations", "inbox"):
        text = page.get(reverse(name)).text
        assert "Votre siège attend d’être confirmé" in text and reverse("joining-steps") in text
    assert "Lire et signer la charte" not in page.get("/").text

    mina.seats.update(confirmed_at=timezone.now())
    assert "attend d’être confirmé" not in page.get("/").text
