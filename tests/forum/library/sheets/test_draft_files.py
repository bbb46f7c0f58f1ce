"""Files of a draft: seen by its authors and reviewers, and published with the sheet."""

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from forum.base.rules import Refused
from forum.conversation.files.actions import Attachment, give_files_to_sheet
from forum.conversation.files.models import StoredFile
from forum.conversation.files.sent_files import files_of_sheet
from forum.conversation.files.tasks import sweep_files
from forum.library.sheets.actions import publish_sheet
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.drafts.actions import delete_draft, delete_drafts_of
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.actions import ask_review
from tests.factories import SUPPORT
from tests.forum.conversation.files.file_helpers import PDF, picture, uploaded
from tests.forum.conversation.files.file_helpers import sent as sent_file
from tests.forum.library.sheets.sheet_helpers import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def coauthor(draft, claire, make_person):
    """Somebody of another organisation who writes the draft too."""
    person = make_person("Nora Pons", SUPPORT)
    SheetAuthor.objects.create(sheet=draft, person=person, invited_by=claire, state="accepted")
    return person


@pytest.fixture
def save(draft, place):
    """Save the draft by its form, with what is said besides."""

    def saved(browser, *files, **more):
        version = ExperienceSheet.objects.get(pk=draft.pk).version
        data = sent(place, version=version) | more | {"files": list(files)}
        return browser.post(reverse("edit-draft", args=[draft.pk]), data)

    return saved


def stamp_of(page):
    """What the page that publishes says of who reads."""
    return page.context["form"]["shown_readers"].value()


def version_of(page):
    """The version of the draft that ``page`` shows."""
    return page.context["form"]["version"].value()


def names(draft):
    return list(draft.stored_files.order_by("position").values_list("name", flat=True))


def statuses(people, row, browser_of):
    address = reverse("file", args=[row.pk, row.name])
    return [browser_of(person).get(address).status_code for person in people]


def test_authors_and_reviewers_read_a_file_of_a_draft_and_nobody_else(
    draft, save, claire, coauthor, jeanne, lucie, make_person, viewer_of, browser_of
):
    assert save(browser_of(coauthor), sent_file("bilan.pdf", PDF)).status_code == 302
    row = draft.stored_files.get()
    stranger = make_person("Aude Vial", SUPPORT)
    invited = make_person("Yann Roy", SUPPORT)
    SheetAuthor.objects.create(sheet=draft, person=invited, invited_by=claire)

    assert statuses([claire, coauthor], row, browser_of) == [200, 200]
    others = [jeanne, lucie, stranger, invited, None]
    assert statuses(others, row, browser_of) == [404] * len(others)
    review = ask_review(draft, viewer_of(claire), jeanne)
    assert statuses([jeanne], row, browser_of) == [200]
    for page in (
        reverse("sheet-draft", args=[draft.pk]), reverse("review-sheet", args=[review.pk])
    ):  # fmt: skip
        assert "bilan.pdf" in browser_of(jeanne).get(page).text
    SheetAuthor.objects.filter(person=coauthor).delete()
    assert statuses([claire], row, browser_of) == [200]


def test_a_draft_is_begun_with_files(claire, place, browser_of):
    data = sent(place) | {"files": [sent_file("plan.pdf", PDF), sent_file("b.pdf", PDF)]}
    browser_of(claire).post(reverse("new-sheet"), data)

    draft = ExperienceSheet.objects.get(author=claire)
    assert names(draft) == ["plan.pdf", "b.pdf"]
    assert "plan.pdf" in browser_of(claire).get(reverse("edit-draft", args=[draft.pk])).text


def test_they_stay_until_an_author_takes_them_away(draft, save, claire, coauthor, browser_of):
    save(browser_of(claire), sent_file("a.pdf", PDF), sent_file("b.pdf", PDF))
    save(browser_of(coauthor))
    assert names(draft) == ["a.pdf", "b.pdf"]

    row = draft.stored_files.get(name="a.pdf")
    save(browser_of(coauthor), sent_file("c.pdf", PDF), remove=[str(row.pk)])
    assert names(draft) == ["b.pdf", "c.pdf"]
    assert not StoredFile.objects.filter(pk=row.pk).exists()


def test_published_they_are_the_posts_and_its_authors(
    draft, save, claire, coauthor, jeanne, spaces, browser_of
):
    save(browser_of(coauthor), sent_file("bilan.pdf", PDF))
    save(browser_of(claire), sent_file("plan.pdf", PDF))
    address = reverse("publish-sheet", args=[draft.pk])
    page = browser_of(claire).get(address)
    assert "bilan.pdf" in page.text and "plan.pdf" in page.text
    data = {"space": "reseau", "shown_readers": stamp_of(page), "version": version_of(page)}
    browser_of(claire).post(address, data)

    sheet = ExperienceSheet.objects.get(pk=draft.pk)
    post = sheet.thread.posts.get(number=1)
    assert [one.name for one in post.shown_files] == ["bilan.pdf", "plan.pdf"]
    assert {row.owner for row in post.stored_files.all()} == {claire}
    assert not sheet.stored_files.exists()
    assert statuses([jeanne], post.stored_files.first(), browser_of) == [200]
    assert "bilan.pdf" in browser_of(jeanne).get(sheet.get_absolute_url()).text


