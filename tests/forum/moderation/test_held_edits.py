"""What an animator approved is what stands: edits of people whose posts wait do so too."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import ModerationLogEntry
from accounts.review_queue.queries import waiting_by_source
from forum.base import markup
from forum.base.rules import Refused
from forum.conversation.threads.edits.actions import (
    delete_post,
    edit_post,
    edit_thread,
    set_wiki,
)
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.held_edits.queries import hash_of_head
from forum.conversation.threads.queries import EditConflict
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.models import Summary
from forum.library.sheets.actions import SheetValues, save_published
from forum.library.sheets.models import PARTS
from forum.library.tools.actions import ToolFacts, edit_tool
from forum.models import Post, Thread
from forum.moderation.actions import end_measure, hide_post
from forum.moderation.held_edits.actions import approve_edit, refuse_edit
from forum.moderation.held_posts.actions import approve_post
from forum.moderation.measures.models import Measure, MeasureKind
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import (
    AUTHORITIES,
    SUPPORT,
    create_sheet,
    create_tool,
    join_group,
    moderation_reason,
    post_reply,
    start_thread,
)

pytestmark = pytest.mark.usefixtures("charter", "topics")
TEXT = "Chez nous, la chaufferie est en régie depuis trois ans, sans regret."
OTHER = "Achetez nos granulés, livrés dans toute la France, au meilleur prix."


@pytest.fixture
def mina(make_person):
    """Who comes in: her seat waits."""
    return make_person("Mina Attente", AUTHORITIES, confirmed=False)


@pytest.fixture
def asked(mina, lucie, spaces, viewer_of):
    """Mina's question in public, which Lucie has read and published."""
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    post = start_thread(
        mina, spaces["public"], title="Qui a une régie ?", text=TEXT
    ).posts.get()
    approve_post(post, viewer_of(lucie))
    return Thread.objects.get(pk=post.thread_id)


@pytest.fixture
def post(asked):
    """Its first post."""
    return asked.posts.get()


def edited(browser, post, text=OTHER, **fields):
    """The page after the form of ``post`` was sent with ``text``."""
    version = Post.objects.get(pk=post.pk).version
    sent = {"text": text, "version": version, "idempotency_key": uuid4()} | fields
    return browser.post(reverse("edit-post", args=[post.pk]), sent, follow=True)


def retitled(browser, asked, **fields):
    """The page after the form of its title was sent."""
    sent = {"title": "Granulés pas chers", "topic": asked.topic.slug, "kind": asked.kind}
    sent |= {"tags": "promotion"} | fields
    return browser.post(reverse("edit-thread", args=[asked.pk]), sent, follow=True)


def test_what_was_approved_stays_shown_until_the_edit_is_read_too(
    post, asked, mina, claire, lucie, browser_of, viewer_of
):
    page = edited(browser_of(mina), post)
    assert "attend d’être relue" in page.text
    for reader in (claire, lucie, None):
        shown = browser_of(reader).get(asked.get_absolute_url()).text
        assert TEXT in shown and OTHER not in shown
    assert OTHER in browser_of(mina).get(reverse("edit-post", args=[post.pk])).text
    own = browser_of(mina).get(reverse("own-held-edit", args=[post.pk]), follow=True)
    assert OTHER in own.text and "Retirer cette modification" in own.text
    counts = {source.name: n for source, n in waiting_by_source(viewer_of(lucie), 9)}
    assert counts["modifications"] == 1

    edit = HeldEdit.objects.get()
    desk = browser_of(lucie)
    assert OTHER in desk.get(edit.get_absolute_url()).text
    desk.post(reverse("approve-edit", args=[edit.pk]))
    assert OTHER in browser_of(None).get(asked.get_absolute_url()).text
    assert Revision.objects.get().text == TEXT
    assert "modification dans" in browser_of(mina).get(f"{reverse('inbox')}?voir=tout").text
    entry = ModerationLogEntry.objects.get(action="approve_edit")
    assert (entry.actor, entry.person) == (lucie, mina)
    assert HeldEdit.objects.get().text == ""


