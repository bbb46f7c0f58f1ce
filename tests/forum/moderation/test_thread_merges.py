"""A thread is merged into another, and all that led to it leads to where its posts are."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection, connections
from django.urls import reverse

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.drafts.models import PostDraft
from forum.conversation.follows.actions import choose_follow, follow_thread, mark_read
from forum.conversation.follows.unread import unread_count
from forum.conversation.questions.actions import accept_answer
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.models import Follow, Post, Thread
from forum.moderation.reports.models import Report
from forum.moderation.thread_moves.actions import LosingChanged, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import PROJECTS, SUPPORT, post_reply, start_thread
from tests.forum.conversation.follow_helpers import read_by
from tests.forum.mail.thread_mail.helpers import answer, deliver, plan
from tests.forum.moderation.move_helpers import told
from tests.forum.moderation.report_helpers import reported
from tests.forum.thread_invariants import (
    check_accepted_answers,
    check_contribution_counts,
    check_thread_counts,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]


@pytest.fixture
def other(jeanne, spaces):
    """Jeanne's question, which another asked before."""
    return start_thread(jeanne, spaces["network"], title="La même question, posée avant ?")


@pytest.fixture
def reply(thread, jeanne):
    return post_reply(jeanne, thread)


def merge(thread, into, actor, **given):
    return merge_threads(thread, into, viewer_of_person(actor), **given)


def merge_by_page(browser, thread, into, **given):
    url = reverse("merge-threads", args=[thread.pk])
    page = browser.get(url, {"into": into.pk})
    shown = page.context["form"].initial["shown_losing"]
    return page, browser.post(url, {"into": into.pk, "shown_losing": shown} | given)


def test_an_animator_merges_a_thread_into_another(
    thread, reply, other, lucie, claire, browser_of
):
    browser, url = browser_of(lucie), reverse("merge-threads", args=[thread.pk])
    assert url in browser.get(thread.get_absolute_url()).text
    chooser = browser.get(url).text
    assert f"{url}?into={other.pk}" in chooser and other.title in chooser
    page, answer = merge_by_page(browser, thread, other, reason="La même.")

    for words in "personne ne gagne la lecture", "Claire Le Bihan, Jeanne Brunel":
        assert words in page.text
    assert answer.url == other.get_absolute_url()
    other.refresh_from_db()
    assert list(other.posts.values_list("pk", "number")) == [
        (other.posts.get(number=1).pk, 1),
        (thread.posts.model.objects.get(text=reply.text).thread.posts.get(number=2).pk, 2),
        (reply.pk, 3),
    ]
    page = browser_of(claire).get(other.get_absolute_url()).text
    assert reply.text in page and other.post_count == 3 and other.reply_count == 2
    lists = browser_of(claire).get("/").text
    assert other.title in lists and thread.title not in lists
    entry = ModerationLogEntry.objects.get(action=LoggedAction.MERGE_THREADS)
    assert (entry.thread_id, entry.reason) == (thread.pk, "La même.")
    assert other.get_absolute_url() in browser.get(reverse("moderation-log")).text
    for check in check_contribution_counts, check_thread_counts, check_accepted_answers:
        check()


def test_its_addresses_lead_on_for_who_sees_where_and_tell_others_nothing(
    thread, other, jeanne, claire, lucie, browser_of, client
):
    posts = [post_reply(jeanne, thread) for _n in range(24)]
    first = thread.posts.get(number=1)
    merge(thread, other, lucie)

    browser = browser_of(claire)
    page = Post.objects.get(pk=posts[19].pk).page_url()  # It was the first of page 2.
    leads = {
        thread.get_absolute_url(): Post.objects.get(pk=first.pk).page_url(),
        reverse("thread-short", args=[thread.pk]): Post.objects.get(pk=first.pk).page_url(),
        f"{thread.get_absolute_url()}?page=2": page,
        f"{thread.get_absolute_url()}?page=9": Post.objects.get(pk=posts[-1].pk).page_url(),
        reverse("post", args=[posts[3].pk]): Post.objects.get(pk=posts[3].pk).page_url(),
        reverse("follow-thread", args=[thread.pk]): reverse("follow-thread", args=[other.pk]),
    }
    for address, target in leads.items():
        assert browser.get(address).url == target, address
        if "/messages/" not in address and "/suivi/" not in address:
            assert client.get(address).status_code == 404, address
    pressed = browser_of(lucie).post(
        reverse("pin-thread", args=[thread.pk]), {"is_pinned": "1"}
    )
    assert pressed.url == Post.objects.get(pk=first.pk).page_url()
    assert not Thread.objects.filter(is_pinned=True).exists()


