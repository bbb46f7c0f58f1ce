"""A template is chosen in place: the guide follows, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, prefer_source


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def test_a_template_goes_into_an_empty_text_and_after_one_that_is_typed(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/")
    area, guides = page.locator("[data-composer] textarea"), page.locator("[data-guides]")
    page.get_by_role("textbox", name="Titre").fill("Un titre qui reste")
    guides.get_by_text("Partir d’un plan").click()
    guides.get_by_role("link", name="Appel à partenaires").click()
    expect(area).to_have_value(re.compile(r"^\*\*Le projet"))
    expect(page.get_by_role("radio", name="Discussion")).to_be_checked()
    expect(guides.locator("[aria-current]")).to_have_text("Appel à partenaires")
    expect(guides).to_contain_text("à quoi il s’engage")
    expect(page.get_by_role("textbox", name="Titre")).to_have_value("Un titre qui reste")

    guides.get_by_role("link", name="Question").click()  # Nobody had filled in the other.
    expect(guides).to_contain_text("où vous en êtes")
    assert "Le projet" not in area.input_value()

    area.fill("Mes mots.")
    guides.get_by_role("link", name="Retour d’expérience").click()
    expect(guides).to_contain_text("ce qui a raté")
    assert area.input_value().startswith("Mes mots.\n\n**Le point de départ**")
    page.keyboard.press("Control+z")
    expect(area).to_have_value("Mes mots.")


def test_the_guide_follows_the_kind_and_the_topic_that_one_chooses(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/")
    guides = page.locator("[data-guides]")
    guides.get_by_text("Partir d’un plan").click()
    page.get_by_label("Sujet", exact=True).select_option("reseaux-chaleur")
    expect(guides).to_contain_text("longueur de tranchée")
    page.get_by_role("radio", name="Retour d’expérience").check()
    expect(guides.locator("[aria-current]")).to_have_text("Retour d’expérience")
    expect(page.locator("[data-composer] textarea")).to_have_value("")


def test_without_a_script_a_template_is_a_link_that_keeps_the_topic(sit):
    page = sit(NADIA, java_script_enabled=False)
    page.goto("/fils/nouveau/?topic=solaire-pv")
    guides = page.locator("[data-guides]")
    guides.get_by_text("Partir d’un plan").click()
    guides.get_by_role("link", name="Retour d’expérience").click()
    expect(guides).to_contain_text("la puissance (kWc)")
    expect(page.get_by_label("Sujet", exact=True)).to_have_value("solaire-pv")
    assert "**Puissance" in page.locator("[data-composer] textarea").input_value()
