"""Which mails are one conversation, whatever the order of the file."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.mail.mail_archives.grouping import conversations
from forum.mail.mail_archives.grouping.conversations import (
    SUBJECT_WINDOW,
    MailHeaders,
    group_mails,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = datetime(2015, 6, 1, tzinfo=UTC)


def headers(pk, *references, hours=None, subject="", is_reply=False, message_id=None):
    """The mail ``pk``, sent ``pk`` hours after the first day, or ``hours``; 0 of none."""
    hours = pk if hours is None else hours
    return MailHeaders(
        pk, f"{pk:03d}", f"<{pk}>" if message_id is None else message_id,
        [f"<{it}>" for it in references], subject, is_reply,
        DAY + timedelta(hours=hours) if hours else None,
    )  # fmt: skip


def groups_of(*mails):
    return [[mail.pk for mail in group.mails] for group in group_mails(mails, NOW)]


def test_replies_come_in_the_order_of_their_dates_below_what_they_answer():
    assert groups_of(headers(3, 1), headers(2, 1), headers(1), headers(4)) == [[1, 2, 3], [4]]


def test_the_one_that_answers_nothing_comes_first_though_its_clock_is_late():
    assert groups_of(headers(1, 2, hours=5), headers(2, hours=9)) == [[2, 1]]


def test_two_that_answer_a_mail_that_is_not_there_belong_together():
    assert groups_of(headers(1, 99), headers(2, 99), headers(3, 98)) == [[1, 2], [3]]


def test_mails_that_answer_each_other_in_a_circle_are_one_conversation():
    assert groups_of(headers(1, 3), headers(2, 1), headers(3, 2), headers(4, 4)) == [
        [1, 2, 3],
        [4],
    ]


def test_of_two_mails_with_one_message_id_the_earlier_is_what_is_answered():
    first, other = headers(1, message_id="<x>"), headers(2, message_id="<x>")

    assert groups_of(other, headers(3, "x"), first) == [[1, 3], [2]]


def test_a_reply_that_names_nothing_joins_the_last_conversation_of_its_subject():
    old, new = headers(1, subject="bois"), headers(5, subject="bois")
    answer = headers(7, subject="bois", is_reply=True)
    other = headers(8, subject="vent", is_reply=True)

    assert groups_of(answer, other, new, old) == [[1], [5, 7], [8]]


def test_after_a_long_time_the_same_subject_is_another_conversation():
    late = 2 + int(SUBJECT_WINDOW.total_seconds() // 3600)
    old = headers(1, subject="bois")

    assert groups_of(old, headers(2, hours=late, subject="bois", is_reply=True)) == [[1], [2]]
    assert groups_of(old, headers(2, hours=late - 1, subject="bois", is_reply=True)) == [[1, 2]]


def test_the_same_subject_without_re_and_no_subject_at_all_join_nothing():
    assert groups_of(
        headers(1, subject="Compte rendu"), headers(2, subject="Compte rendu"),
        headers(3), headers(4, is_reply=True),
    ) == [[1], [2], [3], [4]]  # fmt: skip


def test_a_mail_without_a_date_comes_right_after_what_it_answers():
    assert groups_of(headers(1), headers(2, 1, hours=0), headers(3, 1)) == [[1, 2, 3]]


def test_one_without_a_date_that_is_answered_comes_right_before():
    (group,) = group_mails([headers(1, hours=0), headers(2, 1)], NOW)

    assert [mail.pk for mail in group.mails] == [1, 2]
    assert group.dates[1] == group.dates[2] - timedelta(seconds=1)


def test_it_is_known_whose_quotation_is_in_the_thread():
    (group,) = group_mails([headers(1), headers(2, 1), headers(3, 1, 77), headers(4, 3)], NOW)
    (missing,) = group_mails([headers(5, 88), headers(6, 88)], NOW)

    assert group.answering == {2, 3, 4}
    assert missing.answering == set()


some_mails = st.lists(
    st.tuples(
        st.integers(0, 6),  # whose Message-ID it has: some are the same
        st.lists(st.integers(0, 8), max_size=3),
        st.integers(0, 4000),
        st.sampled_from(["", "bois", "vent"]),
        st.booleans(),
    ),
    max_size=14,
)


@given(some_mails, st.randoms())
def test_no_order_of_the_file_changes_a_thread_and_no_mail_is_lost(rows, rng):
    mails = [
        headers(pk, *named, hours=hours, subject=subject, is_reply=is_reply,
                message_id=f"<{own}>" if own else "")
        for pk, (own, named, hours, subject, is_reply) in enumerate(rows, 1)
    ]  # fmt: skip
    expected = groups_of(*mails)
    rng.shuffle(mails)

    assert groups_of(*mails) == expected
    assert sorted(pk for group in expected for pk in group) == sorted(it.pk for it in mails)


def steps(mails):
    """How many lines of the module run as ``mails`` are grouped."""
    count = 0

    def on_line(_frame, event, _arg):
        nonlocal count
        count += event == "line"
        return on_line

    def on_call(frame, _event, _arg):
        return on_line if frame.f_code.co_filename == conversations.__file__ else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        group_mails(mails, NOW)
    finally:
        sys.settrace(before)
    return count


def undated_chain(size):
    """Each answers the one before; only the first says when it was, and comes last."""
    return [headers(pk, pk + 1, hours=0) for pk in range(1, size)] + [headers(size)]


def undated_circle(size):
    return [headers(pk, pk % size + 1, hours=0) for pk in range(1, size + 1)]


def one_subject(size):
    """As many conversations of one subject as mails, with answers that name nothing."""
    return [
        headers(pk, subject="bois", is_reply=not pk % 4, hours=pk * 600)
        for pk in range(1, size + 1)
    ]


@pytest.mark.parametrize("archive", [undated_chain, undated_circle, one_subject])
def test_an_archive_twice_as_long_takes_about_twice_as_much(archive):
    once, twice = steps(archive(200)), steps(archive(400))

    assert once > 200 and twice < 2.5 * once


def test_a_long_chain_without_dates_keeps_its_order():
    assert groups_of(*undated_chain(50)) == [[*range(50, 0, -1)]]


def test_a_mail_that_names_many_joins_the_nearest_and_makes_none_of_them_one():
    mails = [headers(pk) for pk in (1, 2, 3)]

    assert groups_of(*mails, headers(4, 1, 2, 3)) == [[1], [2], [3, 4]]
    assert groups_of(*mails, headers(4, 1, 2, 99)) == [[1], [2, 4], [3]]
