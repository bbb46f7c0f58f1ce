"""Working groups on the site: founding, what their room is, and what their pages tell whom."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupEntry, Profile, WorkingGroup
from accounts.viewers.viewers import viewer_of_person
from forum import visibility
from forum.context_processors import MAX_MENU_GROUPS
from forum.group_pages.actions import MAX_CREATED_GROUPS, archive_group, create_group
from forum.models import Post, Space
from forum.moderation import actions as moderation
from forum.questions.actions import accept_answer
from forum.readership import readership_of
from forum.rules import Refused
from forum.threads import actions
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    create_seat,
    join_group,
    post_reply,
    start_thread,
)

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Toits d’école",
    "purpose": "Un cahier des charges commun.",
    "college": "tous",
    "join_policy": "request",
    "ends_at": "",
}


def form(**fields):
    return FORM | {"key": uuid4()} | fields


@pytest.fixture
def group(claire, spaces):
    """Claire's, across the colleges, on request, with its room."""
    return create_group(
        viewer_of_person(claire), name="Toits d’école", purpose="Un cahier.", college=None,
        join_policy="request", ends_at=None, key=uuid4(),
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
    room = Space.objects.visible_to(viewer_of_person(claire)).get(group=group)
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
        ({"join_policy": "porte"}, "Choisissez l’une des deux manières d’entrer."),
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
    assert all(value in page for name, value in kept.items() if name != "join_policy")
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

    WorkingGroup.objects.update(join_policy="invitation")
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
    thread = start_thread(claire, room)
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
    assert group.pk in viewer_of_person(jeanne).groups


def test_an_invitation_leads_whom_it_is_for_into_the_group(group, claire, jeanne, browser_of):
    WorkingGroup.objects.update(join_policy="invitation")
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
    assert group.pk in viewer_of_person(jeanne).groups
    assert "Cette invitation a servi" in client.get(place).content.decode()


def test_who_is_not_in_the_directory_is_invited_by_address_and_not_found_by_name(
    group, claire, jeanne, browser_of
):
    Profile.objects.create(person=jeanne, is_listed=False)
    leads, place = browser_of(claire), reverse("invite", args=[group.slug])
    answer = leads.post(place, {"who": "brunel"})
    assert answer.status_code == 422 and "Jeanne" not in answer.text
    leads.post(place, {"who": jeanne.email})
    assert GroupEntry.objects.get().person == jeanne


def test_the_name_of_a_group_is_one_line_and_its_mail_leaves(
    claire, jeanne, spaces, browser_of
):
    sent = form(name="Réseaux\nde chaleur", join_policy="request")
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
    [("ask-group", "group"), ("group-settings", "group-settings"), ("new-group", "new-group")],
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


@pytest.mark.parametrize(
    ("surface", "sent", "leads"),
    [
        ("ask-group", {"words": "J’ai un contrat."}, False),
        ("invite", {"who": "jeanne brunel"}, True),
        ("answer-request", {"reponse": "non", "entry-reason": "Nous sommes dix."}, True),
    ],
)
def test_what_was_typed_on_a_group_s_page_after_the_session_ended_is_given_back_there(
    surface, sent, leads, group, claire, jeanne, lucie, client
):
    entry = group.entries.create(person=lucie, kind="request", by=lucie)
    args = [entry.pk if surface == "answer-request" else group.slug]
    sent = {name.replace("entry", f"entry-{entry.pk}"): it for name, it in sent.items()}
    answer = client.post(reverse(surface, args=args), sent)
    assert group.slug not in answer["Location"] or surface != "answer-request"
    client.force_login(claire if leads else jeanne)
    page = client.get(answer["Location"].partition("next=")[2]).text

    assert all(value in page for value in sent.values() if value != "non")
    assert "<details open>" in page or surface != "answer-request"


def test_an_invitation_says_nothing_more_to_who_may_no_longer_know_of_the_group(
    group, colleges, claire, browser_of, make_person
):
    anne, secret = make_person("Anne", AUTHORITIES), "Un objet écrit depuis."
    WorkingGroup.objects.update(
        join_policy="invitation", college=colleges[AUTHORITIES], purpose=secret
    )
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": "anne"})
    place, client = reverse("invitation", args=[GroupEntry.objects.get().pk]), browser_of(anne)
    page = client.get(place).text
    assert secret in page and "Claire Le Bihan</a>" in page

    for lost in ("college", "network"):
        anne.seats.filter(ended_at=None).update(ended_at=timezone.now())
        if lost == "college":
            create_seat(anne, PROJECTS)
        page = client.get(place).text
        assert group.name in page and secret not in page and "Claire Le Bihan</a>" not in page
        back = {"college": "siège confirmé", "network": "Signez la charte"}[lost]
        assert back in page and 'value="oui"' not in page


def test_an_archived_group_asks_and_offers_nothing_any_more(
    group, claire, jeanne, lucie, browser_of
):
    browser_of(jeanne).post(reverse("ask-group", args=[group.slug]))
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": "lucie hoarau"})
    invited = reverse("invitation", args=[GroupEntry.objects.get(person=lucie).pk])
    answer = reverse("answer-request", args=[GroupEntry.objects.get(person=jeanne).pk])
    for listing in ("groups", "inbox"):
        assert invited in browser_of(lucie).get(reverse(listing)).text
    assert answer in browser_of(claire).get(group.get_absolute_url()).text
    assert "demande à entrer" in browser_of(claire).get(reverse("inbox")).text

    archive(group)
    for listing in ("groups", "inbox"):
        assert group.name not in browser_of(lucie).get(reverse(listing)).text
    assert 'value="oui"' not in browser_of(lucie).get(invited).text
    assert answer not in browser_of(claire).get(group.get_absolute_url()).text
    assert "demande à entrer" not in browser_of(claire).get(reverse("inbox")).text


def test_an_expired_invitation_says_so(group, claire, jeanne, browser_of):
    WorkingGroup.objects.update(join_policy="invitation")
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
    assert group.pk not in viewer_of_person(jeanne).groups


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", "Écrivez un nom ou une adresse."),
        ("rita@exemple", "Écrivez l’adresse entière"),
        ("´", "Écrivez un nom ou une adresse."),
        ("x" * 255, "Gardez 254 caractères"),
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


ADDRESSES = [
    "rien",
    "registered",
    "projects",
    "authorities",
    "suspended",
    "lapsed",
    "waiting",
    "group",
]


@pytest.mark.parametrize("college", [None, AUTHORITIES])
def test_an_address_tells_nobody_whose_it_is(college, group, colleges, people, browser_of):
    WorkingGroup.objects.filter(pk=group.pk).update(college=college and colleges[college])
    join_group(people.group, group)
    place, seen = reverse("invite", args=[group.slug]), {}
    for role in ADDRESSES:
        client = browser_of(people.authorities)
        address = f"{role}@exemple.fr" if role == "rien" else getattr(people, role).email
        answers = [client.post(place, {"who": address.upper()}, follow=True)]
        answers.append(client.post(place, {"who": address}, follow=True))
        taken = re.search(r"/groupes/demandes/\d+/retrait/", answers[1].text)[0]
        answers.append(client.post(taken, follow=True))
        answers.append(client.post(taken, follow=True))
        answers.append(client.post(place, {"who": address}, follow=True))
        taken = re.search(r"/groupes/demandes/\d+/retrait/", answers[4].text)[0]
        answers.append(client.post(taken, follow=True))
        seen[role] = [(one.status_code, plain(one, address)) for one in answers]

    assert all(seen[role] == seen["rien"] for role in ADDRESSES)
    assert "adresse@" in seen["rien"][0][1] and "adresse@" not in seen["rien"][2][1]


def plain(answer, address):
    """The page without what is new in each, and the address that was typed."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"|<time.*?</time>', "", answer.text)
    text = re.sub(r"/demandes/\d+/", "/demandes/…/", text)
    return text.replace(address, "adresse@").replace(address.upper(), "adresse@")


def test_a_name_after_an_address_does_not_tell_that_they_are_one_s(
    group, claire, jeanne, browser_of
):
    client, place = browser_of(claire), reverse("invite", args=[group.slug])
    client.post(place, {"who": jeanne.email})
    client.post(place, {"who": "Jeanne Brunel"})
    page = client.get(group.get_absolute_url()).text
    assert page.count(f"<li>{jeanne.email} ") == page.count("<li>Jeanne Brunel ") == 1

    hers = browser_of(jeanne).get(reverse("groups")).text
    assert hers.count("/groupes/invitations/") == 1
    assert len(mail.outbox) == 1  # And the letter leads to what is there still.
    assert f"http://testserver{reverse('groups')}\n" in mail.outbox[0].body


def test_someone_of_another_college_is_not_invited(group, colleges, claire, jeanne, browser_of):
    WorkingGroup.objects.update(college=colleges[AUTHORITIES])
    answer = browser_of(claire).post(
        reverse("invite", args=[group.slug]), {"who": "Jeanne Brunel"}
    )

    assert "n’a pas de siège confirmé dans le collège du groupe" in answer.content.decode()


# ---------------------------------------------------------------------- letters


def test_asking_and_taking_back_again_and_again_writes_one_letter(
    group, claire, jeanne, browser_of
):
    asks, leads = browser_of(jeanne), browser_of(claire)
    for _ in range(5):
        asks.post(reverse("ask-group", args=[group.slug]), {"words": "Moi."})
        asks.post(reverse("withdraw-entry", args=[GroupEntry.objects.get(outcome="").pk]))
        leads.post(reverse("invite", args=[group.slug]), {"who": "jeanne brunel"})
        leads.post(reverse("withdraw-entry", args=[GroupEntry.objects.get(outcome="").pk]))

    assert [one.to for one in mail.outbox] == [[claire.email], [jeanne.email]]


def test_a_second_press_writes_no_second_letter(group, claire, jeanne, browser_of):
    asks, leads = browser_of(jeanne), browser_of(claire)
    asks.post(reverse("ask-group", args=[group.slug]))
    answer = reverse("answer-request", args=[GroupEntry.objects.get().pk])
    for _ in range(2):
        cache.clear()  # What throttles remember is not what keeps the second from leaving.
        assert leads.post(answer, {"reponse": "oui"}).status_code == 302
    assert [one.to for one in mail.outbox] == [[claire.email], [jeanne.email]]


@pytest.mark.parametrize(
    ("surface", "most", "sent"),
    [
        ("ask-group", 20, {"words": "Je viens."}),
        ("invite", 30, {"who": "quelqu.un@exemple.fr"}),
        ("new-group", 10, FORM),
    ],
)
def test_too_much_at_once_is_refused_and_what_was_typed_comes_back(
    surface, most, sent, group, claire, jeanne, browser_of
):
    client = browser_of(jeanne if surface == "ask-group" else claire)
    address = reverse(surface, args=[] if surface == "new-group" else [group.slug])
    for _ in range(most):
        assert client.post(address, sent | {"key": uuid4()}).status_code == 302
        GroupEntry.objects.all().delete()
    before = WorkingGroup.objects.count(), len(mail.outbox)
    answer = client.post(address, sent | {"key": uuid4()})

    assert answer.status_code == 429 and "Réessayez dans une heure" in answer.text
    assert all(value in answer.text for value in sent.values())
    assert not GroupEntry.objects.exists()
    assert (WorkingGroup.objects.count(), len(mail.outbox)) == before


@pytest.mark.parametrize("gone", ["left the network", "suspended", "closed", "none"])
def test_a_contact_who_is_gone_gets_no_letters_and_is_not_shown(
    gone, group, claire, jeanne, lucie, browser_of
):
    join_group(lucie, group)
    people = type(claire).objects.filter(pk=claire.pk)
    {
        "left the network": lambda: claire.seats.update(ended_at=timezone.now()),
        "suspended": lambda: people.update(suspended_at=timezone.now()),
        "closed": lambda: people.update(is_active=False),
        "none": lambda: WorkingGroup.objects.update(contact=None),
    }[gone]()
    page = browser_of(jeanne).get(group.get_absolute_url()).text
    assert "personne aujourd’hui" in page and claire.full_name not in page

    browser_of(jeanne).post(reverse("ask-group", args=[group.slug]))
    assert GroupEntry.objects.get().person == jeanne and mail.outbox == []


def test_a_contact_is_a_link_where_their_page_opens(group, claire, jeanne, browser_of):
    link = f'<a href="{claire.get_absolute_url()}"'
    assert link in browser_of(jeanne).get(group.get_absolute_url()).text
    Profile.objects.create(person=claire, is_listed=False)
    page = browser_of(jeanne).get(group.get_absolute_url()).text
    assert link not in page and claire.full_name in page


# ---------------------------------------------------------------------- leading it


def test_who_remains_alone_may_become_the_contact(group, claire, jeanne, browser_of):
    join_group(jeanne, group)
    claire.seats.update(ended_at=timezone.now())
    client, place = browser_of(jeanne), reverse("hand-over", args=[group.slug])
    page = client.get(group.get_absolute_url()).text
    assert "n’a plus de contact" in page and f'name="person" value="{jeanne.pk}"' in page

    client.post(place, {"person": jeanne.pk})
    page = client.get(group.get_absolute_url()).text
    assert "n’a plus de contact" not in page and place not in page


def test_a_group_that_nobody_is_in_is_not_offered_and_says_why(
    group, claire, jeanne, browser_of
):
    client, ask = browser_of(jeanne), reverse("ask-group", args=[group.slug])
    assert group.name in client.get(reverse("groups")).text
    claire.seats.update(ended_at=timezone.now())
    assert group.name not in client.get(reverse("groups")).text
    page = client.get(group.get_absolute_url()).text
    assert "plus personne dans ce groupe" in page and ask not in page

    answer = client.post(ask, {"words": "Y a-t-il quelqu’un ?"})
    assert answer.status_code == 403 and "plus personne dans ce groupe" in answer.text
    assert "Y a-t-il quelqu’un ?" in answer.text


def test_one_has_so_many_groups_on_their_hands_and_no_more(claire, spaces, browser_of):
    client, last = browser_of(claire), form()
    for n in range(MAX_CREATED_GROUPS - 1):
        WorkingGroup.objects.create(slug=f"g{n}", name="G", created_by=claire, contact=claire)
    assert client.post(reverse("new-group"), last).status_code == 302
    assert client.post(reverse("new-group"), last).status_code == 302  # The same group.
    answer = client.post(reverse("new-group"), form())
    assert answer.status_code == 403 and "archivez-en un" in answer.text
    assert FORM["purpose"] in answer.text

    WorkingGroup.objects.filter(slug="g0").update(ends_at=timezone.now())
    WorkingGroup.objects.filter(slug="g1").update(contact=None)
    assert client.post(reverse("new-group"), form()).status_code == 302


def test_groups_come_in_pages_ones_own_first(claire, jeanne, spaces, browser_of):
    for n in range(50):
        one = WorkingGroup.objects.create(
            slug=f"g{n}", name=f"Groupe {n:02}", join_policy="request"
        )
        join_group(claire, one)
    join_group(jeanne, one)
    client = browser_of(jeanne)
    pages = [client.get(reverse("groups"), {"page": n}).text for n in (1, 2, 3)]

    found = [re.findall(r'lang="fr">(Groupe \d\d)<', page) for page in pages]
    assert [len(names) for names in found] == [20, 20, 10]
    assert sum(found, []) == ["Groupe 49", *(f"Groupe {n:02}" for n in range(49))]


def test_the_menu_lists_some_rooms_and_leads_to_all(claire, spaces, browser_of):
    def rooms():
        menu = browser_of(claire).get("/").context["menu"]
        return [one.slug for one in menu.spaces if one.group_id], menu.has_more

    for n in range(MAX_MENU_GROUPS + 1):
        one = WorkingGroup.objects.create(slug=f"g{n:02}", name=f"Groupe {n:02}")
        Space.objects.create(
            slug=one.slug, name=one.name, audience="group", group=one, order=100
        )
        join_group(claire, one)
        if n == MAX_MENU_GROUPS - 1:
            assert rooms() == ([f"g{m:02}" for m in range(MAX_MENU_GROUPS)], False)
            assert "Tous mes groupes" not in browser_of(claire).get("/").text
    archive(one)

    assert rooms() == ([f"g{m:02}" for m in range(MAX_MENU_GROUPS)], True)
    assert "Tous mes groupes" in browser_of(claire).get("/").text


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

    browser_of(claire).post(address, FORM | {"join_policy": "invitation"})
    group.refresh_from_db(), room.refresh_from_db()
    assert group.purpose == room.description == FORM["purpose"]
    assert group.join_policy == "invitation"


def test_the_contact_is_told_to_hand_over_before_leaving(group, claire, jeanne, browser_of):
    client = browser_of(claire)
    told = client.post(reverse("leave-group", args=[group.slug]), follow=True)
    assert "Passez d’abord le relais" in told.content.decode()
    nobody = client.post(reverse("hand-over", args=[group.slug]), {"person": "x"}, follow=True)
    assert "Choisissez quelqu’un qui est dans le groupe" in nobody.content.decode()

    join_group(jeanne, group)
    client.post(reverse("hand-over", args=[group.slug]), {"person": jeanne.pk})
    client.post(reverse("leave-group", args=[group.slug]))
    assert group.pk not in viewer_of_person(claire).groups


# ---------------------------------------------------------------------- the archive


@pytest.fixture
def archived(group, room, claire, jeanne):
    """An archived group of Claire and Jeanne, with Claire's question and Jeanne's answer."""
    join_group(jeanne, group)
    thread = start_thread(claire, room)
    post_reply(jeanne, thread)
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
    asker, animator, post = (
        viewer_of_person(claire),
        viewer_of_person(lucie),
        Post.objects.last(),
    )
    for attempt in (
        lambda: start_thread(claire, room),
        lambda: post_reply(claire, archived),
        lambda: post_reply(lucie, archived),
        lambda: actions.edit_post(post, viewer_of_person(jeanne), "Autre", 1),
        lambda: actions.edit_thread(
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
        moderation.move_thread(start_thread(claire, spaces["network"]), animator, room)


def test_what_one_wrote_stays_ones_own_to_take_back_and_animators_to_hide(
    archived, room, jeanne, lucie
):
    join_group(lucie, room.group)
    moderation.hide_post(Post.objects.first(), viewer_of_person(lucie), "Un nom de famille")
    actions.delete_post(Post.objects.last(), viewer_of_person(jeanne))

    assert not any(post.is_shown for post in Post.objects.all())


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
    offered = Space.objects.visible_to(viewer_of_person(jeanne), visibility.writable_spaces)
    assert {one.slug for one in offered} == {"place-publique", "reseau", PROJECTS}


def test_a_group_ends_by_itself_and_is_opened_again_with_the_same_readers(
    archived, group, room, claire, jeanne, browser_of
):
    readers = readership_of(room)
    archive_group(group, viewer_of_person(claire), archived=False)
    post_reply(jeanne, archived)
    assert readership_of(room) == readers

    WorkingGroup.objects.update(ends_at=timezone.now() + timedelta(days=1))
    post_reply(jeanne, archived)
    archive_group(group, viewer_of_person(claire), archived=True)
    first = WorkingGroup.objects.get(pk=group.pk).ends_at
    archive_group(group, viewer_of_person(claire), archived=True)
    assert WorkingGroup.objects.get(pk=group.pk).ends_at == first


def test_readers_of_a_group_are_those_who_read_there(group, room, colleges, claire, jeanne):
    join_group(jeanne, group)
    assert readership_of(room).people == 2

    WorkingGroup.objects.filter(pk=group.pk).update(college=colleges[AUTHORITIES])
    assert (readership_of(room).people, readership_of(room).organisations) == (1, 1)
