"""Quoting a post: a link leads back to it, and its author is told, once, where they read it."""

import pytest
from django.urls import reverse

from accounts.base.mail import site_address
from forum.base import markup
from forum.conversation.addressees.actions import put_to
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Level
from forum.conversation.follows.unread import unread_count
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.mentions.models import Quotation
from forum.conversation.mentions.quotations import MAX_QUOTED
from forum.conversation.mutes.actions import mute_person
from forum.conversation.threads.edits.actions import delete_post, edit_post
from forum.mail.thread_mail.actions import save_mail_setting
from forum.models import Follow, Post
from forum.moderation.actions import hide_post
from tests.factories import AUTHORITIES, SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver as deliver_posts
from tests.forum.mail.thread_mail.helpers import deliver_notifications, plan

pytestmark = [
    pytest.mark.usefixtures("mailed_at_once"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, spaces):
    """Claire's, in the space of all members."""
    return start_thread(claire, spaces["network"], title="Quelle chaufferie ?")


@pytest.fixture
def said(jeanne, thread):
    """What Jeanne said there."""
    return post_reply(jeanne, thread, text="Du bois, **sec**.")


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of posts that quote, name or answer them."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        lines = [
            one.text.replace("\u00a0", " ") for one in found if one.post and not one.is_waiting
        ]
        return [line.removesuffix(" dans « Quelle chaufferie ? ».") for line in lines]

    return told


def quotation(post, text="Du bois."):
    """``post`` quoted in Markdown, as the site writes it."""
    name = post.author.full_name
    return markup.quote(text, name, post.number, post.get_absolute_url())


QUOTED = ["Claire Le Bihan vous cite"]
NAMED = ["Claire Le Bihan vous nomme"]


# ------------------------------------------------------------------------------- the text


def test_a_quotation_says_whom_it_quotes_with_a_link_that_leads_back(said, claire, browser_of):
    page = browser_of(claire).get(reverse("replies", args=[said.thread_id]), {"citer": 2})

    written = f"> **[Jeanne Brunel, nº\u00a02](/messages/{said.pk}/)\u00a0:**\n>\n> Du bois"
    assert written in page.context["form"].initial["text"]
    html = markup.render(page.context["form"].initial["text"])
    assert f'<a href="/messages/{said.pk}/"' in html and "nº\u00a02</a>" in html


def test_a_name_with_signs_of_markdown_stays_a_name_and_leads_nowhere_else():
    written = markup.quote("Oui.", "Ann](https://exemple.fr) *B* [c", 3, "/messages/7/")
    html = markup.render(written)

    assert html.count("<a ") == 1 and 'href="/messages/7/"' in html
    assert "Ann](https://exemple.fr) *B* [c, nº\u00a03</a>" in html


def test_what_begins_with_a_table_or_a_list_stays_one_when_quoted():
    html = markup.render(markup.quote("| a | b |\n|---|---|\n| 1 | 2 |", "Ann", 1, "/a/"))

    assert "<td>1</td>" in html


def test_in_the_plain_part_of_a_mail_the_link_is_whole(said, claire, jeanne, mailoutbox):
    save_mail_setting(jeanne.pk, channel="mail")
    plan(), mailoutbox.clear()
    post_reply(claire, said.thread, text=quotation(said) + "Merci.")
    assert deliver_posts() >= 1

    bodies = [mail.body for mail in mailoutbox if jeanne.email in mail.to]
    assert f"]({site_address()}/messages/{said.pk}/)" in bodies[0]


# ---------------------------------------------------------------------------- who is told


def test_whoever_is_quoted_is_told_once_with_a_link_to_the_post(
    said, claire, jeanne, told, viewer_of
):
    text = quotation(said) + "Oui.\n\n" + quotation(said, "sec") + "Non."
    post = post_reply(claire, said.thread, text=text)

    assert told(jeanne) == QUOTED
    one = notifications_of(jeanne, viewer_of(jeanne))[0]
    assert one.url == post.get_absolute_url()
    assert Quotation.objects.get().quoted == said


def test_the_whole_address_of_the_post_counts_too(said, claire, jeanne, told):
    text = f"> **[Jeanne]({site_address()}/messages/{said.pk}/) :** du bois\n\nOui."
    post_reply(claire, said.thread, text=text)

    assert told(jeanne) == QUOTED


