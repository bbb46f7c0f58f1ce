"""Merging a tag into another, what then stands for what, and undoing it exactly."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from forum.conversation.tags.models import MergedTagging
from forum.conversation.threads.changes import thread_changes_since
from forum.conversation.threads.edits.actions import edit_thread
from forum.finding.tags.merges import actions
from forum.finding.tags.merges.actions import CannotMergeTags, merge_tags, separate_tag
from forum.models import Tag, Tagging, Thread
from tests.factories import AUTHORITIES, SUPPORT, start_thread
from tests.forum.thread_invariants import check_taggings

pytestmark = pytest.mark.django_db


def tag(slug):
    return Tag.objects.get(slug=slug)


def tags_of(thread):
    rows = thread.taggings.order_by("tag__slug").values_list("tag__slug", "name")
    return dict(rows)


def everything():
    """All taggings, in full."""
    names = [field.attname for field in Tagging._meta.concrete_fields]
    return sorted(Tagging.objects.values_list(*names))


def retag(thread, person, viewer_of, tags):
    thread = Thread.objects.get(pk=thread.pk)
    about = {"title": thread.title, "topic": thread.topic, "kind": thread.kind}
    edit_thread(thread, viewer_of(person), tags=tags, **about)


@pytest.fixture
def start(claire, spaces):
    def start(*tags, space="network", person=claire, title="Un fil parmi d’autres"):
        number = Thread._base_manager.count()
        return start_thread(person, spaces[space], tags=tags, title=f"{title} {number}")

    return start


@pytest.fixture
def merge(lucie, viewer_of):
    return lambda a, b: merge_tags(tag(a), tag(b), viewer_of(lucie), "C’est le même.")


@pytest.fixture
def separate(lucie, viewer_of):
    return lambda a: separate_tag(tag(a), viewer_of(lucie), "Tout compte fait, non.")


def test_threads_bear_what_remains_in_their_own_spelling(start, merge, spaces):
    old, both, other = (
        start("Photovoltaïque"),
        start("photovoltaique", "Solaire"),
        start("SOLAIRE"),
    )
    hidden = start("photovoltaïque", space=AUTHORITIES)  # Of a college that is not Lucie's.

    assert merge("photovoltaique", "solaire") == 3

    assert tags_of(old) == {"solaire": "Photovoltaïque"}
    assert tags_of(both) == {"solaire": "Solaire"}
    assert tags_of(other) == {"solaire": "SOLAIRE"}
    assert tags_of(hidden) == {"solaire": "photovoltaïque"}
    check_taggings()


def test_the_address_of_the_old_one_leads_to_the_new_with_its_filters(
    start, merge, browser_of, claire
):
    start("Photovoltaïque"), start("Solaire")
    merge("photovoltaique", "solaire")

    page = browser_of(claire).get("/mots/photovoltaique/?vue=sans-reponse")
    assert (page.status_code, page["Location"]) == (302, "/mots/solaire/?vue=sans-reponse")
    page = browser_of(claire).get(page["Location"])
    assert page.context["subject"].name == "Solaire" and len(page.context["page"].rows) == 2
    assert "On dit aussi" in page.text and "Photovoltaïque" in page.text


def test_whoever_types_the_old_one_gives_the_new(start, merge):
    start("Photovoltaïque"), start("Solaire")
    merge("photovoltaique", "solaire")

    assert tags_of(start("PHOTOVOLTAIQUE")) == {"solaire": "Solaire"}
    assert tags_of(start("photovoltaïque", "solaire")) == {"solaire": "Solaire"}


def test_a_thread_that_is_edited_without_changing_its_words_keeps_them(
    start, merge, viewer_of, claire
):
    old = start("Photovoltaïque")
    start("Solaire")
    merge("photovoltaique", "solaire")
    before = everything()

    retag(old, claire, viewer_of, ["Photovoltaïque"])

    assert everything() == before


def test_open_pages_follow(start, merge, separate, viewer_of, claire):
    old, viewer = start("Photovoltaïque"), viewer_of(claire)
    start("Solaire")
    seen = Thread.objects.get(pk=old.pk).seq

    merge("photovoltaique", "solaire")
    news = thread_changes_since(viewer, old.pk, seen)
    assert "/mots/solaire/" in str(news.elements)

    separate("photovoltaique")
    news = thread_changes_since(viewer, old.pk, news.seq)
    assert "/mots/photovoltaique/" in str(news.elements)


def test_undone_everything_is_exactly_as_it_was(start, merge, separate):
    start("Photovoltaïque"), start("photovoltaique", "Solaire"), start("SOLAIRE")
    start("photovoltaïque", space=AUTHORITIES), start("Solaire", "PHOTOVOLTAÏQUE", "bois")
    removed = start("photovoltaïque")
    Thread.objects.filter(pk=removed.pk).update(removed_at=removed.created_at)
    before = everything()

    assert merge("photovoltaique", "solaire") == 5
    assert everything() != before
    assert separate("photovoltaique") == 5

    assert everything() == before
    assert not MergedTagging.objects.exists()
    assert tags_of(start("photovoltaïque")) == {"photovoltaique": "photovoltaïque"}


def test_merges_one_upon_the_other_are_undone_in_turn(start, merge, separate):
    start("pv"), start("pv", "photovoltaique"), start("pv", "solaire"), start("solaire")
    before = everything()
    merge("pv", "photovoltaique")
    between = everything()
    merge("photovoltaique", "solaire")
    assert tags_of(start("PV")) == {"solaire": "solaire"}
    Thread.objects.order_by("-pk").first().taggings.all().delete()

    with pytest.raises(PermissionDenied):
        separate("pv")
    separate("photovoltaique")
    assert everything() == between
    separate("pv")
    assert everything() == before


def test_what_writers_have_changed_since_stays_as_they_wrote_it(
    start, merge, separate, viewer_of, claire
):
    left, respelt, dropped, both = (
        start("photovoltaïque"), start("photovoltaïque"), start("photovoltaïque"),
        start("photovoltaïque", "solaire"),
    )  # fmt: skip
    merge("photovoltaique", "solaire")
    retag(respelt, claire, viewer_of, ["Soleil", "Solaire"])
    retag(dropped, claire, viewer_of, ["bois"])
    retag(both, claire, viewer_of, ["bois"])
    later = start("photovoltaïque")

    separate("photovoltaique")

    assert tags_of(left) == {"photovoltaique": "photovoltaïque"}
    assert tags_of(dropped) == tags_of(both) == {"bois": "bois"}
    assert tags_of(respelt) == {"solaire": "Solaire", "soleil": "Soleil"}
    assert "solaire" in tags_of(later)


def test_no_thread_is_given_a_word_that_some_of_its_readers_do_not_know(
    start, merge, lucie, jeanne, browser_of
):
    space = next(iter(lucie.seats.get().organisation.college.spaces.all()))
    start_thread(lucie, space, tags=["Nom de code"], title="Entre nous seulement")
    theirs = start_thread(lucie, space, tags=["Bocage"], title="Un autre entre nous")
    public = start("Bocage", space="public")

    assert merge("bocage", "nom-de-code") == 1

    assert tags_of(theirs) == {"nom-de-code": "Bocage"}
    assert tags_of(public) == {"bocage": "Bocage"}
    assert tags_of(start("bocage")) == {"bocage": "bocage"}
    page = browser_of(jeanne).get("/mots/bocage/")
    assert page.status_code == 200 and "nom-de-code" not in page.text.lower()
    assert browser_of(jeanne).get("/mots/nom-de-code/").status_code == 404


def test_nor_is_one_that_moves_to_such_readers_while_tags_are_merged(
    start, merge, lucie, monkeypatch
):
    start("secret", space=SUPPORT, person=lucie)
    thread = start("un")
    # Listed as it was before it moved.
    monkeypatch.setattr(actions, "taggings_that_may_become", lambda one, _two: one.taggings)

    assert merge("un", "secret") == 0

    assert tags_of(thread) == {"un": "un"}


def test_the_old_name_is_told_to_those_who_see_a_thread_that_bore_it(
    start, merge, lucie, claire, browser_of
):
    space = lucie.seats.get().organisation.college.spaces.get()
    start_thread(lucie, space, tags=["Nom de code"], title="Entre nous seulement")
    start("Bocage", space="public")
    merge("nom-de-code", "bocage")

    assert browser_of(lucie).get("/mots/nom-de-code/").status_code == 302
    assert "Nom de code" in browser_of(lucie).get("/mots/bocage/").text
    for person in (claire, None):
        assert browser_of(person).get("/mots/nom-de-code/").status_code == 404
        for address in ("/mots/bocage/", "/mots-cles/", "/mots-cles/propositions/?q=nom"):
            assert "om de code" not in browser_of(person).get(address).text


def test_who_may_not_merges_nothing(start, claire, jeanne, lucie, viewer_of, spaces):
    start("un"), start("deux"), start("trois"), start("secret", space=AUTHORITIES)
    before = everything()

    with pytest.raises(PermissionDenied):
        merge_tags(tag("un"), tag("deux"), viewer_of(claire), "Pour voir.")
    with pytest.raises(Tag.DoesNotExist):  # An animator who does not read it.
        merge_tags(tag("secret"), tag("deux"), viewer_of(lucie), "Pour voir.")
    with pytest.raises(Tag.DoesNotExist):
        merge_tags(tag("un"), tag("secret"), viewer_of(lucie), "Pour voir.")
    with pytest.raises(CannotMergeTags):
        merge_tags(tag("un"), tag("un"), viewer_of(lucie), "Pour voir.")
    merge_tags(tag("trois"), tag("deux"), viewer_of(lucie), "Pour de bon.")
    for source, target in (("un", "trois"), ("trois", "un")):
        with pytest.raises(CannotMergeTags):
            merge_tags(tag(source), tag(target), viewer_of(lucie), "Encore.")
    separate_tag(tag("trois"), viewer_of(lucie), "Non.")

    assert everything() == before


def test_twice_is_once(start, merge, separate):
    start("un"), start("deux")
    before = everything()

    assert (merge("un", "deux"), merge("un", "deux")) == (1, 0)
    assert (separate("un"), separate("un")) == (1, 0)
    assert everything() == before
    assert ModerationLogEntry.objects.filter(action__endswith="tags").count() == 1


def test_what_a_failure_left_is_done_by_doing_it_again(start, merge, separate, monkeypatch):
    from forum.finding.tags.merges import actions

    for _number in range(3):
        start("un")
    start("deux")
    before = everything()
    monkeypatch.setattr(actions, "MAX_THREADS", 2)

    assert (merge("un", "deux"), merge("un", "deux")) == (2, 1)
    assert (separate("un"), separate("un")) == (2, 1)
    assert everything() == before


def test_the_page_says_what_changes_before_it_does(start, lucie, claire, browser_of):
    shown = start("Photovoltaïque", title="Quels panneaux ?")
    start("photovoltaïque", "solaire")
    start("photovoltaïque", space=AUTHORITIES, title="Titre caché")
    page, address = browser_of(lucie), reverse("merge-tag", args=["photovoltaique"])
    sent = {"target": "SOLAIRE", "reason": "C’est le même."}

    answer = page.post(address, sent)
    assert (
        "3 fils changent" in answer.text and "Il y en a 1 que vous ne lisez pas" in answer.text
    )
    assert "1 porte les deux" in answer.text
    assert "Quels panneaux" in answer.text and "Titre caché" not in answer.text
    assert "photovoltaique" in tags_of(shown)

    answer = page.post(address, sent | {"preview": "solaire"}, follow=True)
    assert "3 fils ont changé" in answer.text
    assert tags_of(shown) == {"solaire": "Photovoltaïque"}

    back = reverse("separate-tag", args=["photovoltaique"])
    assert back in answer.text
    assert "3 fils portaient ce mot" in page.get(back).text
    page.post(back, {"reason": "Non."})
    assert tags_of(shown) == {"photovoltaique": "Photovoltaïque"}


def test_another_target_than_the_one_previewed_is_previewed_first(start, lucie, browser_of):
    start("un"), start("deux"), start("trois")
    page, address = browser_of(lucie), reverse("merge-tag", args=["un"])

    answer = page.post(address, {"target": "trois", "reason": "Si.", "preview": "deux"})

    assert answer.status_code == 200 and tag("un").merged_into is None
    assert answer.context["target"].slug == "trois"


def test_what_is_wrong_is_said_and_what_was_typed_kept(start, lucie, browser_of):
    start("un"), start("secret", space=AUTHORITIES)
    page, address = browser_of(lucie), reverse("merge-tag", args=["un"])

    for target in ("un", "rien de tel", "secret", "!!"):
        answer = page.post(address, {"target": target, "reason": "Parce que."})
        assert answer.status_code == 422, target
        assert "Parce que." in answer.text
    assert page.get(reverse("merge-tag", args=["secret"])).status_code == 404


def test_the_log_names_tags_to_those_who_see_them_only(
    start, lucie, make_person, browser_of, viewer_of
):
    space = lucie.seats.get().organisation.college.spaces.get()
    start_thread(lucie, space, tags=["Nom de code"], title="Entre nous seulement")
    start("Bocage", space="public")
    other = make_person("Anne Mateuse", AUTHORITIES, is_animator=True)
    merge_tags(tag("nom-de-code"), tag("bocage"), viewer_of(lucie), "C’est le même.")

    address = reverse("moderation-log")
    assert "Nom de code" in browser_of(lucie).get(address).text
    page = browser_of(other).get(address).text
    assert "Mots-clés réunis" in page and "C’est le même." in page
    assert "om de code" not in page and "om-de-code" not in page
