"""A closed account changes nobody else's words, but where an animator says that it is them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.base.erasure import free_texts
from accounts.models import Organisation, Territory, User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.names.actions import change_name
from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.base.search_index.models import IndexedWord, PostDocument
from forum.base.search_index.reindexing.actions import learn_next_words
from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import StoredFile
from forum.conversation.files.sent_files import files_of_sheet
from forum.conversation.tags.models import Tag
from forum.conversation.threads.edits.actions import edit_post, edit_thread, set_wiki
from forum.conversation.threads.revisions.models import Revision
from forum.library.sheets.actions import publish_sheet, save_published
from forum.library.sheets.authors.actions import remove_author
from forum.library.sheets.drafts.actions import save_draft
from forum.library.tools.actions import ToolFacts, edit_tool
from forum.members.closing.names.actions import decide, delete_old_names, restore
from forum.members.closing.names.models import NamePassage, NameRemoval
from forum.members.closing.names.patterns import is_name
from forum.members.closing.names.searched_texts import searched_texts
from forum.models import Post, Thread
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import AUTHORITIES, PROJECTS, create_tool, post_reply, start_thread
from tests.forum.conversation.files.file_helpers import uploaded
from tests.forum.finding.search_helpers import found
from tests.forum.library.sheets.public_helpers import with_author
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, values
from tests.forum.members.closing_helpers import close, replace_all, waiting_for

NAME = "Jeanne Brunel"


def text_of(post):
    return Post.objects.get(pk=post.pk).text


def quotation_of(post, words="Du bois."):
    name = str(post.author)
    return markup.quote(words, name, post.number, post.get_absolute_url()) + "Oui."


@pytest.fixture
def thread(claire, spaces):
    """A thread of Claire's."""
    return start_thread(claire, spaces["public"], text="Qui a une pompe à chaleur ?")


# ------------------------------------------------------------------- what the site wrote


def test_the_name_leaves_own_words_quotations_and_mentions(jeanne, claire, lucie, thread):
    own = post_reply(jeanne, thread, "Bien à vous, Brunel Jeanne, jeanne brunel.")
    post_reply(lucie, thread)
    quoting = post_reply(claire, thread, quotation_of(own))
    naming = post_reply(claire, thread, f"@{NAME} et @{lucie.full_name}, qu’en dites-vous ?")
    close(jeanne)

    assert text_of(own) == "Bien à vous, [ancien membre], [ancien membre]."
    quoting, version = Post.objects.get(pk=quoting.pk), quoting.version
    assert (
        quoting.text.startswith("> **[[ancien membre], nº\u00a02](")
        and "Du bois." in quoting.text
    )
    assert quoting.version == version + 1 and "Jeanne" not in quoting.html
    assert f'href="{own.get_absolute_url()}"' in quoting.html
    naming = Post.objects.get(pk=naming.pk)
    assert naming.text == f"@[ancien membre] et @{lucie.full_name}, qu’en dites-vous ?"
    assert reverse("member", args=[lucie.pk]) in naming.html  # A link that stays a link.
    assert reverse("member", args=[jeanne.pk]) not in naming.html
    assert waiting_for(lucie) == []


def test_a_heading_that_is_not_of_a_post_of_theirs_stays(jeanne, claire, lucie, thread):
    post_reply(jeanne, thread, "Oui.")
    other = post_reply(lucie, thread, "Du bois.")
    forged = quotation_of(other).replace(lucie.full_name, NAME)
    quoting = post_reply(claire, thread, forged)
    close(jeanne)

    assert text_of(quoting) == forged


def test_former_names_leave_own_words_and_quotations_too(jeanne, claire, thread):
    own = post_reply(jeanne, thread, "Jeanne Brunel ou Jeanne Martin.")
    quoting = post_reply(claire, thread, quotation_of(own))
    change_name(jeanne, "Jeanne Martin")
    jeanne.refresh_from_db()
    close(jeanne)

    assert text_of(own) == "[ancien membre] ou [ancien membre]."
    assert "[[ancien membre]," in text_of(quoting)
    assert not jeanne.former_names.exists()


def test_what_others_made_of_a_wiki_post_is_theirs(jeanne, claire, lucie, thread):
    own = post_reply(jeanne, thread, "Début.")
    words = f"Voyez avec {NAME}."
    Post.objects.filter(pk=own.pk).update(text=words, edited_by=claire)
    close(jeanne)

    assert text_of(own) == words and len(waiting_for(lucie)) == 1