@pytest.mark.parametrize(
    "text",
    [
        "Voir [nº 2]({url}).",
        "> Comme le dit [nº 2]({url})…\n\nOui.",
        "> > **[Jeanne]({url}) :**\n> >\n> > Du bois.\n\nOui.",
        "> **[Lucie](/messages/999999/) :**\n>\n> > **[Jeanne]({url}) :**\n\nOui.",
        "```\n> **[Jeanne]({url}) :** Du bois.\n```",
        "> **[Jeanne](https://exemple.fr{url}) :** Du bois.",
        "> **[Jeanne]({url}../../messages/) :** Du bois.",
    ],
)
def test_neither_a_plain_link_nor_what_others_quoted_nor_code_quotes_anybody(
    text, said, claire, jeanne, told
):
    post_reply(claire, said.thread, text=text.format(url=said.get_absolute_url()))

    assert told(jeanne) == [] and not Quotation.objects.exists()


def test_nobody_is_told_that_they_quote_themselves(said, jeanne, told):
    post_reply(jeanne, said.thread, text=quotation(said) + "Je précise.")

    assert told(jeanne) == [] and not Quotation.objects.exists()


def test_one_quotes_what_one_sees_elsewhere_too_and_nothing_that_one_does_not_see(
    claire, jeanne, lucie, thread, spaces, viewer_of, told
):
    elsewhere = post_reply(jeanne, start_thread(claire, spaces["public"]))
    hidden = post_reply(jeanne, thread)
    hide_post(hidden, viewer_of(lucie), "Hors sujet.")
    room = start_thread(lucie, spaces[SUPPORT])
    for post in (hidden, room.posts.get(), Post(pk=10**17, author=jeanne, number=3)):
        post_reply(claire, thread, text=quotation(post) + "Non.")
    assert not Quotation.objects.exists()

    post_reply(claire, thread, text=quotation(elsewhere) + "Oui.")
    assert told(jeanne) == QUOTED


def test_quoting_widens_nothing_and_what_is_lost_is_told_no_more(
    said, claire, jeanne, lucie, spaces, viewer_of, told
):
    room = start_thread(claire, spaces[AUTHORITIES], text=quotation(said) + "Oui.")
    assert Quotation.objects.filter(post__thread=room).exists() and told(jeanne) == []
    first = post_reply(claire, said.thread, text=quotation(said) + "Oui.")
    second = post_reply(claire, said.thread, text=quotation(said) + "Non.")
    hide_post(first, viewer_of(lucie), "Hors sujet.")
    delete_post(second, viewer_of(claire))
    assert told(jeanne) == []

    third = start_thread(claire, spaces["network"], text=quotation(said) + "Ici.")
    assert len(told(jeanne)) == 1
    move_thread(third, viewer_of(lucie), spaces[SUPPORT])
    assert told(jeanne) == []


def test_an_edit_tells_who_is_newly_quoted_and_nobody_again(
    said, claire, jeanne, lucie, viewer_of, told
):
    other = post_reply(lucie, said.thread)
    post = post_reply(claire, said.thread, text=quotation(said) + "Oui.")
    before = notifications_of(jeanne, viewer_of(jeanne))[0].at
    text = quotation(said) + "Oui, @Jeanne Brunel.\n\n" + quotation(other) + "Non."
    post = edit_post(post, viewer_of(claire), text, 1)
    assert told(lucie) == QUOTED and told(jeanne) == NAMED
    assert notifications_of(jeanne, viewer_of(jeanne))[0].at == before

    edit_post(post, viewer_of(claire), "Personne.", 2)
    assert told(jeanne) == told(lucie) == []


def test_who_is_named_and_quoted_by_one_post_is_told_once(said, claire, jeanne, told):
    organisation = jeanne.seats.get().organisation
    text = quotation(said) + f"Merci @Jeanne Brunel, et @{organisation.name}."
    post_reply(claire, said.thread, text=text)
    assert told(jeanne) == NAMED

    post_reply(claire, said.thread, text=quotation(said) + f"Voir @{organisation.name}.")
    assert told(jeanne) == QUOTED + NAMED


