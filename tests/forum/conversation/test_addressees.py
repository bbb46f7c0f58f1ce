"""A question put to a person, an organisation or a territory."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, Territory
from forum.base.rules import Refused
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.follows.unread import unread_count
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads import actions
from forum.members.handover.actions import hand_over
from forum.models import Thread
from forum.moderation import actions as moderation
from tests import factories
from tests.forum.conversation.follow_helpers import badge
from tests.forum.members.handover_helpers import ended

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]

NEW = "/ouvrir/"


@pytest.fixture
def place(jeanne):
    """A territory where Jeanne's organisation acts."""
    one = Territory.objects.create(slug="pays-de-brec", name="Pays de Brec", type="pays")
    jeanne.seats.get().organisation.territories.add(one)
    return one


@pytest.fixture
def sends(browser_of):
    """What someone is answered who sends a new question."""

    def send(person, addressee, space="reseau", **fields):
        sent = {
            "kind": "question", "title": "Comment avez-vous fait", "text": "Dites-nous tout.",
            "topic": "bois-energie", "space": space, "tags": "", "addressee": addressee,
            "idempotency_key": uuid4(),
        } | fields  # fmt: skip
        return browser_of(person).post(reverse("new-thread"), sent)

    return send


@pytest.fixture
def reads(browser_of):
    """What someone's inbox says."""
    return lambda person: browser_of(person).get(reverse("inbox")).text


def person(one):
    return f"person-{one.pk}"


def organisation(one):
    return f"organisation-{one.seats.get().organisation.slug}"


def head_of(page):
    """The words of a thread's head."""
    head = re.search(r'<header class="thread-head".*?</header>', page.text, re.DOTALL)[0]
    return " ".join(re.sub("<[^>]*>", " ", head).split())


def asked(answer):
    """The thread that ``answer`` leads to."""
    assert answer.status_code == 302, answer.text
    return Thread.objects.latest("pk")


def test_a_question_to_a_person_names_them_in_its_head_and_waits_in_their_inbox(
    claire, jeanne, lucie, sends, reads, browser_of
):
    thread = asked(sends(claire, person(jeanne)))
    own = jeanne.seats.get().organisation.name
    assert thread.title in reads(jeanne)
    for reader in (claire, jeanne, lucie):
        page = browser_of(reader).get(thread.get_absolute_url())
        assert f"interroge {jeanne.full_name} ({own})" in head_of(page)
        assert reverse("member", args=[jeanne.pk]) in page.text
    assert "vous demande" in browser_of(jeanne).get("/").text  # Read, it waits still.
    assert thread.title not in reads(claire) + reads(lucie)
    assert f"interroge {jeanne.full_name}" in " ".join(
        re.sub("<[^>]*>", " ", browser_of(lucie).get("/").text).split()
    )


def test_it_rings_until_it_is_answered_settled_or_closed(
    claire, jeanne, lucie, sends, browser_of, viewer_of
):
    def rings():
        """Whether Jeanne's inbox and bell tell of a question: both, or neither."""
        page = browser_of(jeanne).get(reverse("inbox"))
        is_told = "vous demande" in page.text
        assert page.context["menu"].unread_notifications == is_told
        return is_told

    assert not rings()
    thread = asked(sends(claire, person(jeanne)))
    assert rings() and badge(browser_of(jeanne).get("/")) == "1 nouveauté vous attend"
    moderation.lock_thread(thread, viewer_of(lucie), True)
    assert not rings()
    moderation.lock_thread(thread, viewer_of(lucie), False)
    other = factories.post_reply(lucie, thread)
    assert rings()  # Somebody else's answer is not hers.
    accept_answer(other, viewer_of(claire))
    assert not rings()
    second = asked(sends(claire, person(jeanne), title="Et ensuite, comment faire ?"))
    assert rings()
    answer = factories.post_reply(jeanne, second)
    assert not rings()
    moderation.hide_post(answer, viewer_of(lucie), "Hors sujet.")
    page = browser_of(jeanne).get(reverse("inbox"))
    assert "vous demande" in page.text and page.context["menu"].unread_notifications == 2
    factories.post_reply(jeanne, second)
    assert "vous demande" not in browser_of(jeanne).get(reverse("inbox")).text


