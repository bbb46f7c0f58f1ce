"""A sheet drawn from a thread: half filled, by who took part, for those who read that."""

import re

import pytest
from django.urls import reverse

from accounts.models import Territory
from forum.base import markup
from forum.base.rules import Refused
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.edits.actions import delete_post, edit_post, set_wiki
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.actions import publish_sheet, save_published
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.drawing.queries import drawn_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.public_versions.queries import quoted_posts
from forum.moderation.actions import hide_post
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import PROJECTS, post_reply, start_thread
from tests.forum.library.sheets.public_helpers import with_author
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, sent, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def settled(claire, jeanne, spaces, viewer_of):
    """Claire's question to the network, which Jeanne's reply settled."""
    thread = start_thread(claire, spaces["network"], text="Notre chaudière est à bout.")
    reply = post_reply(jeanne, thread, "Nous avons mis 300 kW au bois.")
    accept_answer(reply, viewer_of(claire))
    return Thread.objects.select_related("space", "topic").get(pk=thread.pk)


def act_in(person, name, code):
    """Have the organisation of ``person`` act in a new territory."""
    place = Territory.objects.create(
        slug=name.lower().replace(" ", "-"), name=name, type="pays", department_codes=code
    )
    person.seats.get().organisation.territories.set([place])


def draw(browser, thread):
    return browser.post(reverse("draw-sheet", args=[thread.pk]))


def test_who_asked_draws_it_with_the_answer_as_a_quotation(settled, claire, browser_of):
    answer = draw(browser_of(claire), settled)
    sheet = ExperienceSheet.objects.get()

    assert answer.url == reverse("edit-draft", args=[sheet.pk])
    assert sheet.title == "" and sheet.origin == settled
    assert sheet.context == "Notre chaudière est à bout."
    assert "> Nous avons mis 300 kW au bois." in sheet.results
    assert "Jeanne Brunel (Organisation de Jeanne" in sheet.results
    assert f"[dans le fil](/messages/{settled.accepted_id}/)" in sheet.results


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Bonjour,\n\nNotre école a froid.\n\nMerci d’avance !", "Notre école a froid."),
        ("Bonjour à tous, nous avons 60 kw. Merci pour vos retours.", "Nous avons 60 kW."),
        ("Bonsoir Colette, 120 KWH et 40 m2.\n\nCordialement,\nJeanne", "120 kWh et 40 m²."),
        ("> **[Claire, nº 1](/messages/1/) :**\n> Où ?\n\nAu bourg.", "Au bourg."),
        ("Bonjour nous cherchons.", "Bonjour nous cherchons."),
        ("Fait. Merci à l’ADEME, qui a payé.", "Fait. Merci à l’ADEME, qui a payé."),
        ("https://exemple.fr/60kw et 60 kw/an", "https://exemple.fr/60kw et 60 kW/an"),
        ("> Rien que cela.", "> Rien que cela."),
        ("Bonjour @Jeanne Brunel,\n\nIl fait froid. Merci @Jeanne !", "Il fait froid."),
        (
            "Comme @Anne-Marie Le Gall, à froid@exemple.fr.",
            "Comme Anne-Marie Le Gall, à froid@exemple.fr.",
        ),
        (
            "Voir le [message nº 2](/messages/243/) et [le prix](https://exemple.fr/).",
            "Voir le message nº 2 et [le prix](https://exemple.fr/).",
        ),
    ],
)
def test_greetings_and_quotations_are_not_taken_and_units_are_well_written(
    settled, claire, viewer_of, typed, told
):
    settled.posts.filter(number=1).update(text=typed)

    begun = drawn_draft(viewer_of(claire), settled).values.parts["context"]
    assert begun == told[:1].upper() + told[1:]


def test_an_experience_keeps_its_title_and_a_question_is_asked_for_one(
    settled, claire, spaces, viewer_of
):
    told = start_thread(
        claire, spaces["network"], title="Nous avons fait cela", kind="experience"
    )

    assert drawn_draft(viewer_of(claire), told).values.title == "Nous avons fait cela"
    assert drawn_draft(viewer_of(claire), settled).values.title == ""


def test_what_others_wrote_is_quoted_with_their_name(settled, jeanne, browser_of):
    draw(browser_of(jeanne), settled)
    sheet = ExperienceSheet.objects.get()

    assert sheet.results == "Nous avons mis 300 kW au bois."
    assert "Claire Le Bihan" in sheet.context and "> Notre chaudière" in sheet.context