def test_whom_one_muted_and_a_thread_that_one_muted_tell_nothing(
    said, claire, jeanne, viewer_of, told
):
    post_reply(claire, said.thread, text=quotation(said) + "Oui.")
    Follow.objects.filter(person=jeanne).update(level=Level.MUTED)
    assert told(jeanne) == []
    Follow.objects.filter(person=jeanne).delete()
    assert told(jeanne) == QUOTED
    mute_person(claire.pk, viewer_of(jeanne))

    assert told(jeanne) == []


def test_a_post_quotes_so_many_and_no_more(thread, claire, jeanne):
    posts = [post_reply(jeanne, thread) for _n in range(MAX_QUOTED + 2)]
    post_reply(claire, thread, text="".join(quotation(one) + "Oui.\n\n" for one in posts))

    assert Quotation.objects.count() == MAX_QUOTED


def test_who_has_the_post_by_mail_is_not_mailed_that_it_quotes_them(
    said, claire, jeanne, viewer_of
):
    save_mail_setting(jeanne.pk, channel="mail")
    plan(), deliver_notifications(jeanne)
    post_reply(claire, said.thread, text=quotation(said) + "Oui.")
    assert deliver_posts() >= 1
    assert deliver_notifications(jeanne) == []

    save_mail_setting(jeanne.pk, channel="digest")
    post_reply(claire, said.thread, text=quotation(said) + "Encore.")
    deliver_posts()
    (sent,) = deliver_notifications(jeanne)
    assert "vous cite dans" in sent.subject


# ------------------------------------------- when one is named, quoted or answered


@pytest.fixture
def quiet(viewer_of):
    """Has a person hear of a thread only when they are named, quoted or answered."""

    def quiet(person, thread):
        choose_follow(thread.pk, viewer_of(person), Level.NAMED, "mail")

    return quiet


def test_at_that_level_a_quotation_is_told_and_other_posts_are_not(
    said, claire, jeanne, viewer_of, told, quiet
):
    quiet(jeanne, said.thread)
    post_reply(claire, said.thread, text="À tout le monde.")
    assert told(jeanne) == [] and unread_count(viewer_of(jeanne)) == 0
    post_reply(claire, said.thread, text=quotation(said) + "À Jeanne.")

    assert told(jeanne) == QUOTED and unread_count(viewer_of(jeanne)) == 0


def test_at_that_level_who_asked_hears_of_answers_until_they_have_read_them(
    thread, claire, jeanne, lucie, told, quiet, browser_of
):
    deliver_notifications(claire)
    quiet(claire, thread)
    post_reply(lucie, thread, text="Du bois.")
    post_reply(jeanne, thread, text="Et vous, @Claire Le Bihan ?")
    assert told(claire) == ["Jeanne Brunel vous nomme", "Lucie Hoarau répond"]
    (sent,) = deliver_notifications(claire)
    assert "Lucie Hoarau répond" in sent.body

    browser_of(claire).get(thread.get_absolute_url())
    assert told(claire) == ["Jeanne Brunel vous nomme"]


def test_what_was_written_while_a_thread_was_muted_is_no_answer_afterwards(
    thread, claire, jeanne, viewer_of, told, quiet
):
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, "mail")
    post_reply(jeanne, thread)
    quiet(claire, thread)
    assert told(claire) == []
    post_reply(jeanne, thread)
    quiet(claire, thread)

    assert len(told(claire)) == 1


def test_at_that_level_whom_a_question_was_put_to_hears_of_others_answers(
    claire, jeanne, lucie, spaces, told, quiet
):
    thread = start_thread(claire, spaces["network"], title="Quelle chaufferie ?")
    put_to(thread, [Addressee(f"person-{jeanne.pk}", person=jeanne)], claire.pk)
    quiet(jeanne, thread)
    post_reply(lucie, thread)

    assert told(jeanne) == ["Lucie Hoarau répond"]


def test_at_that_level_a_discussion_that_one_opened_brings_no_answers(
    claire, jeanne, spaces, told, quiet
):
    thread = start_thread(claire, spaces["network"], kind="experience")
    quiet(claire, thread)
    post_reply(jeanne, thread)

    assert told(claire) == []