def test_a_wiki_post_that_its_author_edits_again_holds_others_words_still(
    jeanne, claire, lucie, thread
):
    own = post_reply(jeanne, thread, f"Voyez avec {NAME}, dit Claire.")
    Revision.objects.create(
        thread=thread, post=own, text="Début.", author=jeanne, edited_by=claire
    )
    close(jeanne)

    assert NAME in text_of(own)
    assert {(one.model, one.row_id) for one in waiting_for(lucie)} == {("forum.Post", own.pk)}


def test_files_bear_the_name_no_more(jeanne, thread):
    post = post_reply(jeanne, thread)
    create_tool(post, title=NAME)
    close(jeanne)

    assert StoredFile.objects.get().name == "[ancien membre].pdf"
    assert "Jeanne" not in Post.objects.get(pk=post.pk).files


# ------------------------------------------------------------------- what several wrote

#: What others write in what they write with Jeanne, and she then calls herself.
PHRASE = "Pompe à Chaleur"


def close_as(person, name=PHRASE):
    """Have ``person`` take this ``name`` and leave."""
    change_name(person, name)
    close(User.objects.get(pk=person.pk))


def test_a_wiki_post_of_another_keeps_its_words_in_all_its_versions(
    jeanne, claire, thread, viewer_of
):
    wiki = set_wiki(post_reply(claire, thread, f"La {PHRASE}."), viewer_of(claire), True)
    for added in "Oui.", "Vraiment.":
        wiki = edit_post(wiki, viewer_of(jeanne), f"{wiki.text} {added}", wiki.version)
    close_as(jeanne)

    assert text_of(wiki) == f"La {PHRASE}. Oui. Vraiment."
    versions = Revision.objects.order_by("pk").values_list("text", flat=True)
    assert list(versions) == [f"La {PHRASE}.", f"La {PHRASE}. Oui."]


def test_one_s_own_wiki_post_that_nobody_else_edited_loses_the_name(jeanne, thread, viewer_of):
    wiki = set_wiki(post_reply(jeanne, thread, f"{NAME}."), viewer_of(jeanne), True)
    edit_post(wiki, viewer_of(jeanne), f"{NAME} !", wiki.version)
    close(jeanne)

    assert (text_of(wiki), Revision.objects.get().text) == (
        "[ancien membre] !",
        "[ancien membre].",
    )


@pytest.fixture
def sheet(jeanne, claire, spaces, topics, viewer_of):
    """A sheet that Jeanne began and published, of which Claire wrote the advice and title."""
    place = Territory.objects.create(name="Léguer", slug="leguer", country="FR")
    draft = with_author(draft_of(viewer_of(jeanne), place, topics[0]), jeanne, claire)
    said = values(place, topics[0], advice=f"Prenez une {PHRASE}.", title=f"La {PHRASE}")
    draft = save_draft(draft, viewer_of(claire), said, draft.version)
    return publish(draft, viewer_of(jeanne), spaces["network"])


def test_a_sheet_keeps_what_its_co_author_wrote_in_its_post_and_title(sheet, jeanne):
    close_as(jeanne)

    thread = Thread.objects.get()
    assert f"Prenez une {PHRASE}." in thread.posts.get().text
    assert thread.title == f"La {PHRASE}"


def test_so_do_its_former_versions_when_they_write_it_no_more(sheet, jeanne, viewer_of):
    remove_author(sheet.coauthors.get().pk, viewer_of(jeanne))
    said = values(sheet.territory, sheet.thread.topic)
    save_published(sheet, viewer_of(jeanne), said, sheet.version)
    close_as(jeanne)

    assert f"Prenez une {PHRASE}." in Revision.objects.exclude(post=None).get().text
    assert Revision.objects.get(post=None).text == f"La {PHRASE}"


def test_a_sheet_that_one_wrote_alone_loses_the_name(jeanne, spaces, topics, viewer_of):
    place = Territory.objects.create(name="Léguer", slug="leguer", country="FR")
    draft = draft_of(viewer_of(jeanne), place, topics[0], advice=f"Voyez avec {NAME}.")
    thread = publish(draft, viewer_of(jeanne), spaces["network"]).thread
    close(jeanne)

    assert NAME not in thread.posts.get().text