def test_what_one_was_writing_goes_where_the_posts_went(
    thread, other, reply, claire, lucie, browser_of
):
    browser, url = browser_of(claire), reverse("replies", args=[thread.pk])
    form = dict(browser.get(url).context["form"].initial)
    key = uuid4()
    browser.post(
        reverse("drafts"), {"idempotency_key": key, "draft_of": url, "text": "Commencé"}
    )
    merge(thread, other, lucie)

    page = browser.get(f"{url}?draft={key}")
    assert page.context["form"]["text"].value() == "Commencé"
    assert page.context["thread"] == other and PostDraft.objects.get().thread == other
    form["text"] = "Merci pour la régie."
    answer = browser.post(url, form)
    assert answer.url == Post.objects.get(text=form["text"]).page_url()
    live = form | {"idempotency_key": uuid4(), "text": "Encore merci."}
    answer = browser.post(url, live, headers={"X-Seen": "3"})
    assert answer.json()["reload"] and "nº" not in answer.text
    assert other.posts.filter(text="Encore merci.").exists()


def test_an_answer_by_mail_and_a_link_that_stops_mail_lead_on(
    thread, other, claire, jeanne, lucie, settings, client
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    plan()
    post_reply(jeanne, thread)
    deliver()
    (sent,) = (one for one in mail.outbox if one.to == [claire.email])
    merge(thread, other, lucie)

    raw = answer(claire, "Merci, 150 kW alors.").as_bytes()
    assert receive_mail(raw, sent.reply_to[0]) is MailResult.PUBLISHED
    assert other.posts.get(text="Merci, 150 kW alors.").author == claire
    stop = sent.extra_headers["List-Unsubscribe"].strip("<>").split(">")[0]
    assert Follow.objects.filter(person=claire, thread=other).exists()
    client.post("/" + stop.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    assert not Follow.objects.filter(person=claire).exists()


def test_nobody_gains_sight_by_a_merge(thread, spaces, lucie, claire, browser_of):
    wider = start_thread(lucie, spaces["public"], title="Sur la place publique ?")
    with pytest.raises(Refused):
        merge(thread, wider, lucie)
    url = reverse("merge-threads", args=[thread.pk])
    answer = browser_of(lucie).get(url, {"into": wider.get_absolute_url()})

    assert answer.status_code == 422
    assert "D’autres lisent là" in answer.text
    assert reverse("move-thread", args=[thread.pk]) in answer.text
    assert wider.title not in browser_of(lucie).get(url).text


def test_who_loses_it_is_named_before_and_told_after(
    thread, reply, spaces, lucie, claire, jeanne, make_person, browser_of
):
    narrow = start_thread(lucie, spaces[SUPPORT], title="Entre nous seulement ?")
    follower = make_person("Marie Le Goff", PROJECTS)
    follow_thread(thread.pk, viewer_of_person(follower))
    browser, url = browser_of(lucie), reverse("merge-threads", args=[thread.pk])
    page = browser.get(url, {"into": narrow.pk})
    form = {"into": narrow.pk, "shown_losing": page.context["form"].initial["shown_losing"]}
    for words in "Claire Le Bihan, qui a écrit", "Jeanne Brunel, qui a écrit":
        assert words in page.text
    assert "une personne qui le suit sans y avoir écrit" in page.text
    assert "Marie Le Goff" not in page.text  # Whom she follows is for nobody to see.

    follow_thread(thread.pk, viewer_of_person(make_person("Noël", PROJECTS)))
    late = browser.post(url, form)
    assert late.status_code == 403 and "voyez qui" in late.text and "2" in late.text
    with pytest.raises(LosingChanged):
        merge(thread, narrow, lucie, shown_losing="-")
    form["shown_losing"] = late.context["form"]["shown_losing"].value()
    assert browser.post(url, form).status_code == 302

    for person in claire, jeanne, follower:
        assert any("vous ne le lisez plus" in words for words in told(person))
        assert not any("est désormais dans" in words for words in told(person))
        assert browser_of(person).get(thread.get_absolute_url()).status_code == 404
    assert reply.text in browser_of(jeanne).get(reverse("own-posts")).text


def test_who_loses_a_thread_is_named_before_it_moves(thread, reply, spaces, lucie, browser_of):
    browser, url = browser_of(lucie), reverse("move-thread", args=[thread.pk])
    form = {"space": SUPPORT, "shown_losing": ""}
    shown = browser.post(url, form)
    assert shown.status_code == 422
    for words in "Claire Le Bihan, qui a écrit", "Jeanne Brunel, qui a écrit":
        assert words in shown.text
    form["shown_losing"] = shown.context["form"]["shown_losing"].value()

    assert browser.post(url, form).status_code == 302
    thread.refresh_from_db()
    assert thread.space == spaces[SUPPORT]


def test_a_thread_that_was_merged_into_one_that_is_merged_leads_on(
    thread, other, reply, claire, lucie, spaces, browser_of
):
    last = start_thread(claire, spaces["network"], title="La toute première ?")
    merge(thread, other, lucie)
    merge(other, last, lucie)
    new = split_thread(
        last, viewer_of_person(lucie), numbers=[4], title="À part, la régie ?",
        topic=last.topic, kind="question", tags=[],
    )  # fmt: skip

    browser = browser_of(claire)
    thread.refresh_from_db()
    assert thread.merged_into == last
    assert browser.get(thread.get_absolute_url()).url.startswith(last.get_absolute_url())
    assert browser.get(reverse("post", args=[reply.pk])).url.startswith(new.get_absolute_url())
    assert told(claire) != []


def test_pressed_twice_it_is_merged_once_and_of_two_one_is_told(
    thread, other, lucie, spaces, browser_of
):
    third = start_thread(lucie, spaces["network"], title="Une troisième, ailleurs ?")
    browser = browser_of(lucie)
    url, form = reverse("merge-threads", args=[thread.pk]), {"shown_losing": "-"}
    first = browser.post(url, form | {"into": other.pk})
    again = browser.post(url, form | {"into": other.pk})
    assert first.url == again.url == other.get_absolute_url()
    assert merge(thread, other, lucie) == other and other.posts.count() == 2
    with pytest.raises(Refused, match="vient d’être réuni"):
        merge(thread, third, lucie)
    with pytest.raises(Refused):
        merge(other, other, lucie)
    with pytest.raises(Thread.DoesNotExist):
        merge(Thread(pk=9999), other, lucie)


def test_bad_addresses_are_said(thread, other, reply, lucie, spaces, browser_of):
    browser, url = browser_of(lucie), reverse("merge-threads", args=[thread.pk])
    elsewhere = f"https://autre.example{other.get_absolute_url()}"
    bad = "rien", "/charte/", "999999", "https://[", "/messages/99999/", elsewhere, ""
    for typed in bad:
        answer = browser.get(url, {"into": typed})
        assert answer.status_code == 422 and "form-errors" in answer.text, typed
    for typed in f"https://testserver{other.get_absolute_url()}", str(other.pk):
        assert browser.get(url, {"into": typed}).context["into"] == other
    post = post_reply(lucie, other)
    assert browser.get(url, {"into": post.get_absolute_url()}).context["into"] == other
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"into": other.pk}).status_code == 422
    assert browser.get(url, {"into": thread.pk}).status_code == 422


