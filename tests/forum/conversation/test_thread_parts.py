"""What stands at a thread says in its own folder what is shown of it and becomes of it."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.urls import reverse
from lxml import html as lxml_html

from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import thread_parts

#: The other rows of threads, and what they are: none shows what somebody said of the thread.
NO_PARTS = {
    "AcceptedAnswer": "when an answer was accepted, for the inbox of its author",
    "ArchivedThread": "mails that have become a thread",
    "AskedQuestion": "a count, kept by triggers",
    "Event": "the log of the thread",
    "Follow": "who follows it: forum/conversation/follows/moves/",
    "Measure": "what an animator imposed, which names its thread",
    "MergedTagging": "what undoing a merge of tags restores",
    "NewsletterItem": "an issue that names it: a move takes its words away",
    "Post": "the posts themselves",
    "PostDocument": "what searches find, moved with the posts",
    "PostDraft": "what one types: it is sent where the thread has gone",
    "PostMove": "what became of posts",
    "QuarantinedMail": "a mail that waits",
    "QuestionReminder": "that its owner was asked",
    "Report": "what is said of it to animators",
    "Revision": "former words, which go with what they were of",
    "Tagging": "a column, as it were: the tags of its first post",
    "Thread": "the thread that it was merged into",
    "ThreadDocument": "what searches find",
    "ThreadMailKey": "the addresses of mails about it, which lead on",
    "ThreadMove": "what became of it",
    "ThreadRead": "who has opened it",
    "WeeklyPostCount": "a count, kept by triggers",
}


def test_each_row_of_a_thread_is_a_part_or_says_what_else():
    of_threads = {
        model.__name__
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Thread
    }
    parts = {model.__name__ for part in thread_parts() for model in part.models}

    assert of_threads - parts == NO_PARTS.keys()


def test_parts_stand_in_an_order_of_their_own():
    positions = [part.position for part in thread_parts()]

    assert sorted(set(positions)) == positions


def typed(page, **about):
    """What the form of a new thread in ``page`` sends, filled in."""
    (form,) = lxml_html.document_fromstring(page).xpath("//form[@data-composer]")
    sent = {name: value for name, value in form.form_values() if name != "files"}
    sent |= {"title": "Le règlement du silo", "text": "Voici.", "topic": "eolien", "ask": ""}
    return sent | about


@pytest.mark.django_db
@pytest.mark.usefixtures("charter", "topics", "spaces")
@pytest.mark.parametrize(
    ("page", "then", "name"),
    [
        ("meetings", "Prévoir la rencontre", "add-meeting"),
        ("decisions", "Ouvrir le tour de consentement", "open-round"),
        ("decisions", "Ouvrir le vote", "add-poll"),
    ],
)
def test_a_list_leads_to_a_new_thread_whose_page_leads_to_the_form_of_its_part(
    claire, browser_of, page, then, name
):
    browser = browser_of(claire)
    listed = browser.get(reverse(page)).text
    links = re.findall(r'href="(/fils/nouveau/\?[^"]*then=[^"]*)"', listed)
    forms = [browser.get(unescape(link)).text for link in links]
    (form,) = [it for it in forms if then in it]
    started = browser.post(reverse("new-thread"), typed(form), follow=True).text
    url = reverse(name, args=[Thread.objects.get().pk])
    (found,) = re.findall(rf'href="({url}[^"]*)">{then}', started)
    assert "<form" in browser.get(found).text
    assert then not in browser.get(Thread.objects.get().get_absolute_url()).text


@pytest.mark.django_db
@pytest.mark.usefixtures("charter", "topics", "spaces")
def test_where_a_part_is_not_offered_a_new_thread_leads_nowhere(claire, browser_of):
    browser = browser_of(claire)
    for space, then in ("place-publique", "round"), ("reseau", "rien"):
        form = browser.get(reverse("new-thread"), {"then": then}).text
        sent = typed(form, space=space)
        started = browser.post(reverse("new-thread"), sent, follow=True).text
        assert "Voici." in started and 'data-composer="new"' not in started
        assert "Ouvrir le tour de consentement</a>" not in started