def test_the_page_tells_its_author_alone_that_an_edit_waits(
    post, asked, mina, claire, browser_of
):
    edited(browser_of(mina), post)
    marks = {
        person: browser_of(person).get(asked.get_absolute_url()).context["post_marks"]
        for person in (mina, claire)
    }
    assert ("edit-held", 1) in marks[mina] and ("edit-held", 1) not in marks[claire]


def test_nobody_else_finds_the_page_of_an_edit_that_waits(post, mina, claire, browser_of):
    edited(browser_of(mina), post)
    edit = HeldEdit.objects.get()
    for reader in (claire, None):
        for name, pk in (("held-edit", edit.pk), ("own-held-edit", post.pk)):
            assert browser_of(reader).get(reverse(name, args=[pk])).status_code == 404
    for name in ("approve-edit", "withdraw-edit"):
        assert browser_of(claire).post(reverse(name, args=[edit.pk])).status_code == 404
    answer = browser_of(mina).post(reverse("approve-edit", args=[edit.pk]))
    assert answer.status_code == 403 and Post.objects.get(pk=post.pk).text == TEXT


def test_a_refused_edit_leaves_what_stands_and_its_author_reads_why_and_may_appeal(
    post, asked, mina, claire, lucie, make_person, browser_of, viewer_of
):
    edited(browser_of(mina), post)
    form = {"reason": moderation_reason().slug, "facts": "C’est une réclame."}
    answer = browser_of(lucie).post(HeldEdit.objects.get().get_absolute_url(), form)
    assert answer.status_code == 302

    measure = Measure.objects.get()
    assert (measure.kind, measure.person, measure.post) == (MeasureKind.REFUSE_EDIT, mina, post)
    statement = browser_of(mina).get(measure.get_absolute_url()).text
    assert "C’est une réclame." in statement and OTHER in statement
    assert "Modification refusée" in browser_of(mina).get(f"{reverse('inbox')}?voir=tout").text
    assert browser_of(mina).get(reverse("own-held-edit", args=[post.pk])).status_code == 404
    assert OTHER not in browser_of(claire).get(asked.get_absolute_url()).text

    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    end_measure(measure, viewer_of(other), "Rien à redire.")
    assert Post.objects.get(pk=post.pk).text == OTHER


def test_titles_and_tags_wait_and_what_is_chosen_is_set(
    asked, mina, claire, lucie, browser_of, viewer_of
):
    page = retitled(browser_of(mina), asked, kind="experience")
    assert "attend d’être relue" in page.text
    thread = Thread.objects.get(pk=asked.pk)
    assert (thread.title, thread.kind) == ("Qui a une régie ?", "experience")
    shown = browser_of(claire).get(thread.get_absolute_url()).text
    assert "Granulés" not in shown and "promotion" not in shown
    assert browser_of(claire).get("/mots/promotion/").status_code == 404
    form = browser_of(mina).get(reverse("edit-thread", args=[asked.pk])).text
    assert "Granulés pas chers" in form and "promotion" in form

    approve_edit(HeldEdit.objects.get(), viewer_of(lucie))
    thread = Thread.objects.get(pk=asked.pk)
    assert thread.title == "Granulés pas chers"
    assert [one.name for one in thread.taggings.all()] == ["promotion"]


def test_a_summary_waits_and_taking_it_away_does_not(
    asked, mina, claire, lucie, browser_of, viewer_of
):
    address = reverse("edit-summary", args=[asked.pk])
    browser_of(mina).post(address, {"text": OTHER, "version": 0})
    assert OTHER not in browser_of(claire).get(asked.get_absolute_url()).text
    assert OTHER in browser_of(mina).get(address).text
    approve_edit(HeldEdit.objects.get(), viewer_of(lucie))
    assert OTHER in browser_of(claire).get(asked.get_absolute_url()).text
    browser_of(mina).post(address, {"text": "", "version": 1})
    assert OTHER not in browser_of(claire).get(asked.get_absolute_url()).text


