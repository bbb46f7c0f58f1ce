"""Working groups on the site: founding, what their room is, and what their pages tell whom."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Card, GroupEntry, WorkingGroup
from accounts.viewers import of_person
from forum import visibility
from forum.audiences import readers_of
from forum.groups.actions import archive_group, found_group
from forum.models import Post, Space
from forum.moderation import actions as moderation
from forum.questions.actions import accept_answer
from forum.threads import actions
from forum.threads.acting import Refused
from tests.cast import AUTHORITIES, PROJECTS, join_group, reply, start

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Toits d’école",
    "purpose": "Un cahier des charges commun.",
    "college": "tous",
    "joining": "request",
    "ends_at": "",
}


def form(**fields):
    return FORM | {"key": uuid4()} | fields


@pytest.fixture
def group(claire, spaces):
    """Claire's, across the colleges, on request, with its room."""
    return found_group(
        of_person(claire), name="Toits d’école", purpose="Un cahier.", college=None,
        joining="request", ends_at=None, key=uuid4(),
    )  # fmt: skip


@pytest.fixture
def room(group):
    return Space.objects.get(group=group)


def archive(group):
    WorkingGroup.objects.filter(pk=group.pk).update(ends_at=timezone.now())


# ---------------------------------------------------------------------- founding


def test_a_member_founds_a_group_with_its_room_and_is_its_contact(claire, spaces, browser_of):
    answer = browser_of(claire).post(reverse("new-group"), form())

    group = WorkingGroup.objects.get(name="Toits d’école")
    assert answer["Location"] == group.get_absolute_url()
    assert (group.contact, group.created_by, group.college) == (claire, claire, None)
    room = Space.objects.visible_to(of_person(claire)).get(group=group)
    assert (room.name, room.description) == (group.name, group.purpose)


def test_sending_the_form_twice_founds_one_group(claire, spaces, browser_of):
    client, sent = browser_of(claire), form()
    first, second = (
        client.post(reverse("new-group"), sent),
        client.post(reverse("new-group"), sent),
    )

    assert first["Location"] == second["Location"]
    assert WorkingGroup.objects.filter(name="Toits d’école").count() == 1


def test_an_address_tells_nobody_that_a_name_is_taken(claire, jeanne, group, browser_of):
    browser_of(jeanne).post(reverse("new-group"), form())

    first, second = WorkingGroup.objects.filter(name=group.name).order_by("pk")
    assert first.slug[:-9] == second.slug[:-9] == "toits-decole"