def test_follows_go_along_at_the_stronger_level(
    thread, reply, other, claire, jeanne, lucie, make_person
):
    names = "both", "only", "muted-there", "muted-here", "behind"
    people = {name: make_person(name, PROJECTS) for name in names}

    def follow(name, one, level="all"):
        choose_follow(one.pk, viewer_of_person(people[name]), level, "")

    follow("both", thread)
    follow("both", other, "named")
    follow("only", thread)
    follow("muted-there", thread)
    follow("muted-there", other, "muted")
    follow("muted-here", thread, "muted")
    follow("behind", thread)
    post_reply(jeanne, thread)
    for name in "both", "only":
        mark_read(thread.pk, {people[name].pk: 3})
    merge(thread, other, lucie)

    levels = dict(Follow.objects.filter(thread=other).values_list("person", "level"))
    assert {name: levels.get(one.pk) for name, one in people.items()} == {
        "both": "all", "only": "all", "muted-there": "muted", "muted-here": None,
        "behind": "all",
    }  # fmt: skip
    unread = {name: unread_count(viewer_of_person(one)) for name, one in people.items()}
    assert unread == dict.fromkeys(people, 0) | {"behind": 1}
    assert read_by(people["behind"], other) == 3 and read_by(people["only"], other) == 4
    assert not Follow.objects.filter(thread=thread).exists()


