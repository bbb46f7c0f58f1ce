"""Growing a forum: what is asked is done or refused, and never by accident."""

from collections import Counter
from random import Random

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import User
from forum.base import markup
from forum.models import Post, Thread
from forum.site.demo.growth import loading, thread_sizes
from forum.site.demo.growth.prose import MAX_WORDS, MIN_WORDS, ProseGenerator
from tests.forum.site.growth import counts, grow
from tests.forum.thread_invariants import check_all_threads
from tests.stateful import seeds

pytestmark = pytest.mark.django_db


@pytest.mark.deep
def test_the_deep_thread_is_exactly_that_deep_and_public():
    said = grow(posts=300, deep=150)

    assert counts() == (30, 300, 12)
    deep = Thread.objects.get(post_count=150)
    assert deep.posts.count() == 150 and deep.space.audience == "public"
    assert deep.get_absolute_url() in said
    check_all_threads()


@pytest.mark.deep
def test_batches_are_seamless(monkeypatch):
    monkeypatch.setattr(loading, "_POST_BATCH", 20)

    grow()

    assert counts() == (30, 200, 12)
    check_all_threads()


@pytest.mark.deep
def test_one_seed_gives_one_forum():
    def words():
        grow(seed=5)
        posts = Post.objects.order_by("pk").values_list(
            "text", "thread__title", "idempotency_key"
        )
        people = User.objects.order_by("pk").values_list("full_name", flat=True)
        written = list(posts), list(people)
        Thread.objects.update(accepted=None)
        Thread.objects.all().delete()
        User.objects.all().delete()
        return written

    assert words() == words()


@pytest.mark.deep
def test_private_rooms_are_talked_in_too_and_dates_spread_over_two_years():
    grow(threads=120, posts=240)

    audiences = Counter(Thread.objects.values_list("space__audience", flat=True))
    assert audiences.keys() == {"public", "network", "college"}
    ages = [(timezone.now() - thread.created_at).days for thread in Thread.objects.all()]
    assert min(ages) < 100 and max(ages) > 600 and max(ages) <= loading.TIME_SPAN.days


@pytest.mark.parametrize("seed", seeds(0, 1, 2))
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
    "sizes", seeds((5, 5, 1), (1, 1, 0), (1, 5, 5), (5, 5, 0), (3, 30, 28))
)
def test_the_smallest_forums_can_be(sizes):
    threads, posts, deep = sizes
    thread_sizes.check_sizes(threads, posts, 3, deep)

    grow(threads=threads, posts=posts, people=3, deep=deep)

    assert counts() == (threads, posts, 3)
    check_all_threads()
