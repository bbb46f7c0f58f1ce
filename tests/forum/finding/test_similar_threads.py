"""Threads that are similar to a title that is typed, and to a thread."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.models import SynonymGroup
from forum.base.search_index.terms import Expression, word_clause
from forum.conversation.questions import actions as questions
from forum.conversation.threads.edits.actions import edit_thread
from forum.finding.search.visible_index import VisibleIndex
from forum.finding.similar_threads import queries, views
from forum.models import Post, Thread, Topic
from forum.moderation import actions as moderation
from tests.factories import PROJECTS, SUPPORT, move_thread, post_reply, start_thread
from tests.forum.test_query_counts import Counted, fill

pytestmark = pytest.mark.usefixtures("cast_scene", "no_posting_limits")

BOILER = "Chaudière bois pour trois écoles"


@pytest.fixture
def ask(claire, spaces):
    """``ask(title, space=…)``: a thread of Claire's, without tags, on nothing in particular."""

    def ask(title, space="network", person=claire, **fields):
        fields = {"tags": [], "text": f"Bonjour à tous. {title[:3]}"} | fields
        return start_thread(person, spaces[space], title=title, **fields)

    return ask


@pytest.fixture
def typed(browser_of, claire):
    """What is proposed to a person who types a title: the text of the list."""

    def typed(title, person=claire, **fields):
        sent = {"title": title, "part": "list"} | fields
        answer = browser_of(person).post(reverse("similar-to-title"), sent)
        assert answer.status_code == 200
        return answer.text

    return typed


@pytest.fixture
def under(browser_of, claire):
    """What is proposed to a person under a thread: the text of the list."""

    def under(thread, person=claire):
        address = reverse("similar-threads", args=[thread.pk])
        answer = browser_of(person).get(address, {"part": "list"})
        assert answer.status_code == 200
        return answer.text

    return under


def titles(text):
    """The titles of the links, in order, as they were typed."""
    text = text.replace("\u202f", " ").replace("\u00a0", " ")
    return [unescape(it) for it in re.findall(r"<a [^>]*>([^<]*)</a>", text)]


def heading(text):
    return re.search(r"<h2>\s*(.*?)\s*</h2>", text)[1]


def test_a_title_finds_what_shares_its_telling_words_however_they_are_written(ask, typed):
    ask(BOILER)
    ask("Ombrières de parking : sommes-nous concernés ?")

    assert titles(typed("Quelle chaudiere à bois pour notre école ?")) == [BOILER]
    assert titles(typed("Ombrière sur un parking")) == [
        "Ombrières de parking : sommes-nous concernés ?"
    ]


def test_rather_nothing_than_what_shares_a_word_by_chance(ask, typed):
    ask("Combien de temps pour raccorder une ombrière ?")
    ask("Bonjour, une question sur la haie")
    ask("Fête de quartier et mobilité douce")
    ask("Conseil de développement, budget et quartier")

    assert titles(typed("Plaquettes humides livrées au quartier neuf")) == []
    assert titles(typed("Combien de bois pour une chaufferie de quartier ?")) == []
    assert titles(typed("Bonjour, une question")) == []
    assert titles(typed("Temps de chauffe des plaquettes humides en silo")) == []


def test_a_rare_word_weighs_more_than_common_ones(ask, typed):
    for n in range(8):
        ask(f"Réseau de chaleur : étape {n}")
    ask("Intracting et réseau")

    assert titles(typed("Intracting : un réseau de chaleur"))[0] == "Intracting et réseau"
    assert "Intracting et réseau" not in titles(typed("Étape du réseau de chaleur"))


def test_solved_ones_come_first_with_how_their_answer_begins(ask, typed, jeanne, claire):
    solved, _newer = ask(BOILER), ask("Chaudière bois : trois écoles, encore")
    answer = post_reply(jeanne, solved, "Prenez **200 kW** & un silo.")
    assert titles(typed("Chaudière bois, trois écoles, encore"))[-1] == BOILER
    questions.accept_answer(answer, viewer_of_person(claire))
    text = typed("Chaudière bois, trois écoles, encore")

    assert titles(text) == [BOILER, "Chaudière bois : trois écoles, encore"]
    assert "Prenez 200 kW &amp; un silo." in text
    assert "2 fils semblables" in text


def test_the_opening_post_and_tags_are_looked_at_too(ask, typed):
    ask("Retour de notre saison", text="Le silo à granulés s’est vidé en janvier.")
    ask("Un sujet sans mots", tags=["méthanisation", "odeurs"])

    assert titles(typed("Granulés : silo vidé")) == ["Retour de notre saison"]
    assert titles(typed("Odeurs de la méthanisation")) == ["Un sujet sans mots"]
    assert titles(typed("Une idée", tags="odeurs, méthanisation")) == ["Un sujet sans mots"]


