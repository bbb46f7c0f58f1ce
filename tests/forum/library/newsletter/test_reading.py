"""Home, the pages of issues: each reader is shown what they may see, as it is today."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Signature
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.edits.actions import delete_post
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
from forum.library.newsletter.queries import shown_to
from forum.moderation.actions import hide_post
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    create_tool,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.library.newsletter.newsletter_helpers import issue_of, text_of

pytestmark = pytest.mark.django_db
LINE = 'class="week"'


def test_members_have_it_on_home_for_nine_days_and_others_not(people, spaces, browser_of):
    thread = start_thread(people.authorities, spaces["public"], title="Au grand jour")
    issue = issue_of(thread)
    for role, person in vars(people).items():
        home = text_of(browser_of(person), "/")
        is_member = role in {"projects", "authorities", "support", "group", "animator"}
        assert (LINE in home) == ("Bonne lecture." in home) == is_member, role
    claire = browser_of(people.authorities)
    assert LINE not in text_of(claire, "/?page=2")

    for days, is_shown in ((8, True), (10, False)):
        NewsletterIssue.objects.update(published_at=timezone.now() - timedelta(days=days))
        assert (LINE in text_of(claire, "/")) == is_shown
    assert text_of(claire, issue.get_absolute_url())


def test_home_says_no_more_of_an_issue_that_its_reader_opened_and_of_the_next_again(
    claire, jeanne, browser_of
):
    before, issue = issue_of("Un", weeks_ago=2, ago=timedelta(days=6)), issue_of("Deux")
    browser = browser_of(claire)
    browser.get(before.get_absolute_url())
    assert LINE in text_of(browser, "/"), "an older one was read"
    browser.get(issue.get_absolute_url(), HTTP_SEC_PURPOSE="prefetch")
    assert LINE in text_of(browser, "/"), "its page was only asked for ahead of time"
    browser.get(issue.get_absolute_url())
    browser.get(before.get_absolute_url())
    assert LINE not in text_of(browser, "/")
    assert LINE in text_of(browser_of(jeanne), "/")

    NewsletterIssue.objects.filter(pk=issue.pk).update(week=issue.week + timedelta(weeks=1))
    assert LINE in text_of(browser, "/")


def test_what_is_published_last_is_on_home_and_what_tells_one_nothing_is_not(
    claire, jeanne, spaces, browser_of
):
    issue_of("Ancien lien", weeks_ago=1, ago=timedelta(days=5), introduction="")
    home = browser_of(claire)
    assert "Ancien lien" in text_of(home, "/")
    secret = start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs")
    issue_of(secret, introduction="")

    shown = text_of(home, "/")
    assert LINE not in shown and "Entre porteurs" not in shown
    assert "Entre porteurs" in text_of(browser_of(jeanne), "/")


def test_its_page_shows_each_what_they_read_and_guests_what_is_public(
    claire, jeanne, spaces, browser_of
):
    named = []
    for name, author in (
        ("public", claire), ("network", claire), (AUTHORITIES, claire), (PROJECTS, jeanne),
    ):  # fmt: skip
        thread = start_thread(author, spaces[name], title=f"Fil de {name}")
        named.append((thread, f"Ligne de {name}"))
    town = claire.seats.get().organisation
    issue = issue_of(*named, town, "Un lien du réseau")
    readers = {
        None: {"public"},
        claire: {"public", "network", AUTHORITIES},
        jeanne: {"public", "network", PROJECTS},
    }
    for person, read in readers.items():
        page = text_of(browser_of(person), issue.get_absolute_url())
        for name in ("public", "network", AUTHORITIES, PROJECTS):
            assert (f"Fil de {name}" in page) == (f"Ligne de {name}" in page) == (name in read)
        assert town.name in page
        assert ("Un lien du réseau" in page) == ("Bonne lecture." in page) == bool(person)


def test_a_guest_of_an_issue_without_anything_public_is_told_so(claire, spaces, browser_of):
    issue = issue_of(start_thread(claire, spaces["network"], title="Entre membres"))
    page = text_of(browser_of(None), issue.get_absolute_url())
    assert "rien de public" in page and "Entre membres" not in page


def test_what_was_hidden_moved_deleted_or_left_is_gone_from_it_at_once(
    claire, jeanne, lucie, spaces, browser_of, viewer_of
):
    network = spaces["network"]
    threads = {
        what: start_thread(claire, network, title=f"Le fil {what}")
        for what in ("masqué", "parti", "supprimé", "d’un outil", "qui reste")
    }
    tool = create_tool(post_reply(jeanne, threads["d’un outil"]), "Le modèle")
    town = claire.seats.get().organisation
    issue = issue_of(*list(threads.values())[:3], threads["qui reste"], tool, town)
    jeanne_reads = browser_of(jeanne)
    before = text_of(jeanne_reads, issue.get_absolute_url())
    assert all(
        words in before for words in ("masqué", "parti", "supprimé", "Le modèle", town.name)
    )

    hide_post(threads["masqué"].posts.get(), viewer_of(lucie), "Hors sujet.")
    move_thread(threads["parti"], viewer_of(lucie), spaces[SUPPORT])
    delete_post(threads["supprimé"].posts.get(), viewer_of(claire))
    delete_post(threads["d’un outil"].posts.get(number=2), viewer_of(jeanne))
    Signature.objects.filter(organisation=town).update(withdrawn_at=timezone.now())
    for address in (issue.get_absolute_url(), "/"):
        page = text_of(jeanne_reads, address)
        for words in ("Le fil masqué", "Le fil parti", "Le fil supprimé", "Le modèle"):
            assert words not in page, (address, words)
    after = text_of(jeanne_reads, issue.get_absolute_url())
    assert "qui reste" in after
    assert town.get_absolute_url() not in after


def test_titles_and_states_are_those_of_today(claire, jeanne, spaces, browser_of, viewer_of):
    thread = start_thread(claire, spaces["network"], title="Quel vent ?")
    issue = issue_of(thread)
    page = browser_of(jeanne)
    assert "Question sans réponse" in text_of(page, issue.get_absolute_url())
    reply = post_reply(jeanne, thread)
    assert "Question ouverte" in text_of(page, issue.get_absolute_url())
    accept_answer(reply, viewer_of(claire))
    thread.__class__.objects.filter(pk=thread.pk).update(title="Quel vent à Brec ?")
    shown = text_of(page, issue.get_absolute_url())
    assert "Question résolue" in shown and "Quel vent à Brec ?" in shown


def test_the_archive_has_what_was_published_and_each_leads_to_the_ones_beside(
    claire, spaces, browser_of
):
    old, new = issue_of("a", weeks_ago=2), issue_of("b")
    draft = issue_of("c", weeks_ago=1, ago=None)
    page = text_of(browser_of(None), reverse("newsletter"))
    assert page.index(new.get_absolute_url()) < page.index(old.get_absolute_url())
    assert draft.get_absolute_url() not in page
    shown = text_of(browser_of(claire), new.get_absolute_url())
    assert old.get_absolute_url() in shown and draft.get_absolute_url() not in shown
    assert new.get_absolute_url() in text_of(browser_of(claire), old.get_absolute_url())


@pytest.mark.parametrize("slug", ["2026-60", "2026-0", "rien", "2026", "99999-10", "2019-01"])
def test_an_address_that_names_no_week_with_an_issue_is_not_found(client, db, slug):
    assert client.get(reverse("newsletter-issue", args=[slug])).status_code == 404


def test_home_costs_two_queries_more_whatever_is_in_the_issue(
    claire, jeanne, spaces, browser_of
):
    home = browser_of(claire)

    def cost():
        home.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert home.get("/").status_code == 200
        return len(captured)

    thread = start_thread(jeanne, spaces["network"])
    tool = create_tool(post_reply(jeanne, thread))
    before = cost()  # It asks whether there is one.
    issue = issue_of("Un lien")
    assert cost() == before + 1
    named = [start_thread(jeanne, spaces["network"], title=f"Fil {n}") for n in range(6)]
    NewsletterItem.objects.filter(issue=issue).delete()
    issue.delete()
    issue_of(*named, tool, *Organisation.objects.in_network()[:3])
    assert cost() == before + 1


def test_who_may_see_it_by_the_door_is_who_is_shown_it(people, spaces, viewer_of):
    """The compiled query and ``visible_to`` are one."""
    named = [
        start_thread(people.authorities, spaces[name])
        for name in ("public", "network", AUTHORITIES)
    ]
    issue = issue_of(*named, people.projects.seats.get().organisation, "Un lien")
    for role, person in vars(people).items():
        viewer = viewer_of(person)
        week = shown_to(viewer, issue)
        seen = NewsletterItem.objects.visible_to(viewer).order_by("position")
        assert list(week.items) == list(seen), role
