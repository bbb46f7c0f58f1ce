"""Titles are kept as they were typed, and shown as French is typeset."""

import json
from html import unescape

import pytest
from django.urls import reverse

from forum.models import Thread
from tests.factories import post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits", "mailed_at_once"),
]
TYPED = "Le bois « sec » : 25 % d’aide, ou 12 MW ?"
SHOWN = "Le bois «\u00a0sec\u00a0»\u00a0: 25\u00a0% d’aide, ou 12\u00a0MW\u202f?"


@pytest.fixture
def titled(claire, jeanne, lucie, spaces):
    """A public thread of Claire's, with a reply, whose title has all that is typeset."""
    thread = start_thread(claire, spaces["public"], title=TYPED)
    post_reply(jeanne, thread)
    return thread


@pytest.mark.parametrize("language", ["fr", "en"])
def test_head_lists_searches_and_the_inbox_show_it_typeset_in_any_language(
    titled, claire, browser_of, language
):
    browser = browser_of(claire)
    browser.cookies["django_language"] = language

    for address in ("/", reverse("follows"), reverse("inbox")):
        assert SHOWN in browser.get(address).text, address
    head = browser.get(titled.get_absolute_url()).text
    assert f'<h1 lang="fr">{SHOWN}</h1>' in head
    found = browser.get(reverse("search"), {"q": "aide"}).text
    assert SHOWN.replace("aide", "<mark>aide</mark>") in found


def test_it_stays_as_typed_where_it_is_kept_changed_or_taken_along(titled, claire, browser_of):
    browser = browser_of(claire)
    assert Thread.objects.get().title == TYPED

    form = browser.get(reverse("edit-thread", args=[titled.pk])).text
    assert f'value="{TYPED}"' in form and SHOWN not in form.partition("<form")[2]
    suggested = browser.get(reverse("search-suggestions"), {"q": "bois sec"}).text
    assert TYPED in json.dumps(json.loads(suggested), ensure_ascii=False)


def test_mails_show_it_typeset_and_their_subjects_as_typed(titled, claire, jeanne):
    deliver_notifications(claire)
    post_reply(jeanne, titled, text=f"@{claire.full_name} : du bois ?")

    (sent,) = deliver_notifications(claire)
    assert TYPED in sent.subject and SHOWN in unescape(sent.alternatives[0][0])