def test_a_summary_that_quotes_what_others_read_no_more_is_not_published(
    asked, mina, claire, lucie, spaces, viewer_of
):
    post = start_thread(claire, spaces["public"], text="Entre nous.").posts.get()
    words = markup.quote(post.text, "Claire Le Bihan", 1, post.get_absolute_url())
    write_summary(asked, viewer_of(mina), words, 0)
    Thread.objects.filter(pk=post.thread_id).update(space=spaces[AUTHORITIES])
    mina.seats.update(confirmed_at=timezone.now())

    with pytest.raises(Refused, match="Vous citez un message"):
        approve_edit(HeldEdit.objects.get(), viewer_of(lucie))


def test_an_edit_of_a_wiki_post_of_another_waits_in_its_editor_s_name(
    asked, mina, claire, lucie, viewer_of
):
    post = set_wiki(post_reply(claire, asked), viewer_of(claire), True)
    edit_post(post, viewer_of(mina), OTHER, post.version)
    assert Post.objects.get(pk=post.pk).edited_by is None
    approve_edit(HeldEdit.objects.get(), viewer_of(lucie))
    post.refresh_from_db()
    assert (post.text, post.edited_by, post.author) == (OTHER, mina, claire)


def test_a_second_edit_takes_the_place_of_the_first_which_nobody_can_publish_any_more(
    post, mina, lucie, browser_of, viewer_of
):
    edited(browser_of(mina), post)
    first = HeldEdit.objects.get()
    edited(browser_of(mina), post)
    assert HeldEdit.objects.get() == first, "sent twice it is one"
    edited(browser_of(mina), post, "Autre chose.")
    with pytest.raises(HeldEdit.DoesNotExist):
        approve_edit(first, viewer_of(lucie))
    assert browser_of(lucie).post(reverse("approve-edit", args=[first.pk])).status_code == 404
    assert HeldEdit.objects.get().text == "Autre chose."


def test_what_waits_is_withdrawn_by_a_press_or_by_writing_what_stands(post, mina, browser_of):
    edited(browser_of(mina), post)
    browser_of(mina).post(reverse("withdraw-edit", args=[HeldEdit.objects.get().pk]))
    assert not HeldEdit.objects.exists()
    edited(browser_of(mina), post)
    edited(browser_of(mina), post, TEXT)
    assert not HeldEdit.objects.exists()


def test_an_edit_of_what_was_changed_meanwhile_is_not_published(
    asked, mina, claire, lucie, browser_of, viewer_of
):
    post = set_wiki(post_reply(claire, asked), viewer_of(claire), True)
    edit_post(post, viewer_of(mina), OTHER, post.version)
    edit_post(post, viewer_of(claire), "Autrement.", post.version)
    edit = HeldEdit.objects.get()
    with pytest.raises(EditConflict):
        approve_edit(edit, viewer_of(lucie))
    answer = browser_of(lucie).post(reverse("approve-edit", args=[edit.pk]))
    assert answer.status_code == 403 and "a été modifié" in answer.text
    assert Post.objects.get(pk=post.pk).text == "Autrement."


def test_what_is_deleted_or_hidden_takes_its_edit_along(
    post, asked, mina, claire, lucie, browser_of, viewer_of
):
    post_reply(claire, asked)
    edited(browser_of(mina), post)
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    edit = HeldEdit.objects.get()
    for reader in (lucie, mina):
        assert browser_of(reader).get(edit.get_absolute_url()).status_code == 404
    delete_post(post, viewer_of(mina))
    assert not HeldEdit.objects.exists()


def test_files_are_not_added_by_an_edit_that_waits(post, mina, browser_of):
    tariff = SimpleUploadedFile("tarif.txt", b"Granules : 300 euros la tonne.")
    page = edited(browser_of(mina), post, files=tariff)
    assert "joignez vos fichiers à une réponse" in page.text and OTHER in page.text
    assert not HeldEdit.objects.exists() and not Post.objects.get(pk=post.pk).files


