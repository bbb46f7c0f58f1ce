"""What one takes along: all that the database holds about oneself, and no secret."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils import timezone

from accounts.base.data_export import export_sections
from accounts.models import (
    CharterDraft,
    CharterVersion,
    EmailDomain,
    GroupEntry,
    Invitation,
    Organisation,
    Profile,
    Sponsorship,
    User,
    VersionRefusal,
    WorkingGroup,
)
from accounts.viewers.viewers import viewer_of_person
from forum import models
from forum.data_export.queries import personal_data
from tests.factories import PROJECTS, break_glass, join_group, start_thread

#: Keys to a person that nothing is taken along of, and why.
NOT_TAKEN = {
    ("Seat", "confirmed_by"): "a decision about someone else, who takes it along",
    ("Seat", "refused_by"): "a decision about someone else, who takes it along",
    ("Seat", "ended_by"): "a decision about someone else, who takes it along",
    ("EmailDomain", "verified_by"): "a decision about an organisation",
    ("Organisation", "admitted_by"): "a decision about an organisation",
    ("Post", "hidden_by"): "a decision about someone else, who takes it along",
    ("Thread", "author"): "its words are its first post, which is taken along",
    ("WorkingGroup", "people"): "read from the memberships, which are taken along",
    ("User_groups", "user"): "nobody uses Django's groups here",
    ("User_user_permissions", "user"): "nobody uses Django's permissions here",
}


def test_every_key_to_a_person_is_taken_along_or_it_is_said_why_not():
    keys = {
        (one.related_model.__name__, one.field.name)
        for one in User._meta.get_fields(include_hidden=True)
        if one.is_relation and one.auto_created
    }
    taken = {(model.__name__, section.key) for model, section in export_sections()}

    assert keys - taken == NOT_TAKEN.keys()
    assert taken - keys == set()


@pytest.fixture
def full(claire, jeanne, spaces, topics, browser_of):
    """Claire, about whom there is something of everything."""
    town, now = claire.seats.get().organisation, timezone.now()
    other = Organisation.objects.exclude(pk=town.pk).get()
    EmailAddress.objects.create(user=claire, email="autre@exemple.fr", verified=True)
    SocialAccount.objects.create(user=claire, provider="openid", uid="uid-de-claire")
    data = {"name": "Clé bleue", "credential": "secret-de-cle"}
    Authenticator.objects.create(user=claire, type="webauthn", data=data)
    Authenticator.objects.create(user=claire, type="totp", data={"secret": "secret-de-code"})
    Profile.objects.create(person=claire, telephone="02 96 00 00 01", presentation="Ma fiche.")
    models.Expertise.objects.create(person=claire, topic=topics[1])
    VersionRefusal.objects.create(person=claire, version=CharterVersion.objects.get())
    Sponsorship.objects.create(organisation=other, sponsor=claire, sponsor_organisation=town)
    invited = {"email": "invitee@exemple.fr", "expires_at": now, "invited_by": claire}
    Invitation.objects.create(organisation=town, **invited)
    declared = {"domain": "mairie.example", "declared_by": claire}
    EmailDomain.objects.create(organisation=town, **declared)
    WorkingGroup.objects.update(created_by=claire, contact=claire)
    group = join_group(claire).group
    GroupEntry.objects.create(
        group=group, person=claire, type="request", message="Je voudrais."
    )
    GroupEntry.objects.create(group=group, person=jeanne, type="invitation", created_by=claire)
    break_glass(claire, PROJECTS, reason="Un motif à moi.")
    written = {"name": "9.0", "text": "Tout autre.", "adopted_on": now.date()}
    CharterDraft.objects.create(written_by=claire, published_by=claire, **written)
    start_thread(claire, spaces["network"], text="Mes mots.")
    browser = browser_of(claire)
    browser.get("/", headers={"User-Agent": "Navigateur/1"})
    return browser


def test_of_everything_there_is_something_in_the_file(full):
    taken = full.get(reverse("data-export")).json()

    assert {name for name, value in taken.items() if value == []} == set()
    for said in (
        "02 96 00 00 01", "Ma fiche.", "autre@exemple.fr", "uid-de-claire", "Clé bleue",
        "Navigateur/1", "Éolien", "invitee@exemple.fr", "mairie.example", "Je voudrais.",
        "Un motif à moi.", "Mes mots.", "Jeanne Brunel",
    ):  # fmt: skip
        assert said in str(taken), said


def test_no_secret_is_in_the_file(full, claire):
    text = full.get(reverse("data-export")).text

    keys = list(claire.sessions.values_list("session_key", flat=True))
    for secret in ("secret-de-cle", "secret-de-code", claire.password, *keys):
        assert secret not in text
    invitation = Invitation.objects.get()
    assert invitation.key not in text  # It opens a seat to whoever has it.


def test_nothing_of_others_is_in_the_file(full, jeanne, browser_of):
    text = browser_of(jeanne).get(reverse("data-export")).text

    for said in ("Ma fiche.", "02 96", "Clé bleue", "Navigateur/1", "Mes mots.", "à moi"):
        assert said not in text


def test_whose_address_one_invited_to_a_group_is_not_in_the_file(claire, jeanne, spaces):
    group = join_group(claire).group
    invited = {"type": "invitation", "created_by": claire}
    group.entries.create(person=jeanne, address=jeanne.email, **invited)
    group.entries.create(address="personne@exemple.fr", **invited)
    begun = personal_data(claire, viewer_of_person(claire))["group_entries_begun"]

    assert [one["invited"] for one in begun] == [jeanne.email, "personne@exemple.fr"]
    assert jeanne.full_name not in str(begun)
