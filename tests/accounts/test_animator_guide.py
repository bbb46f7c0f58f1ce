"""The animators' guide is a page of the site, the same in French and in English."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.organisations.views.animator_guide import FILES
from tests.catalogue import read_catalogue, texts

pytestmark = pytest.mark.django_db
GUIDES = {code: (Path(settings.BASE_DIR) / path).read_text() for code, path in FILES.items()}


def test_animators_read_it_in_their_language_and_find_it_at_their_desk(lucie, browser_of):
    page, address = browser_of(lucie), reverse("animator-guide")

    french = page.get(address).text
    page.cookies["django_language"] = "en"
    english = page.get(address).text

    assert "<h2>Les organisations et leurs sièges</h2>" in french
    assert "<h2>Organisations and seats</h2>" in english
    assert "<strong>Seats to confirm</strong>" in english
    settings = reverse("animator-settings")
    for name in ("seats", "charter-drafts"):
        assert f'href="{settings}"' in page.get(reverse(name)).text
    desk = page.get(settings).text
    assert f'href="{address}"' in desk and f'href="{reverse("break-glass")}"' in desk


def test_both_languages_say_as_much():
    shape = {
        code: re.findall(r"^(##|- \*\*)", text, re.MULTILINE) for code, text in GUIDES.items()
    }
    assert shape["fr"] == shape["en"] and len(shape["fr"]) > 20


@pytest.mark.parametrize("code", GUIDES)
def test_what_it_names_is_called_so_in_the_interface(code):
    said = (message.id if code == "fr" else message.string for message in read_catalogue())
    shown = [" ".join(text.split()) for one in said for text in texts(one)]
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", GUIDES[code].partition("\n## ")[2])

    unknown = {
        label for label in named
        if not any(text.lower().startswith(" ".join(label.lower().split())) for text in shown)
    }  # fmt: skip
    assert unknown == set()
    assert code == "fr" or "«" not in GUIDES[code], "a label between French marks"


@pytest.mark.parametrize("code", GUIDES)
def test_it_says_that_authors_are_asked_before_more_people_read_a_thread(code):
    consulted, label = {
        "fr": (
            "est d’abord consulté",
            "Déplacer sans leurs messages",
        ),
        "en": ("everyone who wrote in it is asked first", "Move without their posts"),
    }[code]
    assert consulted in GUIDES[code] and f"*{label}*" in GUIDES[code]


def test_apostrophes_are_those_of_the_interface():
    assert [code for code, text in GUIDES.items() if "'" in text] == []
