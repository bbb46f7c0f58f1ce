"""In English a page has no French but what people wrote, and that is marked as French."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.charter.hash_chain import line_of_signature
from accounts.models import (
    BreakGlassAccess,
    CharterVersion,
    College,
    Organisation,
    Signature,
    User,
    WorkingGroup,
)
from forum.models import Post, Space, Tag, Thread, Topic
from forum.site.demo.loading import load_demo
from forum.site.reference_data import files
from tests.clients import sign_in
from tests.scenes import open_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demonstration")]

#: Elements that have no end.
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
#: Attributes that are read out or shown.
SPOKEN = {"alt", "aria-label", "placeholder", "title", "data-one", "data-many"}
MEMBER, ANIMATOR, PROJECT_HOLDER = "nadia.kerambrun@", "lucie.hoarau@", "pierrick.hamonic@"


@pytest.fixture(scope="module")
def _demonstration(django_db_setup, django_db_blocker):
    """The demonstration, loaded once for all tests here."""
    with open_scene(django_db_blocker, load_demo):
        yield


class Texts(HTMLParser):
    """The texts of a page by their language."""

    def __init__(self, html):
        super().__init__()
        self.found, self._open = {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        language = said.get("lang") or self._language
        for name in SPOKEN & said.keys():
            self._add(language, said[name] or "")
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._open and self._open[-1][0] not in ("script", "style", "textarea"):
            self._add(self._language, data)

    @property
    def _language(self):
        return self._open[-1][1] if self._open else "en"  # A fragment of a page in English.

    def _add(self, language, words):
        if words := " ".join(words.split()):
            self.found.setdefault(language, set()).add(words)


def english(client, address):
    """The texts of a page in English, by their language; None where it is not for them."""
    client.cookies["django_language"] = "en"
    answer = client.get(address, follow=True)
    return Texts(answer.text).found if answer.status_code == 200 else None


def person(address):
    return User.objects.get(email__startswith=address)


def french_names():
    """What the network is made of, in French, where the English is another."""
    pairs = set()
    for model in (College, Space, Topic, Tag):
        names = [field.name for field in model._meta.fields if field.name.endswith("_en")]
        sources = [name.removesuffix("_en") for name in names]
        for row in model.objects.values(*names, *sources):
            pairs |= {(row[name], row[f"{name}_en"]) for name in sources}
    return {french for french, english in pairs if french != english and english}


def addresses():
    """A page of each type, and of some those that show more."""
    yield from map(reverse, (
        "home", "follows", "new-thread", "inbox", "account", "devices", "groups", "new-group",
        "organisations", "territories", "members", "charter", "sign-charter", "signatories",
        "legal", "privacy", "shortcuts", "own-posts", "edit-profile", "seats", "break-glass",
        "animator-guide", "joining-steps", "charter-drafts", "new-charter-draft", "withdraw",
    ))  # fmt: skip
    yield from (space.get_absolute_url() for space in Space.objects.all())
    yield "/espaces/reseau/?sujet=bois-energie"
    for space in Space.objects.filter(audience="college"):
        yield reverse("break-glass-log", args=[space.slug])
    for topic in Topic.objects.all():
        yield topic.get_absolute_url()
    for tag in Tag.objects.filter(taggings__isnull=False).distinct():
        yield tag.get_absolute_url()
    for space in Space.objects.filter(threads__isnull=False).distinct():
        yield space.threads.first().get_absolute_url()
    post = Post.objects.filter(author__is_animator=True, thread__space__slug="reseau").first()
    for name in ("replies", "edit-thread", "move-thread"):
        yield reverse(name, args=[post.thread_id])
    for name in ("edit-post", "hide-post", "delete-post"):
        yield reverse(name, args=[post.pk])
    for one in Organisation.objects.all()[:3]:
        yield one.get_absolute_url()
        yield reverse("organisation-seats", args=[one.slug])
        yield from (place.get_absolute_url() for place in one.territories.all())
    yield from (one.get_absolute_url() for one in User.objects.all()[:3])
    yield from (group.get_absolute_url() for group in WorkingGroup.objects.all())
    yield CharterVersion.objects.get().get_absolute_url()


@pytest.mark.deep
def test_pages_in_english_name_nothing_in_french(settings):
    settings.FORUM_SECOND_FACTOR = False
    french, left = french_names(), {}
    assert {"Porteur de projet", "Place publique", "Éolien", "Chaufferie bois"} <= french

    clients = [sign_in(person(who)) for who in (MEMBER, ANIMATOR, PROJECT_HOLDER)]
    clients.append(sign_in(WorkingGroup.objects.get().contact))
    for address in addresses():
        found = next(filter(None, (english(client, address) for client in clients)), None)
        left[address] = found["en"] & french if found else {"nobody reads it"}
    assert {address: said for address, said in left.items() if said} == {}


def test_a_guests_pages_name_nothing_in_french_either():
    french, guest = french_names(), sign_in(None)
    for address in ("/", "/sujets/eolien/", "/charte/", "/organisations/", "/territoires/"):
        assert english(guest, address)["en"] & french == set(), address


@pytest.mark.parametrize("who", [MEMBER, ANIMATOR])
def test_the_form_of_a_thread_offers_topics_and_spaces_in_english(who):
    found = english(sign_in(person(who)), reverse("new-thread"))["en"]

    assert set(Topic.objects.values_list("name_en", flat=True)) <= found
    assert {"Public square", "The whole network"} <= found


def test_what_has_no_english_is_shown_in_french_and_says_so():
    Topic.objects.filter(slug="eolien").update(name_en="", description_en="")
    College.objects.update(name_en="", member_label_en="")

    client = sign_in(person(MEMBER))
    for address in ("/", "/sujets/eolien/", "/organisations/", "/membres/"):
        french = {"Éolien", "Porteur de projet", "Porteurs de projet"}
        assert not french & english(client, address)["en"]
    lead = " ".join(Topic.objects.get(slug="eolien").description.split())
    assert {"Éolien", lead} <= english(client, "/sujets/eolien/")["fr"]


def test_the_network_has_its_english_name_if_it_gives_one(settings):
    guest = sign_in(None)
    assert "Network of positive-energy territories" in english(guest, "/")["en"]

    settings.FORUM_NETWORK, settings.FORUM_NETWORK_EN = "Réseau du Causse", ""
    assert "Réseau du Causse" in english(guest, "/")["fr"]


def test_a_group_keeps_the_name_that_its_members_gave_it():
    group = WorkingGroup.objects.get()
    member = group.memberships.first().person

    found = english(sign_in(member), group.spaces.get().get_absolute_url())

    assert group.name in found["fr"]


def test_a_tag_has_its_english_name_or_the_spelling_of_its_writer():
    thread = Thread.objects.filter(space__slug="reseau", taggings__isnull=False).first()
    tagging = thread.taggings.first()
    other = Tag.objects.create(slug="causse", name="causse")
    thread.taggings.create(tag=other, name="Causse")
    Thread.objects.filter(pk=thread.pk).update(seq=thread.seq + 1)

    found = english(sign_in(person(MEMBER)), thread.get_absolute_url())

    assert tagging.tag.name_en in found["en"] and tagging.name not in found["en"]
    assert "Causse" in found["fr"]


def test_the_charter_is_read_in_english_and_signed_in_french():
    found = english(sign_in(person(MEMBER)), reverse("charter"))
    french = Texts(sign_in(person(MEMBER)).get(reverse("charter")).text).found["fr"]

    assert "Preamble" in found["en"] and "Préambule" in found["fr"]
    assert any("the one that is signed" in words for words in found["en"])
    assert "Préambule" in french and "Preamble" not in french


def test_a_version_without_a_translation_is_shown_in_french():
    CharterVersion.objects.update(text_en="")
    for address in (reverse("charter"), "/charte/1.0/"):
        found = english(sign_in(None), address)
        assert "Préambule" in found["fr"] and "Preamble" not in found["en"]
        assert not any("the one that is signed" in words for words in found["en"])


def test_the_translation_changes_nothing_of_what_is_attested():
    signature = Signature.objects.first()
    line = line_of_signature(signature)
    CharterVersion.objects.update(text_en="Otherwise.")

    signature.version.refresh_from_db()
    signature.version.save()
    assert signature.version.sha256 == signature.sha256
    assert line_of_signature(signature).content == line.content


def test_names_are_those_of_the_active_language_in_code_too():
    topic, access = Topic.objects.get(slug="eolien"), BreakGlassAccess(reason="x")
    access.college = College.objects.get(slug="porteurs-de-projet")
    with override("fr"):
        assert (str(topic), str(access.college)) == ("Éolien", "Porteurs de projet")
    with override("en"):
        assert (str(topic), str(access.college)) == ("Wind", "Project holders")


def test_all_reference_data_has_its_english():
    for model in (College, Space, Topic, Tag):
        names = [field.name for field in model._meta.fields if field.name.endswith("_en")]
        rows = model.objects.all()
        rows = rows.exclude(audience="group") if model is Space else rows
        for name in names:
            in_french = rows.exclude(**{name.removesuffix("_en"): ""})
            assert not in_french.filter(**{name: ""}).exists(), (model, name)
    assert CharterVersion.objects.get().text_en == files.charter_text("en")
