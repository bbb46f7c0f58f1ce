"""Who is thanked is told, one line a post, for as long as it is so and they see the post."""

import pytest
from django.utils import timezone

from accounts.models import User
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Channel, Level
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.menu.queries import site_menu
from forum.conversation.mutes.models import Mute
from forum.conversation.thanks.actions import take_thanks_back, thank_for_post
from forum.moderation.actions import hide_post
from tests.factories import AUTHORITIES, SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver_notifications
from tests.forum.mail.thread_mail.test_digests import digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Quelle chaufferie ?")


@pytest.fixture
def post(thread, jeanne):
    return post_reply(jeanne, thread)


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of thanks; the bell counts as much."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        thanks = [one for one in found if "remerci" in one.text]
        assert all(one.channel == Channel.DIGEST for one in thanks)
        unread = [one for one in found if one.at > person.inbox_read_at]
        assert site_menu(viewer_of(person)).unread_notifications == len(unread)
        return [one.text.replace("\u00a0", " ") for one in thanks]

    return told


@pytest.fixture
def thank(viewer_of, post):
    return lambda person: thank_for_post(post, viewer_of(person))


def test_thanks_for_a_post_are_one_line_that_names_the_last(
    post, claire, jeanne, lucie, make_person, viewer_of, thank, told
):
    assert told(jeanne) == []
    thank(claire)
    about = "pour votre message dans « Quelle chaufferie ? »."
    assert told(jeanne) == [f"{claire} vous remercie {about}"]
    thank(lucie)
    assert told(jeanne) == [f"{lucie} et 1 autre personne vous remercient {about}"]
    third = make_person("Yann Troisième", AUTHORITIES)
    thank(third)
    assert told(jeanne) == [f"{third} et 2 autres vous remercient {about}"]
    assert told(claire) == told(lucie) == []


def test_what_is_taken_back_is_not_told(post, claire, jeanne, lucie, viewer_of, thank, told):
    thank(lucie)
    thank(claire)
    take_thanks_back(post, viewer_of(claire))
    assert len(told(jeanne)) == 1 and told(jeanne)[0].startswith(f"{lucie} vous remercie")
    take_thanks_back(post, viewer_of(lucie))

    assert told(jeanne) == []


@pytest.mark.parametrize(
    "gone",
    [{"suspended_at": timezone.now()}, {"is_active": False}],
    ids=["suspended", "closed"],
)
def test_of_who_is_suspended_or_gone_nothing_is_told(gone, claire, jeanne, thank, told):
    thank(claire)
    assert len(told(jeanne)) == 1
    User.objects.filter(pk=claire.pk).update(**gone)

    assert told(jeanne) == []


def test_who_is_muted_rings_no_bell(claire, jeanne, lucie, thank, told):
    thank(claire)
    assert len(told(jeanne)) == 1
    Mute.objects.create(person=jeanne, muted=claire)
    assert told(jeanne) == []
    thank(lucie)

    assert told(jeanne)[0].startswith(f"{lucie} vous remercie"), "and is not counted"


def test_it_is_told_only_to_who_sees_it_and_has_not_muted_the_thread(
    post, thread, claire, jeanne, lucie, spaces, viewer_of, thank, told
):
    thank(claire)
    choose_follow(thread.pk, viewer_of(jeanne), Level.MUTED, "")
    assert told(jeanne) == []
    choose_follow(thread.pk, viewer_of(jeanne), Level.ALL, "")
    assert len(told(jeanne)) == 1
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    assert told(jeanne) == []


def test_a_thread_that_moves_away_takes_its_thanks_along(
    thread, claire, jeanne, lucie, spaces, viewer_of, thank, told
):
    thank(claire)
    assert len(told(jeanne)) == 1
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert told(jeanne) == []


@pytest.mark.usefixtures("mailed_at_once")
def test_thanks_are_mailed_with_the_digest_and_not_at_once(claire, jeanne, thank):
    deliver_notifications(jeanne)
    thank(claire)
    assert deliver_notifications(jeanne) == []

    assert f"{claire} vous remercie" in digest(jeanne).body