@pytest.mark.parametrize(
    ("drawing", "asked"),
    [("jeanne", None), ("lucie", None), ("claire", ["Penn ar Bed (29)", "Mercantour (06)"])],
)
def test_its_territory_is_of_whose_work_it_is_and_who_asked_says_where_it_was_done(
    settled, claire, jeanne, lucie, browser_of, drawing, asked
):
    for person, place in ((claire, ("Penn ar Bed", "29")), (jeanne, ("Mercantour", "06"))):
        act_in(person, *place)
    people = {"claire": claire, "jeanne": jeanne, "lucie": lucie}
    browser = browser_of(people[drawing])
    form = browser.get(draw(browser, settled).url)

    territory, page = ExperienceSheet.objects.get().territory, " ".join(form.text.split())
    assert str(territory) == ("None" if asked else "Mercantour (06)")
    for name in asked or ():
        assert name in page
    assert ("Où cela a-t-il été fait" in page) == bool(asked)


def test_the_territory_of_who_asked_is_not_taken_where_the_other_is_unknown(
    settled, claire, viewer_of
):
    act_in(claire, "Penn ar Bed", "29")
    drawn = drawn_draft(viewer_of(claire), settled)

    assert drawn.values.territory is None and drawn.values.population is None
    assert [str(it) for it in drawn.territories] == ["Penn ar Bed (29)"]


@pytest.mark.parametrize(
    ("role", "may"),
    [("authorities", True), ("projects", True), ("animator", True), ("support", False),
     ("waiting", False), ("guest", False)],
)  # fmt: skip
def test_who_took_part_and_animators_draw_it(role, may, settled, people, browser_of):
    draw(browser_of(getattr(people, role)), settled)

    assert ExperienceSheet.objects.exists() == may


def test_a_question_without_an_answer_gives_no_sheet(claire, thread, viewer_of):
    with pytest.raises(Refused):
        drawn_draft(viewer_of(claire), thread)


def test_an_animator_draws_nothing_from_a_room_that_they_do_not_read(
    jeanne, lucie, spaces, viewer_of
):
    told = start_thread(jeanne, spaces[PROJECTS], kind="experience")

    with pytest.raises(Thread.DoesNotExist):
        drawn_draft(viewer_of(lucie), told)


def test_what_is_hidden_is_not_taken(settled, claire, lucie, viewer_of):
    hide_post(settled.posts.get(number=1), viewer_of(lucie), "Un motif.")

    values = drawn_draft(viewer_of(claire), Thread.objects.get(pk=settled.pk)).values
    assert "à bout" not in str(values) and "300 kW" in str(values)


def test_it_is_published_where_all_read_the_thread_and_leads_to_it(
    settled, claire, place, spaces, viewer_of, browser_of
):
    draw(browser_of(claire), settled)
    sheet = ExperienceSheet.objects.get()
    browser_of(claire).post(reverse("edit-draft", args=[sheet.pk]), sent(place, publish=""))
    sheet.refresh_from_db()

    page = browser_of(claire).get(reverse("publish-sheet", args=[sheet.pk]))
    offered = {space for space, _readers in page.context["space_readerships"]}
    assert offered == {spaces["network"], spaces["collectivites-locales"]}
    with pytest.raises(Refused):
        publish_sheet(sheet, viewer_of(claire), spaces["public"], version=sheet.version)

    thread = publish_sheet(sheet, viewer_of(claire), spaces["network"], version=sheet.version)
    link = ThreadLink.objects.get()
    assert (link.thread, link.linked) == (thread, settled)
    page = browser_of(claire).get(reverse("sheet-short", args=[thread.pk])).text
    assert settled.get_absolute_url() in page
    assert thread.title in browser_of(claire).get(settled.get_absolute_url()).text


def test_its_source_is_named_to_nobody_who_does_not_read_it(
    claire, jeanne, spaces, topics, place, viewer_of, browser_of
):
    own = start_thread(claire, spaces["collectivites-locales"], kind="experience",
                       title="Ce que nous avons fait entre nous")  # fmt: skip
    draw(browser_of(claire), own)
    sheet = ExperienceSheet.objects.get()
    browser_of(claire).post(reverse("edit-draft", args=[sheet.pk]), sent(place, publish=""))
    sheet.refresh_from_db()
    with pytest.raises(Refused):
        publish_sheet(sheet, viewer_of(claire), spaces["network"], version=sheet.version)