def test_someone_of_the_organisation_or_the_territory_answers_for_all(
    claire, jeanne, make_person, place, sends, reads, lucie
):
    colleague = make_person("Anne Collègue")
    factories.create_seat(
        colleague, factories.PROJECTS, organisation=jeanne.seats.get().organisation
    )
    for number, addressee in enumerate([organisation(jeanne), "territory-pays-de-brec"]):
        thread = asked(sends(claire, addressee, title=f"Comment avez-vous fait, {number}"))
        assert thread.title in reads(jeanne) and thread.title in reads(colleague)
        assert thread.title not in reads(lucie)
        factories.post_reply(lucie, thread)
        assert thread.title in reads(jeanne)
        factories.post_reply(colleague, thread)
        assert thread.title not in reads(jeanne) + reads(colleague)


def test_the_head_names_an_organisation_and_a_territory_with_their_pages(
    claire, jeanne, place, sends, browser_of
):
    town = jeanne.seats.get().organisation
    for addressee, one in ((organisation(jeanne), town), ("territory-pays-de-brec", place)):
        thread = asked(sends(claire, addressee, space="place-publique"))
        page = browser_of(None).get(thread.get_absolute_url())
        assert f"interroge {one.name} sur la place publique" in head_of(page)
        assert one.get_absolute_url() in page.text


def test_guests_are_not_told_the_name_of_whom_a_question_was_put_to(
    claire, jeanne, lucie, spaces, sends, viewer_of, browser_of
):
    answer = sends(claire, person(jeanne), space="place-publique")
    assert answer.status_code == 422 and "serait lu de tous" in answer.text
    thread = asked(sends(claire, person(jeanne)))
    factories.move_thread(thread, viewer_of(lucie), spaces["public"])
    for reader in (None, claire, lucie):
        for address in (thread.get_absolute_url(), "/"):
            page = browser_of(reader).get(address)
            assert "une personne du réseau" in page.text
        assert jeanne.full_name not in head_of(
            browser_of(reader).get(f"/fils/{thread.pk}/", follow=True)
        )


def test_a_space_that_they_do_not_read_is_refused_beside_the_field_and_nothing_is_lost(
    claire, jeanne, place, sends, spaces, viewer_of
):
    room = spaces[factories.AUTHORITIES].slug
    for addressee in (person(jeanne), organisation(jeanne), "territory-pays-de-brec"):
        answer = sends(claire, addressee, space=room)
        assert answer.status_code == 422
        assert "choisissez-en un autre" in answer.text
        assert f'value="{addressee}"' in answer.text and "Dites-nous tout." in answer.text
        assert f"?addressee={addressee}" in answer.text
    assert not Thread.objects.visible_to(viewer_of(claire)).exists()


def test_a_group_is_a_place_to_ask_whom_it_has(claire, jeanne, sends, spaces):
    group = factories.join_group(claire).group
    room = spaces["group"].slug
    for addressee in (person(jeanne), organisation(jeanne)):
        assert sends(claire, addressee, space=room).status_code == 422
    factories.join_group(jeanne, group)
    for addressee in (person(jeanne), organisation(jeanne)):
        assert asked(sends(claire, addressee, space=room)).space == spaces["group"]


def test_the_action_refuses_what_the_form_would(claire, jeanne, spaces, topics, viewer_of):
    viewer = viewer_of(claire)
    addressee = find_addressee(viewer, person(jeanne))
    with pytest.raises(Refused, match="ne lit pas cet espace"):
        actions.start_thread(
            viewer, space=spaces[factories.AUTHORITIES], topic=topics[0], kind="question",
            title="Comment faire ?", text="Dites.", tags=[], idempotency_key=uuid4(),
            addressees=[addressee],
        )  # fmt: skip
    assert not Thread.objects.visible_to(viewer).exists()