def test_a_title_that_another_gave_stays(jeanne, claire, lucie, spaces, topics, viewer_of):
    own = start_thread(jeanne, spaces["network"], title=f"Ma {PHRASE}")
    edited = start_thread(jeanne, spaces["network"], title="Une question")
    Thread.objects.filter(pk=edited.pk).update(assignee=claire.seats.get())
    about = {"topic": topics[0], "kind": "question", "tags": []}
    edit_thread(edited, viewer_of(claire), title=f"Une {PHRASE}", **about)
    mixed = start_thread(claire, spaces["network"])
    post_reply(jeanne, mixed)
    split = split_thread(
        mixed, viewer_of(lucie), numbers=[2], title=f"Quelle {PHRASE} ?", **about
    )
    close_as(jeanne)

    titles = dict(Thread.objects.values_list("pk", "title"))
    assert titles[own.pk] == "Ma [ancien membre]"
    assert (titles[edited.pk], titles[split.pk]) == (f"Une {PHRASE}", f"Quelle {PHRASE} ?")


@pytest.mark.parametrize("name", ["Lucie Hoarau", "Lucie Hoarau-Petit", "Yann Le Goff"])
def test_a_mention_of_another_stays_whatever_the_name_taken_later(
    name, jeanne, claire, lucie, thread
):
    change_name(lucie, "Lucie Hoarau-Petit Maël")
    lucie.refresh_from_db()
    for person in jeanne, lucie:
        post_reply(person, thread)
    words = f"@{NAME}, @{lucie.full_name} et @Yann Le Goff, qu’en dites-vous ?"
    post = post_reply(claire, thread, words)
    edit_post(post, viewer_of_person(claire), f"{words} Oui ?", post.version)
    close_as(jeanne, name)

    without = words.replace(NAME, "[ancien membre]")
    assert text_of(post) == f"{without} Oui ?"
    assert Revision.objects.get().text == without


def test_a_file_that_a_co_author_gave_bears_what_they_called_it(
    jeanne, claire, spaces, topics, viewer_of, browser_of
):
    place = Territory.objects.create(name="Léguer", slug="leguer", country="FR")
    draft = with_author(draft_of(viewer_of(jeanne), place, topics[0]), jeanne, claire)
    given = [
        Attachment(uploaded(browser_of(claire), f"{PHRASE} {claire.full_name}.pdf"), PHRASE)
    ]
    draft = save_draft(draft, viewer_of(claire), values(place, topics[0]), draft.version, given)
    files = files_of_sheet(viewer_of(jeanne), draft.pk).attachments
    publish_sheet(
        draft, viewer_of(jeanne), spaces["network"], version=draft.version, files=files
    )
    close_as(jeanne)
    file = StoredFile.objects.get()
    assert (file.name, file.description) == (f"{PHRASE} {claire.full_name}.pdf", PHRASE)
    close(claire)
    assert StoredFile.objects.get().name == f"{PHRASE} [ancien membre].pdf"


def test_what_an_animator_says_of_a_tool_stays(jeanne, lucie, thread, viewer_of):
    version = create_tool(post_reply(jeanne, thread), title="Cahier")
    facts = ToolFacts(
        title=PHRASE, type=version.type, licence=version.licence, topic=version.topic,
        territory=None, used_for=f"Une {PHRASE}.",
    )  # fmt: skip
    edit_tool(version, viewer_of(lucie), facts)
    close_as(jeanne)

    version.refresh_from_db()
    assert (version.title, version.used_for) == (PHRASE, f"Une {PHRASE}.")


# ------------------------------------------------------------------- others' own words


@pytest.mark.parametrize("name", ["de la", "pompe à chaleur", "Ploumagoar Énergie", "Léguer"])
def test_a_stranger_who_calls_themselves_a_phrase_alters_nothing(
    name, jeanne, claire, lucie, thread, make_person, spaces
):
    words = "L’étude de la pompe à chaleur de Ploumagoar Énergie, au bord du Léguer."
    Organisation.objects.filter(seats__person=claire).update(name="Ploumagoar Énergie")
    for one in Organisation.objects.all():
        one.save()
    Territory(name="Léguer", slug="leguer", country="FR").save()
    posts = [post_reply(who, thread, words) for who in (claire, lucie, jeanne)]
    other = start_thread(make_person("Yann Le Goff", PROJECTS), spaces["public"], text=words)
    posts.append(other.posts.get())
    Thread.objects.filter(pk=thread.pk).update(title=words)
    stranger = User.objects.create_user("inconnu@exemple.fr", name)
    member = make_person("Autre Nom", PROJECTS)
    change_name(member, name)
    member.refresh_from_db()
    post_reply(member, thread, "Bonjour.")
    for person in stranger, member:
        close(person)

    assert {text_of(post) for post in posts} == {words}
    assert Thread.objects.get(pk=thread.pk).title == words
    assert waiting_for(lucie) == [] and not NameRemoval.objects.exists()