def test_a_group_is_founded_in_the_college_where_one_is_confirmed(
    claire, spaces, make_person, browser_of
):
    mina = make_person("Mina", AUTHORITIES, confirmed=False)
    for person, college, status in [
        (claire, PROJECTS, 422), (mina, AUTHORITIES, 422), (claire, "inconnu", 422),
        (claire, AUTHORITIES, 302),
    ]:  # fmt: skip
        answer = browser_of(person).post(reverse("new-group"), form(college=college))
        assert answer.status_code == status
        if status == 422:
            assert "Choisissez l’un de vos collèges" in answer.content.decode()
    assert WorkingGroup.objects.get(name="Toits d’école").college.slug == AUTHORITIES


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Donnez un nom au groupe."),
        ({"name": "x"}, "Ce nom est trop court."),
        ({"name": "x" * 121}, "Gardez 120 caractères"),
        ({"purpose": ""}, "Dites ce que le groupe veut faire."),
        ({"purpose": "x" * 301}, "Gardez 300 caractères"),
        ({"joining": "porte"}, "Choisissez l’une des deux manières d’entrer."),
        ({"ends_at": "2020-01-01"}, "Ce jour est passé."),
        ({"ends_at": "9999-12-31"}, "d’ici dix ans"),
        ({"ends_at": "bientôt"}, "Écrivez une date"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_typed_is_lost(
    wrong, said, claire, spaces, browser_of
):
    answer = browser_of(claire).post(reverse("new-group"), form(**wrong))

    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    kept = {"name": "Toits d’école", "purpose": "Un cahier des charges commun."} | wrong
    assert all(value in page for name, value in kept.items() if name != "joining")
    assert not WorkingGroup.objects.filter(name="Toits d’école").exists()


def test_the_last_day_is_lived_to_its_end(claire, spaces, browser_of):
    today = timezone.localdate()
    browser_of(claire).post(reverse("new-group"), form(ends_at=today.isoformat()))

    group = WorkingGroup.objects.get(name="Toits d’école")
    assert timezone.localtime(group.ends_at).date() == today + timedelta(days=1)
    assert (
        f'value="{today.isoformat()}"'
        in browser_of(claire).get(reverse("group-settings", args=[group.slug])).content.decode()
    )


def test_who_has_not_signed_is_led_to_the_charter(make_person, spaces, browser_of):
    answer = browser_of(make_person("Rita")).get(reverse("new-group"))

    assert answer.status_code == 302 and "/charte/" in answer["Location"]


# ---------------------------------------------------------------------- who knows


def test_groups_on_request_are_known_to_members_and_others_to_nobody_else(
    group, claire, jeanne, make_person, browser_of
):
    address = group.get_absolute_url()
    assert browser_of(jeanne).get(address).status_code == 200
    assert browser_of(make_person("Rita")).get(address).status_code == 404

    WorkingGroup.objects.update(joining="invitation")
    assert browser_of(jeanne).get(address).status_code == 404
    assert browser_of(claire).get(address).status_code == 200
    assert group.name not in browser_of(jeanne).get(reverse("groups")).content.decode()


def test_a_group_of_a_college_is_known_in_that_college_only(
    group, colleges, jeanne, make_person, browser_of
):
    WorkingGroup.objects.update(college=colleges[AUTHORITIES])
    anne = make_person("Anne", AUTHORITIES)

    assert browser_of(jeanne).get(group.get_absolute_url()).status_code == 404
    assert browser_of(anne).get(group.get_absolute_url()).status_code == 200


def test_who_may_know_of_a_group_is_not_told_who_is_in_it(group, claire, jeanne, browser_of):
    join_group(claire, WorkingGroup.objects.get(slug="chaufferies"))
    anne = browser_of(jeanne).get(group.get_absolute_url()).content.decode()

    assert "Qui est dans le groupe" not in anne
    assert "Claire Le Bihan" in anne  # Its contact.


def test_who_leaves_a_college_keeps_nothing_of_its_groups(
    group, room, colleges, claire, browser_of
):
    WorkingGroup.objects.filter(pk=group.pk).update(college=colleges[AUTHORITIES])
    thread = start(claire, room)
    client = browser_of(claire)
    assert client.get(thread.get_absolute_url()).status_code == 200

    claire.seats.update(ended_at=timezone.now())
    for address in (
        thread.get_absolute_url(), room.get_absolute_url(), group.get_absolute_url(),
        reverse("thread-changes", args=[thread.pk]) + "?after=0",
    ):  # fmt: skip
        assert client.get(address).status_code == 404


# ---------------------------------------------------------------------- coming in


def test_asking_reaches_the_contact_and_the_answer_whoever_asked(
    group, claire, jeanne, browser_of
):
    asks, leads = browser_of(jeanne), browser_of(claire)
    asks.post(reverse("ask-group", args=[group.slug]), {"words": "J’ai un contrat."})
    entry = GroupEntry.objects.get()
    asks.post(reverse("ask-group", args=[group.slug]), {"words": "Encore moi."})
    assert [one.to for one in mail.outbox] == [[claire.email]]
    assert "J’ai un contrat." in leads.get(group.get_absolute_url()).content.decode()

    answer = reverse("answer-request", args=[entry.pk])
    empty = leads.post(answer, {"reponse": "non", f"entry-{entry.pk}-reason": " "})
    assert empty.status_code == 422
    assert "pourquoi sa demande est refusée" in empty.content.decode()
    leads.post(answer, {"reponse": "non", f"entry-{entry.pk}-reason": "Nous sommes dix."})
    assert "Nous sommes dix." in asks.get(reverse("groups")).content.decode()
    assert mail.outbox[-1].to == [jeanne.email]

    asks.post(reverse("ask-group", args=[group.slug]))
    again = GroupEntry.objects.get(outcome="")
    leads.post(reverse("answer-request", args=[again.pk]), {"reponse": "oui"})
    assert group.pk in of_person(jeanne).groups


def test_an_invitation_leads_whom_it_is_for_into_the_group(group, claire, jeanne, browser_of):
    WorkingGroup.objects.update(joining="invitation")
    sent = browser_of(claire).post(
        reverse("invite", args=[group.slug]), {"who": "jeanne brunel"}, follow=True
    )
    assert "Jeanne Brunel a reçu votre invitation" in sent.content.decode()
    entry, client = GroupEntry.objects.get(), browser_of(jeanne)
    place = reverse("invitation", args=[entry.pk])
    assert place in mail.outbox[-1].body and mail.outbox[-1].to == [jeanne.email]
    assert place in client.get(reverse("groups")).content.decode()
    assert client.get(group.get_absolute_url()).status_code == 200

    assert client.post(place, {"reponse": "oui"})["Location"] == group.get_absolute_url()
    assert group.pk in of_person(jeanne).groups
    assert "Cette invitation a servi" in client.get(place).content.decode()


def test_who_is_not_in_the_directory_is_invited_by_address_and_not_found_by_name(
    group, claire, jeanne, browser_of
):
    Card.objects.create(person=jeanne, is_listed=False)
    leads, place = browser_of(claire), reverse("invite", args=[group.slug])
    answer = leads.post(place, {"who": "brunel"})
    assert answer.status_code == 422 and "Jeanne" not in answer.text
    leads.post(place, {"who": jeanne.email})
    assert GroupEntry.objects.get().person == jeanne


def test_the_name_of_a_group_is_one_line_and_its_mail_leaves(
    claire, jeanne, spaces, browser_of
):
    sent = form(name="Réseaux\nde chaleur", joining="request")
    assert browser_of(claire).post(reverse("new-group"), sent).status_code == 302
    group = WorkingGroup.objects.get(name="Réseaux de chaleur")
    asked = browser_of(jeanne).post(reverse("ask-group", args=[group.slug]))
    assert asked.status_code == 302 and "Réseaux de chaleur" in mail.outbox[-1].subject


def test_an_invitation_is_found_by_whom_it_is_for_and_nobody_else(
    group, claire, jeanne, lucie, browser_of
):
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": jeanne.email})
    place = reverse("invitation", args=[GroupEntry.objects.get().pk])

    for other in (claire, lucie):
        assert browser_of(other).get(place).status_code == 404
        assert browser_of(other).post(place, {"reponse": "oui"}).status_code == 404


def test_a_mail_that_cannot_be_sent_changes_nothing(
    group, claire, jeanne, browser_of, settings
):
    nobody_there = {"host": "127.0.0.1", "port": 1}
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": smtp, "OPTIONS": nobody_there}}
    answer = browser_of(claire).post(
        reverse("invite", args=[group.slug]), {"who": jeanne.email}
    )

    assert answer.status_code == 302
    assert GroupEntry.objects.get().person == jeanne


@pytest.mark.parametrize(
    ("surface", "back"),
    [("ask-group", "group"), ("group-settings", "group"), ("new-group", "new-group")],
)
def test_whose_session_has_ended_comes_back_to_a_page(surface, back, group, client):
    args = {"new-group": []}.get(surface, [group.slug])
    answer = client.post(reverse(surface, args=args), form())

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"next={reverse(back, args=args)}")


