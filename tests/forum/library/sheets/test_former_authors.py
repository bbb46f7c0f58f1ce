"""Who wrote a part of a sheet is asked as long as it stands there, removed or not."""

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.base.rules import Refused
from forum.base.writers import writer_ids
from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import StoredFile
from forum.conversation.files.sent_files import files_of_sheet
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.threads.models import Thread
from forum.library.sheets.actions import publish_sheet, save_published
from forum.library.sheets.authors.actions import answer_invitation, invite_author, remove_author
from forum.library.sheets.authors.fingerprints import fingerprints
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.confirmations.actions import answer_still_true
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import propose_public_version
from forum.library.sheets.reviews.actions import ask_review
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from tests.factories import start_thread
from tests.forum.conversation.files.file_helpers import uploaded
from tests.forum.library.sheets.public_helpers import (
    PROPOSAL,
    YES,
    answer_public_version,
    with_author,
)
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, values
from tests.forum.members.export_helpers import taken_along
from tests.forum.moderation.move_helpers import rung_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]
WORDS = "La régie a tenu les comptes du premier hiver."


@pytest.fixture
def shared(draft, claire, jeanne, place, topics, viewer_of):
    """Claire's draft, of which Jeanne wrote the advice."""
    row = invite_author(draft, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    return save_draft(draft, viewer_of(jeanne), values(place, topics[0], advice=WORDS), 1)


@pytest.fixture
def left(shared, claire, jeanne, viewer_of):
    """The same, after Claire removed Jeanne."""
    remove_author(SheetAuthor.objects.get(person=jeanne).pk, viewer_of(claire))
    return shared


@pytest.fixture
def published(shared, claire, jeanne, spaces, viewer_of):
    """Published to the network by both, before Claire removed Jeanne."""
    sheet = publish(shared, viewer_of(claire), spaces["network"])
    remove_author(SheetAuthor.objects.get(person=jeanne).pk, viewer_of(claire))
    return sheet


def told(person):
    found = notifications_of(person, viewer_of_person(person))
    return [one.text for one in found if "fiche" in one.text]


def test_who_is_removed_is_told_and_what_stays_theirs(
    shared, claire, jeanne, viewer_of, browser_of
):
    rung = rung_for(browser_of(jeanne))
    remove_author(SheetAuthor.objects.get().pk, viewer_of(claire))

    assert (
        "vous a retiré des auteurs" in told(jeanne)[0]
        and "avec votre accord" in told(jeanne)[0]
    )
    assert rung_for(browser_of(jeanne)) == rung + 1
    assert told(claire) == []
    row = SheetAuthor.objects.get()
    page = browser_of(jeanne).get(reverse("sheet-invitation", args=[row.pk]))
    assert page.status_code == 404
    with pytest.raises(SheetAuthor.DoesNotExist):
        answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    page = browser_of(claire).get(reverse("sheet-authors", args=[shared.pk])).text
    assert "Jeanne Brunel n’écrit plus cette fiche" in page
    assert shared not in ExperienceSheet.objects.visible_to(viewer_of(jeanne))


@pytest.mark.parametrize("space", ["public", "network", "collectivites-locales"])
def test_their_words_are_published_nowhere_until_they_write_it_again(
    left, space, claire, jeanne, spaces, viewer_of
):
    with pytest.raises(Refused, match="acun doit l’accepter|Jeanne Brunel n’écrit plus"):
        publish(left, viewer_of(claire), spaces[space])
    assert not ExperienceSheet.objects.exclude(thread=None).exists()


def test_said_in_other_words_it_is_the_authors_alone(
    left, claire, jeanne, place, topics, spaces, viewer_of
):
    own = values(place, topics[0], advice="Tenir des comptes, dès le premier hiver.")
    said = save_draft(left, viewer_of(claire), own, 2)

    sheet = publish(said, viewer_of(claire), spaces["public"])
    assert sheet.thread.space == spaces["public"]


def test_taken_away_and_put_back_they_are_theirs_still(
    left, claire, jeanne, place, topics, spaces, viewer_of
):
    save_draft(left, viewer_of(claire), values(place, topics[0]), 2)
    elsewhere = values(place, topics[0], results=f"Bien. {WORDS.upper()}")
    again = save_draft(left, viewer_of(claire), elsewhere, 3)

    with pytest.raises(Refused, match="Jeanne Brunel"):
        publish(again, viewer_of(claire), spaces["network"])


def test_invited_again_they_agree_as_before(left, claire, jeanne, spaces, viewer_of):
    row = invite_author(left, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)

    assert publish(left, viewer_of(claire), spaces["network"]).thread
    assert SheetAuthor.objects.count() == 1


def test_a_public_version_asks_them_and_shows_them_what(
    published, claire, jeanne, viewer_of, browser_of
):
    version = propose_public_version(published.thread_id, viewer_of(claire), PROPOSAL)
    answer_public_version(version.pk, viewer_of(claire), YES)

    address = version.get_absolute_url()
    assert browser_of(None).get(address).status_code == 404
    assert any("l’acceptez-vous" in text for text in told(jeanne))
    page = browser_of(jeanne).get(reverse("public-sheet-consent", args=[version.pk]))
    assert WORDS in page.text
    answer_public_version(version.pk, viewer_of(jeanne), YES)
    assert WORDS in browser_of(None).get(address).text


def test_who_never_wrote_and_is_no_author_any_more_is_not_asked(
    draft, claire, jeanne, spaces, viewer_of
):
    row = invite_author(draft, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    remove_author(row.pk, viewer_of(claire))

    assert "avec votre accord" not in told(jeanne)[0]
    assert publish(draft, viewer_of(claire), spaces["public"]).thread


def test_a_move_asks_them_and_does_not_go_without_them(
    published, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    rung = rung_for(browser_of(jeanne))
    move = move_thread(published.thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(claire), True)

    assert rung_for(browser_of(jeanne)) == rung + 1
    assert WORDS in browser_of(jeanne).get(reverse("answer-move", args=[move.pk])).text
    with pytest.raises(Refused):
        complete_move(move, viewer_of(lucie))
    answer_move(move, viewer_of(jeanne), True)
    assert Thread.objects.get(pk=published.thread_id).space == spaces["public"]


def test_words_that_left_a_published_sheet_are_asked_about_no_more(
    published, claire, jeanne, lucie, place, topics, spaces, viewer_of
):
    save_published(published, viewer_of(claire), values(place, topics[0]), published.version)
    move = move_thread(published.thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(claire), True)

    assert Thread.objects.get(pk=published.thread_id).space == spaces["public"]


def test_what_is_quoted_of_any_thread_becomes_public_by_its_author_alone(
    claire, jeanne, place, topics, spaces, viewer_of
):
    post = start_thread(jeanne, spaces["network"], text="Nous avons perdu.").posts.get()
    words = markup.quote(post.text, "Jeanne Brunel", 1, post.get_absolute_url())
    draft = draft_of(viewer_of(claire), place, topics[0], context=f"{words}Nous aussi.")
    sheet = publish(draft, viewer_of(claire), spaces["network"])

    with pytest.raises(Refused, match="Cette fiche cite Jeanne Brunel"):
        propose_public_version(sheet.thread_id, viewer_of(claire), PROPOSAL)


NOTE = "La chaudière est arrêtée depuis le printemps."


@pytest.fixture
def noted(draft, claire, jeanne, spaces, viewer_of):
    """Published, and said to be true no more by Jeanne, who then wrote it no more."""
    with_author(draft, claire, jeanne)
    sheet = publish(draft, viewer_of(claire), spaces["network"])
    answer_still_true(sheet.thread_id, viewer_of(jeanne), NOTE)
    remove_author(SheetAuthor.objects.get(person=jeanne).pk, viewer_of(claire))
    return sheet


def test_who_said_that_it_is_true_no_more_is_asked_about_these_words(
    noted, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    assert "avec votre accord" in told(jeanne)[0]
    move = move_thread(noted.thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(claire), True)
    with pytest.raises(Refused):
        complete_move(move, viewer_of(lucie))
    answer_move(move, viewer_of(jeanne), True)
    assert NOTE in browser_of(None).get(noted.get_absolute_url()).text


def test_the_same_words_said_by_another_are_theirs_and_taken_back_nobody_s(
    noted, claire, jeanne, lucie, spaces, viewer_of
):
    answer_still_true(noted.thread_id, viewer_of(claire), f"{NOTE} Hélas.")
    assert writer_ids(ExperienceSheet.objects.all()) == {claire.pk, jeanne.pk}
    answer_still_true(noted.thread_id, viewer_of(claire))
    assert writer_ids(ExperienceSheet.objects.all()) == {claire.pk}
    move = move_thread(noted.thread, viewer_of(lucie), spaces["public"])
    assert answer_move(move, viewer_of(claire), True).moved_at


def test_a_public_version_asks_nobody_about_a_note_that_it_does_not_show(
    noted, claire, jeanne, viewer_of, browser_of
):
    version = propose_public_version(noted.thread_id, viewer_of(claire), PROPOSAL)
    version = answer_public_version(version.pk, viewer_of(claire), YES)
    assert version.published_at
    page = browser_of(None).get(version.get_absolute_url()).text
    assert NOTE not in page and "Jeanne Brunel" not in page


@pytest.fixture
def filed(draft, claire, jeanne, place, topics, viewer_of, browser_of):
    """Claire's draft, with a file that Jeanne sent."""
    with_author(draft, claire, jeanne)
    given = [Attachment(uploaded(browser_of(jeanne), "bilan.pdf"))]
    return save_draft(draft, viewer_of(jeanne), values(place, topics[0]), 1, given)


def publish_filed(draft, actor, space):
    files = files_of_sheet(actor, draft.pk).attachments
    return publish_sheet(draft, actor, space, version=draft.version, files=files)


def test_who_sent_a_file_is_asked_before_others_read_it(
    filed, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    thread = publish_filed(filed, viewer_of(claire), spaces["network"])
    remove_author(SheetAuthor.objects.get().pk, viewer_of(claire))
    assert "un fichier" in told(jeanne)[0]
    page = browser_of(claire).get(reverse("sheet-authors", args=[filed.pk])).text
    assert "Jeanne Brunel n’écrit plus cette fiche" in page
    move = move_thread(thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(claire), True)
    assert "bilan.pdf" in browser_of(jeanne).get(reverse("answer-move", args=[move.pk])).text
    with pytest.raises(Refused):
        complete_move(move, viewer_of(lucie))
    answer_move(move, viewer_of(jeanne), True)
    assert Thread.objects.get(pk=thread.pk).space == spaces["public"]


def test_a_draft_is_published_without_the_file_of_who_writes_it_no_more(
    filed, claire, jeanne, spaces, viewer_of, browser_of
):
    remove_author(SheetAuthor.objects.get().pk, viewer_of(claire))
    assert "un fichier" in told(jeanne)[0]
    with pytest.raises(Refused, match="Jeanne Brunel n’écrit plus"):
        publish_filed(filed, viewer_of(claire), spaces["network"])
    assert StoredFile.objects.get().owner == jeanne
    sheet = publish(filed, viewer_of(claire), spaces["network"])
    assert not sheet.thread.posts.get().files


def test_the_bell_of_who_sent_a_file_follows_whether_they_are_asked(
    filed, claire, jeanne, lucie, place, topics, spaces, viewer_of, browser_of
):
    publish_filed(filed, viewer_of(claire), spaces["network"])
    remove_author(SheetAuthor.objects.get().pk, viewer_of(claire))
    rung = rung_for(browser_of(jeanne))
    move_thread(Thread.objects.get(), viewer_of(lucie), spaces["public"])
    assert rung_for(browser_of(jeanne)) == rung + 1
    StoredFile.objects.get().delete()
    assert rung_for(browser_of(jeanne)) == rung


def test_the_author_takes_the_file_away_and_its_sender_is_asked_no_more(
    filed, claire, jeanne, lucie, place, topics, spaces, viewer_of
):
    thread = publish_filed(filed, viewer_of(claire), spaces["network"])
    remove_author(SheetAuthor.objects.get().pk, viewer_of(claire))
    assert taken_along(jeanne)["files_handed_over"][0]["name"]
    sheet = ExperienceSheet.objects.get()
    own = values(place, topics[0])
    save_published(sheet, viewer_of(claire), own, sheet.version, files=[])
    move = move_thread(Thread.objects.get(), viewer_of(lucie), spaces["public"])
    assert answer_move(move, viewer_of(claire), True).moved_at and move.thread == thread


def test_they_do_not_review_what_they_wrote(left, claire, jeanne, viewer_of):
    with pytest.raises(Refused, match="Un auteur ne relit pas"):
        ask_review(left, viewer_of(claire), jeanne)


def test_what_they_take_along_says_so_without_a_title(left, jeanne, viewer_of):
    data = taken_along(jeanne)

    assert [row["is_shown"] for row in data["sheet_words"]] == [True]
    assert [row["draft"] for row in data["sheets_written"]] == [None]


def test_a_run_of_words_is_known_again_whatever_its_signs_and_capitals():
    known = fingerprints(["La régie a tenu les comptes."])

    assert known & fingerprints(["Or : « la REGIE a tenu… »"])
    assert not known & fingerprints(["La régie a fermé les comptes."])
    assert fingerprints(["300 kW "]) == fingerprints(["300 kw"])
    assert fingerprints(["", "…"]) == set()


@pytest.mark.parametrize("sign", ["&#8203;", "&shy;", "*", "[", "\u200b"])
def test_a_run_of_words_is_known_again_whatever_its_marks_hide(sign):
    written = {"*": "*{}*{}", "[": "[{}](https://exemple.fr){}"}.get(sign, "{}" + sign + "{}")
    hidden = " ".join(written.format(word[0], word[1:]) for word in WORDS.split())

    assert fingerprints([WORDS]) <= fingerprints([hidden])


def test_their_words_with_entities_within_are_published_nowhere(
    left, claire, place, topics, spaces, viewer_of
):
    hidden = " ".join(f"{word[0]}&shy;{word[1:]}" for word in WORDS.split())
    own = values(place, topics[0], advice=hidden)
    said = save_draft(left, viewer_of(claire), own, 2)

    with pytest.raises(Refused, match="Jeanne Brunel n’écrit plus"):
        publish(said, viewer_of(claire), spaces["network"])
