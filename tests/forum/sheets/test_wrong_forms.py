"""What is typed wrong about a sheet comes back with why, and nothing is lost."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.sheets.authors import views as authors
from forum.sheets.comparison import views as comparison
from forum.sheets.views import library, publishing
from tests.factories import create_sheet

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


def test_a_draft_that_lacks_what_a_sheet_says_is_not_published(draft, claire, browser_of):
    address = reverse("publish-sheet", args=[draft.pk])
    browser = browser_of(claire)
    assert browser.get(address).status_code in (200, 302)
    answer = browser.post(address, {"space": "nulle-part"})
    assert answer.status_code in (302, 403, 422)
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