def test_a_group_typed_after_the_session_ended_is_kept(claire, spaces, client):
    client.post(reverse("new-group"), form())
    client.force_login(claire)

    assert FORM["purpose"] in client.get(reverse("new-group")).content.decode()


def test_an_expired_invitation_says_so(group, claire, jeanne, browser_of):
    WorkingGroup.objects.update(joining="invitation")
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": jeanne.email})
    GroupEntry.objects.update(expires_at=timezone.now())
    place, client = (
        reverse("invitation", args=[GroupEntry.objects.get().pk]),
        browser_of(jeanne),
    )

    assert "Cette invitation a expiré" in client.get(place).content.decode()
    late = client.post(place, {"reponse": "oui"})
    assert late.status_code == 403 and "expiré" in late.content.decode()
    assert client.get(group.get_absolute_url()).status_code == 404
    assert group.pk not in of_person(jeanne).groups


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", "Écrivez un nom ou une adresse."),
        ("rita@exemple.fr", "Aucun membre du réseau n’a cette adresse."),
        ("Rita", "Aucun membre du réseau ne porte ce nom."),
        ("a", "Plusieurs membres répondent à ce nom"),
        ("claire le bihan", "déjà dans le groupe"),
    ],
)
def test_who_cannot_be_invited_is_said_beside_the_field(
    who, said, group, claire, people, make_person, browser_of
):
    make_person("Rita")
    answer = browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": who})

    page = answer.content.decode()
    assert answer.status_code in (422, 403) and said in page
    assert f'value="{who}"' in page or not who
    assert not GroupEntry.objects.exists()


