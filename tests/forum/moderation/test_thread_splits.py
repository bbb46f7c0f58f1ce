"""Posts of a thread become a thread of their own, and everything goes on leading to them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.files.models import StoredFile
from forum.conversation.follows.actions import choose_follow, follow_thread, mark_read
from forum.conversation.follows.unread import unread_count, unread_threads
from forum.conversation.questions.actions import accept_answer
from forum.conversation.questions.models import AcceptedAnswer
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads.edits.actions import edit_post
from forum.conversation.threads.posting_limits import POST_LIMITS
from forum.models import Follow, Post, Thread
from forum.moderation.actions import end_measure, hide_post
from forum.moderation.measures.models import Measure
from forum.moderation.thread_moves.splits import actions
from forum.moderation.thread_moves.splits.actions import split_thread
from forum.moderation.thread_moves.splits.numbers import read_numbers, write_numbers
from tests.factories import PROJECTS, move_thread, post_reply, start_thread
from tests.forum.conversation.files.file_helpers import address_of, post_with_file
from tests.forum.conversation.follow_helpers import read_by
from tests.forum.moderation.move_helpers import rung_for, told
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts

pytestmark = pytest.mark.django_db
TITLE = "Et pour le bois déchiqueté ?"


@pytest.fixture
def paul(make_person):
    return make_person("Paul Kervella", PROJECTS)


@pytest.fixture
def replies(thread, jeanne, paul):
    """Of Jeanne, Paul, Jeanne and Paul: numbers 2 to 5."""
    return [post_reply(who, thread) for who in (jeanne, paul, jeanne, paul)]


def split(thread, actor, numbers, **fields):
    fields = {"title": TITLE, "topic": thread.topic, "kind": "question", "tags": []} | fields
    return split_thread(thread, viewer_of_person(actor), numbers=numbers, **fields)


def form_of(thread, numbers, **fields):
    fields = {"kind": "question", "title": TITLE, "topic": thread.topic.slug} | fields
    return {"numbers": numbers, "reason": "Un autre sujet."} | fields


def test_an_animator_chooses_posts_and_gives_them_a_thread(
    thread, replies, lucie, jeanne, claire, browser_of
):
    browser, url = browser_of(lucie), reverse("split-thread", args=[thread.pk])
    assert url in browser.get(thread.get_absolute_url()).text
    page = browser.get(url).text
    assert 'name="n" value="2"' in page and 'name="n" value="1"' not in page

    page = browser.get(f"{url}?n=2&numbers=4-5")
    assert page.context["form"].initial["numbers"] == [2, 4, 5]
    assert "Ces 3 messages formeront un nouveau fil" in page.text
    assert "Jeanne Brunel, Paul Kervella" in page.text
    assert "personne ne gagne ni ne perd la lecture" in page.text
    answer = browser.post(url, form_of(thread, "2, 4-5", tags="régie"))

    new = Thread.objects.get(title=TITLE)
    assert answer.url == new.get_absolute_url()
    assert [post.number for post in new.posts.all()] == [1, 2, 3]
    assert {post.pk for post in new.posts.all()} == {replies[n].pk for n in (0, 2, 3)}
    assert (new.author, new.space, new.post_count) == (jeanne, thread.space, 3)
    assert new.created_at == replies[0].created_at
    assert "régie" in browser.get(answer.url).text
    entry = ModerationLogEntry.objects.get(action=LoggedAction.SPLIT_THREAD)
    assert (entry.thread_id, entry.reason) == (thread.pk, "Un autre sujet.")
    check_contribution_counts()
    check_thread_counts()


def test_each_number_that_left_says_where_its_post_is(
    thread, replies, lucie, claire, browser_of, client
):
    new = split(thread, lucie, [2, 4])

    thread.refresh_from_db()
    assert (thread.post_count, thread.reply_count, new.reply_count) == (5, 2, 1)
    page = browser_of(claire).get(thread.get_absolute_url()).text
    for reply in replies[0], replies[2]:
        address = reverse("post", args=[reply.pk])
        assert f"Le message nº {reply.number} a été déplacé dans un autre fil" in page
        assert address in page
        assert browser_of(claire).get(address).url.startswith(new.get_absolute_url())
        assert client.get(address).status_code == 404
    assert replies[0].text not in page and replies[1].text in page


def test_a_post_takes_along_all_that_is_its_own(
    thread, replies, lucie, claire, jeanne, browser_of, viewer_of
):
    row = post_with_file(browser_of(jeanne), thread)
    post, claire_ = row.post, viewer_of(claire)
    thank_for_post(post, claire_)
    edit_post(post, viewer_of(jeanne), "Mieux dit, sur le bocage.", 1)
    new = split(thread, lucie, [2, post.number])

    browser = browser_of(claire)
    page = browser.get(new.get_absolute_url()).text
    assert "Mieux dit" in page and "1 remerciement" in page and "modifié" in page
    assert browser.get(address_of(row)).status_code == 200
    assert browser.get(reverse("post-versions", args=[post.pk])).status_code == 200
    found = browser.get("/recherche/?q=bocage").text
    assert TITLE in found and thread.title not in found
    assert StoredFile.objects.get().post.thread == new


def test_only_its_author_and_animators_split_and_never_the_first_post(
    thread, replies, lucie, jeanne, paul, claire
):
    for actor, numbers in (
        (claire, [2]), (paul, [2]), (jeanne, [2, 4]), (jeanne, [2, 3]), (jeanne, []),
        (claire, [1]), (lucie, [1]), (lucie, [1, 2]), (lucie, [2, 99]), (lucie, []),
    ):  # fmt: skip
        with pytest.raises(Refused):
            split(thread, actor, numbers)
    hide_post(replies[0], viewer_of_person(lucie), "Hors sujet")
    for actor in jeanne, lucie:
        with pytest.raises(Refused):
            split(thread, actor, [2])
    assert Thread.objects.count() == 1

    assert split(thread, jeanne, [4]).author == jeanne


def test_one_makes_a_question_of_ones_own_reply(thread, replies, jeanne, paul, browser_of):
    browser, url = browser_of(jeanne), reverse("split-thread", args=[thread.pk])
    link = f"{url}?n=2"
    assert link in browser.get(reverse("edit-post", args=[replies[0].pk])).text
    page = browser.get(link)
    assert "Faire de votre réponse une question à part" in page.text
    assert "Pourquoi, pour ceux qui ont écrit" not in page.text
    assert browser_of(paul).get(link).status_code == 403
    assert browser.get(url).status_code == 403

    answer = browser.post(url, form_of(thread, "2", title="Court"))
    assert answer.status_code == 422 and 'value="Court"' in answer.text
    answer = browser.post(url, form_of(thread, "2"), follow=True)
    assert replies[0].text in answer.text
    assert not ModerationLogEntry.objects.filter(action=LoggedAction.SPLIT_THREAD)


def test_an_answer_that_was_accepted_does_not_leave_at_its_authors_wish(
    thread, replies, claire, jeanne, lucie, browser_of, viewer_of
):
    accept_answer(replies[0], viewer_of(claire))
    with pytest.raises(Refused):
        split(thread, jeanne, [2])
    url = reverse("split-thread", args=[thread.pk])
    assert "La réponse retenue part avec eux" in browser_of(lucie).get(f"{url}?n=2").text

    new = split(thread, lucie, [2])

    assert Thread.objects.get(pk=thread.pk).accepted is None
    assert new.accepted is None and not Post.objects.get(pk=replies[0].pk).is_accepted
    assert not any("est retenue" in words for words in told(jeanne))


def test_pressed_twice_it_is_split_once_and_what_is_gone_is_said(
    thread, replies, lucie, make_person, browser_of
):
    url, form = reverse("split-thread", args=[thread.pk]), form_of(thread, "2, 4")
    first = browser_of(lucie).post(url, form)
    again = browser_of(lucie).post(url, form)
    other = make_person("Marc", PROJECTS, is_animator=True)
    late = browser_of(other).post(url, form_of(thread, "3-4"))

    assert again.url == first.url and Thread.objects.count() == 2
    assert late.status_code == 403 and "n’est plus là" in late.text and TITLE in late.text


def test_bad_numbers_are_said_and_nothing_typed_is_lost(thread, replies, lucie, browser_of):
    browser, url = browser_of(lucie), reverse("split-thread", args=[thread.pk])
    for typed in "deux", "2-", "1-99999999", "2-99999", "³":
        answer = browser.get(url, {"numbers": typed})
        assert answer.status_code == 422 and f'value="{typed}"' in answer.text, typed
    assert browser.get(url, {"numbers": ""}).status_code == 422
    assert browser.post(url, {"numbers": "x"}).status_code == 422
    assert browser.post(url, {}).status_code == 422


def test_numbers_are_read_as_they_are_written():
    for numbers in [4], [4, 5], [2, 7, 8, 9], [3, 4, 5, 11]:
        assert read_numbers(write_numbers(numbers)) == numbers
    assert read_numbers("7–9, 4 ; 4,") == [4, 7, 8, 9]
    assert read_numbers(" \t;\n, 4\n,;7 ") == [4, 7] and read_numbers("\t" * 9) == []
    assert read_numbers("1-9999," * 2) is None
    assert write_numbers([9, 8, 7, 4]) == "4, 7-9"


def test_a_post_stays_hidden_and_its_measure_is_still_ended(
    thread, replies, lucie, jeanne, make_person, browser_of
):
    hide_post(replies[2], viewer_of_person(lucie), "Démarchage")
    new = split(thread, lucie, [3, 4])

    assert replies[2].text not in browser_of(jeanne).get(new.get_absolute_url()).text
    assert new.posts.get(number=2).hidden_at
    assert (
        browser_of(jeanne).get(reverse("hidden-post", args=[replies[2].pk])).status_code == 200
    )
    end_measure(Measure.objects.get(), viewer_of_person(lucie), "Erreur")
    assert replies[2].text in browser_of(jeanne).get(new.get_absolute_url()).text
    check_contribution_counts()


def test_who_wrote_them_and_follows_goes_on_following_and_others_choose(
    thread, replies, lucie, jeanne, paul, claire, viewer_of
):
    choose_follow(thread.pk, viewer_of(paul), "muted", "")
    follow_thread(thread.pk, viewer_of(lucie))
    mark_read(thread.pk, {claire.pk: 3})
    unread = {who: unread_count(viewer_of(who)) for who in (claire, jeanne)}

    new = split(thread, lucie, [2, 4, 5])

    levels = dict(Follow.objects.filter(thread=new).values_list("person", "level"))
    assert levels == {jeanne.pk: "all", paul.pk: "muted"}
    assert read_by(jeanne, new) == 2  # Paul's last post is as new as it was.
    assert unread == {claire: 1, jeanne: 1}
    assert unread_count(viewer_of(jeanne)) == 1
    assert unread_count(viewer_of(claire)) == 0  # What she had not read is not there.
    assert unread_threads(viewer_of(lucie), [new.pk]) in ([], [new.pk])


def test_authors_are_told_once_and_who_did_it_is_not(
    thread, replies, lucie, jeanne, paul, claire, browser_of
):
    before = rung_for(browser_of(jeanne))
    split(thread, lucie, [2, 3, 4], reason="Un autre sujet.")

    said = [words for words in told(jeanne) if "est désormais dans le fil" in words]
    assert said == [
        f"Ce que vous avez écrit dans « {thread.title} » est désormais dans le fil "
        f"« {TITLE} ». Motif : Un autre sujet."
    ]
    assert rung_for(browser_of(jeanne)) == before + 1
    assert any(TITLE in words for words in told(paul))
    assert not any(TITLE in words for words in told(claire) + told(lucie))


def test_former_versions_are_hidden_from_who_came_by_a_move_before(
    thread, replies, lucie, jeanne, spaces, client, viewer_of
):
    edit_post(replies[0], viewer_of(jeanne), "Sans le nom.", 1)
    move_thread(thread, viewer_of(lucie), spaces["public"])

    split(Thread.objects.get(pk=thread.pk), lucie, [2])

    page = client.get(reverse("post-versions", args=[replies[0].pk])).text
    assert "Sans le nom." in page and replies[0].text not in page


def test_a_form_shown_before_the_thread_moved_is_shown_again(
    thread, replies, lucie, jeanne, spaces, browser_of, viewer_of
):
    browser, url = browser_of(lucie), reverse("split-thread", args=[thread.pk])
    shown = browser.get(f"{url}?n=2").context["form"].initial["shown_readers"]
    move_thread(thread, viewer_of(lucie), spaces["public"])
    form = form_of(thread, "2", shown_readers=shown)

    answer = browser.post(url, form)
    assert answer.status_code == 403 and "voyez qui le lira désormais" in answer.text
    form["shown_readers"] = answer.context["form"]["shown_readers"].value()
    assert browser.post(url, form).status_code == 302


def test_more_than_so_many_are_not_moved_at_once(
    thread, replies, lucie, browser_of, monkeypatch
):
    monkeypatch.setattr(actions, "MAX_POSTS", 2)
    with pytest.raises(Refused):
        split(thread, lucie, [2, 3, 4])


def test_a_reply_sent_again_from_the_old_page_is_still_the_same(
    thread, jeanne, lucie, viewer_of
):
    key = uuid4()
    reply = post_reply(jeanne, thread, "Une réponse assez longue pour être la même.", key)
    split(thread, lucie, [2])
    again = post_reply(jeanne, thread, reply.text, key)
    assert again == reply and Post.objects.filter(text=reply.text).count() == 1


def test_the_question_without_its_replies_waits_for_one_again(
    thread, replies, lucie, browser_of
):
    split(thread, lucie, [2, 3, 4, 5])
    thread.refresh_from_db()
    assert thread.last_posted_at == thread.posts.get(number=1).created_at
    page = browser_of(lucie).get(thread.get_absolute_url()).text
    assert "attend sa première réponse" in page
    assert start_thread(lucie, thread.space).post_count == 1


def test_its_pages_ask_as_much_for_many_posts_as_for_few(
    thread, replies, lucie, make_person, browser_of, no_posting_limits
):
    browser, url = browser_of(lucie), reverse("split-thread", args=[thread.pk])
    other = start_thread(lucie, thread.space, title="Un autre fil, où les réunir ?")
    merging = f"{reverse('merge-threads', args=[thread.pk])}?into={other.pk}"

    def counts():
        found = []
        for page in url, f"{url}?numbers=2-{thread.posts.count()}", merging:
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(page).status_code == 200
            found.append(len(queries))
        return found

    counts()  # What is built once in a process is built.
    few = counts()
    for n in range(12):
        post_reply(make_person(f"Auteur {n}", PROJECTS), thread)
    counts()  # Who reads the space has changed.
    assert counts() == few


def test_who_may_not_split_is_told_nothing_of_posts_that_are_hidden(
    thread, replies, claire, lucie, browser_of, viewer_of
):
    hide_post(replies[0], viewer_of(lucie), "Hors sujet.")
    url = reverse("split-thread", args=[thread.pk])
    for fields in form_of(thread, "2-5"), form_of(thread, "2-5", title=""):
        answer = browser_of(claire).post(url, fields)
        assert answer.status_code == 403 and "Jeanne Brunel" not in answer.text


def test_an_accepted_answer_that_is_one_again_elsewhere_is_told_once(
    thread, replies, jeanne, claire, lucie, viewer_of
):
    accept_answer(replies[2], viewer_of(claire))
    new = split(thread, lucie, [3, 4])
    accept_answer(Post.objects.get(pk=replies[2].pk), viewer_of(lucie))

    accepted = AcceptedAnswer.objects.filter(post=replies[2])
    assert [row.thread for row in accepted] == [new]


def test_posts_that_were_moved_count_once_towards_what_one_may_post(
    thread, jeanne, claire, lucie, viewer_of
):
    first = post_reply(jeanne, thread)
    split(thread, lucie, [first.number])
    counted = Post.objects.filter(author=jeanne, moved_to=None)
    limit = POST_LIMITS[True][0]
    with connection.cursor() as cursor:
        sql = limit.sql.replace(f"OFFSET {limit.number - 1}", "OFFSET 0")
        sql = sql.replace("SELECT created_at", "SELECT COUNT(*)", 1).partition(" ORDER BY")[0]
        cursor.execute(sql, [jeanne.pk, thread.created_at - timedelta(days=1)])
        assert cursor.fetchone()[0] == counted.count()
