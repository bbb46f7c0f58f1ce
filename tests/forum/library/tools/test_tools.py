"""A document of a post becomes a tool, gets new versions, is corrected and taken out."""

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from accounts.moderation_log.models import ModerationLogEntry
from accounts.viewers.rate_limits import MemberRateLimit
from forum.conversation.files.models import StoredFile
from forum.library.tools.models import Tool, ToolVersion
from forum.library.tools.views import writing
from forum.models import Post
from forum.moderation.actions import hide_post, lock_thread
from tests.forum.conversation.files.file_helpers import picture, post_with_file, sent
from tests.forum.library.tools.tool_helpers import (
    address_of,
    facts,
    next_version,
    offered,
    plain,
    version_form,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


def test_an_author_offers_a_document_of_theirs_and_readers_find_it(
    document, jeanne, claire, thread, browser_of
):
    page = browser_of(jeanne).get(thread.get_absolute_url()).text
    offer = reverse("offer-tool", args=[document.pk])
    assert f'class="meta for-author" href="{offer}"' in page
    form = browser_of(jeanne).get(offer)
    assert form.context["form"].initial["title"] == "Cahier charges"
    assert form.context["form"].initial["topic"] == thread.topic.slug

    tool = offered(browser_of(jeanne), document)
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert f'href="{address_of(tool)}">Outil réutilisable' in page and offer not in page

    run_tasks()
    page = browser_of(claire).get(address_of(tool))
    said = plain(page.text)
    for words in [
        "Cahier des charges d’une chaufferie", "cahier des charges", "Licence Ouverte 2.0",
        "Consulter trois maîtres d’œuvre en 2025.", "version 1",
        plain(thread.title), str(jeanne),
        "Voici les pièces.", 'alt="Première page : Cahier_charges.pdf"',
    ]:  # fmt: skip
        assert words in said, words
    assert "Corriger la fiche" not in said and "nouvelle version" not in said
    assert tool.title in browser_of(claire).get(reverse("tools")).text


def test_offering_twice_gives_one_tool(document, jeanne, browser_of):
    tool = offered(browser_of(jeanne), document)
    again = browser_of(jeanne).get(reverse("offer-tool", args=[document.pk]))
    offered(browser_of(jeanne), document, title="Un autre titre")

    assert again.url == address_of(tool)
    assert ToolVersion.objects.get().title == tool.title and Tool.objects.count() == 1


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    document, jeanne, browser_of
):
    typed = facts(
        title="x", type="", licence="mienne", used_for="", topic="?", label="à garder"
    )
    answer = browser_of(jeanne).post(reverse("offer-tool", args=[document.pk]), typed)

    assert answer.status_code == 422 and not ToolVersion.objects.exists()
    assert answer.context["form"].errors.keys() == {
        "title", "type", "licence", "used_for", "topic",
    }  # fmt: skip
    assert 'value="à garder"' in answer.text and "id_title_error" in answer.text


@pytest.mark.deep
def test_others_offer_nothing_of_it(
    document, claire, jeanne, lucie, thread, client, browser_of
):
    offer = reverse("offer-tool", args=[document.pk])
    for person in claire, lucie:
        assert browser_of(person).post(offer, facts()).status_code == 403
    assert client.post(offer, facts()).status_code == 302
    shown = post_with_file(
        browser_of(jeanne), thread, "photo.jpg", picture(), text="Et une photographie."
    )
    run_tasks()
    answer = browser_of(jeanne).post(reverse("offer-tool", args=[shown.pk]), facts())
    assert answer.status_code == 403
    assert not ToolVersion.objects.exists()


def test_a_new_version_is_a_reply_and_the_address_stays(
    tool, jeanne, claire, thread, browser_of, client
):
    second = next_version(browser_of(jeanne), tool)
    reply = Post.objects.latest("pk")

    assert second.file.tool_id == tool.file.tool_id and second.file.post_id == reply.pk
    assert (reply.thread_id, reply.number) == (thread.pk, 3)
    assert reply.text == "Le lot électricité est à part."
    page = browser_of(claire).get(address_of(tool))
    said = plain(page.text)
    assert page.context["tool"] == second and "version 2" in said
    assert "Le lot électricité est à part." in said
    assert [it.version for it in page.context["versions"]] == [second, tool]
    library = browser_of(claire).get(reverse("tools"))
    assert [it.pk for it in library.context["page"].rows] == [second.pk]


def test_sent_again_a_new_version_is_published_once(tool, jeanne, browser_of):
    form = version_form(tool)
    address = reverse("tool-version", args=[tool.file.tool_id])
    for _press in range(2):
        form["files"].seek(0)
        assert browser_of(jeanne).post(address, form).status_code == 302

    assert ToolVersion.objects.count() == 2
    assert StoredFile.objects.filter(post=None).count() == 0


def test_a_version_needs_one_document_and_what_changed(tool, jeanne, claire, browser_of):
    address = reverse("tool-version", args=[tool.file.tool_id])
    for fields, wrong in [
        ({"files": ""}, {"files"}),
        ({"files": sent("vide.pdf", b"")}, {"files"}),
        ({"files": sent("photo.png", picture(file_format="PNG"))}, {"files"}),
        ({"text": ""}, {"text"}),
    ]:
        answer = browser_of(jeanne).post(address, version_form(tool, **fields))
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == wrong, fields
        assert "Consulter trois maîtres" in answer.text
    kept = answer.context["form"].sent_files.attachments[0].file
    assert f'name="file" value="{kept.pk}"' in answer.text

    form = version_form(tool, files="", file=str(kept.pk))
    assert browser_of(jeanne).post(address, form).status_code == 302
    assert ToolVersion.objects.latest("pk").file == kept
    assert browser_of(claire).get(address).status_code == 403
    assert browser_of(claire).post(address, version_form(tool)).status_code == 403