def test_a_name_in_others_words_waits_for_an_animator(jeanne, claire, lucie, thread):
    post_reply(jeanne, thread)
    said = {
        f"Voyez jeanne  BRUNEL <{jeanne.email}>, pas Brunel.":
            "Voyez [ancien membre] <[ancien membre]>, pas Brunel.",
        "BRUNEL Jeanne, puis Brunel, Jeanne.": "[ancien membre], puis [ancien membre].",
        "Merci J. Brunel, et Brunel J.": "Merci [ancien membre], et [ancien membre]",
        "Ni Jeanne Brunelle, ni Marie-Jeanne Brunel, ni Jeanne.": None,
    }  # fmt: skip
    posts = [post_reply(claire, thread, words) for words in said]
    Thread.objects.filter(pk=thread.pk).update(title=f"Merci à {NAME}")
    before = [(post.text, post.version) for post in posts]
    close(jeanne)

    rows = [Post.objects.get(pk=post.pk) for post in posts]
    assert [(post.text, post.version) for post in rows] == before
    assert Thread.objects.get().title == f"Merci à {NAME}" and len(waiting_for(lucie)) == 4
    assert replace_all(lucie) == 4
    assert [text_of(post) for post in posts] == [new or old for old, new in said.items()]
    assert Thread.objects.get().title == "Merci à [ancien membre]"


def test_each_text_of_a_row_that_has_the_name_waits(jeanne, lucie, thread):
    post_reply(jeanne, thread)
    described = {"description": f"Lancé par {NAME}.", "description_en": f"By {NAME}."}
    Tag.objects.update(**described)
    close(jeanne)

    assert {passage.field for passage in waiting_for(lucie)} == described.keys()


def test_the_page_shows_each_passage_and_replaces_what_is_ticked(
    jeanne, claire, lucie, thread, browser_of
):
    post_reply(jeanne, thread)
    hers = post_reply(claire, thread, f"Merci à {NAME}.")
    other = post_reply(claire, thread, f"Le bois de {NAME}.")
    close(jeanne)
    removal = NameRemoval.objects.get()
    address = reverse("name-removal", args=[removal.pk])
    browser = browser_of(lucie)
    desk = browser.get(reverse("review-queue")).text
    assert address in desk and "Noms d’anciens membres" in desk
    page = browser.get(address).text
    assert "Merci à <mark>Jeanne Brunel</mark>." in page and "Le bois de" in page
    shown = [one.pk for one in waiting_for(lucie)]
    ticked = NamePassage.objects.get(row_id=hers.pk, model="forum.Post").pk
    browser.post(address, {"shown": shown, "chosen": [ticked]})

    assert (text_of(hers), text_of(other)) == (
        "Merci à [ancien membre].",
        f"Le bois de {NAME}.",
    )
    assert waiting_for(lucie) == []
    log = ModerationLogEntry.objects.filter(person=jeanne, action__contains="name")
    rows = log.order_by("pk").values_list("action", "actor", "post_id", "reason")
    assert list(rows) == [
        ("replace_name", lucie.pk, hers.pk, ""), ("keep_name", lucie.pk, None, "1"),
    ]  # fmt: skip


def test_only_animators_who_read_the_words_decide(jeanne, claire, lucie, spaces, viewer_of):
    post_reply(jeanne, start_thread(claire, spaces["public"]))
    room = start_thread(claire, spaces[AUTHORITIES], text=f"Entre nous : {NAME}.")
    close(jeanne)
    removal, passage = NameRemoval.objects.get(), NamePassage.objects.get()

    assert waiting_for(lucie) == [] == waiting_for(claire)
    assert decide(removal, viewer_of(lucie), [passage.pk], [passage.pk]) == 0
    with pytest.raises(PermissionDenied):
        decide(removal, viewer_of(claire), [passage.pk], [passage.pk])
    assert NAME in room.posts.get().text and NamePassage.objects.count() == 1


