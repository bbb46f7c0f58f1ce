"""The pages by which one subscribes, and the inbox that what one subscribes to fills."""

import pytest
from django.urls import reverse

from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import (
    suggestions_for,
)
from forum.conversation.follows.unread import unread_count
from forum.models import Expertise
from tests.factories import AUTHORITIES, PROJECTS, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import plan

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def test_the_page_of_a_topic_leads_to_the_choice_which_is_kept(claire, topic, browser_of):
    browser = browser_of(claire)
    page = reverse("subscription", args=["topic", topic.pk])
    assert page in browser.get(topic.get_absolute_url()).text
    browser.post(page, {"level": "all", "channel": "mail"})

    assert str(topic) in browser.get(reverse("subscriptions")).text
    browser.post(page, {"stop": "1"})
    assert not Subscription.objects.exists()


def test_a_choice_that_is_none_is_said_beside_the_field(claire, topic, browser_of):
    page = reverse("subscription", args=["topic", topic.pk])
    answer = browser_of(claire).post(page, {"level": "louder", "channel": "mail"})

    assert answer.status_code == 422 and "Sélectionnez un choix valide" in answer.text
    assert not Subscription.objects.exists()


def test_the_page_of_a_hidden_space_is_not_there(claire, spaces, browser_of):
    page = reverse("subscription", args=["space", spaces[PROJECTS].pk])
    nowhere = reverse("subscription", args=["planet", 1])

    for address in (page, nowhere):
        assert browser_of(claire).get(address).status_code == 404


def test_seat_college_territory_and_stated_topics_are_suggested_and_taken_up(
    claire, topic, viewer_of, browser_of, town
):
    Expertise.objects.create(person=claire, topic=topic)
    suggested = {it.kind for it in suggestions_for(claire, viewer_of(claire))}
    assert {"topic", "space"} <= suggested
    browser = browser_of(claire)
    page = reverse("subscriptions")
    assert str(topic) in browser.get(page).text
    browser.post(page, {"chosen": [f"topic-{topic.pk}"]})

    (one,) = Subscription.objects.filter(person=claire)
    assert (one.topic, one.level, one.channel) == (topic, "first", "digest")
    kinds = [it.target for it in suggestions_for(claire, viewer_of(claire))]
    assert topic not in kinds, "not suggested again"


def test_a_space_that_one_reads_no_more_is_not_named_among_ones_subscriptions(
    claire, spaces, viewer_of, browser_of, make_person
):
    own = spaces[AUTHORITIES]
    subscribe("space", own.pk, viewer_of(claire), Level.ALL, "mail")
    claire.seats.all().delete()

    assert str(own) not in browser_of(claire).get(reverse("subscriptions")).text


# ------------------------------------------------------------------------------- the inbox


def test_the_inbox_says_what_is_new_by_thread_and_why(
    follow_topic, topic, claire, jeanne, spaces, browser_of
):
    follow_topic(claire)
    own = start_thread(claire, spaces["network"], title="Notre réseau de chaleur ?")
    new = start_thread(jeanne, spaces["network"], title="Un parc éolien", topic=topic)
    plan()
    post_reply(jeanne, own)
    post_reply(jeanne, own)

    text = browser_of(claire).get(reverse("inbox")).text.replace("\u00a0", " ")
    assert own.title in text and "2 nouvelles réponses" in text
    assert new.title in text and "Nouveau fil" in text
    assert "Vous suivez :" in text and str(topic) in text


def test_all_of_the_inbox_is_marked_as_read_with_one_button(
    follow_topic, topic, claire, jeanne, spaces, browser_of, viewer_of
):
    follow_topic(claire)
    start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    browser = browser_of(claire)
    until = browser.get(reverse("inbox")).context["until"]
    browser.post(reverse("inbox"), {"until": until})

    assert unread_count(viewer_of(claire)) == 0
    assert browser.get(reverse("inbox")).context["menu"].waiting == 0