def test_terms_that_mean_the_same_are_found(ask, typed):
    ask("Énergies renouvelables et PLUi")
    assert titles(typed("EnR : premiers pas")) == []
    SynonymGroup.objects.create(terms="EnR, énergies renouvelables")

    assert titles(typed("EnR : premiers pas")) == ["Énergies renouvelables et PLUi"]


def test_nothing_is_asked_before_there_are_three_letters(ask, typed):
    ask("EU")

    assert titles(typed("eu")) == titles(typed("")) == titles(typed(" - !")) == []


def test_an_older_thread_that_has_more_in_common_is_found_behind_many_newer(
    ask, typed, monkeypatch
):
    monkeypatch.setattr(queries, "_MAX_TITLES", 5)
    ask("Chaudière à granulés du gymnase")
    for n in range(7):
        ask(f"Chaudière numéro {n}")

    assert titles(typed("Chaudière du gymnase"))[0] == "Chaudière à granulés du gymnase"


def test_threads_are_found_where_all_words_of_one_set_are(ask, claire, viewer_of):
    wood, boiler, silo = map(word_clause, ("bois", "chaudière", "silo"))
    both, one, _other = ask("Chaudières au bois"), ask("Un silo enterré"), ask("Bois sec")
    asked = Expression((wood, boiler, silo), sets=((wood, boiler), (silo,)))
    found = VisibleIndex(viewer_of(claire), {}).titles(asked)

    assert {it.thread_id for it in found} == {both.pk, one.pk}


def test_what_one_may_not_read_is_not_proposed_takes_no_place_and_weighs_nothing(
    ask, typed, jeanne
):
    ask("Réseau de chaleur bois")
    ask("Réseau de gaz")
    asked = BOILER, "Réseau de chaleur bois", "Réseau de chaleur et silo", "Gaz et chaleur"
    before = [typed(title) for title in asked]
    assert "1 fil semblable" in before[1]
    for n in range(4):
        ask(f"{BOILER} {n}", space=PROJECTS, person=jeanne)
        ask(f"Réseau de chaleur bois {n}", space=PROJECTS, person=jeanne)
        ask(f"Gaz, silo et chaleur {n}", space=PROJECTS, person=jeanne)

    assert [typed(title) for title in asked] == before
    assert len(titles(typed(BOILER, jeanne))) == queries.MAX_FOR_TITLE


def test_a_thread_that_moves_is_hidden_restored_or_renamed_is_right_at_once(
    ask, typed, claire, people, spaces, viewer_of
):
    animator = viewer_of(people.animator)
    thread = ask(BOILER)
    first = thread.posts.get()
    moderation.hide_post(first, animator, "Blessant.")
    assert titles(typed(BOILER)) == []
    moderation.restore_post(Post.objects.get(pk=first.pk), animator)
    assert titles(typed(BOILER)) == [BOILER]
    changed = {"title": "Silo enterré à vis", "topic": thread.topic, "kind": "question"}
    edit_thread(Thread.objects.get(pk=thread.pk), viewer_of(claire), tags=[], **changed)
    assert titles(typed(BOILER)) == []
    assert titles(typed("Vis d’un silo enterré")) == ["Silo enterré à vis"]
    move_thread(Thread.objects.get(pk=thread.pk), animator, spaces[SUPPORT])

    assert titles(typed("Vis d’un silo enterré")) == []
    assert titles(typed("Vis d’un silo enterré", people.support)) == ["Silo enterré à vis"]


def test_under_a_thread_stand_others_like_it_and_not_itself(ask, under, jeanne, claire):
    thread, other = ask(BOILER), ask("Quelle chaudière à bois pour l’école ?")
    ask("Ombrières de parking")

    assert heading(under(thread)) == "Fils semblables"
    assert titles(under(thread)) == [other.title]
    assert "0 réponse" in under(thread)
    questions.accept_answer(post_reply(jeanne, other), viewer_of_person(claire))
    assert "Résolu" in under(thread)


def test_where_none_is_similar_others_on_the_topic_are_named_solved_ones_first(
    ask, under, jeanne, claire
):
    thread = ask("Silo enterré à vis")
    others = [ask(f"Fil {name}") for name in ("un", "blanc", "bleu", "rouge", "vert")]
    ask("Ailleurs", topic=Topic.objects.get(slug="eolien"))
    questions.accept_answer(post_reply(jeanne, others[0]), viewer_of_person(claire))

    assert heading(under(thread)) == "Sur le même sujet"
    assert titles(under(thread)) == ["Fil un", "Fil vert", "Fil rouge", "Fil bleu"]


