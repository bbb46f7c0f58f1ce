"""What is typed wrong about a sheet comes back with why, and nothing is lost."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.library.sheets.authors import views as authors
from forum.library.sheets.comparison import views as comparison
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.reviews import views as reviews
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.views import library, publishing, writing
from tests.factories import create_sheet
from tests.forum.library.sheets.sheet_helpers import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
ONCE = RateLimit("wrong_sheet_forms", "1/h/user", counts_reading=True)


@pytest.fixture
def draft(claire):
    """A draft of Claire's."""
    return create_sheet(claire, None)


def test_a_co_author_that_nobody_is_called_is_not_invited(draft, claire, browser_of):
    address = reverse("sheet-authors", args=[draft.pk])
    answer = browser_of(claire).post(address, {"name": "Personne de ce nom"})
    assert answer.status_code == 422
    assert "Personne de ce nom" in unescape(answer.text)
    assert not draft.coauthors.exists()


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("population", "quelques", "900"), ("sources", "x" * 30_000, "Un bilan."),
     ("figures-0-tax", "toutes", "ht")],
)  # fmt: skip
def test_what_few_fill_in_is_folded_until_it_is_filled_or_wrong(
    name, wrong, right, claire, browser_of
):
    browser, address = browser_of(claire), reverse("new-sheet")

    def is_open(page):
        folded = page.text.split("<details")[1:]
        (part,) = (it for it in folded if f'name="{name}"' in it.partition("</details>")[0])
        return "open" in part.partition(">")[0]

    assert not is_open(browser.get(address))
    typed = {"title": "Un titre", "figure_rows": "1", "figures-0-typed": "3 M€"}
    answer = browser.post(address, typed | {name: wrong})
    assert answer.status_code == 422 and is_open(answer)
    browser.post(address, typed | {name: right})
    saved = ExperienceSheet.objects.latest("pk")
    assert is_open(browser.get(reverse("edit-draft", args=[saved.pk])))


def test_a_draft_that_lacks_what_a_sheet_says_is_not_published(draft, claire, browser_of):
    address = reverse("publish-sheet", args=[draft.pk])
    browser = browser_of(claire)
    assert browser.get(address).status_code == 302
    answer = browser.post(address, {"space": "nulle-part"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.is_draft


def test_forms_of_sheets_are_bounded(draft, claire, browser_of, monkeypatch):
    monkeypatch.setattr(authors, "_INVITATIONS", ONCE)
    monkeypatch.setattr(publishing, "SHEET_CHANGES", ONCE)
    monkeypatch.setattr(comparison, "_COMPARISONS", ONCE)
    monkeypatch.setattr(library, "_SEARCHES", ONCE)
    browser = browser_of(claire)
    assert browser.get(reverse("sheet-figures")).status_code == 200
    for address in ("sheet-figures", "compare-sheets"):
        assert browser.get(reverse(address)).status_code == 429
    assert browser.get(reverse("sheets"), {"q": "bois"}).status_code == 429


def test_drafts_are_bounded_and_what_is_typed_stays(
    draft, claire, spaces, browser_of, monkeypatch
):
    monkeypatch.setattr(writing, "SHEET_CHANGES", ONCE)
    browser, typed = browser_of(claire), {"title": "Un titre qui reste", "work": "Des travaux"}
    assert browser.post(reverse("new-sheet"), typed).status_code == 302
    published = create_sheet(claire, spaces["network"])
    for address, status in (
        (reverse("new-sheet"), 429),
        (reverse("edit-draft", args=[draft.pk]), 429),
        (reverse("edit-sheet", args=[published.thread_id]), 422),  # It lacks results first.
    ):
        answer = browser.post(address, typed)
        assert answer.status_code == status, address
        assert "Un titre qui reste" in unescape(answer.text)
    drawn = reverse("draw-sheet", args=[published.thread_id])
    assert browser.post(drawn).status_code == 302


def test_reviews_are_asked_of_somebody_and_say_something(
    draft, claire, jeanne, browser_of, monkeypatch
):
    browser, address = browser_of(claire), reverse("sheet-reviews", args=[draft.pk])
    assert browser.post(address, {"name": "Personne de ce nom"}).status_code == 422
    own = browser.post(address, {"name": claire.full_name})
    assert own.status_code == 422
    review = SheetReview.objects.create(sheet=draft, reviewer=jeanne, asked_by=claire)
    said = reverse("review-sheet", args=[review.pk])
    reader = browser_of(jeanne)
    assert reader.post(said, {"verdict": "rien", "remark": "Mes mots"}).status_code == 422
    monkeypatch.setattr(reviews, "_REVIEWS", ONCE)
    for _time in range(2):
        answer = reader.post(said, {"verdict": "revise", "remark": "Mes mots"})
    assert answer.status_code == 429
    assert "Mes mots" in unescape(answer.text)


def test_the_press_reads_medians_of_three_public_sheets_and_more(claire, spaces, client):
    for number in range(1, 4):
        sheet = create_sheet(claire, spaces["public"], title=f"Fiche numéro {number}")
        figures = [
            {"kind": "aid", "typed": f"{number}0 k€", "amount": f"{number}0000"},
            {"kind": "investment", "typed": "100 k€", "amount": "100000"},
        ]
        assert "20" not in client.get(reverse("press")).text.partition("<table")[2]
        PublicVersion.objects.create(
            sheet=sheet, proposed_by=claire, licence="etalab-2.0", summary="En bref.",
            title=sheet.thread.title, topic=sheet.thread.topic, figures=figures,
            published_at=sheet.published_at,
        )  # fmt: skip
    table = unescape(client.get(reverse("press")).text.partition("<table")[2])
    assert "20\u00a0%" in table


def test_a_new_sheet_with_a_year_that_is_none_is_a_draft_without_it(claire, browser_of):
    typed = {"title": "Titre", "population": "12", "population_year": "18500"}
    answer = browser_of(claire).post(reverse("new-sheet"), typed)

    assert answer.status_code < 500
    sheet = ExperienceSheet.objects.get(author=claire)
    assert (sheet.title, sheet.population, sheet.population_year) == ("Titre", 12, None)


def test_a_figure_that_is_too_long_to_be_one_stays_as_typed_in_a_draft(
    draft, claire, place, browser_of
):
    typed = ("300 kW " + "et davantage " * 12).strip()
    data = sent(place, figures=[("power", typed, "", "")]) | {"save": "1"}
    answer = browser_of(claire).post(reverse("edit-draft", args=[draft.pk]), data)

    assert answer.status_code < 500 and draft.figures.get().typed == typed
