"""What the author of a hidden post reads on its page."""

import pytest
from django.urls import reverse

from forum.moderation import actions
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def test_the_author_reads_whom_to_turn_to_with_or_without_an_address(
    claire, lucie, spaces, viewer_of, browser_of, settings
):
    post = factories.start_thread(claire, spaces["network"]).posts.get()
    actions.hide_post(post, viewer_of(lucie), "Nomme un foyer.")
    page, address = browser_of(claire), reverse("hidden-post", args=[post.pk])

    def said():
        return page.get(address).text.partition("<main")[2].partition("</main>")[0]

    settings.FORUM_PUBLISHER = {"email": ""}
    assert "Adressez-vous à un membre de l’équipe d’animation" in said()
    assert reverse("legal") not in said()
    settings.FORUM_PUBLISHER = {"email": "nous@exemple.fr"}
    assert "mailto:nous@exemple.fr" in said()


def test_what_one_wrote_leads_there_also_where_it_began_its_thread(
    claire, lucie, spaces, viewer_of, browser_of
):
    post = factories.start_thread(claire, spaces["network"]).posts.get()
    actions.hide_post(post, viewer_of(lucie), "Nomme un foyer.")
    own = browser_of(claire).get(reverse("own-posts")).text

    assert own.count(f'href="{reverse("hidden-post", args=[post.pk])}"') == 2
    assert post.thread.title in own and "qui vous est fermé" not in own
