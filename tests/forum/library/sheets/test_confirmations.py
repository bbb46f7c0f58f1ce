"""Once a year the authors of a sheet are asked whether it is still true."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.base.rate_limits import RateLimit
from accounts.models import User
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.models import Thread
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.confirmations import views
from forum.library.sheets.confirmations.actions import answer_still_true
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.tasks import ask_if_still_true
from tests.factories import AUTHORITIES, create_seat
from tests.forum.library.sheets.sheet_helpers import draft_of, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def aged(sheet):
    """A function that has the sheet be published so many days ago."""

    def aged(days):
        at = timezone.now() - timedelta(days=days)
        ExperienceSheet.objects.update(published_at=at)
        ask_if_still_true.func()
        return sheet

    return aged


@pytest.fixture
def asked(viewer_of):
    """What a person is asked of sheets; the bell counts as much."""

    def asked(person):
        found = notifications_of(person, viewer_of(person))
        unread = [one for one in found if one.at > person.inbox_read_at]
        assert site_menu(viewer_of(person)).unread_notifications == len(unread)
        return [one.url for one in found if "Toujours vrai" in one.text]

    return asked


def url_of(sheet):
    return reverse("confirm-sheet", args=[sheet.thread_id])


def test_authors_are_asked_after_a_year_and_others_are_not(
    aged, claire, jeanne, lucie, asked, viewer_of
):
    sheet = aged(364)
    row = invite_author(sheet, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    assert asked(claire) == []

    aged(366)
    assert asked(claire) == asked(jeanne) == [url_of(sheet)] and asked(lucie) == []


def test_yes_is_said_on_the_page_and_asked_again_a_year_later(aged, claire, asked, browser_of):
    sheet = aged(366)
    browser_of(claire).post(url_of(sheet), {"true": "1"})

    assert asked(claire) == []
    assert "toujours vraie le" in browser_of(claire).get(sheet.get_absolute_url()).text
    ask_if_still_true.func()
    assert asked(claire) == []
    ExperienceSheet.objects.update(
        confirmed_at=timezone.now() - timedelta(days=366),
        asked_at=timezone.now() - timedelta(400),
    )
    ask_if_still_true.func()
    assert asked(claire) == [url_of(sheet)]


def test_no_longer_true_is_said_in_words_at_its_head(aged, claire, jeanne, asked, browser_of):
    sheet = aged(366)
    assert browser_of(claire).post(url_of(sheet), {}).status_code == 422
    browser_of(claire).post(url_of(sheet), {"outdated": "La chaudière est arrêtée."})

    page = browser_of(jeanne).get(sheet.get_absolute_url()).text
    assert "Ce n’est plus vrai" in page and "La chaudière est arrêtée." in page
    assert asked(claire) == []
    browser_of(claire).post(url_of(sheet), {"true": "1"})
    page = browser_of(jeanne).get(sheet.get_absolute_url()).text
    assert "La chaudière est arrêtée." not in page


def test_nobody_else_says_so(aged, people, viewer_of, browser_of):
    sheet = aged(366)
    for role in ("projects", "support", "animator"):
        person = getattr(people, role)
        assert browser_of(person).get(url_of(sheet)).status_code == 403
        with pytest.raises(Refused):
            answer_still_true(sheet.thread_id, viewer_of(person))


def test_where_the_authors_are_gone_the_contact_is_asked(
    aged, claire, town, make_person, asked, browser_of
):
    contact = make_person("Yann Contact")
    create_seat(contact, AUTHORITIES, organisation=town)
    contact.seats.update(is_contact=True)
    sheet = aged(366)
    assert asked(contact) == []

    User.objects.filter(pk=claire.pk).update(is_active=False)
    assert asked(contact) == [url_of(sheet)]
    browser_of(contact).post(url_of(sheet), {"true": "1"})
    assert ExperienceSheet.objects.get().confirmed_at


def test_a_sheet_that_is_hidden_is_not_asked_about(
    aged, sheet, claire, lucie, asked, viewer_of
):
    from forum.moderation.actions import hide_post

    hide_post(sheet.thread.posts.get(), viewer_of(lucie), "Un motif.")
    aged(366)
    assert asked(claire) == []


NOTE = "La chaudière est arrêtée."


def test_words_at_its_head_are_not_said_by_who_has_posts_read_first_and_yes_is(
    read_sheet, mina, browser_of, settings
):
    answer = browser_of(mina).post(url_of(read_sheet), {"outdated": NOTE})
    assert answer.status_code == 403 and "relus avant de paraître" in answer.text
    assert NOTE in answer.text and not ExperienceSheet.objects.get().outdated
    browser_of(mina).post(url_of(read_sheet), {"true": "1"})
    assert ExperienceSheet.objects.get().confirmed_at

    settings.FORUM_FIRST_POSTS_HELD = 1
    browser_of(mina).post(url_of(read_sheet), {"outdated": NOTE})
    assert ExperienceSheet.objects.get().outdated == NOTE


@pytest.mark.parametrize("what", ["locked", "no seat"])
def test_words_at_its_head_are_not_said_by_who_may_not_reply_and_yes_is(
    what, place, topics, claire, spaces, viewer_of, browser_of
):
    draft = draft_of(viewer_of(claire), place, topics[0])
    sheet = publish(draft, viewer_of(claire), spaces["public"])
    if what == "locked":
        Thread.objects.filter(pk=sheet.thread_id).update(is_locked=True)
    else:
        claire.seats.update(ended_at=timezone.now())
    answer = browser_of(claire).post(url_of(sheet), {"outdated": NOTE})
    assert answer.status_code == 403 and NOTE in answer.text
    assert not ExperienceSheet.objects.get().outdated
    browser_of(claire).post(url_of(sheet), {"true": "1"})
    assert ExperienceSheet.objects.get().confirmed_at


def test_what_is_said_too_often_is_kept_in_the_form(sheet, claire, browser_of, monkeypatch):
    monkeypatch.setattr(views, "_ANSWERS", RateLimit("confirm_once", "1/h/user"))
    browser_of(claire).post(url_of(sheet), {"outdated": "Elle est en panne."})
    answer = browser_of(claire).post(url_of(sheet), {"outdated": NOTE})
    assert answer.status_code == 429 and NOTE in answer.text
    browser_of(claire).post(url_of(sheet), {"true": "1"})
    assert ExperienceSheet.objects.get().outdated == "Elle est en panne."
