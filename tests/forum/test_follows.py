"""Followed threads: what is new in them, for whom, and that telling so costs little."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.follows.actions import follow_thread, mark_all_read, mark_read, unfollow_thread
from forum.follows.unread import followers_among, unread_count, unread_counts
from forum.models import Follow, Thread
from forum.moderation import actions as moderation
from forum.rules import Refused
from forum.threads import actions
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    create_seat,
    join_group,
    post_reply,
    start_thread,
)
from tests.forum.test_query_counts import Counted, fill

FOLLOWS = "/suivis/"


def read_by(person, thread):
    """How far a follower has read; None for who does not follow."""
    follow = Follow.objects.filter(person=person, thread=thread).first()
    return follow and follow.last_read_number


def badge(page):
    """The words of the badge in the header; None where it says nothing."""
    found = re.search(r'<span class="badge" id="badge"([^>]*)>([^<]*)<', page.content.decode())
    return found[2] if found and " hidden" not in found[1] else None


# ---------------------------------------------------------------- following


def test_who_starts_a_thread_follows_it_and_their_own_words_are_not_news(
    thread, claire, viewer_of
):
    assert read_by(claire, thread) == 1
    assert unread_count(viewer_of(claire)) == 0


def test_a_reply_is_news_to_followers_and_to_nobody_else(
    thread, claire, jeanne, lucie, viewer_of
):
    post_reply(jeanne, thread)

    assert [unread_count(viewer_of(one)) for one in (claire, jeanne, lucie)] == [1, 0, 0]
    assert read_by(jeanne, thread) == 2


def test_replies_to_one_thread_are_one_news(thread, claire, jeanne, viewer_of):
    for _ in range(3):
        post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


def test_whoever_replies_has_read_the_thread_up_to_their_reply(
    thread, claire, jeanne, viewer_of
):
    post_reply(jeanne, thread)
    post_reply(claire, thread)

    assert [unread_count(viewer_of(one)) for one in (claire, jeanne)] == [0, 1]


def test_a_reply_sent_twice_follows_once(thread, jeanne):
    key = uuid4()
    post_reply(jeanne, thread, "Une fois.", key)
    post_reply(jeanne, thread, "Une fois.", key)

    assert Follow.objects.filter(person=jeanne).count() == 1
    assert read_by(jeanne, thread) == 2


def test_a_refused_reply_follows_nothing(thread, jeanne, lucie, viewer_of):
    moderation.lock_thread(thread, viewer_of(lucie), True)

    with pytest.raises(Refused):
        post_reply(jeanne, thread)

    assert read_by(jeanne, thread) is None


def test_following_begins_now_and_what_came_before_is_not_news(
    thread, jeanne, lucie, viewer_of
):
    post_reply(jeanne, thread)
    follow_thread(thread.pk, viewer_of(lucie))
    assert unread_count(viewer_of(lucie)) == 0

    post_reply(jeanne, thread)

    assert unread_count(viewer_of(lucie)) == 1


def test_following_again_makes_nothing_read(thread, claire, jeanne, viewer_of):
    post_reply(jeanne, thread)

    follow_thread(thread.pk, viewer_of(claire))

    assert unread_count(viewer_of(claire)) == 1


def test_who_stopped_hears_no_more_until_they_write_there_again(
    thread, claire, jeanne, viewer_of
):
    unfollow_thread(thread.pk, viewer_of(claire))
    unfollow_thread(thread.pk, viewer_of(claire))  # Twice does no harm.
    post_reply(jeanne, thread)
    assert (unread_count(viewer_of(claire)), read_by(claire, thread)) == (0, None)

    post_reply(claire, thread, "J’y reviens.")
    post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


@pytest.mark.parametrize("role", ["guest", "suspended"])
def test_only_who_has_an_account_in_good_standing_follows(role, people, spaces, viewer_of):
    public = start_thread(people.projects, spaces["public"])
    viewer = viewer_of(getattr(people, role))

    with pytest.raises(Refused):
        follow_thread(public.pk, viewer)

    assert unread_count(viewer) == 0


def test_who_has_signed_nothing_follows_what_is_public(people, spaces, viewer_of):
    public, network = (
        start_thread(people.projects, spaces[name]) for name in ("public", "network")
    )
    rita = viewer_of(people.registered)

    follow_thread(public.pk, rita)
    with pytest.raises(Thread.DoesNotExist):
        follow_thread(network.pk, rita)
    post_reply(people.projects, public)  # Their own words; then someone else's.
    post_reply(people.support, public)

    assert unread_count(rita) == 1


# ---------------------------------------------------------------- what is news


def test_what_does_not_stand_is_not_news_and_is_again_once_restored(
    thread, claire, jeanne, lucie, viewer_of
):
    post = post_reply(jeanne, thread)

    moderation.hide_post(post, viewer_of(lucie), "Hors sujet")
    assert unread_count(viewer_of(claire)) == 0
    moderation.restore_post(post, viewer_of(lucie))
    assert unread_count(viewer_of(claire)) == 1
    actions.delete_post(post, viewer_of(jeanne))
    assert unread_count(viewer_of(claire)) == 0


def test_what_is_changed_in_a_read_thread_is_not_news(thread, claire, lucie, viewer_of):
    moderation.pin_thread(thread, viewer_of(lucie), True)
    moderation.lock_thread(thread, viewer_of(lucie), True)

    assert unread_count(viewer_of(claire)) == 0


def test_a_withdrawn_thread_is_no_news(thread, claire, lucie, viewer_of):
    follow_thread(thread.pk, viewer_of(lucie))
    Follow.objects.update(last_read_number=0)
    assert unread_count(viewer_of(lucie)) == 1

    moderation.hide_post(thread.posts.get(), viewer_of(lucie), "Doublon")

    assert unread_count(viewer_of(lucie)) == 0


def test_a_badge_says_no_more_than_it_can_count_at_once(
    thread, claire, lucie, viewer_of, monkeypatch
):
    monkeypatch.setattr("forum.follows.unread.MAX_UNREAD", 2)
    for one in (thread, start_thread(claire, thread.space), start_thread(claire, thread.space)):
        Follow.objects.create(person=lucie, thread=one)

    assert unread_count(viewer_of(lucie)) == 2
    assert unread_counts([viewer_of(lucie)]) == {lucie.pk: 2}


# ---------------------------------------------------------------- rights


def test_a_right_lost_takes_its_news_away_and_a_right_regained_brings_them_back(
    people, spaces, viewer_of, browser_of
):
    claire, rooms = people.authorities, spaces[AUTHORITIES]
    colleague = people.former
    seat = create_seat(colleague, AUTHORITIES)
    private = start_thread(colleague, rooms, title="Ce que nous disons entre nous")
    post_reply(claire, private)
    assert unread_count(viewer_of(colleague)) == 1

    colleague.seats.filter(pk=seat.pk).update(ended_at=timezone.now() - timedelta(minutes=1))

    page = browser_of(colleague).get(FOLLOWS)
    assert unread_count(viewer_of(colleague)) == 0 and badge(page) is None
    assert "entre nous" not in page.content.decode()
    with pytest.raises(Thread.DoesNotExist):
        unfollow_thread(private.pk, viewer_of(colleague))

    colleague.seats.filter(pk=seat.pk).update(ended_at=None)

    assert unread_count(viewer_of(colleague)) == 1
    assert "entre nous" in browser_of(colleague).get(FOLLOWS).content.decode()


def test_a_thread_moved_out_of_sight_is_no_news(
    thread, claire, jeanne, lucie, viewer_of, spaces
):
    post_reply(jeanne, thread)
    moderation.move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert unread_count(viewer_of(claire)) == 0


def test_many_viewers_at_once_are_told_what_each_is_told_alone(people, spaces, viewer_of):
    everyone = [one for one in vars(people).values() if one]
    for name, space in spaces.items():
        writer = {PROJECTS: people.projects, SUPPORT: people.support, "group": people.group}
        written = start_thread(writer.get(name, people.authorities), space)
        Follow.objects.bulk_create(
            [Follow(person=one, thread=written) for one in everyone], ignore_conflicts=True
        )
    viewers = [viewer_of(one) for one in [None, *everyone]]

    told = unread_counts(viewers)

    assert told == {viewer.person_id: unread_count(viewer) for viewer in viewers[1:]}
    assert max(told.values()) > 2 and told[people.suspended.pk] == 0


def test_followers_are_found_among_those_asked_about(thread, claire, jeanne, lucie):
    post_reply(jeanne, thread)

    assert followers_among(thread.pk, [claire.pk, lucie.pk]) == {claire.pk}
    assert followers_among(thread.pk, []) == set()


# ---------------------------------------------------------------- reading


def test_reading_moves_forward_only_within_the_thread_and_for_followers_only(
    thread, claire, jeanne, lucie
):
    for _ in range(4):
        post_reply(jeanne, thread)

    assert mark_read(thread.pk, {claire.pk: 3, lucie.pk: 3}) == {claire.pk}
    assert mark_read(thread.pk, {claire.pk: 2, jeanne.pk: 1}) == set()
    assert (read_by(claire, thread), read_by(jeanne, thread)) == (3, 5)
    assert read_by(lucie, thread) is None
    assert mark_read(thread.pk, {claire.pk: 10**9}) == {claire.pk}
    assert read_by(claire, thread) == 5
    assert mark_read(thread.pk, {}) == mark_read(9_999_999, {claire.pk: 1}) == set()


def test_reading_one_thread_leaves_the_others_as_they_are(thread, claire, jeanne, viewer_of):
    other = start_thread(claire, thread.space)
    for one in (thread, other):
        post_reply(jeanne, one)

    mark_read(other.pk, {claire.pk: 2})

    assert unread_count(viewer_of(claire)) == 1


def test_a_page_marks_as_read_what_it_shows_and_no_more(thread, claire, jeanne, browser_of):
    for n in range(24):
        post_reply(jeanne, thread, f"Réponse {n}")
    client, address = browser_of(claire), thread.get_absolute_url()

    page = client.get(address)
    assert (read_by(claire, thread), badge(page)) == (20, "1 fil suivi a du nouveau")
    page = client.get(f"{address}?page=2")
    assert (read_by(claire, thread), badge(page)) == (25, None)
    client.get(address)
    assert read_by(claire, thread) == 25


@pytest.mark.parametrize("how", ["head", "fetched ahead"])
def test_what_nobody_looked_at_is_not_read(how, thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)
    client, address = browser_of(claire), thread.get_absolute_url()

    if how == "head":
        client.head(address)
    else:
        client.get(address, headers={"Sec-Purpose": "prefetch;prerender"})

    assert read_by(claire, thread) == 1


def test_looking_at_a_thread_is_not_following_it(thread, lucie, browser_of):
    browser_of(lucie).get(thread.get_absolute_url())

    assert read_by(lucie, thread) is None


def test_all_is_read_but_what_was_said_since_the_page_was_shown(
    thread, claire, jeanne, viewer_of
):
    other = start_thread(claire, thread.space)
    for one in (thread, other):
        post_reply(jeanne, one)
    shown = timezone.now()
    post_reply(jeanne, other)

    mark_all_read(viewer_of(claire), shown)

    assert (read_by(claire, thread), read_by(claire, other)) == (2, 1)


# ---------------------------------------------------------------- pages, without JavaScript


def test_the_button_of_a_thread_follows_and_stops_and_comes_back_to_the_same_page(
    thread, claire, lucie, browser_of
):
    fill(thread, posts=30)
    client, address = browser_of(lucie), thread.get_absolute_url()
    page = client.get(f"{address}?page=2").content.decode()
    action = re.search(r'formaction="([^"]*/suivi/[^"]*)" name="suivre" value="1"', page)[1]

    back = client.post(action, {"suivre": "1"})

    assert back["Location"] == f"{address}?page=2"
    page = client.get(back["Location"]).content.decode()
    assert "Vous suivez ce fil." in page and 'name="suivre" value="0"' in page
    assert read_by(lucie, thread) == 31
    client.post(reverse("follow-thread", args=[thread.pk]), {"suivre": "0"})
    assert read_by(lucie, thread) is None


@pytest.mark.parametrize("role", ["guest", "suspended"])
def test_who_may_not_follow_is_shown_nothing_of_it(role, people, spaces, browser_of):
    public = start_thread(people.projects, spaces["public"])
    client = browser_of(getattr(people, role))

    for address in ("/", public.get_absolute_url()):
        page = client.get(address).content.decode()
        assert FOLLOWS not in page and "/suivi/" not in page and 'id="badge"' not in page
    for answer in (
        client.get(FOLLOWS),
        client.post(f"/fils/{public.pk}/suivi/", {"suivre": 1}),
    ):
        assert answer.status_code == (302 if role == "guest" else 403)
    assert not Follow.objects.filter(thread=public).exclude(person=people.projects).exists()


def test_a_guest_who_presses_signs_in_and_comes_back_to_the_thread(client, thread):
    answer = client.post(reverse("follow-thread", args=[thread.pk]), {"suivre": "1"})

    assert answer["Location"] == f"/compte/login/?next=/fils/{thread.pk}/"


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("fr", 0, None),
        ("fr", 1, "1 fil suivi a du nouveau"),
        ("fr", 3, "3 fils suivis ont du nouveau"),
        ("en", 1, "1 followed thread has news"),
        ("en", 2, "2 followed threads have news"),
    ],
)
def test_every_page_says_in_words_how_many_followed_threads_have_news(
    language, count, words, claire, jeanne, spaces, browser_of
):
    for n in range(count):
        post_reply(
            jeanne, start_thread(claire, spaces["network"], title=f"Un fil que je suis, {n}")
        )
    client = browser_of(claire)
    client.cookies["django_language"] = language

    for address in ("/", "/compte/", f"/membres/{claire.pk}/", "/nulle-part/"):
        assert badge(client.get(address)) == words, address


def test_the_words_that_the_script_puts_in_the_badge_are_those_of_the_page(
    thread, claire, browser_of
):
    page = browser_of(claire).get("/").content.decode()
    own = re.search(r'<span class="badge" id="badge"[^>]*>', page)[0]
    data = dict(re.findall(r'data-(one|many)="([^"]*)"', own))

    assert data["one"] == "1 fil suivi a du nouveau"
    assert data["many"] == "{n} fils suivis ont du nouveau"


def test_my_follows_show_those_with_news_first_and_lead_to_the_first_new_post(
    thread, claire, jeanne, lucie, viewer_of, browser_of
):
    quiet = start_thread(claire, thread.space, title="Un fil où plus personne ne parle")
    for n in range(25):
        hidden = post_reply(jeanne, thread, f"Réponse {n}")
        if n == 19:
            moderation.hide_post(hidden, viewer_of(lucie), "Hors sujet")
    Follow.objects.filter(person=claire, thread=thread).update(last_read_number=20)
    Thread.objects.filter(pk=quiet.pk).update(last_posted_at=timezone.now())

    page = browser_of(claire).get(FOLLOWS)

    assert [row.pk for _follow, row, _news in page.context["rows"]] == [thread.pk, quiet.pk]
    html = page.content.decode()
    assert "5 nouvelles réponses" in html  # Six came; one is hidden, so the first is nº 22.
    first = f"{thread.get_absolute_url()}?page=2#post-22"
    assert html.count(f'href="{first}"') == 2


def test_a_row_says_more_than_99_rather_than_count_for_long(thread, claire, jeanne, browser_of):
    fill(thread, posts=130)
    post_reply(jeanne, thread)
    assert unread_posts(browser_of(claire)) == ["1 nouvelle réponse"]  # The rest is her own.

    thread.posts.filter(number__gt=1).update(author=jeanne)

    assert unread_posts(browser_of(claire)) == ["Plus de 99 nouvelles réponses"]


def unread_posts(client):
    """What the rows of my follows say of what is new."""
    page = client.get(FOLLOWS).content.decode()
    return re.findall(r'<a class="chip told"[^>]*><svg.*?</svg> ([^<]*)</a>', page)


def test_my_follows_stop_one_and_stay_on_their_page(thread, claire, jeanne, browser_of):
    client = browser_of(claire)

    answer = client.post(f"{FOLLOWS}?page=2", {"arreter": thread.pk})

    assert answer["Location"] == f"{FOLLOWS}?page=2"
    page = client.get(FOLLOWS).content.decode()
    assert f"Vous ne suivez plus «\u00a0{thread.title}\u00a0»." in page
    assert read_by(claire, thread) is None


def test_my_follows_read_all_at_once(thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)
    client = browser_of(claire)
    page = client.get(FOLLOWS).content.decode()
    until = re.search(r'name="until" value="([^"]*)"', page)[1]

    answer = client.post(FOLLOWS, {"until": until}, follow=True)

    assert "Tout est lu." in answer.content.decode() and badge(answer) is None
    assert read_by(claire, thread) == 2
    assert 'name="until"' not in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [{}, {"until": "demain"}, {"until": "2026-99-99T00:00"}, {"arreter": "x"},
     {"arreter": "9" * 30}, {"arreter": "9999999"}],
)  # fmt: skip
def test_a_forged_form_reads_and_stops_nothing(sent, thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)

    answer = browser_of(claire).post(FOLLOWS, sent)

    assert answer.status_code in (400, 404)
    assert read_by(claire, thread) == 1


def test_who_follows_nothing_is_told_how_to(jeanne, spaces, browser_of):
    client = browser_of(jeanne)

    assert "choisissez «\u00a0Suivre ce fil" in client.get(FOLLOWS).content.decode()
    assert "Revenir à la première page" in client.get(f"{FOLLOWS}?page=9").content.decode()


def test_an_enhanced_reply_brings_the_button_that_stops(thread, jeanne, browser_of):
    address = reverse("replies", args=[thread.pk])

    sent = {"text": "Par ici.", "key": uuid4()}
    news = browser_of(jeanne).post(address, sent, headers={"X-Seen": "1"}).json()

    page = browser_of(jeanne).get(thread.get_absolute_url()).content.decode()
    assert 'value="0"' in news["elements"]["thread-follow"]
    assert news["elements"]["thread-follow"] in page


# ---------------------------------------------------------------- what it costs


def follows_of(person, thread, number):
    """``person`` follows ``number`` more threads like ``thread``, with a reply in each."""
    before = set(Thread.objects.values_list("pk", flat=True))
    fill(thread, threads=number)
    made = Thread.objects.exclude(pk__in=before)
    Follow.objects.bulk_create(Follow(person=person, thread=one) for one in made)


def cost(work):
    with Counted() as counted:
        work()
    return counted.number


def test_a_badge_and_my_follows_cost_the_same_with_few_threads_and_with_many(
    thread, claire, jeanne, viewer_of, browser_of
):
    post_reply(jeanne, thread)
    viewer, client, costs = viewer_of(claire), browser_of(claire), []
    client.get(FOLLOWS)
    for number in (1, 300):
        follows_of(claire, thread, number)
        pages = [
            cost(lambda: client.get(FOLLOWS)),
            cost(lambda: client.get(f"{FOLLOWS}?page=2")),
        ]
        costs.append([cost(lambda: unread_count(viewer)), pages[0]])

    assert costs[0] == costs[1]
    assert costs[0][0] == 1 and costs[0][1] <= 9


def test_a_reply_costs_the_same_with_no_follower_and_with_many(
    thread, claire, jeanne, lucie, make_person
):
    post_reply(jeanne, thread)
    Follow.objects.exclude(person=jeanne).delete()
    alone = cost(lambda: post_reply(jeanne, thread, "Pour personne."))
    people = [make_person(f"Membre {n}") for n in range(60)]
    Follow.objects.bulk_create(Follow(person=one, thread=thread) for one in people)

    assert cost(lambda: post_reply(jeanne, thread, "Pour soixante.")) == alone


def test_reading_and_telling_cost_the_same_for_one_and_for_many(
    thread, jeanne, make_person, viewer_of
):
    people = [make_person(f"Membre {n}", PROJECTS) for n in range(40)]
    Follow.objects.bulk_create(Follow(person=one, thread=thread) for one in people)
    viewers = [viewer_of(one) for one in people]
    post_reply(jeanne, thread)

    assert cost(lambda: unread_counts(viewers[:1])) == cost(lambda: unread_counts(viewers)) == 1
    assert cost(lambda: mark_read(thread.pk, {people[0].pk: 1})) == 2
    assert cost(lambda: mark_read(thread.pk, {one.pk: 1 for one in people[1:]})) == 2
    assert cost(lambda: mark_read(thread.pk, {one.pk: 1 for one in people})) == 1


def test_a_page_that_shows_nothing_new_writes_nothing(thread, claire, browser_of):
    client, address = browser_of(claire), thread.get_absolute_url()
    client.get(address)

    with Counted() as counted:
        client.get(address)

    assert not [q for q in counted.captured_queries if not q["sql"].startswith("SELECT")]


# ---------------------------------------------------------------- many at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_readers_and_writers_at_once_neither_wait_for_ever_nor_go_backwards(
    claire, spaces, make_person
):
    threads = [start_thread(claire, spaces["network"]) for _ in range(3)]
    people = [make_person(f"Membre {n}", PROJECTS) for n in range(8)]
    join_group(people[0])
    Follow.objects.bulk_create(
        Follow(person=one, thread=thread) for one in people for thread in threads
    )

    def work(n):
        try:
            thread = threads[n % 3]
            if n % 4 == 0:
                post_reply(people[n % 8], thread, f"Réponse {n}")
            elif n % 4 == 1:
                mark_all_read(viewer_of_person(people[n % 8]), timezone.now())
            else:
                mark_read(thread.pk, {one.pk: n // 4 for one in people[:: 1 if n % 2 else -1]})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(240)))

    for thread in threads:
        written = Thread.objects.get(pk=thread.pk)
        for follow in thread.follows.exclude(person=claire):
            own = thread.posts.filter(author=follow.person_id).order_by("number").last()
            assert (own.number if own else 0) <= follow.last_read_number <= written.post_count
