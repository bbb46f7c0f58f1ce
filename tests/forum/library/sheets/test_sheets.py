"""Sheets: drafts that are nobody else's, then threads that they head."""

import re

import pytest
from django.urls import reverse

from accounts.models import Territory
from forum.base.rules import Refused
from forum.conversation.files.models import StoredFile
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.conversation.threads.revisions.models import Revision
from forum.library.sheets.actions import SheetConflict, publish_sheet, save_published
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.drafts.actions import (
    MAX_DRAFTS,
    begin_sheet,
    delete_draft,
    save_draft,
)
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.models import Event, Thread
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import post_reply, start_thread
from tests.forum.conversation.files.file_helpers import pdf_of
from tests.forum.conversation.files.file_helpers import sent as upload
from tests.forum.library.sheets.sheet_helpers import TITLE, draft_of, publish, sent, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]


def seen_by(viewer):
    return set(ExperienceSheet.objects.visible_to(viewer))


def _hidden_from(role, is_seen):
    """The status of a page that only some see."""
    return 200 if is_seen else {"guest": 302, "suspended": 403}.get(role, 404)


def join(sheet, by, person, viewer_of):
    row = invite_author(sheet, viewer_of(by), person)
    return answer_invitation(row.pk, viewer_of(person), accepts=True)


@pytest.mark.deep
def test_a_draft_is_seen_by_its_author_and_by_nobody_else(draft, people, viewer_of, browser_of):
    for role, person in vars(people).items():
        is_own = role == "authorities"
        assert (draft in seen_by(viewer_of(person))) == is_own, role
        page = browser_of(person).get(reverse("sheet-draft", args=[draft.pk]))
        assert page.status_code == _hidden_from(role, is_own)
        assert TITLE not in browser_of(person).get(reverse("sheets")).text


@pytest.mark.deep
def test_a_published_sheet_is_seen_where_its_thread_is(
    draft, people, spaces, viewer_of, browser_of
):
    sheet = publish(draft, viewer_of(people.authorities), spaces["collectivites-locales"])

    for role, person in vars(people).items():
        reads = role == "authorities"
        assert (sheet in seen_by(viewer_of(person))) == reads, role
        status = browser_of(person).get(sheet.get_absolute_url()).status_code
        assert status == (200 if reads else 404), role
        assert (TITLE in browser_of(person).get(reverse("sheets")).text) == reads, role


def test_a_published_sheet_heads_a_thread_that_says_what_it_says(sheet, claire):
    thread, post = sheet.thread, sheet.thread.posts.get()

    assert (thread.title, thread.kind, thread.has_sheet) == (TITLE, "experience", True)
    assert post.author == claire and "300 kW" in post.text and "450 k€ HT" in post.text
    assert "### Ce qui a été fait" in post.text and "Val d’Ombre" in post.text
    assert "octobre 2023" in post.text
    assert [it.name for it in thread.taggings.all()] == ["régie"]


def test_the_page_shows_figures_as_typed_and_counts_in_one_base(sheet, jeanne, browser_of):
    page = browser_of(jeanne).get(sheet.get_absolute_url())

    assert "450 k€ HT" in page.text and "Non relue" in page.text
    amounts = dict(SheetFigure.objects.values_list("kind", "amount"))
    assert amounts == {"power": 300, "investment": 450_000}


def test_a_sheet_shows_three_figures_first_and_all_of_them_at_its_end(
    sheet_of, claire, browser_of
):
    kinds = "energy_price", "length", "produced", "jobs", "investment", "power"
    sheet = sheet_of(**dict.fromkeys(kinds, 150))
    page = browser_of(claire).get(sheet.get_absolute_url())
    head, foot = page.text.split("Le récit</h2>")

    assert [figure.kind for figure, _line in page.context["key_figures"]] == [
        "power", "investment", "produced",
    ]  # fmt: skip
    assert (head.count("tapé"), foot.count("tapé")) == (3, 6)


def test_publishing_twice_publishes_once(draft, claire, spaces, viewer_of):
    first = publish_sheet(draft, viewer_of(claire), spaces["network"], version=draft.version)
    again = publish_sheet(draft, viewer_of(claire), spaces["network"], version=draft.version)

    assert list(Thread.objects.all()) == [first] == [again]


def test_nobody_publishes_words_that_a_co_author_saved_since_they_read_them(
    draft, claire, spaces, viewer_of
):
    ExperienceSheet.objects.update(version=draft.version + 1)
    with pytest.raises(SheetConflict):
        publish_sheet(draft, viewer_of(claire), spaces["network"], version=draft.version)
    assert not Thread.objects.exists()