def test_what_cannot_wait_is_refused_until_posts_are_not_read_any_more(
    asked, mina, claire, lucie, viewer_of
):
    reply = approve_post(post_reply(mina, asked, "Autre question."), viewer_of(lucie))
    topic = asked.topic
    # Two posts stood the test: hold a third, as a site may say.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.FORUM_FIRST_POSTS_HELD", 3)
        with pytest.raises(Refused, match="relus avant de paraître"):
            settle_question(asked, viewer_of(mina), "Achetez nos granulés.")
        with pytest.raises(Refused, match="relus avant de paraître"):
            split_thread(
                asked, viewer_of(mina), numbers=[reply.number], title="Granulés pas chers",
                topic=topic, kind="question", tags=[],
            )  # fmt: skip
    assert settle_question(asked, viewer_of(mina), "Par nos soins.").settled_at


def test_a_published_sheet_is_saved_once_posts_are_not_read_any_more(
    mina, lucie, spaces, viewer_of, settings
):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    sheet = create_sheet(mina, spaces["public"], words="Une chaudière.")
    approve_post(sheet.thread.posts.get(), viewer_of(lucie))
    parts = dict.fromkeys(PARTS, OTHER)
    about = {"territory": None, "population": None, "population_year": None, "tags": ""}
    said = SheetValues(sheet.title, sheet.topic, parts=parts, **about)
    with pytest.raises(Refused, match="relus avant de paraître"):
        save_published(sheet, viewer_of(mina), said, sheet.version)
    settings.FORUM_FIRST_POSTS_HELD = 1
    assert OTHER in save_published(sheet, viewer_of(mina), said, sheet.version).work


def test_what_is_said_of_a_tool_changes_once_posts_are_not_read_any_more(
    post, mina, lucie, viewer_of, settings
):
    version = create_tool(post, title="Cahier des charges")
    facts = ToolFacts(
        title=OTHER, type=version.type, licence=version.licence, topic=version.topic
    )
    with pytest.raises(Refused, match="relus avant de paraître"):
        edit_tool(version, viewer_of(mina), facts)
    settings.FORUM_FIRST_POSTS_HELD = 1
    assert edit_tool(version, viewer_of(mina), facts).title == OTHER


def test_who_has_a_confirmed_seat_edits_at_once_and_who_is_known_by_now_too(
    post, asked, mina, claire, lucie, browser_of, viewer_of
):
    reply = post_reply(claire, asked)
    edit_post(reply, viewer_of(claire), OTHER, reply.version)
    assert Post.objects.get(pk=reply.pk).text == OTHER
    edited(browser_of(mina), post)
    mina.seats.update(confirmed_at=asked.created_at)
    edited(browser_of(mina), post, "Une régie, et rien d’autre.")
    assert Post.objects.get(pk=post.pk).text == "Une régie, et rien d’autre."
    assert not HeldEdit.objects.exists()


def test_only_animators_decide_and_not_about_their_own(post, mina, claire, viewer_of):
    edit_post(post, viewer_of(mina), OTHER, post.version)
    edit = HeldEdit.objects.get()
    for actor in (mina, claire):
        for act in (approve_edit, lambda *about: refuse_edit(*about, "Non.")):
            with pytest.raises((PermissionDenied, HeldEdit.DoesNotExist)):
                act(edit, viewer_of(actor))
    assert Post.objects.get(pk=post.pk).text == TEXT


@pytest.fixture
def withheld(claire, mina, lucie, spaces, viewer_of, settings):
    """Mina's reply, kept back as its thread went to the public, where first posts wait."""
    settings.FORUM_ADMISSION = "open"
    mina.seats.update(confirmed_at=timezone.now())
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    thread = start_thread(claire, spaces["network"], title="Qui a une régie ?")
    post = post_reply(mina, thread, TEXT)
    move = move_thread(thread, viewer_of(lucie), spaces["public"], "Pour d’autres.")
    answer_move(move, viewer_of(claire), True)
    complete_move(move, viewer_of(lucie))
    return Post.objects.get(pk=post.pk)