def test_its_button_is_at_the_end_of_a_settled_question_and_on_its_answer(
    settled, claire, thread, browser_of
):
    address = reverse("draw-sheet", args=[settled.pk])
    first, answer, foot = re.split(
        'id="(?:post-2|thread-foot)"', browser_of(claire).get(settled.get_absolute_url()).text
    )

    assert [address in part for part in (first, answer, foot)] == [False, True, True]
    assert foot.index('class="for-asker"') < foot.index(address)
    assert "for-author for-asker" in answer[: answer.index(address)].rpartition("<button")[2]
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert reverse("draw-sheet", args=[thread.pk]) not in page


def test_what_quotes_somebody_who_is_not_asked_does_not_go_public(
    settled, claire, jeanne, spaces, viewer_of, browser_of, place, topics
):
    """Their words and name are for who reads the thread, until they write the sheet too."""
    draw(browser_of(claire), settled)
    sheet = ExperienceSheet.objects.get()
    parts = {"context": sheet.context, "results": sheet.results}
    save_draft(sheet, viewer_of(claire), values(place, topics[0], **parts), sheet.version)
    sheet = publish(sheet, viewer_of(claire), spaces["network"])
    address = reverse("propose-public-sheet", args=[sheet.thread_id])
    typed = {"summary": "En bref.", "licence": "etalab-2.0"}
    refused = browser_of(claire).post(address, typed)
    assert refused.status_code == 403 and "Cette fiche cite Jeanne Brunel" in refused.text
    assert "En bref." in refused.text and not PublicVersion.objects.exists()

    with_author(sheet, claire, jeanne)
    assert browser_of(claire).post(address, typed).status_code == 302
    asked = PublicVersion.objects.get().consents.values_list("person", flat=True)
    assert set(asked) == {claire.pk, jeanne.pk}


def test_what_quotes_a_post_that_all_read_or_says_it_in_other_words_goes_public(
    settled, claire, jeanne, spaces, viewer_of, browser_of, place, topics
):
    draw(browser_of(claire), settled)
    sheet = publish(ExperienceSheet.objects.get(), viewer_of(claire), spaces["network"])
    assert [post.author for post in quoted_posts(sheet)] == [jeanne]
    Thread.objects.filter(pk=settled.pk).update(space=spaces["public"])
    assert quoted_posts(sheet) == []
    Thread.objects.filter(pk=settled.pk).update(space=spaces["network"])
    own = values(place, topics[0], results="Nous l’avons refait.")
    save_published(sheet, viewer_of(claire), own, sheet.version)
    sheet.refresh_from_db()
    assert quoted_posts(sheet) == []