def test_publishing_that_is_cut_off_leaves_the_draft_and_may_be_done_again(
    draft, claire, spaces, viewer_of, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr("forum.library.sheets.actions._head_thread", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish_sheet(draft, viewer_of(claire), spaces["network"], version=draft.version)
    assert not Thread.objects.exists()

    sheet = publish(draft, viewer_of(claire), spaces["network"])
    assert Thread.objects.get() == sheet.thread and sheet.thread.has_sheet


def test_saving_a_published_sheet_edits_its_post_and_keeps_what_it_said(
    sheet, claire, place, topics, viewer_of
):
    before = sheet.thread.posts.get()
    new = values(place, topics[1], title="Une chaufferie, dix ans après", work="Tout refait.")

    save_published(sheet, viewer_of(claire), new, 1, reason="Dix ans ont passé.")

    post, thread = sheet.thread.posts.get(), Thread.objects.get()
    assert "Tout refait." in post.text and post.version == before.version + 1
    kept = Revision.objects.get(post=post)
    assert kept.text == before.text and kept.reason == "Dix ans ont passé."
    assert (thread.title, thread.topic) == ("Une chaufferie, dix ans après", topics[1])
    assert Event.objects.filter(thread=thread).count() == thread.seq


def test_a_co_author_edits_a_published_sheet_and_is_named(
    sheet, claire, jeanne, place, topics, viewer_of, browser_of
):
    with pytest.raises(Refused):
        save_published(sheet, viewer_of(jeanne), values(place, topics[0]), 1)
    join(sheet, claire, jeanne, viewer_of)

    save_published(sheet, viewer_of(jeanne), values(place, topics[0], work="À deux."), 1)

    post = sheet.thread.posts.get()
    assert (post.author, post.edited_by) == (claire, jeanne)
    page = browser_of(claire).get(sheet.get_absolute_url()).text
    assert "Jeanne Brunel" in page


@pytest.mark.parametrize("is_published", [False, True])
def test_two_editors_at_once_get_both_versions(
    is_published, draft, request, claire, place, topics, viewer_of, browser_of
):
    sheet = request.getfixturevalue("sheet") if is_published else draft
    if is_published:
        save_published(sheet, viewer_of(claire), values(place, topics[0], work="Moi."), 1)
        address = reverse("edit-sheet", args=[sheet.thread_id])
    else:
        save_draft(sheet, viewer_of(claire), values(place, topics[0], work="Moi."), 1)
        address = reverse("edit-draft", args=[sheet.pk])

    figures = [("power", "300 kW", "", "")]
    page = browser_of(claire).post(address, sent(place, figures, work="Toi."))

    assert page.status_code == 409 and "Moi." in page.text and "Toi." in page.text
    again = sent(place, figures, work="Toi.", version=page.context["form"].data["version"])
    assert browser_of(claire).post(address, again).status_code == 302
    sheet.refresh_from_db()
    assert sheet.work == "Toi."


def test_an_action_says_that_another_saved(draft, claire, place, topics, viewer_of):
    with pytest.raises(SheetConflict):
        save_draft(draft, viewer_of(claire), values(place, topics[0]), 7)


def test_its_post_is_edited_as_the_sheet_is(sheet, claire, viewer_of, browser_of):
    post = sheet.thread.posts.get()

    with pytest.raises(Refused):
        edit_post(post, viewer_of(claire), "Autre chose.", post.version)
    answer = browser_of(claire).get(reverse("edit-post", args=[post.pk]))
    assert answer.url == reverse("edit-sheet", args=[sheet.thread_id])


def test_its_thread_stays_an_experience_and_joins_no_other(
    sheet, claire, lucie, spaces, topics, viewer_of
):
    head = {"title": "Autre titre que celui-là", "topic": topics[0], "tags": []}
    with pytest.raises(Refused):
        edit_thread(sheet.thread, viewer_of(claire), kind="discussion", **head)
    other = start_thread(claire, spaces["network"])
    with pytest.raises(Refused):
        merge_threads(sheet.thread, other, viewer_of(lucie))
    merge_threads(other, sheet.thread, viewer_of(lucie))

    edit_thread(sheet.thread, viewer_of(claire), kind="experience", **head)
    assert ExperienceSheet.objects.get().shown_title == "Autre titre que celui-là"


def test_it_goes_with_its_post(sheet, claire, lucie, jeanne, viewer_of, browser_of):
    post_reply(jeanne, sheet.thread)
    post, address = sheet.thread.posts.get(number=1), sheet.get_absolute_url()

    hide_post(post, viewer_of(lucie), "Un motif.")
    assert browser_of(jeanne).get(address).status_code == 404
    restore_post(post, viewer_of(lucie))
    assert browser_of(jeanne).get(address).status_code == 200

    delete_post(post, viewer_of(claire))
    assert browser_of(claire).get(address).status_code == 404
    assert not ExperienceSheet.objects.exists() and not SheetFigure.objects.exists()
    assert not Thread.objects.get().has_sheet


def test_a_draft_is_saved_whatever_it_lacks(claire, place, browser_of):
    page = browser_of(claire).post(reverse("new-sheet"), {"title": "Une idée", "save": ""})
    sheet = ExperienceSheet.objects.get()

    assert page.url == reverse("edit-draft", args=[sheet.pk]) and sheet.title == "Une idée"
    bad = {"started": "un jour", "territory_words": "Nulle part", "work": "Fait.", "version": 1}
    page = browser_of(claire).post(page.url, bad | {"title": "Une idée"})
    sheet.refresh_from_db()
    assert page.status_code == 422 and sheet.work == "Fait."
    assert "Le reste est enregistré" in page.text and "un jour" in page.text


def test_publishing_asks_for_what_is_missing_and_saves_the_draft(claire, browser_of):
    data = {"title": "Une idée", "publish": "", "work": "Fait."}
    page = browser_of(claire).post(reverse("new-sheet"), data)

    assert page.status_code == 422
    assert {"topic", "territory_words", "results"} <= set(page.context["form"].errors)
    assert ExperienceSheet.objects.get().work == "Fait."


def test_one_publishes_after_a_page_that_shows_it(claire, place, spaces, browser_of):
    browser = browser_of(claire)
    address = browser.post(reverse("new-sheet"), sent(place, publish="")).url

    page = browser.get(address)
    assert "300\u00a0kW" in page.text and "Ce qui sera publié" in page.text
    data = {name: page.context["form"][name].value() for name in ("shown_readers", "version")}
    data["space"] = "reseau"
    done = browser.post(address, data, follow=True)

    assert done.status_code == 200 and "La fiche est publiée." in done.text
    assert ExperienceSheet.objects.get().thread.space == spaces["network"]
    assert browser.get(address).status_code == 404


def test_a_sheet_has_the_files_that_its_author_gives(claire, place, jeanne, browser_of):
    browser = browser_of(claire)
    address = browser.post(reverse("new-sheet"), sent(place, publish="")).url
    given = {
        "files": upload("Bilan.pdf", pdf_of()),
        "version": ExperienceSheet.objects.get().version,
    }
    browser.post(address, {"space": "reseau"} | given)

    sheet = ExperienceSheet.objects.get()
    assert StoredFile.objects.get().post == sheet.thread.posts.get()
    assert "Bilan.pdf" in browser_of(jeanne).get(sheet.get_absolute_url()).text


def test_one_person_begins_so_many_drafts(claire, place, topics, viewer_of):
    for _number in range(MAX_DRAFTS):
        begin_sheet(viewer_of(claire), values(place, topics[0]))
    with pytest.raises(Refused):
        begin_sheet(viewer_of(claire), values(place, topics[0]))


@pytest.mark.parametrize("role", ["guest", "registered", "lapsed", "former", "suspended"])
def test_who_may_not_start_a_thread_begins_no_sheet(role, people, browser_of):
    page = browser_of(getattr(people, role)).post(reverse("new-sheet"), {"title": "Une idée"})

    assert page.status_code in (302, 403) and not ExperienceSheet.objects.exists()


def test_a_guest_who_begins_one_is_told_why_they_sign_in(browser_of, people):
    answer = browser_of(people.guest).get(reverse("new-sheet"), follow=True)

    assert answer.redirect_chain[-1][0].endswith(f"?next={reverse('new-sheet')}")
    assert "Les fiches sont écrites par les membres du réseau" in answer.text


def test_a_draft_is_deleted_by_who_began_it(draft, claire, jeanne, viewer_of, browser_of):
    join(draft, claire, jeanne, viewer_of)
    with pytest.raises(Refused):
        delete_draft(draft, viewer_of(jeanne))

    browser_of(claire).post(reverse("delete-sheet-draft", args=[draft.pk]))
    assert not ExperienceSheet.objects.exists()


def test_its_thread_leads_to_it_and_back(sheet, jeanne, browser_of):
    browser, address = browser_of(jeanne), reverse("sheet-short", args=[sheet.thread_id])

    assert address in browser.get(sheet.thread.get_absolute_url()).text
    assert address in browser.get(reverse("home")).text
    post_reply(jeanne, sheet.thread, "Combien de plaquettes par hiver ?")
    page = browser.get(address).text
    assert "Combien de plaquettes par hiver" in page
    assert sheet.thread.get_absolute_url() in page


def test_a_row_has_how_large_it_is_and_what_it_cost(sheet_of, claire, browser_of):
    sheet_of(energy_price=80, produced=310, investment=285000, power=150)
    page = browser_of(claire).get(reverse("sheets"))
    [[_sheet, figures, _state]] = page.context["cards"]

    assert [figure.kind for figure in figures] == ["power", "investment"]
    assert page.content.decode().count("tapé") == 2


def test_a_list_of_threads_shows_two_figures_of_a_sheet_as_they_are_now(
    sheet, claire, place, topics, jeanne, viewer_of, browser_of
):
    def shown():
        page = browser_of(jeanne).get(reverse("home")).text
        row = page[page.index(f'id="thread-{sheet.thread_id}"') :].partition("</li>")[0]
        return re.findall("<span>([^<]*)</span>", row.partition('<p class="count"')[2])

    assert shown() == ["300 kW", "450 k€ HT"]
    edited = values(place, topics[0], figures=[TypedFigure("power", "320 kW")])
    save_published(sheet, viewer_of(claire), edited, sheet.version)
    assert shown() == ["320 kW"]
    delete_post(sheet.thread.posts.get(number=1), viewer_of(claire))
    assert not Thread.objects.filter(pk=sheet.thread_id).exclude(sheet_figures="").exists()


def test_lists_are_sifted(sheet, claire, place, topics, spaces, viewer_of, browser_of):
    other = draft_of(viewer_of(claire), None, topics[1], title="Un parc éolien citoyen",
                     work="Quatre mâts.")  # fmt: skip
    publish(other, viewer_of(claire), spaces["network"])

    def found(query):
        page = browser_of(claire).get(reverse("sheets"), query)
        return [row.thread.title for row in page.context["page"].rows]

    assert found({}) == ["Un parc éolien citoyen", TITLE]
    assert found({"sujet": "eolien"}) == ["Un parc éolien citoyen"]
    assert found({"q": "chaufferies"}) == [TITLE] and found({"q": "hydrolienne"}) == []
    assert found({"territoire": "val d'ombre"}) == [TITLE]


def test_the_text_of_a_figure_is_no_markdown(claire, place, topics, spaces, viewer_of):
    odd = TypedFigure("power", "300 kW", note="**gras** [ici](/charte/)")
    draft = draft_of(viewer_of(claire), place, topics[0], figures=[odd])
    html = publish(draft, viewer_of(claire), spaces["network"]).thread.posts.get().html

    assert "**gras**" in html and not re.search(r"<strong>gras|<a ", html)


def test_a_place_that_nobody_knows_leads_to_where_it_is_added(claire, browser_of):
    data = {"title": "Une idée", "territory_words": "Saint-Orbain", "save": ""}
    page = browser_of(claire).post(reverse("new-sheet"), data)

    assert page.status_code == 422 and "laissez ce champ vide" not in page.text
    assert f'<a href="{reverse("own-territories")}">' in page.text


def test_a_new_sheet_begins_with_the_territory_of_ones_organisation(claire, place, browser_of):
    claire.seats.get().organisation.territories.add(place)

    page = browser_of(claire).get(reverse("new-sheet"))

    assert f'value="{place.slug}" checked' in " ".join(page.text.split())


def test_inhabitants_follow_the_territory_unless_they_were_typed(
    claire, draft, place, browser_of
):
    village = Territory.objects.create(
        slug="orbain", name="Orbain", type="commune", department_codes="22", population=260
    )
    browser, address = browser_of(claire), reverse("edit-draft", args=[draft.pk])
    for population, typed, expected in ((14000, "14000", 260), (260, "300", 300)):
        ExperienceSheet.objects.update(territory=place, population=population, version=1)
        browser.post(address, sent(village, population=typed, save=""))
        draft.refresh_from_db()
        assert (draft.territory, draft.population) == (village, expected)
