"""A grown forum: as large as asked, in good order, and never by accident."""

from collections import Counter
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from forum import markup
from forum.demo.growth import loading, thread_sizes
from forum.demo.growth.prose import MAX_WORDS, MIN_WORDS, ProseGenerator
from forum.models import Post, Thread
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT
from tests.forum.thread_invariants import check_all_threads

pytestmark = pytest.mark.django_db


def grow(threads=30, posts=200, people=12, **options):
    said = StringIO()
    call_command("grow", threads=threads, posts=posts, people=people, stdout=said, **options)
    return said.getvalue()


def counts():
    return Thread.objects.count(), Post.objects.count(), User.objects.count()


def test_it_is_as_large_as_asked_and_in_good_order():
    said = grow()

    assert counts() == (30, 200, 12)
    assert "12 people, 30 threads and 200 posts" in said
    check_all_threads()


def test_running_it_twice_adds():
    grow()
    grow()

    assert counts() == (60, 400, 24)
    assert User.objects.values("email").distinct().count() == 24
    check_all_threads()


def test_the_deep_thread_is_exactly_that_deep_and_public():
    said = grow(posts=300, deep=150)

    assert counts() == (30, 300, 12)
    deep = Thread.objects.get(post_count=150)
    assert deep.posts.count() == 150 and deep.space.audience == "public"
    assert deep.get_absolute_url() in said
    check_all_threads()


def test_batches_are_seamless(monkeypatch):
    monkeypatch.setattr(loading, "_POST_BATCH", 20)

    grow()

    assert counts() == (30, 200, 12)
    check_all_threads()


def test_one_seed_gives_one_forum():
    def words():
        grow(seed=5)
        posts = Post.objects.order_by("pk").values_list("text", "thread__title", "key")
        people = User.objects.order_by("pk").values_list("full_name", flat=True)
        written = list(posts), list(people)
        Thread.objects.update(accepted=None)
        Thread.objects.all().delete()
        User.objects.all().delete()
        return written

    assert words() == words()


def test_everyone_sits_in_a_college_and_has_signed():
    grow()

    assert all(
        viewer_of_person(one).level == AccessLevel.COLLEGE_MEMBER for one in User.objects.all()
    )
    seated = Counter(User.objects.values_list("seats__organisation__college__slug", flat=True))
    assert seated == {PROJECTS: 4, AUTHORITIES: 4, SUPPORT: 4}


def test_private_rooms_are_talked_in_too_and_dates_spread_over_two_years():
    grow(threads=120, posts=240)

    audiences = Counter(Thread.objects.values_list("space__audience", flat=True))
    assert audiences.keys() == {"public", "network", "college"}
    ages = [(timezone.now() - thread.created_at).days for thread in Thread.objects.all()]
    assert min(ages) < 100 and max(ages) > 600 and max(ages) <= loading.TIME_SPAN.days


def test_nobody_signs_in_unless_a_password_was_given():
    grow()
    assert not any(one.has_usable_password() for one in User.objects.all())

    grow(password="mesurer-et-partir")
    assert User.objects.last().check_password("mesurer-et-partir")


def test_organisations_cannot_be_taken_for_real_ones():
    grow()

    assert all("d’essai nº" in one.name for one in Organisation.objects.all())
    assert all(one.email.endswith(".invalid") for one in User.objects.all())


@pytest.mark.parametrize("seed", range(3))
def test_joined_html_is_what_rendering_the_text_gives(seed):
    prose = ProseGenerator(Random(seed))

    for _ in range(300):
        text, html = prose.post()
        assert html == markup.render(text)
        assert MIN_WORDS <= len(text.split()) <= MAX_WORDS
        assert 8 <= len(prose.title()) <= 160


def test_texts_hold_lists_quotations_and_bold():
    prose = ProseGenerator(Random(1))

    html = "".join(prose.post()[1] for _ in range(100))

    assert all(tag in html for tag in ("<ul>", "<blockquote>", "<strong>"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"threads": 0}, "one thread at least"),
        ({"threads": -3}, "one thread at least"),
        ({"posts": 29}, "30 threads need 30 posts"),
        ({"posts": -1}, "30 threads need 30 posts"),
        ({"people": 2}, "three people"),
        ({"people": -5}, "three people"),
        ({"deep": -1}, "0 is for none"),
        ({"deep": 201}, "at most 171"),
        ({"deep": 172}, "at most 171"),
        ({"threads": 1, "deep": 10}, "takes all 200 posts"),
    ],
)
def test_what_cannot_be_is_refused_in_words_before_anything_is_written(options, why):
    with pytest.raises(CommandError, match=why):
        grow(**options)

    assert counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("threads", "posts", "deep"), [(1, 1, 0), (1, 5, 5), (5, 5, 0), (5, 5, 1), (3, 30, 28)]
)
def test_the_smallest_forums_can_be(threads, posts, deep):
    thread_sizes.check_sizes(threads, posts, 3, deep)

    grow(threads=threads, posts=posts, people=3, deep=deep)

    assert counts() == (threads, posts, 3)
    check_all_threads()
