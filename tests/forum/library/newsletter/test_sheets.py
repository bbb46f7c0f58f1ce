"""Sheets in the newsletter: proposed before other experiences, and said as what they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation, Territory
from forum.conversation.threads.models import Thread
from forum.library.newsletter.proposals import proposed_items
from forum.moderation.actions import hide_post
from tests.factories import AUTHORITIES, create_sheet, post_reply, start_thread
from tests.forum.library.newsletter.newsletter_helpers import aged, digest_of, issue_of, text_of

pytestmark = pytest.mark.django_db
SHEET = "Fiche d’expérience"


@pytest.fixture
def brec():
    """A territory that sheets are about."""
    return Territory.objects.create(slug="brec", name="Brec", type="commune")


@pytest.fixture
def sheet(claire, spaces, brec):
    """A sheet on it, of the network."""
    return create_sheet(claire, spaces["network"], title="Notre chaufferie", territory=brec)


def titles():
    """Of what the site proposes now, in order."""
    return [one.title for one in proposed_items() if not one.organisation]


def test_new_sheets_are_a_sort_of_their_own_before_other_experiences(claire, spaces, lucie):
    network = spaces["network"]
    Organisation.objects.update(admitted_at=timezone.now() - timedelta(days=90))
    for number in range(5):
        start_thread(claire, network, title=f"Récit {number}", kind="experience")
    for number in range(5):
        create_sheet(claire, network, title=f"Fiche {number}")
    start_thread(lucie, network, title="Rencontre à Redon", kind="announcement")

    told = [f"Récit {number}" for number in (4, 3, 2, 1)]
    sheets = [f"Fiche {number}" for number in (4, 3, 2, 1)]
    assert titles() == ["Rencontre à Redon", *sheets, *told]


def test_a_question_that_more_territories_have_comes_first_then_the_oldest(claire, spaces):
    for title, days, count in [("Récente ?", 4, 0), ("Vieille ?", 20, 0), ("Partagée ?", 5, 3)]:
        thread = aged(start_thread(claire, spaces["network"], title=title), days=days)
        Thread.objects.filter(pk=thread.pk).update(same_question_count=count)

    assert titles() == ["Partagée ?", "Vieille ?", "Récente ?"]


def test_it_is_said_as_a_sheet_with_its_territory_on_its_page_and_by_mail(
    sheet, jeanne, browser_of
):
    issue = issue_of(sheet.thread)
    link = f'href="{sheet.get_absolute_url()}"'
    page = text_of(browser_of(jeanne), issue.get_absolute_url())
    assert SHEET in page and link in page and "<span>Brec</span>" in page

    mail = digest_of(jeanne)
    assert f"{SHEET} : Notre chaufferie, Brec" in mail.body.replace("\u00a0", " ")
    html = mail.alternatives[0].content
    assert sheet.get_absolute_url() in html and ", Brec" in html


def test_a_sheet_of_the_town_that_it_is_about_names_it_once(sheet, brec, jeanne, browser_of):
    issue, town = issue_of(sheet.thread), sheet.thread.seat.organisation
    for name, count in (("Brec", 0), ("Mairie de Brec", 1)):
        Organisation.objects.filter(pk=town.pk).update(name=name)
        page = text_of(browser_of(jeanne), issue.get_absolute_url())

        assert page.count("<span>Brec</span>") == count and f"<span>{name}" in page


def test_a_sheet_that_was_hidden_tells_neither_its_territory_nor_that_it_is_one(
    sheet, claire, lucie, jeanne, viewer_of, browser_of
):
    post_reply(claire, sheet.thread)
    hide_post(sheet.thread.posts.get(number=1), viewer_of(lucie), "Essai.")

    page = text_of(browser_of(jeanne), issue_of(sheet.thread).get_absolute_url())
    assert "Notre chaufferie" in page and SHEET not in page.partition("<main")[2]
    assert "<span>Brec</span>" not in page


def test_a_sheet_of_a_college_is_in_no_issue_of_others(
    claire, jeanne, spaces, brec, browser_of
):
    secret = create_sheet(claire, spaces[AUTHORITIES], title="Le secret", territory=brec)
    issue = issue_of(secret.thread, "Un lien")

    assert "Brec" in text_of(browser_of(claire), issue.get_absolute_url())
    page = text_of(browser_of(jeanne), issue.get_absolute_url())
    assert "Un lien" in page and "Le secret" not in page and "Brec" not in page
