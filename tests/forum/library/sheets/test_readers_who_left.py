"""Who has left the space of a sheet reads nothing there of what others write afterwards."""

import pytest
from django.urls import reverse

from accounts.closing.actions import ask_to_close
from accounts.models import GroupMembership
from accounts.viewers.viewers import viewer_of_person as by
from forum.library.sheets.actions import save_published
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    propose_public_version,
)
from forum.library.sheets.queries import get_published_sheet
from forum.members.closing.actions import close_account
from tests.factories import SUPPORT, join_group
from tests.forum.library.sheets.public_helpers import PROPOSAL, YES
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, values
from tests.forum.moderation.move_helpers import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "no_posting_limits")]
OWN = "Il faut commencer par la régie et ses comptes du premier hiver."
LATER = "Dit entre nous\u00a0: le maire a menti au conseil."


@pytest.fixture
def nora(make_person):
    return make_person("Nora Pons", SUPPORT)


@pytest.fixture
def draft(claire, jeanne, nora, place, topics):
    """Claire’s, which Jeanne and Nora of her group write with her; Nora wrote her part."""
    for person in (claire, jeanne, nora):
        join_group(person)
    draft = draft_of(by(claire), place, topics[0])
    for person in (nora, jeanne):
        invitation = invite_author(draft, by(claire), person)
        answer_invitation(invitation.pk, by(person), accepts=True)
    save_draft(draft, by(nora), values(place, topics[0], advice=OWN), draft.version)
    return ExperienceSheet.objects.get(pk=draft.pk)


def leave(person):
    GroupMembership.objects.filter(person=person).delete()


@pytest.fixture
def version(draft, claire, jeanne, nora, place, topics, spaces):
    """Published to the group, which Nora leaves; Jeanne adds to it; proposed to all."""
    sheet = publish(draft, by(claire), spaces["group"])
    leave(nora)
    sheet = get_published_sheet(by(jeanne), sheet.thread_id)
    said = values(place, topics[0], advice=OWN, context=LATER)
    save_published(sheet, by(jeanne), said, sheet.version)
    return propose_public_version(sheet.thread_id, by(claire), PROPOSAL)


def consent_page(browser, version):
    return browser.get(reverse("public-sheet-consent", args=[version.pk])).text


def test_who_is_asked_for_the_public_reads_their_own_parts(version, nora, browser_of):
    page = consent_page(browser_of(nora), version)

    assert OWN in page and LATER not in page and "les parties où sont vos mots" in page


def test_whoever_reads_it_is_asked_about_all_of_it(version, claire, jeanne, browser_of):
    for person in (claire, jeanne):
        page = consent_page(browser_of(person), version)
        assert OWN in page and LATER in page and "vos mots" not in page


def test_once_all_have_agreed_they_read_it_as_everybody(
    version, claire, jeanne, nora, browser_of
):
    address = reverse("public-sheet-consent", args=[version.pk])
    for person in (claire, jeanne, nora):
        browser_of(person).post(address, {"yes": "1", "shown_name": "name"})
    version.refresh_from_db()

    assert version.published_at and LATER in consent_page(browser_of(nora), version)


def test_a_no_leaves_them_with_their_parts(version, nora, browser_of):
    address = reverse("public-sheet-consent", args=[version.pk])
    page = browser_of(nora).post(address, {"no": "1", "shown_name": "name"}, follow=True)

    assert page.status_code == 200 and LATER not in page.text


def test_title_and_summary_are_not_for_them_before(version, nora, browser_of):
    page = consent_page(browser_of(nora), version)

    assert PROPOSAL.summary not in page and "une fiche que vous ne lisez plus" in page
    assert "une fiche que vous ne lisez plus" in " ".join(told(nora))


REMARK = "Le maire a menti au conseil, n’en disons rien."


@pytest.mark.parametrize("proposer", ["claire", "nora"])
def test_nor_are_remarks_of_those_who_stayed(
    proposer, draft, claire, jeanne, nora, spaces, browser_of
):
    sheet = publish(draft, by(claire), spaces["group"])
    by_proposer = by({"claire": claire, "nora": nora}[proposer])
    version = propose_public_version(sheet.thread_id, by_proposer, PROPOSAL)
    if proposer == "claire":  # Withdrawn from the public, else refused before.
        for person in (claire, jeanne, nora):
            answer_public_version(version.pk, by(person), YES)
    leave(nora)
    answer_public_version(version.pk, by(jeanne), ConsentValues("no", remark=REMARK))

    assert REMARK not in consent_page(browser_of(nora), version) + " ".join(told(nora))
    assert REMARK in consent_page(browser_of(claire), version) + " ".join(told(claire))


def test_a_draft_goes_on_as_that_of_who_reads_its_space(
    draft, claire, jeanne, nora, spaces, place, topics
):
    ExperienceSheet.objects.filter(pk=draft.pk).update(space=spaces["group"])
    leave(nora)
    said = values(place, topics[0], advice=OWN, context=LATER)
    save_draft(ExperienceSheet.objects.get(pk=draft.pk), by(jeanne), said, draft.version)
    ask_to_close(claire, days=0)
    close_account(claire)

    assert ExperienceSheet.objects.get(pk=draft.pk).author == jeanne
    assert not ExperienceSheet.objects.visible_to(by(nora)).filter(pk=draft.pk).exists()


def test_where_nobody_reads_that_it_waits_for_who_will(draft, claire, jeanne, nora, spaces):
    ExperienceSheet.objects.filter(pk=draft.pk).update(space=spaces["group"])
    leave(nora)
    leave(jeanne)
    ask_to_close(claire, days=0)
    close_account(claire)
    assert not ExperienceSheet.objects.visible_to(by(nora)).filter(pk=draft.pk).exists()

    join_group(jeanne)
    seen = ExperienceSheet.objects.visible_to(by(jeanne)).get(pk=draft.pk)
    assert seen.advice == OWN