def test_who_edits_a_post_that_is_not_shown_is_told_that_the_edit_waits(
    withheld, mina, claire, lucie, browser_of, viewer_of
):
    assert withheld.is_withheld
    page = edited(browser_of(mina), withheld)
    assert "Votre modification attend que ce message soit montré" in page.text
    assert ("edit-held", withheld.number) in page.context["post_marks"]
    own = reverse("own-held-edit", args=[withheld.pk])
    trace = page.text.partition(f'id="post-{withheld.number}"')[2].partition("</article>")[0]
    assert re.search(rf'<div data-if="edit-held">.*?href="{own}"', trace, re.S)

    form = browser_of(mina).get(reverse("edit-post", args=[withheld.pk])).text
    assert OTHER in form and "Voici votre modification" in form
    shown = browser_of(mina).get(own, follow=True).text
    assert OTHER in shown and "quand ce message sera montré" in shown
    asked = browser_of(mina).get(reverse("answer-move", args=[withheld.withheld_move_id])).text
    assert TEXT in asked and f'href="{own}"' in asked
    seen = browser_of(claire).get(withheld.thread.get_absolute_url())
    assert ("edit-held", withheld.number) not in seen.context["post_marks"]
    assert browser_of(claire).get(own).status_code == 404
    assert browser_of(lucie).get(HeldEdit.objects.get().get_absolute_url()).status_code == 404


def test_the_edit_of_a_post_that_is_not_shown_is_read_once_it_is(
    withheld, mina, lucie, claire, browser_of, viewer_of
):
    def decisions():
        return browser_of(lucie).get("/").context["menu"].decisions

    edited(browser_of(mina), withheld)
    before = decisions()
    answer_move(withheld.withheld_move, viewer_of(mina), True)
    assert decisions() == before + 1
    shown = browser_of(claire).get(withheld.thread.get_absolute_url()).text
    assert TEXT in shown and OTHER not in shown
    approve_edit(HeldEdit.objects.get(), viewer_of(lucie))
    assert OTHER in browser_of(None).get(withheld.thread.get_absolute_url()).text


def test_what_waits_of_a_post_that_is_not_shown_is_withdrawn_too(withheld, mina, browser_of):
    edited(browser_of(mina), withheld)
    browser_of(mina).post(reverse("withdraw-edit", args=[HeldEdit.objects.get().pk]))
    assert not HeldEdit.objects.exists()


def set_head_of(asked, viewer, title="Titre corrigé", tags=("utile",)):
    """``asked``, whose title and tags an animator has set meanwhile."""
    about = {"topic": asked.topic, "kind": asked.kind}
    return edit_thread(asked, viewer, title=title, tags=tags, **about)


@pytest.mark.parametrize("meanwhile", [{"tags": []}, {"title": "Qui a une régie ?"}])
def test_a_title_is_not_published_over_what_was_set_meanwhile(
    meanwhile, asked, mina, lucie, browser_of, viewer_of
):
    retitled(browser_of(mina), asked)
    thread = set_head_of(asked, viewer_of(lucie), **meanwhile)
    edit = HeldEdit.objects.get()
    with pytest.raises(EditConflict):
        approve_edit(edit, viewer_of(lucie))
    answer = browser_of(lucie).post(reverse("approve-edit", args=[edit.pk]))
    assert answer.status_code == 403 and "ont été modifiés depuis" in answer.text
    now = Thread.objects.get(pk=asked.pk)
    assert now.title == thread.title
    assert [one.name for one in now.taggings.all()] == list(meanwhile.get("tags", ["utile"]))

    retitled(browser_of(mina), asked)
    approve_edit(HeldEdit.objects.get(), viewer_of(lucie))
    assert Thread.objects.get(pk=asked.pk).title == "Granulés pas chers"