def test_others_on_the_topic_that_one_may_not_read_take_no_place(ask, under, jeanne):
    thread, other = ask("Silo enterré à vis"), ask("Fil blanc")
    for name in ("bleu", "rouge", "vert", "gris"):
        ask(f"Fil {name}", space=PROJECTS, person=jeanne)

    assert titles(under(thread)) == [other.title]
    assert len(titles(under(thread, jeanne))) == queries.MAX_FOR_THREAD


def test_under_a_thread_each_is_shown_what_they_may_read(
    ask, under, jeanne, claire, people, browser_of
):
    public = ask(BOILER, space="public")
    ask(f"{BOILER} ici", space=PROJECTS, person=jeanne)

    assert titles(under(public, jeanne)) == [f"{BOILER} ici"]
    assert titles(under(public)) == titles(under(public, None)) == []
    assert "Aucun fil que vous lisez" in under(public, None)
    inside = Thread.objects.get(title=f"{BOILER} ici")
    hidden = browser_of(claire).get(reverse("similar-threads", args=[inside.pk]))
    assert hidden.status_code == 404


def test_without_a_script_a_thread_leads_to_a_page_of_those_like_it(ask, browser_of, claire):
    thread, other = ask(BOILER), ask("Quelle chaudière à bois pour l’école ?")
    address = reverse("similar-threads", args=[thread.pk])
    assert f'href="{address}"' in browser_of(claire).get(thread.get_absolute_url()).text
    page = browser_of(claire).get(address)

    found = titles(re.search(r"<section.*?</section>", page.text, re.DOTALL)[0])
    assert found == [other.title, "Lier"], "and one may link it"
    assert BOILER in page.text
    assert "private" in page["Cache-Control"]


def test_without_a_script_the_form_leads_to_a_page_of_those_like_the_title(
    ask, browser_of, claire
):
    ask(BOILER)
    browser, address = browser_of(claire), reverse("similar-to-title")
    form = browser.get(reverse("new-thread")).text
    assert re.search(rf'formaction="{address}"\s+formtarget="_blank"', form)

    assert BOILER in browser.post(address, {"title": BOILER}).text
    assert "ne ressemble à ce titre" in browser.post(address, {"title": "Hydrolienne"}).text
    assert "Écrivez d’abord un titre" in browser.post(address, {"title": ""}).text


def test_who_has_no_account_types_no_title(browser_of, people):
    address = reverse("similar-to-title")

    assert browser_of(None).post(address, {"title": BOILER}).status_code == 403
    assert browser_of(people.suspended).post(address, {"title": BOILER}).status_code == 403


def test_how_often_one_asks_is_bounded_and_said(ask, browser_of, claire, monkeypatch):
    monkeypatch.setattr(views, "_TITLES", RateLimit("similar_to_title", "2/10m/user"))
    few = RateLimit("similar_threads", "2/10m/user", counts_reading=True)
    monkeypatch.setattr(views, "_THREADS", few)
    browser, thread = browser_of(claire), ask(BOILER)
    near = reverse("similar-threads", args=[thread.pk])
    asked = [browser.post(reverse("similar-to-title"), {"title": BOILER}) for _n in range(3)]
    seen = [browser.get(near) for _n in range(3)]

    assert (
        [it.status_code for it in asked] == [it.status_code for it in seen] == [200, 200, 429]
    )
    assert "Réessayez" in asked[2].text and "Réessayez" in seen[2].text
    assert browser.get(near, {"part": "list"}).status_code == 429


@pytest.mark.parametrize(
    "title",
    ["\0" * 9, "\"'\\:&|!<->()*%_" * 60, "a OR b AND (c", "é" * 10_000, "\u202e<b>x</b>"],
)
def test_whatever_is_typed_is_answered(ask, typed, title):
    ask(BOILER)

    assert "<b>x</b>" not in typed(title) and titles(typed(title)) == []


def test_the_queries_are_as_many_whatever_there_is(ask, claire, browser_of):
    thread, browser = ask("Fil numéro 0 de la réserve", tags=["bois"]), browser_of(claire)
    near = reverse("similar-threads", args=[thread.pk])

    def cost():
        with Counted() as counted:
            browser.get(near, {"part": "list"})
        return counted.number

    for n in range(3):
        ask(f"Fil numéro {n} de la réserve")
    cost()
    few = cost()
    fill(thread, threads=200)
    for n in range(6):
        ask(f"Fil numéro {n} de la réserve du nord")

    assert cost() <= few <= 16


def test_a_sheet_without_a_reply_is_called_a_sheet(ask, typed):
    thread = ask(BOILER, kind="experience")
    assert "0 réponse" in typed(BOILER)
    Thread.objects.filter(pk=thread.pk).update(has_sheet=True)
    assert "Fiche d’expérience" in typed(BOILER) and "0 réponse" not in typed(BOILER)