@pytest.mark.deep
def test_who_cannot_be_asked_is_refused_like_who_does_not_exist(
    claire, jeanne, make_person, sends, browser_of
):
    hidden = make_person("Hélène Discrète", factories.PROJECTS)
    Profile.objects.create(person=hidden, is_listed=False)
    quiet = make_person("Paule Tranquille", factories.PROJECTS)
    Profile.objects.create(person=quiet, takes_questions=False)
    page = browser_of(claire).get(quiet.get_absolute_url()).text
    assert "Paule" in page and "Poser une question à" not in page
    gone = make_person("Serge Suspendu", factories.PROJECTS, suspended_at=timezone.now())
    names = [
        person(hidden), person(quiet), person(gone), person(claire),
        "person-999999", "person-x", "person-",
        "organisation-nulle-part", "territory-nulle-part", "x" * 150, "person-9" * 9,
    ]  # fmt: skip
    for addressee in names:
        answer = sends(claire, addressee)
        assert answer.status_code == 422
        assert "On ne peut pas lui adresser de question" in answer.text
        assert "Discrète" not in answer.text and "Suspendu" not in answer.text
        assert "Tranquille" not in answer.text
    assert (
        "Poser une question à"
        not in browser_of(claire).get(reverse("member", args=[claire.pk])).text
    )
    for broken in ("x" * 500, "person-\0"):
        assert sends(claire, broken).status_code == 422


def test_who_is_asked_and_hides_or_leaves_later_is_named_without_a_link(
    claire, jeanne, sends, browser_of
):
    thread = asked(sends(claire, person(jeanne)))
    address = f'href="{reverse("member", args=[jeanne.pk])}"'
    client = browser_of(claire)
    assert address in client.get(thread.get_absolute_url()).text
    for model, change in (
        (Profile, {"is_listed": False}),
        (type(jeanne), {"suspended_at": timezone.now()}),
        (type(jeanne), {"is_active": False, "suspended_at": None}),
    ):
        if model is Profile:
            Profile.objects.create(person=jeanne, **change)
        else:
            Profile.objects.all().delete()
            model.objects.filter(pk=jeanne.pk).update(**change)
        page = client.get(thread.get_absolute_url())
        assert f"interroge {jeanne.full_name}" in head_of(page) and address not in page.text
    jeanne.seats.update(departed_at=timezone.now())
    page = client.get(thread.get_absolute_url())
    assert jeanne.seats.get().organisation.name not in head_of(page)


def test_a_name_that_changes_changes_in_the_head(claire, jeanne, sends, browser_of):
    thread = asked(sends(claire, organisation(jeanne)))
    client = browser_of(claire)
    client.get(thread.get_absolute_url()), client.get("/")
    own = jeanne.seats.get().organisation
    type(own).objects.filter(pk=own.pk).update(name="Régie <neuve>")
    assert "interroge Régie &lt;neuve&gt;" in head_of(client.get(thread.get_absolute_url()))
    assert "Régie &lt;neuve&gt;" in client.get("/").text


def test_who_is_asked_follows_and_the_question_counts_once(
    claire, jeanne, lucie, sends, viewer_of, browser_of
):
    thread = asked(sends(claire, person(jeanne)))
    assert unread_count(viewer_of(jeanne)) == 0
    factories.post_reply(lucie, thread)
    assert unread_count(viewer_of(jeanne)) == 1
    assert badge(browser_of(jeanne).get("/")) == "2 nouveautés vous attendent"


def test_what_waits_for_a_seat_that_ends_waits_for_its_successor_or_for_nobody(
    claire, jeanne, make_person, sends, reads, browser_of
):
    anne, seat = make_person("Anne Collègue"), jeanne.seats.get()
    taking_over = factories.create_seat(
        anne, factories.PROJECTS, organisation=seat.organisation
    )
    thread = asked(sends(claire, person(jeanne)))

    def told():
        """Whose inbox asks for an answer, and what Anne's bell counts."""
        bell = browser_of(anne).get(reverse("inbox")).context["menu"].unread_notifications
        return {one for one in (anne, jeanne) if "vous demande" in reads(one)}, bell

    assert told() == ({jeanne}, 0)
    ended(jeanne)
    assert told() == (set(), 0)
    hand_over(seat, taking_over, jeanne)
    assert told() == ({anne}, 2)  # It also tells her that she carries on.
    factories.post_reply(anne, thread)
    assert told() == (set(), 1)


