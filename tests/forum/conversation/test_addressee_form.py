"""The form of a question that is put to somebody: who they are, and where it can be put."""

import re

import pytest
from django.urls import reverse

from accounts.models import Territory
from forum.base.spaces.models import Space
from forum.conversation.addressees.queries import closed_to, find_addressee, refusal_of_space
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def values(jeanne):
    """How forms name Jeanne, her organisation, and a territory where it acts."""
    own = jeanne.seats.get().organisation
    place = Territory.objects.create(slug="pays-de-brec", name="Pays de Brec", type="pays")
    own.territories.add(place)
    return f"person-{jeanne.pk}", f"organisation-{own.slug}", f"territory-{place.slug}"


@pytest.fixture
def form_of(claire, browser_of):
    """Claire's form of a question to somebody."""
    return lambda value: browser_of(claire).get(reverse("new-thread"), {"addressee": value})


def test_spaces_that_do_not_suit_who_is_asked_say_so_before_one_sends(
    claire, jeanne, values, spaces, form_of
):
    group = factories.join_group(claire).group
    mine = {spaces[key] for key in ("public", "network", factories.AUTHORITIES, "group")}
    closed = {spaces[factories.AUTHORITIES], spaces["group"]}
    for value in values:
        text = form_of(value).text
        said = {
            space
            for space in mine
            if re.search(
                rf'value="{space.slug}"(?:(?!</label>).)*Ne convient pas', text, re.DOTALL
            )
        }
        assert said == closed | ({spaces["public"]} if value == values[0] else set()), value
    factories.join_group(jeanne, group)
    assert form_of(values[1]).context["closed_spaces"] == {spaces[factories.AUTHORITIES].pk}
    assert "Ne convient pas" not in form_of("").text


def test_what_the_form_says_of_a_space_is_what_is_refused(
    claire, jeanne, lucie, values, viewer_of
):
    factories.join_group(lucie)
    for value in values:
        addressee = find_addressee(viewer_of(claire), value)
        spaces = list(Space.objects.select_related("group"))
        refused = {one.pk for one in spaces if refusal_of_space(addressee, one)}
        assert closed_to(addressee, spaces) == refused and refused, value


def test_the_form_says_in_whose_inbox_the_question_waits(values, form_of):
    said = ("dans sa boîte de réception", "de qui y siège", "de qui y agit")
    for value, words in zip(values, said, strict=True):
        assert words in re.sub("<[^>]*>", "", form_of(value).text)


@pytest.mark.parametrize("value", ["person-999999", "territory-nulle-part", "x", "person-\0"])
def test_a_form_for_someone_who_cannot_be_asked_says_that_it_is_for_all(value, form_of):
    page = form_of(value)
    assert page.status_code == 200 and "à personne de ce nom" in page.text
    assert 'name="addressee"' not in page.text


def test_a_text_or_title_that_is_too_long_is_refused_in_words_and_not_cut(form_of):
    text = form_of("").text
    for name in ("title", "text"):
        field = re.search(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', text)[0]
        assert "maxlength" not in field


def test_who_does_not_open_a_room_goes_back_to_where_they_came_from(lucie, browser_of):
    text = browser_of(lucie).get(reverse("break-glass")).text
    cancel = re.search(r'<a href="([^"]*)">\s*Annuler', text)[1]
    assert cancel == reverse("review-queue")