def refused_title(asked, mina, lucie, browser_of, viewer_of):
    """The measure that refused a title of Mina's."""
    retitled(browser_of(mina), asked)
    return refuse_edit(HeldEdit.objects.get(), viewer_of(lucie), "Une réclame.").measure


@pytest.mark.parametrize("is_set", [False, True])
def test_a_refused_title_comes_back_only_where_none_was_set_since(
    is_set, asked, mina, lucie, make_person, browser_of, viewer_of
):
    measure = refused_title(asked, mina, lucie, browser_of, viewer_of)
    if is_set:
        set_head_of(asked, viewer_of(lucie))
    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    end_measure(measure, viewer_of(other), "Rien à redire.")
    now = Thread.objects.get(pk=asked.pk)
    found = now.title, [one.name for one in now.taggings.all()]
    wanted = ("Titre corrigé", ["utile"]), ("Granulés pas chers", ["promotion"])
    assert found == wanted[0 if is_set else 1]


def test_a_title_is_of_no_thread_but_the_one_that_it_was_written_for(
    asked, mina, lucie, spaces, browser_of, viewer_of
):
    other = start_thread(mina, spaces["public"], title=asked.title)
    assert hash_of_head(asked) == hash_of_head(Thread.objects.get(pk=asked.pk))
    assert hash_of_head(asked) != hash_of_head(other)


def test_what_a_thread_left_behind_is_not_shown_beside_a_summary_that_waits(
    claire, lucie, spaces, make_person, viewer_of, browser_of, settings
):
    for person in (claire, lucie):
        join_group(person)
    thread = start_thread(claire, spaces["group"])
    write_summary(thread, viewer_of(lucie), "Un résumé pour le groupe seul.", 0)
    move = move_thread(thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(claire), True)
    spaces["public"].holds_first_posts, settings.FORUM_FIRST_POSTS_HELD = True, 9
    spaces["public"].save()
    claire.seats.update(confirmed_at=None)
    thread, version = Thread.objects.get(pk=thread.pk), Summary.objects.get().version
    write_summary(thread, viewer_of(claire), "Un autre résumé.", version)
    paul = make_person("Paul Autre", SUPPORT, is_animator=True)

    page = browser_of(paul).get(HeldEdit.objects.get().get_absolute_url()).text
    assert "Un autre résumé." in page and "groupe seul" not in page


@pytest.mark.parametrize("how", ["split", "merged"])
def test_what_was_written_for_fewer_is_not_published_once_its_post_is(
    how, claire, jeanne, lucie, spaces, viewer_of, settings, client
):
    thread = start_thread(claire, spaces["network"])
    post = post_reply(jeanne, thread, TEXT)
    spaces["network"].holds_first_posts, settings.FORUM_FIRST_POSTS_HELD = True, 9
    spaces["network"].save()
    settings.FORUM_ADMISSION = "open"
    edit_post(post, viewer_of(jeanne), OTHER, post.version)
    move = move_thread(thread, viewer_of(lucie), spaces["public"])
    for person in (claire, jeanne):
        answer_move(move, viewer_of(person), True)
    thread = Thread.objects.get(pk=thread.pk)
    if how == "split":
        about = {"title": "Ce que dit Jeanne", "topic": thread.topic, "kind": "discussion"}
        split_thread(thread, viewer_of(lucie), numbers=[2], tags=[], **about)
    else:
        into = start_thread(lucie, spaces["public"], title="Une autre question ?")
        into.licence = thread.licence
        into.save(update_fields=["licence"])
        merge_threads(thread, into, viewer_of(lucie))
    with pytest.raises(Refused, match="plus de lecteurs"):
        approve_edit(HeldEdit.objects.select_related("post").get(), viewer_of(lucie))
    shown = Post.objects.select_related("thread").get(pk=post.pk)
    assert OTHER not in client.get(shown.page_url(), follow=True).text