def test_what_is_put_to_an_organisation_waits_for_those_who_stay(
    claire, jeanne, make_person, sends, reads
):
    anne = make_person("Anne Collègue")
    own = jeanne.seats.get().organisation
    factories.create_seat(anne, factories.PROJECTS, organisation=own)
    thread = asked(sends(claire, organisation(jeanne)))
    ended(jeanne)
    assert thread.title in reads(anne) and thread.title not in reads(jeanne)


def test_a_thread_moved_out_of_their_sight_waits_no_more(
    claire, jeanne, lucie, sends, spaces, viewer_of, reads
):
    thread = asked(sends(claire, person(jeanne)))
    assert "vous demande" in reads(jeanne)
    factories.move_thread(thread, viewer_of(lucie), spaces[factories.SUPPORT])
    assert "vous demande" not in reads(jeanne)


def test_a_thread_put_to_someone_is_a_question(claire, jeanne, sends, browser_of):
    assert sends(claire, person(jeanne), kind="discussion").status_code == 422
    page = browser_of(claire).get(reverse("new-thread"), {"addressee": person(jeanne)})
    assert 'value="question"' in page.text and 'value="discussion"' not in page.text
    thread = asked(sends(claire, "", kind="discussion"))
    assert not thread.addressees.exists()


def test_each_page_has_the_button_for_whom_it_is(
    claire, jeanne, place, browser_of, make_person
):
    own = jeanne.seats.get().organisation
    pages = [
        (jeanne, jeanne.full_name, jeanne.full_name, person(jeanne)),
        (own, "cette organisation", own.name, organisation(jeanne)),
        (place, "ce territoire", place.name, "territory-pays-de-brec"),
    ]
    for one, words, name, value in pages:
        page = browser_of(claire).get(one.get_absolute_url()).text
        assert f"Poser une question à {words}" in page
        assert f'href="{reverse("new-thread")}?addressee={value}"' in page
        form = browser_of(claire).get(reverse("new-thread"), {"addressee": value}).text
        assert f"Question pour <b>{name}" in form and "checked" in form
    serge = make_person("Serge", factories.PROJECTS, suspended_at=timezone.now())
    assert "Poser une question à" not in browser_of(serge).get(own.get_absolute_url()).text


def test_guests_and_those_without_charter_are_led_on_and_come_back_to_the_question(
    jeanne, make_person, browser_of, sends
):
    value = organisation(jeanne)
    asking = f"{reverse('new-thread')}?addressee={value}"
    assert (
        "Poser une question à"
        in browser_of(None).get(jeanne.seats.get().organisation.get_absolute_url()).text
    )
    answer = browser_of(None).get(asking)
    assert answer.status_code == 302 and "%3Faddressee%3D" in answer["Location"]
    answer = browser_of(make_person("Rita")).get(asking)
    assert answer["Location"].startswith(reverse("charter"))
    assert "%3Faddressee%3D" in answer["Location"]


def test_whose_session_ended_finds_whom_they_asked(claire, jeanne, sends, browser_of):
    guest = browser_of(None)
    sent = {"title": "Comment faites-vous ?", "text": "Dites.", "addressee": person(jeanne)}
    assert guest.post(reverse("new-thread"), sent).status_code == 302
    guest.force_login(claire)
    page = guest.get(reverse("new-thread")).text
    assert f"Question pour <b>{jeanne.full_name}" in page and "Dites." in page


def test_one_person_is_not_asked_without_end(claire, jeanne, lucie, sends, settings):
    settings.FORUM_QUESTIONS_PER_WEEK = 10
    for n in range(4):
        asked(sends(claire, person(jeanne), title=f"Comment faites-vous ? {n}"))
    answer = sends(claire, person(jeanne))
    assert answer.status_code == 429 and "Dites-nous tout." in answer.text
    asked(sends(claire, person(lucie)))
    asked(sends(lucie, person(jeanne)))