def test_the_menu_counts_the_names_that_the_animator_can_decide(
    jeanne, claire, lucie, spaces, browser_of
):
    def decisions():
        page = browser_of(lucie).get("/presse/")
        return page.context["menu"].decisions

    assert decisions() == 0
    thread = start_thread(claire, spaces["public"])
    post_reply(jeanne, thread)
    post = post_reply(claire, thread, f"Merci à {NAME}.")
    room = start_thread(claire, spaces[AUTHORITIES], text=f"Entre nous : {NAME}.").posts.get()
    close(jeanne)
    assert decisions() == 1
    NamePassage.objects.filter(row_id=post.pk).delete()

    assert decisions() == 0 and NamePassage.objects.get().row_id == room.pk


def test_a_namesake_is_looked_for_only_where_they_took_part(jeanne, claire, lucie, spaces):
    User.objects.create_user("autre.jeanne@exemple.fr", NAME)
    here, there = start_thread(claire, spaces["public"]), start_thread(claire, spaces["public"])
    post_reply(jeanne, here)
    near, far = post_reply(claire, here, f"{NAME} ?"), post_reply(claire, there, f"{NAME} !")
    close(jeanne)

    assert [one.row_id for one in waiting_for(lucie)] == [near.pk]
    assert NAME in text_of(far)


def test_an_address_that_they_never_proved_is_not_theirs(jeanne, claire, lucie, thread):
    post_reply(jeanne, thread)
    EmailAddress.objects.create(user=jeanne, email="mairie@exemple.fr", verified=False)
    words = "Écrivez à mairie@exemple.fr."
    post = post_reply(claire, thread, words)
    close(jeanne)

    assert text_of(post) == words and waiting_for(lucie) == []


def test_a_name_under_which_nothing_was_written_is_not_looked_for(claire, lucie, thread):
    words = "Demandez à Ernest Quéméneur."
    post_reply(claire, thread, words)
    stranger = User.objects.create_user("inconnu@exemple.fr", "Ernest Quéméneur")
    close(stranger)

    assert waiting_for(lucie) == []


# ------------------------------------------------------------------- putting back, forgetting


def test_what_was_replaced_can_be_put_back(jeanne, claire, lucie, thread, browser_of):
    own = post_reply(jeanne, thread)
    quoting = post_reply(claire, thread, quotation_of(own))
    naming = post_reply(claire, thread, f"Merci {NAME}, et encore {NAME.upper()} !")
    before = text_of(quoting), text_of(naming)
    close(jeanne)
    replace_all(lucie)
    assert NAME not in text_of(quoting) + text_of(naming)
    browser, address = (
        browser_of(lucie),
        reverse("name-removal", args=[NameRemoval.objects.get().pk]),
    )
    assert "Rétablir" in browser.get(address).text
    for passage in NamePassage.objects.all():
        browser.post(reverse("restore-name", args=[passage.pk]))

    assert (text_of(quoting), text_of(naming)) == before
    assert not NameRemoval.objects.exists() and browser.get(address).status_code == 404
    actions = ModerationLogEntry.objects.filter(person=jeanne, action="restore_name")
    assert actions.count() == 2 and set(actions.values_list("reason", flat=True)) == {""}


def test_a_text_that_has_changed_since_is_not_put_back(
    jeanne, claire, lucie, thread, viewer_of
):
    post_reply(jeanne, thread)
    naming = post_reply(claire, thread, f"Merci {NAME}.")
    close(jeanne)
    replace_all(lucie)
    post = Post.objects.get(pk=naming.pk)
    edit_post(post, viewer_of(claire), "Autre chose.", post.version)

    assert not restore(NamePassage.objects.get(), viewer_of(lucie))
    assert text_of(naming) == "Autre chose."


def test_what_was_replaced_is_forgotten_after_thirty_days(jeanne, claire, lucie, thread):
    post_reply(jeanne, thread)
    post_reply(claire, thread, f"Merci {NAME}.")
    close(jeanne)
    replace_all(lucie)
    assert delete_old_names() == 0 and NamePassage.objects.get().words
    NamePassage.objects.update(replaced_at=timezone.now() - timedelta(days=31))

    assert delete_old_names() == 1 and not NameRemoval.objects.exists()


