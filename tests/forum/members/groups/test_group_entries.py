"""Asking to come into a group, inviting and answering, on the pages."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupEntry, Profile, WorkingGroup
from accounts.viewers.viewers import viewer_of_person
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    create_seat,
    join_group,
)
from tests.forum.members.groups.forms import form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


def test_asking_reaches_the_contact_and_the_answer_whoever_asked(
    group, claire, jeanne, browser_of
):
    asks, leads = browser_of(jeanne), browser_of(claire)
    asks.post(reverse("ask-group", args=[group.slug]), {"message": "J’ai un contrat."})
    entry = GroupEntry.objects.get()
    asks.post(reverse("ask-group", args=[group.slug]), {"message": "Encore moi."})
    assert [one.to for one in mail.outbox] == [[claire.email]]
    assert "J’ai un contrat." in leads.get(group.get_absolute_url()).content.decode()

    answer = reverse("answer-request", args=[entry.pk])
    empty = leads.post(answer, {"answer": "no", f"entry-{entry.pk}-reason": " "})
    assert empty.status_code == 422
    assert "pourquoi sa demande est refusée" in empty.content.decode()
    leads.post(answer, {"answer": "no", f"entry-{entry.pk}-reason": "Nous sommes dix."})
    assert "Nous sommes dix." in asks.get(reverse("groups")).content.decode()
    assert mail.outbox[-1].to == [jeanne.email]

    asks.post(reverse("ask-group", args=[group.slug]))
    again = GroupEntry.objects.get(outcome="")
    leads.post(reverse("answer-request", args=[again.pk]), {"answer": "yes"})
    assert group.pk in viewer_of_person(jeanne).group_ids


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

    assert client.post(place, {"answer": "yes"})["Location"] == group.get_absolute_url()
    assert group.pk in viewer_of_person(jeanne).group_ids
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
        assert browser_of(other).post(place, {"answer": "yes"}).status_code == 404


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


def test_an_expired_invitation_says_so(group, claire, jeanne, browser_of):
    WorkingGroup.objects.update(join_policy="invitation")
    browser_of(claire).post(reverse("invite", args=[group.slug]), {"who": jeanne.email})
    GroupEntry.objects.update(expires_at=timezone.now())
    place, client = (
        reverse("invitation", args=[GroupEntry.objects.get().pk]),
        browser_of(jeanne),
    )

    assert "Cette invitation a expiré" in client.get(place).content.decode()
    late = client.post(place, {"answer": "yes"})
    assert late.status_code == 403 and "expiré" in late.content.decode()
    assert client.get(group.get_absolute_url()).status_code == 404
    assert group.pk not in viewer_of_person(jeanne).group_ids


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


@pytest.mark.deep
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
    for entry in (jeanne.email, "Jeanne Brunel"):
        assert page.count(f'<li class="actions">{entry}') == 1

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


def test_asking_and_taking_back_again_and_again_writes_one_letter(
    group, claire, jeanne, browser_of
):
    asks, leads = browser_of(jeanne), browser_of(claire)
    for _ in range(5):
        asks.post(reverse("ask-group", args=[group.slug]), {"message": "Moi."})
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
        assert leads.post(answer, {"answer": "yes"}).status_code == 302
    assert [one.to for one in mail.outbox] == [[claire.email], [jeanne.email]]