def test_one_of_several_of_a_name_is_chosen(group, claire, make_person, browser_of):
    twins = [make_person("Anne Le Roux", PROJECTS)]
    twins.append(make_person("Anne Le Roux-Morel", PROJECTS))
    client, place = browser_of(claire), reverse("invite", args=[group.slug])
    page = client.post(place, {"who": "Anne"}).content.decode()
    assert all(f'name="person" value="{one.pk}"' in page for one in twins)

    client.post(place, {"who": "Anne", "person": twins[1].pk})
    assert GroupEntry.objects.get().person == twins[1]


def test_someone_of_another_college_is_not_invited(group, colleges, claire, jeanne, browser_of):
    WorkingGroup.objects.update(college=colleges[AUTHORITIES])
    answer = browser_of(claire).post(
        reverse("invite", args=[group.slug]), {"who": "Jeanne Brunel"}
    )

    assert "n’a pas de siège confirmé dans le collège du groupe" in answer.content.decode()


# ---------------------------------------------------------------------- leading it


def test_only_who_leads_the_group_settles_and_archives_it(group, jeanne, lucie, browser_of):
    join_group(jeanne, group)
    for person in (jeanne, lucie):
        client = browser_of(person)
        for surface in ("group-settings", "archive-group", "invite"):
            address = reverse(surface, args=[group.slug])
            answer = client.post(address, FORM | {"archive": "1", "who": "Lucie"})
            assert answer.status_code == 403, surface
    group.refresh_from_db()
    assert not group.is_archived and group.purpose == "Un cahier."


def test_settling_a_group_settles_its_room(group, room, claire, browser_of):
    address = reverse("group-settings", args=[group.slug])
    wrong = browser_of(claire).post(address, FORM | {"ends_at": "2020-01-01"})
    assert wrong.status_code == 422 and FORM["purpose"] in wrong.content.decode()

    browser_of(claire).post(address, FORM | {"joining": "invitation"})
    group.refresh_from_db(), room.refresh_from_db()
    assert group.purpose == room.description == FORM["purpose"]
    assert group.joining == "invitation"


def test_the_contact_is_told_to_hand_over_before_leaving(group, claire, jeanne, browser_of):
    client = browser_of(claire)
    told = client.post(reverse("leave-group", args=[group.slug]), follow=True)
    assert "Passez d’abord le relais" in told.content.decode()
    nobody = client.post(reverse("hand-over", args=[group.slug]), {"person": "x"}, follow=True)
    assert "Choisissez quelqu’un qui est dans le groupe" in nobody.content.decode()

    join_group(jeanne, group)
    client.post(reverse("hand-over", args=[group.slug]), {"person": jeanne.pk})
    client.post(reverse("leave-group", args=[group.slug]))
    assert group.pk not in of_person(claire).groups


# ---------------------------------------------------------------------- the archive