def test_a_passage_whose_text_went_waits_no_more(jeanne, claire, lucie, thread, viewer_of):
    post_reply(jeanne, thread)
    post = post_reply(claire, thread, f"Merci {NAME}.")
    close(jeanne)
    edit_post(post, viewer_of(claire), "Merci.", post.version)

    assert replace_all(lucie) == 0 or waiting_for(lucie) == []
    delete_old_names()
    assert not NameRemoval.objects.exists()


def test_a_replacement_that_does_not_fit_cuts_nothing(jeanne, claire, lucie, spaces):
    long = f"{'Réseau ' * 21}{NAME}"[-160:]
    thread = start_thread(claire, spaces["public"], title=long)
    post_reply(jeanne, thread)
    close(jeanne)
    replace_all(lucie)

    assert Thread.objects.get().title == long.replace(NAME, "[…]")


def test_no_search_finds_or_proposes_the_name(jeanne, claire, lucie, thread, viewer_of):
    organisation = jeanne.seats.get().organisation
    organisation.name = "SEM du Bois"  # By its own name it would be found still.
    organisation.save()
    post_reply(jeanne, thread)
    post_reply(claire, thread, f"{NAME} nous a aidés.")
    learn_next_words()
    assert found(viewer_of(claire), "Brunel") == [thread.pk]
    close(jeanne)
    assert IndexedWord.objects.filter(folded="brunel").exists()  # Others' word still.
    replace_all(lucie)

    assert found(viewer_of(claire), "Brunel") == []
    assert not IndexedWord.objects.filter(folded="brunel").exists()
    assert "brunel" not in str(list(PostDocument.objects.values_list("folded_stems")))


def test_words_of_a_name_that_others_use_stay_known_to_the_search(claire, thread):
    post_reply(claire, thread, "Une pompe, encore une pompe.")
    learn_next_words()
    known = IndexedWord.objects.count()
    close(User.objects.create_user("inconnu@exemple.fr", "pompe à chaleur"))

    assert IndexedWord.objects.count() == known


# ------------------------------------------------------------------- changing one's name


def test_a_change_of_name_is_told_logged_and_bounded(jeanne, browser_of):
    browser = browser_of(jeanne)
    answers = [
        browser.post(reverse("account"), {"full_name": f"Jeanne {it}"}).status_code
        for it in ("Martin", "Petit", "Petit", "Grand", "Leroy")
    ]
    jeanne.refresh_from_db()

    assert answers == [302] * 4 + [429] and jeanne.full_name == "Jeanne Grand"
    assert len(mail.outbox) == 3 and mail.outbox[0].to == [jeanne.email]
    body = mail.outbox[0].body
    assert "«\u00a0Jeanne Brunel\u00a0»" in body and "«\u00a0Jeanne Martin\u00a0»" in body
    log = ModerationLogEntry.objects.filter(action="change_name", person=jeanne, actor=jeanne)
    assert log.count() == 3 and set(log.values_list("reason", flat=True)) == {""}
    assert [str(one) for one in jeanne.former_names.all()] == [
        NAME,
        "Jeanne Martin",
        "Jeanne Petit",
    ]


# ------------------------------------------------------------------- the places


def test_each_text_is_looked_at_or_says_why_not():
    texts = {f"{model._meta.label}.{field.name}": why for model, field, why in free_texts()}
    looked_at = {f"{it}.{name}" for it, names in searched_texts().items() for name in names}
    kept = {it for it, why in texts.items() if why}

    assert texts.keys() - looked_at - kept == set() == looked_at & kept
    for model in apps.get_models():
        reasons = getattr(model, "texts_kept_when_closed", {})
        of_model = {
            it.rpartition(".")[2] for it in kept if it.startswith(f"{model._meta.label}.")
        }
        assert of_model if isinstance(reasons, str) else reasons.keys() == of_model, model


def test_who_reads_a_removal_is_an_animator(
    jeanne, claire, lucie, thread, browser_of, viewer_of
):
    post_reply(jeanne, thread)
    post_reply(claire, thread, f"Merci {NAME}.")
    close(jeanne)
    address = reverse("name-removal", args=[NameRemoval.objects.get().pk])

    assert browser_of(claire).get(address).status_code == 404
    assert browser_of(lucie).get(address).status_code == 200


def test_a_name_of_more_words_than_names_have_is_not_looked_for_in_texts():
    """In all orders of sixty words each post would take seconds."""
    assert is_name("Maria del Carmen de la Torre y Ruiz")
    assert not is_name(" ".join("a" * 60)) and not is_name("Claire")
