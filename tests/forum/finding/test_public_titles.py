"""Titles of solved questions that guests read, where animators opened them and authors knew."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import ModerationLogEntry
from forum.base.readership import readership_of
from forum.conversation.questions import actions as questions
from forum.conversation.threads.shown_readers import stamps_with_titles
from forum.models import Space, Thread
from forum.moderation import actions as moderation
from forum.site.space_settings.actions import save_space_settings
from tests.factories import AUTHORITIES, post_reply, start_thread

pytestmark = pytest.mark.usefixtures("cast_scene")
TITLE = "Relire un bail emphytéotique"


@pytest.fixture
def open_titles(lucie, spaces, viewer_of):
    """``open_titles(is_public)``: an animator opens the titles of the network, or not."""

    def open_titles(is_public=True):
        slug = spaces["network"].slug
        save_space_settings(viewer_of(lucie), {}, {}, {slug: is_public})
        return Space.objects.get(slug=slug)

    return open_titles


@pytest.fixture
def solve(claire, jeanne, viewer_of):
    """``solve(space)``: a question that was begun there by the form, and answered."""

    def solve(space, **fields):
        stamps = stamps_with_titles([(space, readership_of(space))])
        fields = {"title": TITLE, "shown_readers": stamps} | fields
        answer = post_reply(jeanne, start_thread(claire, space, **fields), "Le notaire.")
        questions.accept_answer(answer, viewer_of(claire))
        return answer

    return solve


@pytest.fixture
def home(browser_of):
    """What someone's home says."""
    return lambda person=None: browser_of(person).get("/").text


def test_a_guest_reads_the_title_of_a_solved_question_and_is_led_to_joining(
    claire, open_titles, solve, home
):
    answer = solve(open_titles())
    page = home()
    row = page[page.index('id="solved"') :].partition("</section>")[0]

    assert TITLE in row and f'href="{reverse("account_signup")}"' in row
    for hidden in (answer.thread.get_absolute_url(), "Le notaire", claire.full_name):
        assert hidden not in page
    assert 'id="solved"' not in home(claire), "who reads the thread has it in lists"


def test_the_form_of_a_new_thread_says_so_where_it_is_so(
    claire, spaces, open_titles, browser_of
):
    def form():
        return browser_of(claire).get(reverse("new-thread"))

    said = "son titre se lit aussi sans compte"
    assert said not in form().text
    open_titles()
    page = form()
    assert page.text.count(said) == 1
    assert ".titles" in page.context["form"]["shown_readers"].value()


def test_a_title_of_which_its_author_was_not_told_stays_among_members(
    claire, spaces, open_titles, solve, home
):
    network = spaces["network"]
    solve(network, title="Avant")
    space = open_titles()
    assert "Avant" not in home()
    solve(space, title="Par courriel", shown_readers="")
    solve(network, title="Formulaire d’avant")
    assert 'id="solved"' not in home()


def hide_answer(answer, lucie, viewer_of):
    moderation.hide_post(answer, viewer_of(lucie), "Hors charte.")


def hide_question(answer, lucie, viewer_of):
    moderation.hide_post(answer.thread.posts.get(number=1), viewer_of(lucie), "Hors charte.")


def take_answer_back(answer, lucie, viewer_of):
    questions.unaccept_answer(answer.thread, viewer_of(lucie))


def remove(answer, lucie, viewer_of):
    Thread.objects.filter(pk=answer.thread_id).update(removed_at=timezone.now())


def bring_to_a_room(answer, lucie, viewer_of):
    room = Space.objects.get(college__slug=AUTHORITIES)
    Thread.objects.filter(pk=answer.thread_id).update(space=room)


def be_older(answer, lucie, viewer_of):
    earlier = answer.thread.created_at - timedelta(days=1)
    Thread.objects.filter(pk=answer.thread_id).update(created_at=earlier)


@pytest.mark.parametrize(
    "act", [hide_answer, hide_question, take_answer_back, remove, bring_to_a_room, be_older]
)
def test_what_is_hidden_removed_moved_or_not_solved_any_more_is_told_to_no_guest(
    act, lucie, open_titles, solve, home, viewer_of
):
    answer = solve(open_titles())
    assert TITLE in home()
    act(answer, lucie, viewer_of)
    assert TITLE not in home()


def test_what_was_closed_and_opened_again_shows_only_what_is_begun_since(
    open_titles, solve, home
):
    solve(open_titles())
    open_titles(False)
    assert TITLE not in home()
    solve(open_titles(), title="Depuis")
    page = home()
    assert "Depuis" in page and TITLE not in page


def test_animators_open_titles_where_they_write_and_the_log_says_so(lucie, spaces, browser_of):
    browser, address = browser_of(lucie), reverse("space-settings")
    form = browser.get(address).context["form"]
    slugs = [it.space.slug for it in form.by_space()]
    network, public = spaces["network"].slug, spaces["public"].slug
    assert f"{public}.titles" not in form.fields, "all of it is read already"

    browser.post(address, dict.fromkeys(slugs, "full") | {f"{network}.titles": "on"})
    assert Space.objects.get(slug=network).public_titles_since
    entry = ModerationLogEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("set_public_titles", spaces["network"].name)
    browser.post(address, dict.fromkeys(slugs, "full"))
    assert Space.objects.get(slug=network).public_titles_since is None
