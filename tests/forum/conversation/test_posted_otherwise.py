"""A form that was sent, gone back to and sent with other words: both are published."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from forum.models import Thread

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["fr", "en"])
def language(request):
    return request.param


@pytest.fixture
def browser(claire, browser_of, language):
    client = browser_of(claire)
    client.cookies["django_language"] = language
    return client


def key_of(answer):
    return re.search(r'name="idempotency_key" value="([^"]+)"', answer.text)[1]


def test_another_question_in_the_same_form_is_published_with_the_next_press(
    browser, spaces, topics, language
):
    sent = {"kind": "question", "title": "Quelle chaufferie ?", "text": "La première.",
            "topic": "bois-energie", "space": "reseau", "tags": "",
            "idempotency_key": uuid4()}  # fmt: skip
    browser.post(reverse("new-thread"), sent)
    first = Thread.objects.get()
    sent |= {"title": "Quel réseau de chaleur ?", "text": "La seconde."}

    asked = browser.post(reverse("new-thread"), sent)

    assert asked.status_code == 409 and Thread.objects.count() == 1
    said = {"fr": "Votre premier fil est publié.", "en": "Your first thread is published."}
    assert said[language] in asked.text
    assert f'href="{first.get_absolute_url()}#' in asked.text
    assert "La seconde." in asked.text and "Quel réseau de chaleur ?" in asked.text
    assert "Rien n’est envoyé" not in asked.text and "Nothing was sent" not in asked.text

    again = browser.post(reverse("new-thread"), sent | {"idempotency_key": key_of(asked)})
    assert again.status_code == 302
    assert set(Thread.objects.values_list("title", flat=True)) == {
        "Quelle chaufferie ?", "Quel réseau de chaleur ?",
    }  # fmt: skip


def test_another_title_over_the_same_text_is_another_question(browser, spaces, topics):
    sent = {"kind": "question", "title": "Quelle chaufferie ?", "text": "Qui a tranché ?",
            "topic": "bois-energie", "space": "reseau", "tags": "",
            "idempotency_key": uuid4()}  # fmt: skip
    browser.post(reverse("new-thread"), sent)
    sent |= {"title": "Quel réseau de chaleur ?"}

    asked = browser.post(reverse("new-thread"), sent)

    assert asked.status_code == 409
    again = browser.post(reverse("new-thread"), sent | {"idempotency_key": key_of(asked)})
    assert again.status_code == 302 and Thread.objects.count() == 2


def test_another_reply_in_the_same_form_is_published_with_the_next_press(
    browser, thread, language
):
    address = reverse("replies", args=[thread.pk])
    sent = {"text": "Premier jet.", "idempotency_key": uuid4()}
    first = browser.post(address, sent).url
    sent["text"] = "Une autre réponse."

    asked = browser.post(address, sent)

    assert asked.status_code == 409 and thread.posts.count() == 2
    said = {"fr": "Votre première réponse est publiée.", "en": "Your first reply is published."}
    assert said[language] in asked.text and f'href="{first}"' in asked.text
    assert "Une autre réponse." in asked.text

    browser.post(address, sent | {"idempotency_key": key_of(asked)})
    texts = list(thread.posts.filter(number__gt=1).values_list("text", flat=True))
    assert texts == ["Premier jet.", "Une autre réponse."]


def test_a_script_is_given_the_new_key_with_the_words(browser, thread, language):
    address = reverse("replies", args=[thread.pk])
    sent = {"text": "Premier jet.", "idempotency_key": uuid4()}
    browser.post(address, sent)
    sent["text"] = "Une autre réponse."

    answer = browser.post(address, sent, headers={"X-Seen": "2"})

    assert answer.status_code == 409
    said = {"fr": "envoyez-le de nouveau", "en": "send it again"}
    assert said[language] in answer.json()["errors"]["text"][0]
    sent["idempotency_key"] = answer.json()["idempotency_key"]
    assert browser.post(address, sent, headers={"X-Seen": "2"}).status_code == 201
    assert thread.posts.count() == 3
