"""The next version of the charter: written by animators, published once, signed by all."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.charter.drafts import actions
from accounts.charter.drafts.actions import CannotPublish, publish_draft, save_draft
from accounts.charter.drafts.forms import MAX_TEXT_LENGTH, CharterDraftForm
from accounts.charter.urls import reserved_names
from accounts.models import CharterDraft, CharterVersion
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {
    "name": "2.0", "text": "## Charte 2\n\nSobriété d’abord.\n", "is_substantive": True,
    "grace_days": 30, "adopted_on": date(2026, 11, 1),
}  # fmt: skip
PUBLISH = {"revision": 1, "confirmed": "on"}
TYPED = {
    "name": "2.0", "text": "## Charte 2\r\n\r\nSobriété d’abord.", "nature": "substantive",
    "grace_days": "30", "adopted_on": "2026-11-01",
}  # fmt: skip


@pytest.fixture
def draft(lucie, charter):
    """A draft of a substantive version."""
    return save_draft(lucie, **SAID)


def test_an_animator_writes_reads_what_changes_and_publishes(lucie, charter, browser_of):
    page = browser_of(lucie)
    begun = page.get(reverse("new-charter-draft"))
    assert charter.text in begun.context["form"]["text"].value()
    preview = page.post(reverse("new-charter-draft"), TYPED, follow=True)
    assert "<ins>" in preview.text and "d’abord" in preview.text
    draft = CharterDraft.objects.get()
    answer = page.post(reverse("charter-draft-preview", args=[draft.pk]), PUBLISH)
    version = CharterVersion.objects.published().first()
    assert answer.url == version.get_absolute_url()
    assert (version.number, version.name, version.text) == (2, "2.0", SAID["text"])
    days = (version.binding_from - timezone.now()).total_seconds() / 86_400
    assert 29.9 < days <= 30


def test_a_draft_takes_a_translation_along_to_its_version(lucie, charter, browser_of):
    CharterVersion.objects.update(text_en="## Charter\n")
    page, address = browser_of(lucie), reverse("new-charter-draft")
    assert page.get(address).context["form"]["text_en"].value() == "## Charter\n"

    preview = page.post(address, TYPED | {"text_en": "## Charter 2\r\n\r\nLess."}, follow=True)
    draft = CharterDraft.objects.get()
    page.post(reverse("charter-draft-preview", args=[draft.pk]), PUBLISH)

    assert "Charter 2" in preview.text
    assert CharterVersion.objects.get(number=2).text_en == "## Charter 2\n\nLess.\n"
    assert CharterVersion.objects.get(number=2).text == SAID["text"]


def test_a_translation_left_as_it_was_while_the_text_changes_is_asked_about_once(
    lucie, charter, browser_of
):
    CharterVersion.objects.update(text_en="## Charter\n")
    page, address = browser_of(lucie), reverse("new-charter-draft")
    typed = TYPED | {"text_en": "## Charter\r\n"}

    asked = page.post(address, typed)

    assert asked.status_code == 422 and not CharterDraft.objects.exists()
    (said,) = asked.context["form"].errors["text_en"]
    assert "sa traduction non" in said and "Sobriété d’abord." in asked.text
    held = re.search(r'name="keeps_translation" value="(\w+)"', asked.text)[1]
    assert page.post(address, typed | {"keeps_translation": held}).status_code == 302
    draft = CharterDraft.objects.get()
    as_it_is = typed | {"name": "2.1", "revision": draft.revision}
    assert page.post(draft.get_absolute_url(), as_it_is).status_code == 302
    changed = as_it_is | {"text": "## Charte 3", "revision": draft.revision + 1}
    assert page.post(draft.get_absolute_url(), changed).status_code == 422
    assert page.post(draft.get_absolute_url(), changed | {"text_en": ""}).status_code == 302


def test_a_draft_needs_no_translation(lucie, charter, browser_of):
    browser_of(lucie).post(reverse("new-charter-draft"), TYPED | {"text_en": " \r\n"})
    assert CharterDraft.objects.get().text_en == ""


def test_nobody_else_writes_or_publishes(draft, people):
    for role, person in vars(people).items():
        if person and role != "animator":
            with pytest.raises(PermissionDenied):
                save_draft(person, **SAID)
            with pytest.raises(PermissionDenied):
                publish_draft(draft, person, 1)
    assert CharterVersion.objects.filter(number=2).count() == 0


def test_what_asks_people_to_sign_again_is_published_once_one_has_ticked_how_many(
    draft, lucie, claire, jeanne, browser_of
):
    page, address = browser_of(lucie), reverse("charter-draft-preview", args=[draft.pk])
    assert "3 personnes devront signer de nouveau" in page.get(address).text
    refused = page.post(address, {"revision": 1})
    assert refused.status_code == 422 and "Rien n’est publié" in refused.text
    assert CharterVersion.objects.count() == 1
    assert page.post(address, PUBLISH).status_code == 302
    editorial = save_draft(
        lucie, **SAID | {"name": "2.1", "text": "# 3", "is_substantive": False}
    )
    address = reverse("charter-draft-preview", args=[editorial.pk])
    assert "devront signer de nouveau" not in page.get(address).text
    assert page.post(address, {"revision": 1}).status_code == 302


def test_a_version_published_twice_is_published_once(draft, lucie, browser_of):
    first = publish_draft(draft, lucie, 1)
    assert publish_draft(draft, lucie, 1) == first
    again = browser_of(lucie).post(reverse("charter-draft-preview", args=[draft.pk]), PUBLISH)
    assert again.url == first.get_absolute_url()
    assert CharterVersion.objects.filter(number__gte=2).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_animators_who_publish_at_once_publish_once(draft, lucie, make_person):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    other = make_person("Autre Animatrice", factories.PROJECTS, is_animator=True)
    second = save_draft(other, **SAID | {"name": "3.0", "text": "Encore autre.\n"})

    def publishing(job):
        try:
            return publish_draft(*job).number
        finally:
            connection.close()

    jobs = [(draft, lucie, 1), (draft, other, 1), (second, lucie, 1)]
    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(publishing, jobs))
    assert numbers[0] == numbers[1]
    assert sorted({*numbers}) == [2, 3]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_versions_published_at_once_one_is_refused_in_words(
    lucie, charter, monkeypatch
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    lucie.signatures.all().delete()
    CharterVersion.objects.all().delete()
    monkeypatch.setattr(actions, "require_animator", bool)  # Nobody has signed to be one.
    texts = {"1.0": "Un texte.\n", "1.1": "Un autre.\n"}
    drafts = [save_draft(lucie, **SAID | {"name": n, "text": t}) for n, t in texts.items()]
    both, locked = Barrier(2), actions.lock_row

    def at_once(*row):
        draft = locked(*row)
        both.wait(5)  # With no version to hold, both come through.
        return draft

    monkeypatch.setattr(actions, "lock_row", at_once)

    def publishing(draft):
        try:
            return publish_draft(draft, lucie, 1).number
        except CannotPublish as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(publishing, drafts), key=str)
    assert first == 1 and "vient d’être publiée" in second
    assert CharterVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "un nom"),
        ("name", "retrait"),
        ("name", "1.0"),
        ("text", " \n "),
        ("nature", ""),
        ("grace_days", ""),
        ("grace_days", "0"),
        ("grace_days", "beaucoup"),
        ("grace_days", "9999"),
        ("adopted_on", ""),
        ("adopted_on", "2126-01-01"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_the_text_is_kept(
    lucie, charter, browser_of, field, value
):
    typed = TYPED | {"text": "Un texte gardé."} | {field: value}
    answer = browser_of(lucie).post(reverse("new-charter-draft"), typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert field == "text" or "Un texte gardé." in answer.text
    assert not CharterDraft.objects.exists()


def test_a_name_or_a_text_that_is_there_already_is_not_published(lucie, charter, browser_of):
    meanwhile = [save_draft(lucie, **SAID | {"text": "Autre."}) for _twice in range(2)]
    publish_draft(meanwhile[0], lucie, 1)
    same = save_draft(lucie, **SAID | {"name": "3.0", "text": "Autre."})
    for draft in (meanwhile[1], same):
        with pytest.raises(CannotPublish):
            publish_draft(draft, lucie, 1)
        address = reverse("charter-draft-preview", args=[draft.pk])
        answer = browser_of(lucie).post(address, PUBLISH)
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert CharterVersion.objects.count() == 2


def test_what_another_animator_wrote_meanwhile_is_not_lost_nor_published_unread(
    draft, lucie, browser_of
):
    save_draft(lucie, draft, revision=1, **SAID | {"text": "Autre texte.\n"})
    address = reverse("charter-draft", args=[draft.pk])
    answer = browser_of(lucie).post(address, TYPED | {"revision": 1, "text": "Le mien."})
    assert answer.status_code == 409 and "Le mien." in answer.text
    with pytest.raises(CannotPublish):
        publish_draft(draft, lucie, 1)
    assert CharterDraft.objects.get().text == "Autre texte.\n"
    sent_again = answer.context["form"]["revision"].value()
    browser_of(lucie).post(address, TYPED | {"revision": sent_again, "text": "Le mien."})
    assert CharterDraft.objects.get().text == "Le mien.\n"


def test_a_published_draft_does_not_change(draft, lucie, browser_of):
    version = publish_draft(draft, lucie, 1)
    with pytest.raises(CannotPublish):
        save_draft(lucie, draft, revision=1, **SAID | {"text": "Trop tard.\n"})
    page = browser_of(lucie).get(reverse("charter-draft", args=[draft.pk]))
    assert page.url == version.get_absolute_url()


def test_what_was_typed_into_a_draft_published_meanwhile_comes_back(draft, lucie, browser_of):
    publish_draft(draft, lucie, 1)
    address = reverse("charter-draft", args=[draft.pk])
    answer = browser_of(lucie).post(address, TYPED | {"revision": 1, "text": "Trop tard."})
    assert answer.status_code == 409
    assert "Trop tard." in answer.text and "Cette version est publiée" in answer.text


def test_an_editorial_version_asks_nobody_to_sign(lucie, claire, charter):
    publish_draft(
        save_draft(lucie, **SAID | {"is_substantive": False, "grace_days": 0}), lucie, 1
    )
    assert viewer_of_person(claire).level == AccessLevel.MEMBER
    assert viewer_of_person(claire).sign_before is None


def test_a_substantive_version_asks_all_lapses_after_the_grace_and_signing_restores(
    draft, lucie, claire, charter, spaces, browser_of
):
    thread = factories.start_thread(claire, spaces[factories.AUTHORITIES])
    version = publish_draft(draft, lucie, 1)
    page = browser_of(claire)
    assert "Signez la nouvelle version" in page.get("/").text
    assert page.get(thread.get_absolute_url()).status_code == 200
    past = timezone.now() - timedelta(seconds=1)
    CharterVersion.objects.filter(pk=version.pk).update(binding_from=past)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    assert page.get(thread.get_absolute_url()).status_code == 404
    assert "Signez la version 2.0, et tout se rouvre" in page.get(reverse("inbox")).text
    factories.sign_charter(claire, claire.seats.get().organisation, version)
    assert page.get(thread.get_absolute_url()).status_code == 200
    assert "tout se rouvre" not in page.get(reverse("inbox")).text


def test_a_draft_typed_as_the_session_ended_comes_back_whole(lucie, charter, browser_of):
    client, address = browser_of(None), reverse("new-charter-draft")
    answer = client.post(address, TYPED | {"name": "7.7"})
    assert "/compte/login/" in answer["Location"]
    client.force_login(lucie)
    form = client.get(address).context["form"]
    assert form["name"].value() == "7.7" and "Sobriété d’abord" in form["text"].value()


def test_the_longest_draft_comes_back_whole(lucie, charter, browser_of):
    client, address = browser_of(None), reverse("new-charter-draft")
    typed = TYPED | {"text": "x" * MAX_TEXT_LENGTH, "name": "n" * 20}
    said = client.post(address, typed, follow=True).text
    assert "Votre texte est gardé" in said
    client.force_login(lucie)
    assert len(client.get(address).context["form"]["text"].value()) == MAX_TEXT_LENGTH


@pytest.mark.parametrize("revision", ["", "x", "9" * 5000, "²"])
def test_a_revision_that_is_none_publishes_nothing(draft, lucie, browser_of, revision):
    address = reverse("charter-draft-preview", args=[draft.pk])
    assert browser_of(lucie).post(address, PUBLISH | {"revision": revision}).status_code == 409
    assert CharterVersion.objects.count() == 1


@pytest.mark.parametrize("name", sorted(reserved_names()))
def test_no_version_bears_the_name_of_another_page_of_the_charter(name):
    form = CharterDraftForm({**TYPED, "name": name})

    assert "name" in form.errors


def test_every_page_of_the_charter_has_its_name_reserved():
    routes = [ways[0][0] for ways, *_rest in get_resolver().reverse_dict.values()]
    words = {route.split("/")[1] for route in routes if route.startswith("charte/")}

    assert {word for word in words if word and "%" not in word} == reserved_names()
