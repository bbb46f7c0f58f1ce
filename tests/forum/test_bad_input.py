"""Bad input gets a clear answer, loses nothing typed, stores nothing twice."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from forum.base.readership import readership_of
from forum.conversation.threads.forms import MAX_TEXT_LENGTH
from forum.models import Post, Thread
from forum.moderation.actions import hide_post, lock_thread
from tests.factories import AUTHORITIES, SUPPORT, move_thread, post_reply, start_thread


def new_thread(**fields):
    """A sound form, with ``fields`` changed."""
    sound = {
        "title": "Quelle régie pour la chaufferie ?", "text": "Nous hésitons beaucoup.",
        "topic": "bois-energie", "space": "reseau", "kind": "question", "tags": "régie",
        "idempotency_key": str(uuid4()),
    }  # fmt: skip
    return sound | fields


@pytest.fixture
def browser(browser_of, claire, spaces):
    return browser_of(claire)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "", "Écrivez votre message"),
        ("text", "   \n ", "Écrivez votre message"),
        ("text", "a" * (MAX_TEXT_LENGTH + 1), "trop long"),
        ("title", "", "Donnez un titre"),
        ("title", "Court", "trop court"),
        ("title", "x" * 500, "500 caractères"),
        ("topic", "", "Choisissez le sujet"),
        ("topic", "forgé", "Ce sujet n’existe pas"),
        ("space", "forgé", "Cet espace n’existe pas"),
        ("space", SUPPORT, "Cet espace n’existe pas"),
        ("kind", "forgé", "réponses proposées"),
        ("kind", "announcement", "réponses proposées"),
        ("tags", ", ".join(f"mot{n}" for n in range(20)), "6 mots-clés au plus"),
        ("tags", "x" * 60, "trop long"),
        ("idempotency_key", "pas-une-clé", "rechargez-la"),
        ("idempotency_key", "", "rechargez-la"),
    ],
)
def test_a_new_thread_that_will_not_do_says_why_and_keeps_the_rest(field, value, said, browser):
    sent = new_thread(**{field: value})

    answer = browser.post(reverse("new-thread"), sent)

    assert answer.status_code == 422
    assert Thread.objects.count() == 0
    form = answer.context["form"]
    assert field in form.errors
    assert said in str(form.errors[field])
    page = answer.content.decode()
    for kept in ("title", "text", "tags"):
        assert form[kept].value() == sent[kept]
    assert form.errors[field][0][:12] in page.replace("&#x27;", "'")


def test_a_private_room_of_others_is_refused_in_the_same_words_as_one_that_is_not(
    browser,
):
    hidden = browser.post(reverse("new-thread"), new_thread(space=SUPPORT))
    missing = browser.post(reverse("new-thread"), new_thread(space="nulle-part"))

    assert hidden.context["form"].errors == missing.context["form"].errors


@pytest.mark.parametrize("text", ["", " ", "a" * (MAX_TEXT_LENGTH + 1), "nul\0"])
def test_an_empty_or_oversized_reply_is_not_stored(text, browser, thread):
    address = reverse("replies", args=[thread.pk])
    answer = browser.post(address, {"text": text, "idempotency_key": uuid4()})
    enhanced = browser.post(
        address, {"text": text, "idempotency_key": uuid4()}, headers={"X-Seen": "1"}
    )

    assert answer.status_code == enhanced.status_code == 422
    assert answer.context["form"]["text"].value() == text
    assert "text" in enhanced.json()["errors"]
    assert thread.posts.count() == 1


def test_a_reply_sent_twice_is_stored_once(browser, thread):
    sent = {"text": "Une seule fois.", "idempotency_key": uuid4()}
    address = reverse("replies", args=[thread.pk])

    first, second = browser.post(address, sent), browser.post(address, sent)

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert thread.posts.count() == 2
    assert Thread.objects.get().seq == 2


def test_a_thread_sent_twice_is_started_once(browser):
    sent = new_thread()

    first = browser.post(reverse("new-thread"), sent)
    second = browser.post(reverse("new-thread"), sent)

    assert first["Location"] == second["Location"]
    assert Thread.objects.count() == Post.objects.count() == 1


def test_the_same_key_from_someone_else_is_another_post(claire, jeanne, thread):
    key = uuid4()
    post_reply(claire, thread, "Un", key)
    post_reply(jeanne, thread, "Deux", key)

    assert thread.posts.count() == 3


def test_a_thread_locked_while_one_typed_keeps_the_text(browser, thread, lucie, viewer_of):
    lock_thread(thread, viewer_of(lucie), True)
    sent = {"text": "Mes mots précieux", "idempotency_key": uuid4()}

    answer = browser.post(reverse("replies", args=[thread.pk]), sent)

    assert answer.status_code == 403
    assert "Ce fil est fermé" in answer.content.decode()
    assert "Mes mots précieux" in answer.content.decode()
    assert thread.posts.count() == 1


def test_a_thread_moved_out_of_sight_while_one_typed_is_not_found_and_keeps_the_text(
    browser, thread, lucie, viewer_of, spaces
):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    sent = {"text": "Mes mots précieux", "idempotency_key": uuid4()}

    hidden = browser.post(reverse("replies", args=[thread.pk]), sent)
    missing = browser.post(reverse("replies", args=[9_999_999]), sent)

    assert hidden.status_code == missing.status_code == 404
    assert "Mes mots précieux" in hidden.content.decode()
    assert "Mes mots précieux" in missing.content.decode()


def test_a_reply_refused_after_a_move_says_how_many_read_the_new_space(
    browser, claire, lucie, viewer_of, spaces
):
    thread = start_thread(claire, spaces["public"])
    move_thread(thread, viewer_of(lucie), spaces["network"])
    sent = {
        "text": "Entre nous.",
        "idempotency_key": uuid4(),
        "shown_readers": readership_of(spaces["public"]).stamp,
    }
    address = reverse("replies", args=[thread.pk])

    refused = browser.post(address, sent, headers={"X-Seen": "1"}).json()

    readers = refused["readers"]
    assert readers["stamp"] == readership_of(spaces["network"]).stamp
    assert "2\N{NO-BREAK SPACE}personnes" in readers["html"]
    assert "2\N{NO-BREAK SPACE}organisations" in readers["html"]


def test_words_meant_for_some_are_not_published_to_others_by_a_move(
    browser, thread, lucie, viewer_of, spaces
):
    address = reverse("replies", args=[thread.pk])
    seen = readership_of(thread.space).stamp
    move_thread(thread, viewer_of(lucie), spaces["public"])
    sent = {"text": "Entre nous.", "idempotency_key": uuid4(), "shown_readers": seen}

    answer = browser.post(address, sent)
    enhanced = browser.post(address, sent, headers={"X-Seen": "1"}).json()

    assert answer.status_code == 403 and "Entre nous." in answer.content.decode()
    assert "changé d’espace" in answer.content.decode()
    assert answer.context["form"]["text"].value() == "Entre nous."
    assert enhanced["readers"]["stamp"] == readership_of(spaces["public"]).stamp
    assert "Tout le monde" in enhanced["readers"]["html"]
    assert thread.posts.count() == 1
    again = sent | {"shown_readers": answer.context["form"]["shown_readers"].value()}
    assert browser.post(address, again).status_code == 302


def test_an_edit_meant_for_some_is_not_published_to_others_by_a_move(
    browser, thread, lucie, viewer_of, spaces
):
    post = thread.posts.get()
    seen = readership_of(thread.space).stamp
    sent = {"text": "Entre nous.", "version": 1, "shown_readers": seen}
    move_thread(thread, viewer_of(lucie), spaces["public"])

    answer = browser.post(reverse("edit-post", args=[post.pk]), sent)

    assert answer.status_code == 403 and "Entre nous." in answer.content.decode()
    post.refresh_from_db()
    assert post.version == 1


def test_who_is_not_signed_in_is_first_led_there_by_a_page_that_they_may_not_read(
    client, claire, browser_of
):
    ways = [browser.get("/rencontres/7/").text for browser in (client, browser_of(claire))]
    links = [re.findall(r'<a[^>]* href="([^"]*)"', it.partition("<main")[2]) for it in ways]
    assert links[0][:2] == ["/compte/login/?next=/rencontres/7/", "/"] and links[1][0] == "/"


@pytest.mark.parametrize("space", ["public", "network", AUTHORITIES])
def test_an_expired_session_keeps_what_was_typed_through_sign_in(space, client, claire, spaces):
    thread = start_thread(claire, spaces[space])
    address = reverse("replies", args=[thread.pk])

    away = client.post(address, {"text": "Tapé avant la fin", "idempotency_key": uuid4()})
    client.force_login(claire)
    back = client.get(address)

    assert away.status_code == 302 and away["Location"].startswith("/compte/login/?next=")
    assert "Tapé avant la fin" in back.content.decode()
    assert thread.posts.count() == 1


def test_a_new_thread_typed_in_an_expired_session_is_kept_whole(client, claire, spaces):
    client.post(reverse("new-thread"), new_thread(title="Un titre qui compte"))
    client.force_login(claire)
    back = client.get(reverse("new-thread"))

    assert back.context["form"]["title"].value() == "Un titre qui compte"
    assert back.context["form"]["tags"].value() == "régie"


def test_a_stale_token_gives_back_the_form_and_does_nothing(claire, thread):
    client = Client(enforce_csrf_checks=True)
    client.force_login(claire)
    sent = {
        "text": "Tapé il y a longtemps",
        "idempotency_key": uuid4(),
        "csrfmiddlewaretoken": "x" * 64,
    }
    here = {"Origin": "http://testserver"}

    answer = client.post(reverse("replies", args=[thread.pk]), sent, headers=here)

    assert answer.status_code == 403
    assert "Tapé il y a longtemps" in answer.content.decode()
    assert thread.posts.count() == 1


@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", ""])
def test_a_form_that_another_site_sent_is_lent_no_token_of_ours(origin, claire, thread):
    client = Client(enforce_csrf_checks=True)
    client.force_login(claire)
    sent = {"text": "Pas de moi", "idempotency_key": uuid4()}
    headers = {"Origin": origin} if origin else {}

    answer = client.post(reverse("replies", args=[thread.pk]), sent, headers=headers)

    assert answer.status_code == 403
    assert 'name="idempotency_key"' not in answer.content.decode()
    assert thread.posts.count() == 1


def test_an_edit_overtaken_by_another_shows_both_texts(browser, thread):
    post = thread.posts.get()
    address = reverse("edit-post", args=[post.pk])
    browser.post(address, {"text": "Première correction", "version": 1})

    late = browser.post(address, {"text": "Seconde correction", "version": 1})

    assert late.status_code == 409
    assert "Première correction" in late.content.decode()
    assert late.context["form"]["text"].value() == "Seconde correction"
    assert late.context["form"]["version"].value() == 2
    post.refresh_from_db()
    assert post.text == "Première correction"
    again = browser.post(address, {"text": "Seconde correction", "version": 2})
    assert again.status_code == 302


def test_who_may_not_edit_is_led_to_what_they_may_do(
    browser_of, claire, jeanne, lucie, thread, viewer_of
):
    own = post_reply(claire, thread)
    edit = reverse("edit-post", args=[own.pk])
    assert browser_of(claire).get(edit).status_code == 200
    lock_thread(thread, viewer_of(lucie), True)

    page = browser_of(claire).get(edit, follow=True)
    assert page.redirect_chain == [(reverse("delete-post", args=[own.pk]), 302)]
    assert "Vous ne pouvez plus modifier" in page.text
    assert browser_of(lucie).get(edit).url == reverse("hide-post", args=[own.pk])
    assert browser_of(jeanne).get(edit).status_code == 403


def test_hiding_without_a_reason_is_refused_by_the_field(browser_of, lucie, thread):
    answer = browser_of(lucie).post(
        reverse("hide-post", args=[thread.posts.get().pk]), {"reason": "", "facts": ""}
    )

    assert answer.status_code == 422
    for error in ("Choisissez le motif qui convient", "Dites ce qui s’est passé"):
        assert error in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999999999", "²", "1.5"])
def test_a_page_that_is_none_is_answered_all_the_same(page, browser, thread):
    assert browser.get("/", {"page": page}).status_code == 200
    assert browser.get(thread.get_absolute_url(), {"page": page}).status_code == 200


@pytest.mark.parametrize("after", ["", "abc", "99", "-4", "1e3", "9" * 40])
def test_an_unknown_place_in_the_log_is_said_so(after, browser, thread):
    answer = browser.get(reverse("thread-changes", args=[thread.pk]), {"after": after})

    assert answer.status_code in (400, 409)


def test_raw_html_scripts_and_images_do_not_pass(claire, jeanne, thread):
    text = (
        "<script>alert(1)</script> <b onclick=x>gras</b> ![i](https://ailleurs.fr/i.png)\n\n"
        "[clic](javascript:alert(1)) [sûr](https://exemple.fr) www.exemple.fr\n\n# Titre"
    )
    html = post_reply(jeanne, thread, text).html

    assert "<script" not in html and "<img" not in html and "<b " not in html
    assert "javascript:" not in html.replace("javascript:alert(1))", "")
    assert 'href="https://exemple.fr"' in html and 'rel="nofollow ugc noopener"' in html
    assert "<h3>Titre</h3>" in html


def test_a_quotation_of_a_hidden_post_gives_nothing(browser, thread, jeanne, lucie, viewer_of):
    post = post_reply(jeanne, thread, "Des mots à regretter")
    address = reverse("replies", args=[thread.pk])
    assert "Des mots à regretter" in browser.get(address, {"citer": 2}).content.decode()

    hide_post(post, viewer_of(lucie), "Privé")

    assert "Des mots à regretter" not in browser.get(address, {"citer": 2}).content.decode()
    for asked in ("abc", "-1", "99999999999999999999", "²"):
        assert browser.get(address, {"citer": asked}).status_code == 200


def test_tags_that_differ_in_case_or_accents_are_one(browser, thread):
    for tags in ("Éolien, éolien, EOLIEN", "eolien"):
        sent = new_thread(tags=tags, text=f"À propos de {tags}.")
        assert browser.post(reverse("new-thread"), sent).status_code == 302

    page = browser.get("/mots/eolien/")
    assert len(page.context["page"].rows) == 2
    assert page.context["subject"].name == "Éolien"