@pytest.fixture
def archived(group, room, claire, jeanne):
    """An archived group of Claire and Jeanne, with Claire's question and Jeanne's answer."""
    join_group(jeanne, group)
    thread = start(claire, room)
    reply(jeanne, thread)
    archive(group)
    return thread


def test_an_archived_room_stays_readable_to_its_people(archived, room, jeanne, browser_of):
    page = browser_of(jeanne).get(archived.get_absolute_url()).content.decode()

    assert "on le lit, on n’y écrit plus" in page
    assert 'id="repondre"' not in page and "Chez nous, la régie." in page
    assert re.search(r"<textarea[^>]* readonly", page)  # For a draft, where there is one.
    listed = browser_of(jeanne).get(room.get_absolute_url()).content.decode()
    assert "on le lit, on n’y écrit plus" in listed


def test_an_archived_room_is_closed_to_writing_in_every_way(
    archived, room, claire, jeanne, lucie, spaces
):
    join_group(lucie, room.group)
    asker, animator, post = of_person(claire), of_person(lucie), Post.objects.last()
    for attempt in (
        lambda: start(claire, room),
        lambda: reply(claire, archived),
        lambda: reply(lucie, archived),
        lambda: actions.edit_post(post, of_person(jeanne), "Autre", 1),
        lambda: actions.revise_thread(
            archived, asker, title="Un autre titre", topic=archived.topic,
            kind="question", tags=[],
        ),
        lambda: moderation.move_thread(archived, animator, spaces["network"]),
        lambda: moderation.pin_thread(archived, animator, True),
        lambda: accept_answer(post, asker),
    ):  # fmt: skip
        with pytest.raises(Refused, match="archivé"):
            attempt()
    with pytest.raises(Space.DoesNotExist):
        moderation.move_thread(start(claire, spaces["network"]), animator, room)


def test_what_one_wrote_stays_ones_own_to_take_back_and_animators_to_hide(
    archived, room, jeanne, lucie
):
    join_group(lucie, room.group)
    moderation.hide_post(Post.objects.first(), of_person(lucie), "Un nom de famille")
    actions.delete_post(Post.objects.last(), of_person(jeanne))

    assert not any(post.stands for post in Post.objects.all())


def test_the_words_of_a_refused_reply_come_back(archived, jeanne, browser_of):
    sent = {"text": "Une réponse de trop.", "key": uuid4()}
    answer = browser_of(jeanne).post(reverse("replies", args=[archived.pk]), sent)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Une réponse de trop." in page and "archivé" in page


def test_an_archived_room_is_not_offered_to_write_in(archived, room, jeanne, browser_of):
    page = browser_of(jeanne).get(f"{reverse('new-thread')}?space={room.slug}")

    assert f'value="{room.slug}"' not in page.content.decode()
    assert 'value="reseau" required checked' in page.content.decode()
    offered = Space.objects.visible_to(of_person(jeanne), visibility.writable)
    assert {one.slug for one in offered} == {"place-publique", "reseau", PROJECTS}


def test_a_group_ends_by_itself_and_is_opened_again_with_the_same_readers(
    archived, group, room, claire, jeanne, browser_of
):
    readers = readers_of(room)
    archive_group(group, of_person(claire), archived=False)
    reply(jeanne, archived)
    assert readers_of(room) == readers

    WorkingGroup.objects.update(ends_at=timezone.now() + timedelta(days=1))
    reply(jeanne, archived)
    archive_group(group, of_person(claire), archived=True)
    first = WorkingGroup.objects.get(pk=group.pk).ends_at
    archive_group(group, of_person(claire), archived=True)
    assert WorkingGroup.objects.get(pk=group.pk).ends_at == first


def test_readers_of_a_group_are_those_who_read_there(group, room, colleges, claire, jeanne):
    join_group(jeanne, group)
    assert readers_of(room).people == 2

    WorkingGroup.objects.filter(pk=group.pk).update(college=colleges[AUTHORITIES])
    assert (readers_of(room).people, readers_of(room).organisations) == (1, 1)
