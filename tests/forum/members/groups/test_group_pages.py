"""The pages of working groups: found one, know of it, settle it, leave it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupEntry, Profile, WorkingGroup
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.menu.queries import MAX_MENU_GROUPS
from forum.members.groups.actions import MAX_CREATED_GROUPS
from forum.models import Space
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    join_group,
    start_thread,
)
from tests.forum.members.groups.forms import FORM, archive, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


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
    waits = browser_of(mina).post(reverse("new-group"), form(college=AUTHORITIES))
    assert waits.url == reverse("joining-steps") and WorkingGroup.objects.count() == 1
    for person, college, status in [
        (claire, PROJECTS, 422), (claire, "inconnu", 422), (claire, AUTHORITIES, 302),
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
        ({"ends_at": "2199-12-31"}, "d’ici dix ans"),
        ({"ends_at": "9999-12-31"}, "Écrivez une date"),
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
        ("ask-group", {"message": "J’ai un contrat."}, False),
        ("invite", {"who": "jeanne brunel"}, True),
        ("answer-request", {"answer": "no", "entry-reason": "Nous sommes dix."}, True),
    ],
)
def test_what_was_typed_on_a_group_s_page_after_the_session_ended_is_given_back_there(
    surface, sent, leads, group, claire, jeanne, lucie, client
):
    entry = group.entries.create(person=lucie, type="request", created_by=lucie)
    args = [entry.pk if surface == "answer-request" else group.slug]
    sent = {name.replace("entry", f"entry-{entry.pk}"): it for name, it in sent.items()}
    answer = client.post(reverse(surface, args=args), sent)
    assert group.slug not in answer["Location"] or surface != "answer-request"
    client.force_login(claire if leads else jeanne)
    page = client.get(answer["Location"].partition("next=")[2]).text

    assert all(value in page for value in sent.values() if value != "non")
    assert "<details open>" in page or surface != "answer-request"


@pytest.mark.parametrize(
    ("surface", "most", "sent"),
    [
        ("ask-group", 20, {"message": "Je viens."}),
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
        assert client.post(address, sent | {"idempotency_key": uuid4()}).status_code == 302
        GroupEntry.objects.all().delete()
    before = WorkingGroup.objects.count(), len(mail.outbox)
    answer = client.post(address, sent | {"idempotency_key": uuid4()})

    assert answer.status_code == 429 and "Réessayez dans" in answer.text
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

    answer = client.post(ask, {"message": "Y a-t-il quelqu’un ?"})
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


@pytest.mark.deep
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

    chosen = {"join_policy": "invitation", "mail_content": "nothing"}
    browser_of(claire).post(address, FORM | chosen)
    group.refresh_from_db(), room.refresh_from_db()
    assert room.mail_content == "nothing"
    assert 'value="nothing" id' in browser_of(claire).get(address).text
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
    assert group.pk not in viewer_of_person(claire).group_ids