def test_in_a_closed_thread_there_is_no_new_version(tool, jeanne, lucie, viewer_of, browser_of):
    lock_thread(tool.file.post.thread, viewer_of(lucie), True, "Le sujet est épuisé.")
    address = reverse("tool-version", args=[tool.file.tool_id])

    assert "fermé" in browser_of(jeanne).get(address).text
    assert browser_of(jeanne).post(address, version_form(tool)).status_code == 403
    assert ToolVersion.objects.count() == 1


def test_its_author_and_animators_correct_what_is_said_of_it(
    tool, jeanne, claire, lucie, browser_of
):
    address = reverse("edit-tool", args=[tool.file.tool_id])
    assert browser_of(claire).post(address, facts(title="Le mien")).status_code == 403
    assert browser_of(jeanne).get(address).context["form"].initial["title"] == tool.title
    browser_of(jeanne).post(address, facts(title="Cahier des charges, bois"))
    assert not ModerationLogEntry.objects.exists()
    browser_of(lucie).post(address, facts(title="Cahier des charges, bois", type="guide"))

    tool.refresh_from_db()
    assert (tool.title, tool.type) == ("Cahier des charges, bois", "guide")
    entry = ModerationLogEntry.objects.get()
    assert (entry.action, entry.person) == ("edit_tool", jeanne)
    assert "bois" in browser_of(claire).get(reverse("tools"), {"q": "bois"}).text


def test_taken_out_the_file_stays_in_its_post(tool, jeanne, claire, lucie, browser_of):
    next_version(browser_of(jeanne), tool)
    address = reverse("withdraw-tool", args=[tool.file.tool_id])
    assert browser_of(claire).post(address).status_code == 403
    assert browser_of(lucie).post(address).status_code == 422
    assert browser_of(lucie).post(address, {"reason": "Droits d’un tiers."}).status_code == 302

    assert not ToolVersion.objects.exists()
    assert browser_of(jeanne).get(address_of(tool)).status_code == 404
    assert {it.reason for it in ModerationLogEntry.objects.all()} == {"Droits d’un tiers."}
    page = browser_of(jeanne).get(tool.file.post.thread.get_absolute_url()).text
    assert "Cahier_charges.pdf" in page and "Outil réutilisable" not in page

    own = offered(browser_of(jeanne), tool.file)
    assert own.file.tool_id != tool.file.tool_id
    withdraw = reverse("withdraw-tool", args=[own.file.tool_id])
    assert browser_of(jeanne).post(withdraw).status_code == 302
    assert not ToolVersion.objects.exists()


def test_a_tool_is_what_the_latest_version_says_that_one_sees(
    tool, jeanne, claire, lucie, viewer_of, browser_of
):
    second = next_version(browser_of(jeanne), tool, title="Cahier des charges, suite")
    hide_post(second.file.post, viewer_of(lucie), "Des noms de particuliers.")

    page = browser_of(claire).get(address_of(tool))
    assert page.context["tool"] == tool
    assert [it.version for it in page.context["versions"]] == [tool]
    library = browser_of(claire).get(reverse("tools")).text
    assert "suite" not in library and tool.title in library

    browser_of(jeanne).post(reverse("delete-post", args=[tool.file.post_id]))
    assert browser_of(claire).get(address_of(tool)).status_code == 404
    assert ToolVersion.objects.get() == second


def test_a_file_taken_out_of_its_post_is_no_tool_any_more(tool, jeanne, browser_of):
    post = Post.objects.get(pk=tool.file.post_id)
    form = {"text": post.text, "version": post.version, "remove": str(tool.file_id)}
    form |= {"shown_readers": version_form(tool)["shown_readers"]}
    answer = browser_of(jeanne).post(reverse("edit-post", args=[post.pk]), form)

    assert answer.status_code == 302
    assert not ToolVersion.objects.exists()


def test_changing_tools_without_end_is_refused_in_words(
    document, jeanne, browser_of, monkeypatch
):
    once = MemberRateLimit("change_tool", "1/m/user", waiting="1/m/user")
    monkeypatch.setattr(writing, "_CHANGES", once)
    tool = offered(browser_of(jeanne), document)
    answer = browser_of(jeanne).post(reverse("edit-tool", args=[tool.file.tool_id]), facts())

    assert answer.status_code == 429 and "Réessayez" in answer.text
    assert "Cahier des charges d’une chaufferie" in answer.text


def test_a_document_of_an_undone_post_is_no_tool_any_more(tool, jeanne, browser_of):
    pk = tool.file.tool_id
    browser_of(jeanne).post(reverse("undo-post", args=[tool.file.post_id]))

    file = StoredFile.objects.get(pk=tool.file_id)
    assert (file.post, file.tool) == (None, None) and not ToolVersion.objects.exists()
    assert browser_of(jeanne).get(reverse("tool-short", args=[pk])).status_code == 404
