"""Who mutes a person sees their posts folded and is told of none; nobody else knows."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from forum.base.rules import Refused
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.follows.actions import follow_thread
from forum.conversation.mutes import actions
from forum.conversation.mutes.models import Mute
from forum.models import Post
from tests.factories import create_person, post_reply, start_thread
from tests.forum.members.export_helpers import taken_along

pytestmark = pytest.mark.usefixtures("charter", "topics")


@pytest.fixture
def mute(viewer_of):
    """Have a person mute another."""
    return lambda person, other: actions.mute_person(other.pk, viewer_of(person))


def folded(page, author):
    """Whether the style of a page folds the posts of ``author``, and but for the first post."""
    style = page.text.partition("<style")[2].partition("</style>")[0]
    marked = rf'\[data-author="{author.pk}"\]\s>\s+\[data-if="muted"\]'
    rules = re.findall(rf"(\.post:not\([^}}]*?){marked}", style)
    return rules[0] if rules else ""


def test_the_posts_of_who_is_muted_are_folded_for_who_asked_and_nobody_else(
    thread, claire, jeanne, lucie, mute, browser_of
):
    post_reply(jeanne, thread, "Chez nous, une régie.")
    address = thread.get_absolute_url()
    before = browser_of(lucie).get(address).text
    mute(claire, jeanne)
    page = browser_of(claire).get(address)

    assert folded(page, jeanne) == ".post:not(.trace,:target)"
    assert "que vous avez mise en sourdine" in page.text
    for other in (jeanne, lucie, None):
        assert not folded(browser_of(other).get(address), jeanne)
    articles = r"<article.*</article>"
    after = browser_of(lucie).get(address).text
    assert re.findall(articles, after, re.DOTALL) == re.findall(articles, before, re.DOTALL)


def test_an_announcement_is_shown_all_the_same(spaces, claire, lucie, mute, browser_of):
    told = start_thread(lucie, spaces["network"], kind="announcement")
    mute(claire, lucie)

    page = browser_of(claire).get(told.get_absolute_url())
    assert folded(page, lucie) == ".post:not(.trace,:target,#post-1)"


def test_their_replies_ring_no_bell(thread, claire, jeanne, lucie, mute, browser_of, viewer_of):
    def unread():
        return browser_of(claire).get("/").context["menu"].unread

    follow_thread(thread.pk, viewer_of(claire))
    post_reply(jeanne, thread)
    assert unread() == 1
    mute(claire, jeanne)
    assert unread() == 0
    post_reply(lucie, thread)
    assert unread() == 1


def test_a_question_that_they_put_to_one_rings_no_bell(
    spaces, claire, jeanne, mute, browser_of
):
    def waiting():
        return browser_of(jeanne).get("/").context["menu"].unread_notifications

    start_thread(
        claire, spaces["network"], addressees=[Addressee(f"person-{jeanne.pk}", person=jeanne)]
    )
    assert waiting() == 1
    mute(jeanne, claire)
    assert waiting() == 0


def test_their_new_threads_are_marked_new_for_others_only(
    spaces, claire, jeanne, lucie, mute, browser_of, viewer_of
):
    from forum.conversation.follows.unread import unread_threads

    User.objects.update(last_visit_at="2020-01-01T00:00Z")
    mute(claire, jeanne)
    pks = [start_thread(jeanne, spaces["network"]).pk]

    assert unread_threads(viewer_of(claire), pks) == []
    assert unread_threads(viewer_of(lucie), pks) == pks


def test_one_mutes_from_a_person_s_page_and_ends_it_in_the_account(claire, jeanne, browser_of):
    page, address = browser_of(claire), reverse("mute", args=[jeanne.pk])
    assert address in page.get(jeanne.get_absolute_url()).text
    assert "Personne d’autre ne le saura" in page.get(address).text
    for _twice in range(2):
        listed = page.post(address, {"mute": "1"}, follow=True)
    assert "Jeanne Brunel" in listed.text and Mute.objects.count() == 1
    assert reverse("mutes") in page.get(reverse("account")).text

    page.post(address, {"mute": "0"})
    assert not Mute.objects.exists()


def test_who_would_report_a_post_may_mute_its_author_instead(
    claire, jeanne, thread, browser_of
):
    address = reverse("post", args=[post_reply(jeanne, thread).pk])
    form, mute = (
        reverse("report", query={"adresse": address}),
        reverse("mute", args=[jeanne.pk]),
    )

    assert mute in browser_of(claire).get(form).text
    for other in (jeanne, None):
        assert mute not in browser_of(other).get(form).text


def test_one_mutes_no_one_of_whom_one_sees_nothing_nor_oneself(
    claire, jeanne, viewer_of, browser_of
):
    newcomer = create_person("Rita Inscrite")
    for pk in (newcomer.pk, claire.pk, 9_999_999):
        with pytest.raises(User.DoesNotExist):
            actions.mute_person(pk, viewer_of(claire))
        assert browser_of(claire).get(reverse("mute", args=[pk])).status_code == 404
    with pytest.raises(User.DoesNotExist):
        actions.mute_person(jeanne.pk, viewer_of(newcomer))
    with pytest.raises(Refused):
        actions.mute_person(jeanne.pk, viewer_of(None))


def test_no_more_than_a_hundred_are_muted(claire, jeanne, viewer_of, monkeypatch):
    monkeypatch.setattr(actions, "MAX_MUTES", 1)
    actions.mute_person(jeanne.pk, viewer_of(claire))
    actions.mute_person(jeanne.pk, viewer_of(claire))
    other = create_person("Sylvie Vidal", "structures-de-soutien")

    with pytest.raises(Refused, match="cent"):
        actions.mute_person(other.pk, viewer_of(claire))


def test_mutes_are_taken_along_by_who_muted_only(claire, jeanne, mute):
    mute(claire, jeanne)

    mine = taken_along(claire)["mutes"]
    assert mine[0]["muted"] == "Jeanne Brunel"
    assert taken_along(jeanne)["mutes"] == []
    assert Post.objects.count() == 0


def test_a_number_that_no_person_has_ends_no_mute_and_breaks_nothing(jeanne, browser_of):
    answer = browser_of(jeanne).post(f"/membres/{10**18}/sourdine/", {"mute": "0"})

    assert answer.status_code == 302