def test_a_wiki_post_of_hers_is_quoted_and_goes_public_with_the_word_of_who_edited_it(
    settled, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    wiki = set_wiki(Post.objects.get(pk=settled.accepted_id), viewer_of(jeanne), True)
    edit_post(wiki, viewer_of(lucie), f"{wiki.text} La régie a tenu.", wiki.version)
    draw(browser_of(jeanne), settled)
    sheet = ExperienceSheet.objects.get()
    assert "> Nous avons mis 300 kW au bois. La régie a tenu." in sheet.results
    with_author(sheet, jeanne, claire)
    sheet = publish(sheet, viewer_of(jeanne), spaces["network"])
    address = reverse("propose-public-sheet", args=[sheet.thread_id])
    typed = {"summary": "En bref.", "licence": "etalab-2.0"}
    refused = browser_of(jeanne).post(address, typed)
    assert refused.status_code == 403 and "Cette fiche cite Lucie Hoarau, qui" in refused.text

    with_author(sheet, jeanne, lucie)
    assert browser_of(jeanne).post(address, typed).status_code == 302


def test_what_is_said_beside_it_in_public_quotes_nobody_who_is_not_asked(
    settled, claire, jeanne, spaces, viewer_of, browser_of, place, topics
):
    sheet = publish(
        draft_of(viewer_of(claire), place, topics[0]), viewer_of(claire), spaces["network"]
    )
    post = Post.objects.get(pk=settled.accepted_id)
    summary = markup.quote(post.text, "Jeanne Brunel", 2, post.get_absolute_url())
    address = reverse("propose-public-sheet", args=[sheet.thread_id])
    typed = {"summary": f"{summary}En bref.", "licence": "etalab-2.0"}
    refused = browser_of(claire).post(address, typed)

    assert refused.status_code == 403 and "Cette fiche cite Jeanne Brunel" in refused.text
    assert "En bref." in refused.text and not PublicVersion.objects.exists()


def test_neither_a_move_nor_a_split_takes_what_is_quoted_to_more_readers(
    settled, claire, jeanne, lucie, spaces, viewer_of, browser_of, place, topics
):
    draw(browser_of(claire), settled)
    sheet = publish(ExperienceSheet.objects.get(), viewer_of(claire), spaces["network"])
    animator, parts = viewer_of(lucie), {"context": sheet.context, "results": sheet.results}
    with pytest.raises(Refused, match="Cette fiche cite Jeanne Brunel"):
        move_thread(sheet.thread, animator, spaces["public"], "Pour tous.")
    split_thread(
        settled, animator, numbers=[2], title="Trois cents kilowatts", topic=topics[0],
        kind="discussion", tags=[],
    )  # fmt: skip
    assert [post.author for post in quoted_posts(sheet)] == [jeanne]
    hide_post(Post.objects.get(pk=settled.accepted_id), animator, "Hors sujet.")
    with pytest.raises(Refused, match="Cette fiche cite quelqu’un"):
        move_thread(sheet.thread, viewer_of(lucie), spaces["public"], "Pour tous.")

    own = values(place, topics[0], **parts | {"results": "Nous l’avons refait."})
    save_published(sheet, viewer_of(claire), own, sheet.version)
    move = move_thread(sheet.thread, animator, spaces["public"], "Pour tous.")
    assert answer_move(move, viewer_of(claire), True).moved_at


def test_an_experience_has_its_button_unless_it_bears_a_sheet(
    sheet, claire, spaces, browser_of
):
    told = start_thread(claire, spaces["network"], kind="experience")
    pages = {
        it.pk: browser_of(claire).get(it.get_absolute_url()) for it in (told, sheet.thread)
    }
    shown = {pk: reverse("draw-sheet", args=[pk]) in page.text for pk, page in pages.items()}

    assert shown == {told.pk: True, sheet.thread_id: False}


@pytest.mark.parametrize("gone", ["deleted", "hidden", "withheld"])
def test_words_that_are_shown_no_more_are_published_by_no_draft(
    gone, settled, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    draw(browser_of(claire), settled)
    answer, space = Post.objects.get(pk=settled.accepted_id), spaces["network"]
    if gone == "deleted":
        delete_post(answer, viewer_of(jeanne))
    elif gone == "hidden":
        hide_post(answer, viewer_of(lucie), "Injurieux.")
    else:
        move = move_thread(settled, viewer_of(lucie), spaces["public"])
        answer_move(move, viewer_of(jeanne), False)
        answer_move(move, viewer_of(claire), True)
        complete_move(move, viewer_of(lucie))
        space = spaces["public"]

    with pytest.raises(Refused, match="Cette fiche cite"):
        publish(ExperienceSheet.objects.get(), viewer_of(claire), space)
    assert not ExperienceSheet.objects.exclude(thread=None).exists()


def test_nor_does_an_edit_of_a_published_sheet_bring_them_back(
    settled, claire, jeanne, spaces, viewer_of, browser_of, place, topics
):
    draw(browser_of(claire), settled)
    sheet = publish(ExperienceSheet.objects.get(), viewer_of(claire), spaces["network"])
    quoted = sheet.results
    delete_post(Post.objects.get(pk=settled.accepted_id), viewer_of(jeanne))
    kept = values(place, topics[0], results=quoted, work="Autre chose.")
    sheet = save_published(sheet, viewer_of(claire), kept, sheet.version)
    assert sheet.work == "Autre chose.", "what stands there does not keep one from editing"

    without = values(place, topics[0], results="Dit autrement.")
    sheet = save_published(sheet, viewer_of(claire), without, sheet.version)
    with pytest.raises(Refused, match="Cette fiche cite"):
        save_published(sheet, viewer_of(claire), kept, sheet.version)
