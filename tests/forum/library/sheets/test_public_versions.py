"""Public versions of sheets: with every author's word, and not a moment longer."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import GUEST
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.threads.edits.actions import delete_post
from forum.library.sheets.actions import save_published
from forum.library.sheets.authors.actions import remove_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    cancel_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.consents.models import AuthorConsent
from forum.library.sheets.public_versions.models import PublicVersion, VersionEnd
from forum.moderation.actions import hide_post, restore_post
from tests.factories import AUTHORITIES, create_person
from tests.forum.library.sheets.public_helpers import (
    NO,
    PROPOSAL,
    SUMMARY,
    YES,
    close,
    page_of,
    with_author,
)
from tests.forum.library.sheets.sheet_helpers import TITLE, publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]


@pytest.fixture
def shared(draft, claire, jeanne, spaces, viewer_of):
    """A sheet of Claire's and Jeanne's, for the members of the network."""
    return publish(with_author(draft, claire, jeanne), viewer_of(claire), spaces["network"])


@pytest.fixture
def version(shared, claire, viewer_of):
    """It proposed to the public."""
    return propose_public_version(shared.thread_id, viewer_of(claire), PROPOSAL)


@pytest.fixture
def public(version, claire, jeanne, viewer_of):
    """It public, by the word of both."""
    for person in claire, jeanne:
        version = answer_public_version(version.pk, viewer_of(person), YES)
    return version


def is_public():
    return PublicVersion.objects.visible_to(GUEST).exists()


def test_it_is_public_when_the_last_author_says_yes_and_not_before(
    version, claire, jeanne, viewer_of, browser_of
):
    assert page_of(browser_of(None), version).status_code == 404
    answer_public_version(version.pk, viewer_of(jeanne), YES)
    assert not is_public() and page_of(browser_of(None), version).status_code == 404
    answer_public_version(version.pk, viewer_of(claire), YES)

    page = page_of(browser_of(None), version)
    assert page.status_code == 200
    for words in (TITLE, SUMMARY, "Deux hivers sans panne.", "450 k€ HT", "Claire Le Bihan",
                  "Jeanne Brunel", "Val d’Ombre", "Licence Ouverte 2.0"):  # fmt: skip
        assert words in page.text
    assert "noindex" not in page.text
    assert browser_of(None).get(version.permanent_path).status_code == 200


def test_who_may_not_read_the_thread_is_not_led_to_it_and_members_are(
    public, jeanne, browser_of
):
    address = public.sheet.thread.get_absolute_url()

    assert address not in page_of(browser_of(None), public).text
    assert address in page_of(browser_of(jeanne), public).text


def test_each_author_is_asked_and_sees_the_exact_page(
    version, claire, jeanne, browser_of, viewer_of
):
    for person in claire, jeanne:
        address = reverse("public-sheet-consent", args=[version.pk])
        asked = [
            one for one in notifications_of(person, viewer_of(person)) if one.url == address
        ]
        assert len(asked) == 1 and asked[0].is_waiting
        page = browser_of(person).get(address)
        for words in (SUMMARY, "Deux hivers sans panne.", "450 k€ HT", "Jeanne Brunel"):
            assert words in page.text
        browser_of(person).post(address, {"yes": "1", "shown_name": "name"})
    assert is_public()


def test_the_only_author_is_led_to_publish_and_not_asked_whether_they_agree(
    sheet, claire, lucie, browser_of
):
    browser = browser_of(claire)
    propose = reverse("propose-public-sheet", args=[sheet.thread_id])
    sent = {"summary": SUMMARY, "licence": "etalab-2.0"}
    page = browser.post(propose, sent, follow=True)

    assert "puis publiez-la" in page.text and "J’accepte" not in page.text
    assert "le propose" not in page.text and "Non, ou pas ainsi" not in page.text
    inbox = browser.get(f"{reverse('inbox')}?voir=tout").text
    assert "relisez la page et publiez-la" in inbox and "l’acceptez-vous" not in inbox
    browser.post(page.redirect_chain[-1][0], {"yes": "1", "shown_name": "name"})
    assert PublicVersion.objects.get().published_at

    browser_of(lucie).post(propose, sent)  # Of an animator she may refuse it.
    address = reverse("public-sheet-consent", args=[PublicVersion.objects.latest("pk").pk])
    page = browser.get(address).text
    assert "J’accepte" in page and "Non, ou pas ainsi" in page


def test_only_who_is_asked_or_proposed_or_animates_sees_a_proposal(version, people, browser_of):
    address = reverse("public-sheet-consent", args=[version.pk])
    for role, person in vars(people).items():
        expected = 200 if role in ("authorities", "projects", "animator") else 404
        expected = {"guest": 302, "suspended": 403}.get(role, expected)
        assert browser_of(person).get(address).status_code == expected, role


def test_who_is_not_an_author_neither_proposes_nor_answers(
    version, people, viewer_of, browser_of
):
    thread = version.sheet.thread_id
    with pytest.raises(Refused):
        propose_public_version(thread, viewer_of(people.support), PROPOSAL)
    with pytest.raises(Refused):
        answer_public_version(version.pk, viewer_of(people.animator), YES)
    with pytest.raises(PublicVersion.DoesNotExist):
        answer_public_version(version.pk, viewer_of(people.support), YES)
    proposed = propose_public_version(thread, viewer_of(people.animator), PROPOSAL)
    assert {one.person for one in proposed.consents.all()} == {
        people.authorities,
        people.projects,
    }


def test_what_one_author_takes_out_is_out_for_all_and_for_good(
    version, claire, jeanne, viewer_of, browser_of
):
    without = ConsentValues("yes", "organisation", without_prices=True)
    answer_public_version(version.pk, viewer_of(jeanne), without)
    public = answer_public_version(version.pk, viewer_of(claire), YES)
    organisation = jeanne.seats.get().organisation.name

    page = page_of(browser_of(None), public).text
    assert "450 k€" not in page and "300 kW" in page
    assert jeanne.full_name not in re.sub(organisation, "", page) and organisation in page
    with_prices = ConsentValues("yes", "none")
    public = answer_public_version(version.pk, viewer_of(jeanne), with_prices)
    page = page_of(browser_of(None), public).text
    assert "450 k€" not in page and organisation not in page
    assert claire.full_name in page


def test_contacts_are_left_out_unless_somebody_wants_them(
    draft, place, topics, claire, spaces, viewer_of
):
    actor = viewer_of(claire)
    sheet = publish(draft, actor, spaces["network"])
    said = values(place, topics[0], contacts="Odile, 02 96 00 00 00")
    save_published(sheet, actor, said, sheet.version)

    assert propose_public_version(sheet.thread_id, actor, PROPOSAL).contacts == ""
    wanted = PROPOSAL._replace(with_contacts=True)
    assert "Odile" in propose_public_version(sheet.thread_id, actor, wanted).contacts


def test_a_no_keeps_it_from_the_public_and_tells_who_proposed_why(
    version, claire, jeanne, viewer_of, browser_of
):
    answer_public_version(version.pk, viewer_of(claire), YES)
    answer_public_version(version.pk, viewer_of(jeanne), NO)

    assert not is_public()
    told = [one.text for one in notifications_of(claire, viewer_of(claire))]
    assert any("Sans le prix du réseau." in text and jeanne.full_name in text for text in told)
    answer_public_version(version.pk, viewer_of(jeanne), YES)
    assert is_public()


def test_whoever_said_yes_withdraws_it_at_once_and_it_does_not_come_back(
    public, claire, jeanne, viewer_of, browser_of
):
    page = browser_of(jeanne).post(
        reverse("public-sheet-consent", args=[public.pk]), {"no": "1", "shown_name": "name"}
    )
    assert page.status_code == 302
    assert not is_public() and page_of(browser_of(None), public).status_code == 404
    assert any("retiré" in one.text for one in notifications_of(claire, viewer_of(claire)))
    with pytest.raises(Refused):
        answer_public_version(public.pk, viewer_of(jeanne), YES)
    assert not is_public()
    public.refresh_from_db()
    assert public.end == VersionEnd.WITHDRAWN


def test_who_is_silenced_withdraws_without_a_word(public, jeanne, viewer_of):
    silenced = replace(viewer_of(jeanne), silenced_until=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused):
        answer_public_version(public.pk, silenced, NO)
    answer_public_version(public.pk, silenced, ConsentValues("no"))
    assert not is_public()


def test_it_goes_with_its_first_post_and_comes_back_with_it(
    public, lucie, viewer_of, browser_of
):
    post = public.sheet.thread.posts.get(number=1)
    hide_post(post, viewer_of(lucie), "Un motif.")
    assert not is_public() and page_of(browser_of(None), public).status_code == 404
    restore_post(post, viewer_of(lucie))
    assert is_public()


def test_it_goes_for_good_where_the_post_is_deleted(public, claire, jeanne, viewer_of):
    remove_author(SheetAuthor.objects.get(person=jeanne).pk, viewer_of(claire))
    delete_post(public.sheet.thread.posts.get(number=1), viewer_of(claire))

    assert not PublicVersion.objects.exists() and not AuthorConsent.objects.exists()


def test_editing_the_sheet_changes_nothing_until_all_accept_the_new_text(
    public, place, topics, claire, jeanne, viewer_of, browser_of
):
    actor, sheet = viewer_of(claire), public.sheet
    said = values(place, topics[0], results="Trois hivers.", title=f"{TITLE}, suite")
    save_published(sheet, actor, said, sheet.version)
    guest = browser_of(None)
    assert "Trois hivers." not in page_of(guest, public).text
    offered = browser_of(claire).get(sheet.get_absolute_url()).text
    assert reverse("propose-public-sheet", args=[sheet.thread_id]) in offered

    newer = propose_public_version(sheet.thread_id, actor, PROPOSAL)
    answer_public_version(newer.pk, actor, YES)
    assert "Trois hivers." not in page_of(guest, public).text
    answer_public_version(newer.pk, viewer_of(jeanne), YES)
    page = guest.get(public.permanent_path)
    assert "Trois hivers." in page.text and f"{TITLE}, suite" in page.text
    assert PublicVersion.objects.visible_to(GUEST).count() == 1


def test_a_newer_proposal_takes_the_place_of_one_that_waits(version, claire, viewer_of):
    actor = viewer_of(claire)
    newer = propose_public_version(version.sheet.thread_id, actor, PROPOSAL)

    assert list(PublicVersion.objects.waiting()) == [newer]
    with pytest.raises(Refused):
        answer_public_version(version.pk, actor, YES)


def test_a_proposal_is_given_up_by_who_made_it(version, claire, jeanne, viewer_of, browser_of):
    address = reverse("cancel-public-sheet", args=[version.pk])
    assert browser_of(jeanne).post(address).status_code == 403
    assert browser_of(claire).post(address).status_code == 302
    with pytest.raises(Refused):
        answer_public_version(version.pk, viewer_of(jeanne), YES)
    with pytest.raises(Refused):
        cancel_public_version(version.pk, viewer_of(claire))


def test_an_account_closed_before_answering_keeps_it_from_the_public(
    version, claire, jeanne, viewer_of, browser_of
):
    close(jeanne)
    answer_public_version(version.pk, viewer_of(claire), YES)

    assert not is_public()
    page = browser_of(claire).get(reverse("public-sheet-consent", args=[version.pk]))
    assert "compte fermé sans réponse" in page.text
    with pytest.raises(Refused, match="fermé son compte"):
        propose_public_version(version.sheet.thread_id, viewer_of(claire), PROPOSAL)


def test_an_account_closed_after_it_takes_its_name_along_and_the_page_stays(
    public, jeanne, browser_of
):
    name, organisation = jeanne.full_name, jeanne.seats.get().organisation.name
    close(jeanne)

    page = page_of(browser_of(None), public).text
    assert name not in page.replace(organisation, "") and organisation in page


@pytest.mark.deep
def test_proposing_and_answering_are_limited(version, claire, browser_of):
    client, address = (
        browser_of(claire),
        reverse("propose-public-sheet", args=[version.sheet.thread_id]),
    )
    sent = {"summary": SUMMARY, "licence": "etalab-2.0"}
    statuses = [client.post(address, sent).status_code for _n in range(11)]

    assert statuses[:9] == [302] * 9 and statuses[-1] == 429


def test_a_summary_is_asked_for_and_has_800_characters_at_most(version, claire, browser_of):
    address = reverse("propose-public-sheet", args=[version.sheet.thread_id])
    for summary in "", "a" * 801:
        answer = browser_of(claire).post(address, {"summary": summary, "licence": "etalab-2.0"})
        assert answer.status_code == 422
    answer = browser_of(claire).post(address, {"summary": SUMMARY, "licence": "reseau"})
    assert answer.status_code == 422


def test_what_was_typed_comes_through_sign_in(version, claire, browser_of):
    address = reverse("propose-public-sheet", args=[version.sheet.thread_id])
    answer = browser_of(None).post(address, {"summary": SUMMARY, "licence": "etalab-2.0"})

    assert answer.status_code == 302 and answer["Location"].startswith("/compte/login/")


def test_people_of_elsewhere_are_told_nothing(version, browser_of):
    stranger = create_person("Paul Loin", AUTHORITIES)
    missing = browser_of(stranger).get(reverse("public-sheet-short", args=[9_999_999]))
    hidden = browser_of(stranger).get(version.permanent_path)

    assert missing.status_code == hidden.status_code == 404


def test_who_has_posts_read_first_proposes_nothing_to_the_public_until_they_are_not(
    read_sheet, mina, browser_of, settings
):
    address = reverse("propose-public-sheet", args=[read_sheet.thread_id])
    sent = {"summary": SUMMARY, "licence": "etalab-2.0"}
    answer = browser_of(mina).post(address, sent)
    assert answer.status_code == 403 and "relus avant de paraître" in answer.text
    assert SUMMARY in answer.text and not PublicVersion.objects.exists()

    settings.FORUM_FIRST_POSTS_HELD = 1
    browser_of(mina).post(address, sent)
    consent = reverse("public-sheet-consent", args=[PublicVersion.objects.get().pk])
    settings.FORUM_FIRST_POSTS_HELD = 2  # As where animators have meanwhile ticked the space.
    answer = browser_of(mina).post(consent, {"yes": "1", "shown_name": "name"})
    assert answer.status_code == 403 and "relus avant de paraître" in answer.text
    assert not is_public()
    settings.FORUM_FIRST_POSTS_HELD = 1
    browser_of(mina).post(consent, {"yes": "1", "shown_name": "name"})
    assert is_public()


def test_the_last_yes_is_said_by_anybody_to_the_words_of_who_is_known(
    read_sheet, mina, lucie, viewer_of
):
    version = propose_public_version(read_sheet.thread_id, viewer_of(lucie), PROPOSAL)
    assert answer_public_version(version.pk, viewer_of(mina), YES).published_at
