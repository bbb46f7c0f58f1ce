"""Subjects of mails, without what programs and lists put before them."""

from time import process_time

import pytest

from forum.mail.incoming_mail.subjects import (
    bare_subject,
    begins_with_reply_prefix,
    list_tags_of,
    subject_key,
)


def test_what_programs_and_lists_put_before_a_subject_is_taken_off():
    tags = frozenset({"tepos"})
    for subject in (
        "Re: [tepos] Bois ?", "RE : Re: Bois ?", "[tepos] RE: TR : Bois ?", "Réf. : Bois ?",
        "Re[2]: Bois ?", "Fwd: [tepos:1234] Bois ?", "Rép\u00a0: Bois ?",
        "Re : [tepos] Re:Bois ?",
    ):  # fmt: skip
        assert bare_subject(subject, tags) == "Bois ?", subject
        assert subject_key(subject) == "bois ?", subject
        assert begins_with_reply_prefix(subject), subject


def test_a_word_in_brackets_that_is_no_list_stays_in_the_title():
    assert bare_subject("Re: [Urgent] Réunion", frozenset()) == "[Urgent] Réunion"
    assert not begins_with_reply_prefix("[Urgent] Réunion : ordre du jour")
    assert not begins_with_reply_prefix("Référence : le bois")


def test_a_list_is_known_by_what_its_subjects_begin_with():
    subjects = [f"[Tepos {n}] Sujet {n}" for n in range(6)] + ["[Urgent] Sujet", "Sujet"]

    assert list_tags_of(subjects) == {"tepos"}


@pytest.mark.no_cover  # What notes lines would be timed, too.
@pytest.mark.parametrize("piece", ["Re: ", "[liste:1] ", "Re: [a] TR : "])
def test_as_many_prefixes_as_fit_a_header_are_read_in_time(piece):
    subject, begun = piece * (300_000 // len(piece)) + "Bois", process_time()

    assert bare_subject(subject, list_tags_of([subject] * 5)) == "Bois"
    assert subject_key(subject) == "bois"
    assert process_time() - begun < 5
