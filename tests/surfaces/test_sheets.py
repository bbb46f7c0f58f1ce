"""Experience sheets, by role and surface: one is where its first post is, and nowhere else."""

import pytest
from django.urls import reverse

from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.models import SheetReview
from tests.factories import create_sheet
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import READERS, WRITER

WORDS = "Granulés de {}"


@pytest.fixture
def sheets(people, canaries):
    """One in each space, with a co-author and a review, by its name."""
    found = {}
    for name, thread in canaries.threads.items():
        writer = getattr(people, WRITER[name])
        about = {"title": thread.title, "words": WORDS.format(name), "thread": thread}
        sheet = create_sheet(writer, thread.space, **about)
        about = {"verdict": "approved", "remark": "Entre nous.", "asked_by": writer}
        about["answered_at"] = sheet.published_at
        SheetReview.objects.create(sheet=sheet, reviewer=people.support, **about)
        SheetAuthor.objects.create(
            sheet=sheet, person=people.moved, invited_by=writer, state="accepted"
        )
        found[name] = sheet
    return found


def viewer(people, role):
    person = getattr(people, role)
    return viewer_of_person(person) if person else GUEST


@pytest.mark.deep
@for_each_role
def test_a_sheet_is_where_its_thread_is(role, sheets, people, client_of):
    client, who = client_of(role), viewer(people, role)
    library = client.get(reverse("sheets")).text
    found = client.get(reverse("sheets"), {"q": "granulés"}).text
    shown = set(ExperienceSheet.objects.published_to(who))
    for name, sheet in sheets.items():
        reads, title = role in READERS[name], sheet.title
        assert (sheet in shown) == reads, name
        assert (title in library) == (title in found) == reads, name
        page = client.get(sheet.get_absolute_url())
        assert page.status_code == (200 if reads else 404), name
        if reads:
            is_author = role in (WRITER[name], "moved")
            assert ("Entre nous." in page.text) is False
            own = client.get(reverse("sheet-reviews", args=[sheet.pk]))
            assert own.status_code == (302 if role == "guest" else 403 if role == "suspended"
                                       else 200 if is_author else 404), name  # fmt: skip


@pytest.mark.deep
@for_each_role
def test_its_figures_authors_and_reviews_are_where_it_is(role, sheets, people):
    who = viewer(people, role)
    for name, sheet in sheets.items():
        reads = role in READERS[name]
        own = {"figure": False, "author": role == "moved", "review": role == "support"}
        models = {"figure": SheetFigure, "author": SheetAuthor, "review": SheetReview}
        for what, model in models.items():
            seen = model.objects.visible_to(who).filter(sheet=sheet).exists()
            # Who writes it and reads it no more reads nothing that is said of it either.
            named = reads and (what != "review" or who.is_registered)
            assert seen == (named or own[what]), (name, what)


@pytest.mark.deep
@for_each_role
def test_a_draft_is_its_authors_and_reviewers(role, people, client_of):
    draft = create_sheet(people.authorities, None, words="Un brouillon secret.")
    SheetAuthor.objects.create(
        sheet=draft, person=people.group, invited_by=people.authorities, state="accepted"
    )
    SheetAuthor.objects.create(
        sheet=draft, person=people.archivist, invited_by=people.authorities
    )
    asked = {"reviewer": people.support, "asked_by": people.authorities}
    SheetReview.objects.create(sheet=draft, **asked)
    client = client_of(role)
    pages = [reverse("sheets"), reverse("home"), reverse("sheet-drafts"),
             reverse("sheet-draft", args=[draft.pk]),
             reverse("search") + "?q=brouillon+secret"]  # fmt: skip
    shown = any("Un brouillon secret." in client.get(page).text for page in pages)

    assert shown == (role in {"authorities", "group", "support"})
    assert draft not in ExperienceSheet.objects.published_to(viewer(people, role))
