"""What one has begun to write is kept on the server, for oneself alone, until it is sent."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.conversation.drafts import actions
from forum.conversation.drafts.models import PostDraft
from forum.conversation.drafts.queries import drafts_of
from forum.models import Post
from forum.moderation.actions import hide_post
from tests.factories import moderation_reason, post_reply, start_thread

pytestmark = pytest.mark.usefixtures("charter", "topics")


@pytest.fixture
def save(browser_of):
    """Save what a person typed into the form at ``address``, as the script of a page does."""

    def save(person, address, key=None, status=200, **typed):
        sent = {"idempotency_key": key or uuid4(), "draft_of": address} | typed
        answer = browser_of(person).post(
            reverse("drafts"), sent, headers={"Accept": "application/json"}
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return save


def replies(thread):
    return reverse("replies", args=[thread.pk])


def list_of(browser_of, person):
    return browser_of(person).get(reverse("drafts")).text


def test_a_reply_that_one_began_is_found_on_another_device_and_goes_on_there(
    thread, jeanne, save, browser_of
):
    kept = save(jeanne, replies(thread), text="Chez nous, la régie")

    phone = browser_of(jeanne)
    page = phone.get(thread.get_absolute_url()).text
    address = f"{replies(thread)}?draft={kept['key']}"
    assert f'href="{address}"' in page
    assert f'href="{address}"' in list_of(browser_of, jeanne)
    form = phone.get(address).context["form"]
    assert form["text"].value() == "Chez nous, la régie"
    assert str(form["idempotency_key"].value()) == kept["key"]


def test_nobody_else_learns_that_there_is_a_draft(
    thread, jeanne, claire, lucie, save, browser_of
):
    kept = save(jeanne, replies(thread), text="Rien que pour moi")

    for other in (claire, lucie):
        assert kept["key"] not in browser_of(other).get(thread.get_absolute_url()).text
        assert "Rien que pour moi" not in list_of(browser_of, other)
        page = browser_of(other).get(f"{replies(thread)}?draft={kept['key']}")
        assert "Rien que pour moi" not in page.text
        browser_of(other).post(reverse("delete-draft", args=[kept["key"]]))
    assert "Rien que pour moi" in list_of(browser_of, jeanne)


def test_what_is_sent_is_no_draft_any_more(thread, jeanne, save, browser_of):
    kept = save(jeanne, replies(thread), text="Chez nous, la régie en place")
    browser_of(jeanne).post(
        replies(thread),
        {"text": "Chez nous, la régie en place.", "idempotency_key": kept["key"]},
    )

    assert Post.objects.filter(text="Chez nous, la régie en place.").exists()
    assert kept["key"] not in browser_of(jeanne).get(thread.get_absolute_url()).text
    assert "la régie en place" not in list_of(browser_of, jeanne)


def test_a_new_thread_is_kept_with_what_was_chosen(spaces, claire, save, browser_of):
    kept = save(
        claire, "/fils/nouveau/", title="Un réseau de chaleur", text="Combien ?",
        tags="bois, régie", kind="experience", topic="eolien", space="public", then="vote",
    )  # fmt: skip

    form = browser_of(claire).get(f"/fils/nouveau/?draft={kept['key']}").context["form"]
    names = ("title", "text", "tags", "kind", "topic", "space", "then")
    assert [form[name].value() for name in names] == [
        "Un réseau de chaleur", "Combien ?", "bois, régie", "experience", "eolien", "public",
        "vote",
    ]  # fmt: skip
    assert "Vous avez 1 brouillon" in browser_of(claire).get("/fils/nouveau/").text


def test_a_new_thread_is_kept_with_the_criteria_of_whom_it_asks(
    spaces, claire, save, browser_of
):
    chosen = {"ask": "named", "names": "Thouarsais", "factor": "", "area": "region"}
    kept = save(claire, "/fils/nouveau/", text="Combien ?", **chosen)

    form = browser_of(claire).get(f"/fils/nouveau/?draft={kept['key']}").context["form"]
    assert {name: form[name].value() for name in chosen} == chosen
    assert not form["same_type"].value()  # It was unticked.
    assert 'id="interroger" open' in " ".join(
        str(browser_of(claire).get(f"/fils/nouveau/?draft={kept['key']}").text).split()
    )
    kept = save(claire, "/fils/nouveau/", text="Combien ?", ask="", factor="")
    form = browser_of(claire).get(f"/fils/nouveau/?draft={kept['key']}").context["form"]
    assert form["factor"].value() == "2"


def test_an_edit_that_one_began_is_kept_until_it_is_saved(thread, jeanne, save, browser_of):
    post = post_reply(jeanne, thread, "Avant")
    address = reverse("edit-post", args=[post.pk])
    kept = save(jeanne, address, text="Pendant", version=1)

    browser = browser_of(jeanne)
    form = browser.get(f"{address}?draft={kept['key']}").context["form"]
    assert (form["text"].value(), str(form["version"].value())) == ("Pendant", "1")
    assert "Modification de votre message nº 2" in list_of(browser_of, jeanne)
    sent = {"text": "Après", "version": 1, "idempotency_key": kept["key"]}
    browser.post(address, sent)
    assert "Pendant" not in list_of(browser_of, jeanne)
    assert Post.objects.get(pk=post.pk).text == "Après"


def test_a_draft_is_saved_over_by_the_browser_that_has_it(thread, jeanne, save):
    key = uuid4()
    for text in ("Chez", "Chez nous", "Chez nous, la régie"):
        kept = save(jeanne, replies(thread), key, text=text, draft_client="un")

    assert kept == {"key": str(key), "revision": 3}
    assert PostDraft.objects.get().text == "Chez nous, la régie"


def test_two_devices_that_go_on_with_one_draft_lose_neither_text(thread, jeanne, save):
    key = uuid4()
    first = save(jeanne, replies(thread), key, text="Chez", draft_client="bureau")
    phone = {"draft_client": "telephone", "draft_revision": first["revision"]}
    ahead = save(jeanne, replies(thread), key, text="Chez nous, au téléphone", **phone)
    assert ahead["key"] == str(key)

    late = {"draft_client": "bureau", "draft_revision": first["revision"]}
    apart = save(jeanne, replies(thread), key, text="Chez nous, au bureau", **late)

    assert apart["key"] != str(key)
    texts = set(PostDraft.objects.values_list("text", flat=True))
    assert texts == {"Chez nous, au téléphone", "Chez nous, au bureau"}


def test_what_is_typed_on_after_another_device_has_sent_it_is_a_draft_of_its_own(
    thread, jeanne, save, browser_of
):
    kept = save(jeanne, replies(thread), text="Chez nous, en régie", draft_client="bureau")
    sent = {"text": "Chez nous, en régie", "idempotency_key": kept["key"]}
    browser_of(jeanne).post(replies(thread), sent)

    again = save(jeanne, replies(thread), kept["key"], text="Chez nous, en régie")
    assert again == {"key": None, "revision": None}
    more = save(jeanne, replies(thread), kept["key"], text="Chez nous, en régie, depuis 2019")
    assert more["key"] not in (None, kept["key"])
    assert "depuis 2019" in list_of(browser_of, jeanne)


def test_a_draft_that_is_emptied_or_deleted_is_gone(thread, jeanne, save, browser_of):
    kept = save(jeanne, replies(thread), text="Non, rien")
    emptied = save(jeanne, replies(thread), kept["key"], text="  ")
    assert emptied == {"key": None, "revision": None}
    assert not PostDraft.objects.exists()

    kept = save(jeanne, replies(thread), text="Encore non")
    page = browser_of(jeanne).post(reverse("delete-draft", args=[kept["key"]]), follow=True)
    assert "Ce brouillon est supprimé." in page.text
    assert not PostDraft.objects.exists()


def test_without_a_script_a_button_keeps_it_and_leads_to_the_list(thread, jeanne, browser_of):
    browser = browser_of(jeanne)
    page = browser.get(replies(thread))
    address = re.search(r'formaction="([^"]*)"\s+formnovalidate\s+data-keep', page.text)[1]
    fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', page.text))
    answer = browser.post(address, fields | {"text": "À la main"}, follow=True)

    assert answer.redirect_chain == [(reverse("drafts"), 302)]
    assert "Votre brouillon est enregistré." in answer.text
    assert "À la main" in answer.text


def test_where_one_no_longer_reads_the_thread_the_text_is_given_back_without_its_title(
    spaces, claire, jeanne, save, browser_of
):
    thread = start_thread(claire, spaces["network"], title="Un titre que Jeanne lisait")
    kept = save(jeanne, replies(thread), text="Ce que Jeanne en disait")
    jeanne.seats.update(ended_at=timezone.now())

    page = list_of(browser_of, jeanne)
    assert "Un titre que Jeanne lisait" not in page
    assert "Un fil que vous ne lisez plus" in page and "Ce que Jeanne en disait" in page
    assert browser_of(jeanne).get(f"{replies(thread)}?draft={kept['key']}").status_code == 404


def test_the_draft_of_an_edit_of_a_post_that_is_hidden_is_given_back(
    thread, jeanne, lucie, save, browser_of, viewer_of
):
    post = post_reply(jeanne, thread, "Avant")
    save(jeanne, reverse("edit-post", args=[post.pk]), text="Une suite", version=1)
    hide_post(post, viewer_of(lucie), "Des faits.", moderation_reason())

    page = list_of(browser_of, jeanne)
    assert "Une suite" in page and "Un fil que vous ne lisez plus" in page


def test_a_page_that_another_person_had_open_saves_nothing(thread, jeanne, claire, save):
    refused = save(jeanne, replies(thread), status=422, text="De Claire", writer=claire.pk)

    assert "writer" in refused["errors"]
    assert not PostDraft.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("idempotency_key", "pas une clé"), ("title", "t" * 501), ("text", "t" * 100_001),
        ("draft_of", ""), ("draft_revision", "-1"), ("draft_client", "c" * 21),
    ],
)  # fmt: skip
def test_what_is_no_draft_is_refused_and_given_back(field, value, thread, jeanne, browser_of):
    typed = {"idempotency_key": uuid4(), "draft_of": replies(thread), "text": "Mon texte"}
    typed[field] = value
    page = browser_of(jeanne).post(reverse("drafts"), typed)

    assert page.status_code == 422
    assert typed["text"] in page.text
    assert not PostDraft.objects.exists()


def test_an_address_that_is_none_of_ours_makes_a_draft_of_a_new_thread(jeanne, save):
    for address in ("/nulle-part/", "https://exemple.fr/", "/fils/99999/reponses/"):
        save(jeanne, address, text=f"Depuis {address}")

    assert all(one.thread is None for one in drafts_of_all())


def drafts_of_all():
    return PostDraft.objects.select_related("thread")


def test_one_keeps_a_hundred_and_is_told_that_there_are_too_many(
    thread, jeanne, save, viewer_of
):
    drafts = [PostDraft(person=jeanne, key=uuid4(), text="Un") for _n in range(100)]
    PostDraft.objects.bulk_create(drafts)

    refused = save(jeanne, replies(thread), status=403, text="De trop")
    assert "cent brouillons" in str(refused["errors"])
    kept = save(jeanne, replies(thread), drafts[0].key, text="Un, changé", draft_revision=1)
    assert kept["key"] == str(drafts[0].key)
    assert len(drafts_of(viewer_of(jeanne))) == 100


def test_drafts_go_when_they_were_sent_and_when_nobody_came_back(thread, jeanne, save):
    sent = save(jeanne, replies(thread), text="Envoyé depuis")
    old = save(jeanne, replies(thread), text="Vieux")
    kept = save(jeanne, replies(thread), text="De la semaine")
    Post.objects.filter(pk=post_reply(jeanne, thread).pk).update(idempotency_key=sent["key"])
    quarter = timezone.now() - timedelta(days=91)
    PostDraft.objects.filter(key=old["key"]).update(saved_at=quarter)

    assert actions.delete_old_drafts() == 2
    assert [str(one.key) for one in drafts_of_all()] == [kept["key"]]
    assert actions.delete_old_drafts() == 0


def test_whose_session_has_ended_comes_back_to_the_form_with_the_text(thread, jeanne):
    browser = Client()
    sent = {"draft_of": replies(thread), "idempotency_key": uuid4(), "text": "Trop tard ?"}
    led = browser.post(reverse("drafts"), sent)
    assert led["Location"].endswith(f"?next={replies(thread)}")

    browser.force_login(jeanne)
    assert "Trop tard ?" in browser.get(replies(thread)).text
    by_script = Client().post(reverse("drafts"), sent, headers={"Accept": "application/json"})
    assert by_script.status_code == 403 and by_script.json() == {"errors": {}}
