"""What followed searches find, by mail: by the channel of each, by rights, and never twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.actions import mark_read
from forum.conversation.mutes.actions import mute_person
from forum.finding.saved_searches.actions import choose_channel, follow_search
from forum.finding.saved_searches.models import FoundPost, SavedSearch
from forum.finding.saved_searches.queries import finds_to_mail
from forum.mail.thread_mail.actions import key_of, save_mail_setting
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.moderation.actions import hide_post
from tests.factories import AUTHORITIES, SUPPORT, create_seat, move_thread, start_thread
from tests.forum.finding.saved_search_helpers import look_for_news, news, plain
from tests.forum.mail.thread_mail.test_digests import digest
from tests.forum.mail.thread_mail.test_notification_mails import deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
TITLE, FOUND = (
    "Une chaudière à bois ?",
    "Votre recherche « chaudière bois » a trouvé du nouveau",
)


@pytest.fixture
def search(claire, jeanne, lucie, spaces, viewer_of):
    """Claire's, who alone is sent digests; what was there before is mailed to nobody."""
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", notifications=False)
    save_mail_setting(claire.pk, channel="site")
    search = follow_search("chaudière bois", viewer_of(claire))
    look_for_news()
    plan_changed_notifications(), plan_changed_notifications()
    return search


@pytest.fixture
def find(jeanne, spaces):
    """Have Jeanne write what it finds."""

    def find(space="network", title=TITLE, by=jeanne):
        thread = start_thread(by, spaces[space], title=title, kind="discussion")
        look_for_news()
        return thread

    return find


@pytest.fixture
def tell(search, claire, viewer_of):
    """Have Claire choose a channel for it."""
    return lambda channel: choose_channel(search.pk, viewer_of(claire), channel)


def told(part):
    """How often it is told in a mail; in none where there is none."""
    return part.body.replace("\u00a0", " ").count(FOUND) if part else 0


def test_a_new_search_is_told_in_the_digest_and_on_the_site(search, claire, find, browser_of):
    find()

    assert news(browser_of(claire)) == 1 and deliver(claire) == []
    sent = digest(claire)
    assert told(sent) == 1 and search.get_absolute_url() in sent.body
    assert search.get_absolute_url() in sent.alternatives[0][0]
    assert "VOS RECHERCHES SUIVIES" in sent.body


def test_a_search_of_the_site_alone_is_in_no_mail(claire, find, tell, browser_of):
    tell(Channel.SITE)
    find()

    assert news(browser_of(claire)) == 1
    assert deliver(claire) == [] and digest(claire) is None


def test_by_mail_it_is_told_with_what_concerns_one_and_once(search, claire, find, tell):
    tell(Channel.MAIL)
    find()

    (sent,) = deliver(claire)
    assert told(sent) == 1 and search.get_absolute_url() in sent.body
    assert FOUND in sent.subject.replace("\u00a0", " ")
    assert deliver(claire) == [] and digest(claire) is None


@pytest.mark.parametrize("channel", ["mail", "digest"])
def test_a_mail_counts_only_what_none_told_before(channel, claire, find, tell):
    tell(channel)

    def sent():
        return digest(claire) if channel == "digest" else deliver(claire)[0]

    find()
    assert "dans un fil" in sent().body
    find(title="Encore une chaudière à bois"), find(title="Et une chaudière à bois")
    assert "dans 2 fils" in sent().body.replace("\u00a0", " ")


def test_nothing_is_told_twice_in_whatever_order_channels_change(claire, find, tell):
    find()
    assert told(digest(claire)) == 1
    tell(Channel.MAIL)
    assert deliver(claire) == []
    find(title="Encore une chaudière à bois")
    assert len(deliver(claire)) == 1
    tell(Channel.DIGEST)

    assert digest(claire) is None


def test_what_was_read_is_not_mailed(search, claire, find, tell, browser_of):
    tell(Channel.MAIL)
    find()
    browser_of(claire).get(search.get_absolute_url())
    assert deliver(claire) == []
    find(title="Encore une chaudière à bois")
    mark_read(claire, timezone.now())

    assert deliver(claire) == [] and digest(claire) is None


def test_where_nothing_is_mailed_at_once_the_digest_tells(claire, find, tell):
    tell(Channel.MAIL)
    save_mail_setting(claire.pk, notifications=False)
    find()

    assert deliver(claire) == [] and told(digest(claire)) == 1


def test_who_stops_all_mail_has_searches_on_the_site_alone(
    search, claire, find, tell, client, thread
):
    tell(Channel.MAIL)
    client.post(
        reverse("stop-mail", args=[key_of(claire.pk, thread.pk).link_key]), {"all": "1"}
    )
    save_mail_setting(claire.pk, digest="daily")
    find()

    assert SavedSearch.objects.get().channel == Channel.SITE
    assert deliver(claire) == [] and digest(claire) is None


# --------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("channel", ["mail", "digest"])
@pytest.mark.parametrize("how", ["hidden", "moved", "muted", "seat ended"])
def test_what_its_reader_may_not_see_or_hear_when_it_is_sent_is_in_no_mail(
    how, channel, claire, jeanne, lucie, find, tell, spaces, viewer_of, make_person
):
    tell(channel)
    space = AUTHORITIES if how == "seat ended" else "network"
    by = make_person("Omar", AUTHORITIES) if how == "seat ended" else jeanne
    found = find(space=space, by=by)
    assert FoundPost.objects.count() == 1
    if how == "hidden":
        hide_post(found.posts.get(), viewer_of(lucie), "Hors sujet.")
    elif how == "moved":
        move_thread(found, viewer_of(lucie), spaces[SUPPORT])
    elif how == "muted":
        mute_person(jeanne.pk, viewer_of(claire))
    else:
        claire.seats.all().delete()
        create_seat(claire, SUPPORT)

    sent = digest(claire) if channel == "digest" else None
    mails = [sent] if sent else deliver(claire)
    assert sum(told(one) for one in mails) == 0


def test_the_number_of_queries_is_the_same_however_many_searches_found_something(
    search, claire, find, viewer_of
):
    viewer, costs = viewer_of(claire), []
    for n in range(2):
        for m in range(1 + 9 * n):
            follow_search(f"bois -gaz{n}{m}", viewer)
        find(title=f"Une chaudière à bois, la {n}")
        with CaptureQueriesContext(connection) as captured:
            found = finds_to_mail(viewer, list(Channel), timezone.now() - timedelta(hours=1))
        costs.append(len(captured))

    assert len(found) == 12 and costs == [2, 2]


# ---------------------------------------------------------------------------------- pages


def test_the_page_of_a_search_says_how_it_is_told_and_keeps_another_choice(
    search, claire, browser_of
):
    browser, page = browser_of(claire), search.get_absolute_url()
    assert "Dans mon résumé par courriel" in plain(browser.get(page))
    assert browser.post(page, {"channel": "mail"})["Location"] == page
    assert SavedSearch.objects.get().channel == "mail"
    assert "cinq minutes après" in plain(browser.get(reverse("saved-searches")))

    answer = browser.post(page, {"channel": "fax"})
    assert answer.status_code == 422 and "Sélectionnez un choix valide" in answer.text


def test_nobody_chooses_for_the_search_of_another(search, jeanne, browser_of, viewer_of):
    answer = browser_of(jeanne).post(search.get_absolute_url(), {"channel": "mail"})

    assert answer.status_code == 404
    with pytest.raises(SavedSearch.DoesNotExist):
        choose_channel(search.pk, viewer_of(jeanne), Channel.MAIL)
    assert SavedSearch.objects.get().channel == "digest"