def test_the_accepted_answer_settles_the_other_question_if_it_has_none(
    thread, reply, other, claire, jeanne, lucie, spaces, browser_of, viewer_of
):
    accept_answer(reply, viewer_of(claire))
    page, _answer = merge_by_page(browser_of(lucie), thread, other)
    assert "La réponse retenue ici le sera aussi là-bas" in page.text
    other.refresh_from_db()
    assert other.accepted == reply and Post.objects.get(pk=reply.pk).is_accepted
    assert any("est retenue" in words and other.title in words for words in told(jeanne))
    check_accepted_answers()

    settled = start_thread(claire, spaces["network"], title="Une question réglée ?")
    accept_answer(post_reply(jeanne, settled), viewer_of(claire))
    page, _answer = merge_by_page(browser_of(lucie), settled, other)
    assert "La réponse retenue ici ne le sera plus" in page.text
    other.refresh_from_db()
    assert other.accepted == reply
    check_accepted_answers()


def test_a_move_that_waits_is_over_and_reports_go_along(
    thread, reply, other, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    move_thread(thread, viewer_of(lucie), spaces["public"], "Cela servirait.")
    reported(viewer_of(claire), thread.get_absolute_url())
    reported(viewer_of(claire), reply.get_absolute_url())
    merge(thread, other, lucie)

    assert set(Report.objects.values_list("thread", flat=True)) == {other.pk}
    assert thread.moves.get().withdrawn_at
    for report in Report.objects.all():
        page = browser_of(lucie).get(reverse("decide-report", args=[report.pk]))
        assert page.status_code == 200
    said = [words for words in told(jeanne) if "est désormais dans" in words]
    assert len(said) == 1 and other.title in said[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_two_who_merge_two_threads_into_each_other_and_one_who_replies_lose_nothing(
    claire, jeanne, lucie, spaces, make_person
):
    pairs = []
    for n in range(6):
        pairs.append(
            [start_thread(claire, spaces["network"], title=f"Fil {n} {m} ?") for m in "ab"]
        )
    marc = make_person("Marc", PROJECTS, is_animator=True)

    def attempt(work, *args):
        try:
            return work(*args)
        except (Refused, Thread.DoesNotExist) as refusal:
            return refusal
        finally:
            connections.close_all()

    for first, second in pairs:
        with ThreadPoolExecutor(3) as pool:
            works = (
                pool.submit(attempt, merge, first, second, lucie),
                pool.submit(attempt, merge, second, first, marc),
                pool.submit(attempt, post_reply, jeanne, first, f"Dans {first.pk}"),
            )
            results = [work.result() for work in works]
        assert sum(isinstance(one, Thread) for one in results) == 1
        left = Thread.objects.get(pk__in=[first.pk, second.pk], removed_at=None)
        shown = left.posts.filter(deleted_at=None).count()
        assert shown == 2 + isinstance(results[2], Post)
    check_contribution_counts()
    check_thread_counts()