def test_a_publication_that_is_refused_leaves_each_file_to_whoever_sent_it(
    draft, save, claire, coauthor, spaces, viewer_of, browser_of
):
    save(browser_of(coauthor), sent_file("a.jpg", picture()))
    viewer = viewer_of(claire)
    files = files_of_sheet(viewer, draft.pk).attachments
    with pytest.raises(Refused):  # Nobody says what the picture shows.
        publish_sheet(draft, viewer, spaces["network"], files=files, version=draft.version)

    row = draft.stored_files.get()
    assert (row.owner, row.post) == (coauthor, None)


def test_what_is_taken_away_as_it_is_published_is_swept(
    draft, save, claire, browser_of, settings
):
    save(browser_of(claire), sent_file("a.pdf", PDF))
    row, address = draft.stored_files.get(), reverse("publish-sheet", args=[draft.pk])
    page = browser_of(claire).get(address)
    data = {"space": "reseau", "shown_readers": stamp_of(page), "remove": [str(row.pk)]}
    data["version"] = version_of(page)
    browser_of(claire).post(address, data)

    row.refresh_from_db()
    assert (row.post, row.sheet) == (None, None)
    settings.FORUM_RETENTION = settings.FORUM_RETENTION | {"unused_files": 0}
    assert sweep_files.call() == 1


def test_a_draft_keeps_them_however_old_they_are(draft, save, claire, browser_of, settings):
    save(browser_of(claire), sent_file("a.pdf", PDF))
    settings.FORUM_RETENTION = settings.FORUM_RETENTION | {"unused_files": 0}

    assert sweep_files.call() == 0 and names(draft) == ["a.pdf"]


def test_they_go_with_the_draft_objects_and_all(
    draft, save, claire, viewer_of, browser_of, tmp_path
):
    save(browser_of(claire), sent_file("a.pdf", PDF))
    delete_draft(draft, viewer_of(claire))
    run_tasks()

    assert not StoredFile.objects.exists()
    assert [path for path in (tmp_path / "posts").rglob("*") if path.is_file()] == []


def test_they_go_with_the_account_of_whoever_wrote_alone(draft, save, claire, browser_of):
    save(browser_of(claire), sent_file("a.pdf", PDF))
    delete_drafts_of(claire.pk)

    assert not StoredFile.objects.exists()


def test_a_picture_is_described_before_it_is_published_not_before(
    draft, save, claire, browser_of
):
    assert save(browser_of(claire), sent_file("a.jpg", picture())).status_code == 302
    answer = save(browser_of(claire), publish="1")
    assert answer.status_code == 422 and "Dites ce que montre" in answer.text
    assert names(draft) == ["a.jpg"]

    said = {f"description-{draft.stored_files.get().pk}": "La chaufferie."}
    assert save(browser_of(claire), publish="1", **said).status_code == 302
    assert draft.stored_files.get().description == "La chaufferie."


def test_too_many_or_too_heavy_are_said_and_the_text_is_saved(
    draft, save, claire, browser_of, settings
):
    save(browser_of(claire), sent_file("a.pdf", PDF))
    for limit in ({"count": 1}, {"post": len(PDF)}):
        settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | limit
        work = f"Une chaufferie, {limit}."
        answer = save(browser_of(claire), sent_file("b.pdf", PDF), work=work)
        assert answer.status_code == 422 and "au plus" in answer.text
        assert names(draft) == ["a.pdf"]
        assert ExperienceSheet.objects.get(pk=draft.pk).work == work


def test_a_file_of_somebody_else_is_not_given_to_a_draft(
    draft, save, claire, jeanne, viewer_of, browser_of
):
    row = uploaded(browser_of(jeanne))
    save(browser_of(claire), file=[str(row.pk)])
    with pytest.raises(Refused):
        give_files_to_sheet(draft.pk, viewer_of(claire), [Attachment(row)])

    assert names(draft) == []


def test_who_saved_meanwhile_loses_no_file(draft, save, claire, coauthor, place, browser_of):
    save(browser_of(coauthor), sent_file("a.pdf", PDF))
    data = sent(place, version="1") | {"files": [sent_file("b.pdf", PDF)]}
    answer = browser_of(claire).post(reverse("edit-draft", args=[draft.pk]), data)

    assert answer.status_code == 409 and "b.pdf" in answer.text
    assert names(draft) == ["a.pdf"]
    kept = str(StoredFile.objects.get(name="b.pdf").pk)
    save(browser_of(claire), file=[kept])
    assert names(draft) == ["a.pdf", "b.pdf"]
