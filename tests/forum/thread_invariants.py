"""What is true of every thread, however it came to be: for tests of loaders."""

from collections import Counter
from datetime import UTC

from django.utils import timezone

from forum.base import markup, visibility
from forum.base.events import Event
from forum.finding.statistics.models import AskedQuestion, WeeklyPostCount, week_of
from forum.models import ContributionCount, Post, Space, Tagging, Thread, ThreadCount
from forum.moderation.thread_moves.consents import agreeing_ids
from forum.moderation.thread_moves.models import ThreadMove


def check_all_threads():
    """Assert, thread by thread and shelf by shelf, that the forum is in good order."""
    for thread in Thread.objects.select_related("space", "accepted"):
        posts = list(thread.posts.select_related("seat__organisation"))
        check_numbers(thread, posts)
        check_dates(thread, posts)
        check_log(thread, posts)
        check_authors(thread, posts)
        assert all(post.html == markup.render(post.text) for post in posts)
        assert all(post.version == 1 and post.is_shown for post in posts)
    check_thread_counts()
    check_contribution_counts()
    check_statistics()
    check_taggings()
    check_accepted_answers()


def check_numbers(thread, posts):
    """Posts are 1 to n; what is accepted is a reply to a question, in this thread."""
    assert [post.number for post in posts] == list(range(1, thread.post_count + 1))
    assert thread.reply_count == sum(post.is_shown for post in posts[1:])
    if thread.accepted:
        assert thread.kind == "question"
        assert thread.accepted in posts[1:]


def check_dates(thread, posts):
    """Each post is later than the one before, and none is of tomorrow."""
    dates = [post.created_at for post in posts]
    assert all(earlier < later for earlier, later in zip(dates, dates[1:], strict=False))
    assert (thread.created_at, thread.last_posted_at) == (dates[0], dates[-1])
    assert dates[-1] <= timezone.now()


def check_log(thread, posts):
    """The log counts 1 to seq: each post in turn, then the answer accepted."""
    events = list(Event.objects.filter(thread=thread))
    assert [event.seq for event in events] == list(range(1, thread.seq + 1))
    posts_of_events = [post.pk for post in posts] + [thread.accepted_id] * bool(thread.accepted)
    assert [event.post_id for event in events] == posts_of_events
    dates = [event.recorded_at for event in events]
    assert dates == sorted(dates) and dates[-1] == thread.last_posted_at


def check_authors(thread, posts):
    """Who writes holds a seat; in a college's room, one of that college; in a group's, too."""
    assert (thread.author_id, thread.seat_id) == (posts[0].author_id, posts[0].seat_id)
    for post in posts:
        assert post.seat.person_id == post.author_id
        if thread.space.college_id:
            assert post.seat.organisation.college_id == thread.space.college_id
        if thread.space.group_id:
            assert post.author in thread.space.group.people.all()


def check_thread_counts():
    """A shelf counts the threads of its space on its topic."""
    thread_counts = ThreadCount.objects.values_list("space", "topic", "count")
    counted = Counter(Thread.objects.filter(removed_at=None).values_list("space", "topic"))
    assert {(space, topic): count for space, topic, count in thread_counts if count} == counted
    assert {thread.space_id for thread in Thread.objects.all()} <= set(
        Space.objects.values_list("pk", flat=True)
    )


def check_contribution_counts():
    """What is counted of an organisation on a topic in a space is what is shown there."""
    posts = Post.objects.filter(visibility.shown_posts(), seat__isnull=False)
    where = posts.values_list("thread__topic", "seat__organisation", "thread__space")
    counts = ContributionCount.objects.values_list("topic", "organisation", "space", "count")
    assert {tuple(place): count for *place, count in counts} == Counter(where)


def check_statistics():
    """Posts a week and first answers are those that are shown, in threads that remain."""
    shown = Post._base_manager.filter(
        visibility.shown_posts(), visibility.remaining_threads("thread__")
    )
    posts = list(shown.select_related("thread__seat", "seat").order_by("created_at"))
    weeks = Counter(
        (
            post.thread_id, post.seat and post.seat.organisation_id,
            week_of(post.created_at.astimezone(UTC).date()), post.thread.topic_id,
            post.thread.space_id,
        )
        for post in posts
    )  # fmt: skip
    names = "thread", "organisation", "week", "topic", "space", "count"
    counts = WeeklyPostCount.objects.values_list(*names)
    assert {tuple(place): count for *place, count in counts} == weeks
    answered = {}
    for post in posts:
        if post.number > 1 and post.author_id != post.thread.author_id:
            answered.setdefault(post.thread_id, post.created_at)
    questions = Thread._base_manager.filter(visibility.remaining_threads(), kind="question")
    names = "pk", "topic", "space", "seat__organisation", "created_at"
    asked = {(*row, answered.get(row[0])) for row in questions.values_list(*names)}
    names = "thread", "topic", "space", "organisation", "asked_at", "answered_at"
    assert set(AskedQuestion.objects.values_list(*names)) == asked


def check_taggings():
    """A tagging tells what its thread tells, where lists filter and sort by it."""
    shared_columns = (
        "space", "topic", "kind", "last_posted_at", "post_count",
        "removed_reply_count", "is_locked", "is_pinned",
        "accepted", "removed_at",
    )  # fmt: skip
    threads = {pk: row for pk, *row in Thread._base_manager.values_list("pk", *shared_columns)}
    taggings = Tagging.objects.values_list("content_object", *shared_columns)
    assert [row for pk, *row in taggings if row != threads[pk]] == []


def check_consents(origins):
    """Posts are shown to no more than they were written for, but with their author's word.

    ``origins``: ``{post id: space}``, where each was written.
    """
    moves = ThreadMove.objects.exclude(moved_at=None).select_related("space")
    agreed = [(move.space, agreeing_ids(move)) for move in moves]
    shown = Post._base_manager.filter(visibility.shown_posts(), pk__in=origins)
    for post in shown.select_related("thread__space__group"):
        space = post.thread.space
        places = [place for place, people in agreed if post.author_id in people]
        assert any(space.is_within(place) for place in (origins[post.pk], *places)), post


def check_accepted_answers():
    """A post is marked as accepted where its thread names it."""
    named = Thread._base_manager.filter(accepted__isnull=False).values_list(
        "accepted", flat=True
    )
    marked = Post._base_manager.filter(is_accepted=True).values_list("pk", flat=True)
    assert sorted(marked) == sorted(named)
