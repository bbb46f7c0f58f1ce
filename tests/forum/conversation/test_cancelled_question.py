"""Who gives up a question is led back to where they came from."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("fr", "Annuler"), ("en", "Cancel")])
def test_cancel_leads_to_the_topic_that_one_came_from_else_home(
    claire, spaces, topics, browser_of, language, words
):
    page = browser_of(claire)
    page.cookies["django_language"] = language

    def cancelled(**query):
        text = page.get(reverse("new-thread"), query).text
        return re.search(rf'<a href="([^"]*)">\s*{words}\s*</a>', text)[1]

    topic = reverse("topic", args=["bois-energie"])
    assert cancelled(topic="bois-energie") == topic
    assert cancelled() == cancelled(topic="inconnu") == cancelled(topic="\0") == reverse("home")
    sent = {"topic": "bois-energie", "title": ""}
    assert f'href="{topic}">{words}' in page.post(reverse("new-thread"), sent).text
