"""Naming people and organisations in a post: who reads there, and nobody else, is told."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from accounts.models import Profile, Territory
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.follows.unread import unread_count
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.mentions.actions import MAX_MENTIONS, render_post
from forum.conversation.mentions.models import Mention
from forum.conversation.mentions.names import MAX_NAMES, names_in
from forum.conversation.mutes.actions import mute_person
from forum.conversation.threads.edits.actions import delete_post, edit_post
from forum.mail.thread_mail.actions import save_mail_setting
from forum.models import Follow, Post
from forum.moderation.actions import hide_post
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.mail.thread_mail.helpers import deliver as deliver_posts
from tests.forum.mail.thread_mail.helpers import deliver_notifications, plan

pytestmark = [
    pytest.mark.usefixtures("mailed_at_once"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, spaces):
    """Claire's, in the space of all members."""
    return start_thread(claire, spaces["network"], title="Quelle chaufferie ?")


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of being named."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        return [one.text.replace("\u00a0", " ") for one in found if "nomme" in one.text]

    return told


def two_of_one_name(make_person):
    """Two people called Paul Martin, of two colleges."""
    people = [make_person(f"Paul {college}", college) for college in (AUTHORITIES, PROJECTS)]
    for person in people:
        person.full_name = "Paul Martin"
        person.save()
    return people


def names_of(text):
    """The longest that each @ of ``text`` may name, and the shortest."""
    return [(found[0][1], found[-1][1]) for _at, found in names_in(text)]


# ----------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Claire Le Bihan", [("claire le bihan", "claire")]),
        ("(@Éloïse)", [("eloise)", "eloise")]),
        ("À @Jean-Pierre\n@Mairie d’Argance", [
            ("jean-pierre", "jean"), ("mairie d'argance", "mairie")]),
        ("claire@example.org, https://exemple.fr/@claire", []),
        ("a@b @ c", []),
    ],
)  # fmt: skip
def test_a_name_begins_with_an_at_sign_that_is_part_of_no_address(text, expected):
    assert names_of(text) == expected


# ------------------------------------------------------------------------------------ posts


def test_whoever_is_named_is_told_once_with_a_link_to_the_post(thread, claire, jeanne, told):
    post = post_reply(claire, thread, text="Merci @jeanne brunel, et @Jeanne Brunel encore.")

    assert told(jeanne) == ["Claire Le Bihan vous nomme dans « Quelle chaufferie ? »."]
    page = reverse("member", args=[jeanne.pk])
    assert post.html.count(f'<a href="{page}"') == 2
    assert Mention.objects.count() == 1


def test_an_organisation_that_is_named_tells_who_represents_it(thread, claire, jeanne, told):
    organisation = jeanne.seats.get().organisation
    post = post_reply(claire, thread, text=f"Voir avec @{organisation.name}.")

    assert told(jeanne) == [
        f"Claire Le Bihan nomme « {organisation.name} » dans « Quelle chaufferie ? »."
    ]
    assert reverse("organisation", args=[organisation.slug]) in post.html


def test_naming_widens_nothing_who_does_not_read_there_is_not_told(
    claire, make_person, spaces, told
):
    omar = make_person("Omar Projet", PROJECTS)
    nils = make_person("Nils Mairie", AUTHORITIES)
    room = start_thread(claire, spaces[AUTHORITIES])
    text = f"@Omar Projet, @{omar.seats.get().organisation.name} et @Nils Mairie"
    post = post_reply(claire, room, text=text)

    assert told(omar) == [] and len(told(nils)) == 1
    assert post.html.count("<a ") == 1


def test_who_loses_the_thread_or_the_post_is_told_no_more(
    thread, claire, jeanne, lucie, spaces, viewer_of, told
):
    first = post_reply(claire, thread, text="@Jeanne Brunel ?")
    second = post_reply(claire, thread, text="Alors, @Jeanne Brunel ?")
    hide_post(first, viewer_of(lucie), "Hors sujet.")
    delete_post(second, viewer_of(claire))
    assert told(jeanne) == []

    third = start_thread(claire, spaces["network"], text="Pour @Jeanne Brunel.")
    assert len(told(jeanne)) == 1
    move_thread(third, viewer_of(lucie), spaces[SUPPORT])
    assert told(jeanne) == []


def test_an_edit_tells_who_is_newly_named_and_nobody_again(
    thread, claire, jeanne, lucie, viewer_of, told
):
    post = post_reply(claire, thread, text="@Jeanne Brunel ?")
    named = Mention.objects.get()
    post = edit_post(post, viewer_of(claire), "@Jeanne Brunel et @Lucie Hoarau ?", 1)
    assert Mention.objects.filter(pk=named.pk, created_at=named.created_at).exists()
    assert len(told(lucie)) == 1

    edit_post(post, viewer_of(claire), "Personne.", 2)
    assert told(jeanne) == told(lucie) == []


def test_neither_code_nor_links_nor_what_one_quotes_names_anybody(thread, claire):
    text = "`@Jeanne Brunel`\n\n[@Jeanne Brunel](https://exemple.fr)\n\n> @Jeanne Brunel ?"
    post_reply(claire, thread, text=text)

    assert not Mention.objects.exists()


def test_who_bears_the_name_of_another_is_named_with_their_organisation(
    thread, claire, make_person, told
):
    one, other = two_of_one_name(make_person)
    post_reply(claire, thread, text="@Paul Martin ?")
    assert told(one) == told(other) == []

    post_reply(claire, thread, text=f"@Paul Martin ({one.seats.get().organisation.name}) ?")
    assert len(told(one)) == 1 and told(other) == []


def test_who_is_not_in_the_directory_is_not_named(thread, claire, jeanne, told):
    Profile.objects.update_or_create(person=jeanne, defaults={"is_listed": False})
    post_reply(claire, thread, text="@Jeanne Brunel ?")

    assert told(jeanne) == []


def test_in_public_only_who_wrote_in_the_thread_is_named(claire, jeanne, lucie, spaces, told):
    thread = start_thread(claire, spaces["public"], text="@Jeanne Brunel ?")
    assert told(jeanne) == []
    post_reply(jeanne, thread)
    post_reply(claire, thread, text="Merci @Jeanne Brunel.")

    assert len(told(jeanne)) == 1


def test_a_newcomer_names_nobody(make_person, jeanne, spaces, told):
    newcomer = make_person("Nils", AUTHORITIES, confirmed=False)
    thread = start_thread(jeanne, spaces["public"])
    post_reply(newcomer, thread, text="@Jeanne Brunel ?")

    assert told(jeanne) == []


def test_whom_one_muted_and_a_thread_that_one_muted_tell_nothing(
    thread, claire, jeanne, viewer_of, told
):
    post_reply(claire, thread, text="@Jeanne Brunel ?")
    follow = Follow.objects.create(person=jeanne, thread=thread, level=Level.MUTED)
    assert told(jeanne) == []
    follow.delete()
    mute_person(claire.pk, viewer_of(jeanne))

    assert told(jeanne) == []


def test_a_thread_that_one_hears_of_when_named_brings_that_and_nothing_else(
    thread, claire, jeanne, viewer_of, told
):
    choose_follow(thread.pk, viewer_of(jeanne), Level.NAMED, "mail")
    post_reply(claire, thread, text="À tout le monde.")
    assert unread_count(viewer_of(jeanne)) == 0
    post_reply(claire, thread, text="Et à @Jeanne Brunel.")
    assert unread_count(viewer_of(jeanne)) == 0 and len(told(jeanne)) == 1
    post_reply(jeanne, thread)
    assert Follow.objects.get(person=jeanne).level == Level.NAMED, "a choice stays"

    choose_follow(thread.pk, viewer_of(jeanne), Level.ALL, "mail")
    assert unread_count(viewer_of(jeanne)) == 0, "what was no news is none afterwards"


def test_of_a_topic_one_may_hear_only_when_named_or_never(
    claire, jeanne, spaces, topics, viewer_of, told
):
    topic, everywhere = topics[0], spaces["network"]
    subscribe("space", everywhere.pk, viewer_of(jeanne), Level.ALL, "site")
    subscribe("topic", topic.pk, viewer_of(jeanne), Level.NAMED, "site")
    plan()
    start_thread(claire, everywhere, topic=topic, text="Pour @Jeanne Brunel.")
    plan()
    assert unread_count(viewer_of(jeanne)) == 0 and len(told(jeanne)) == 1

    subscribe("topic", topic.pk, viewer_of(jeanne), Level.MUTED, "site")
    assert told(jeanne) == []


def test_a_post_names_so_many_and_no_more(thread, claire, make_person):
    names = [f"Personne {chr(65 + n) * 4}" for n in range(MAX_MENTIONS + 2)]
    people = [make_person(name, AUTHORITIES) for name in names]
    post_reply(claire, thread, text=" ".join(f"@{one.full_name}," for one in people))

    assert Mention.objects.count() == MAX_MENTIONS


def test_who_has_the_post_by_mail_is_not_mailed_that_it_names_them(
    thread, claire, jeanne, viewer_of
):
    save_mail_setting(jeanne.pk, channel="mail")
    plan(), deliver_notifications(jeanne)
    post_reply(jeanne, thread)
    post_reply(claire, thread, text="Merci @Jeanne Brunel.")
    assert deliver_posts() >= 1
    assert deliver_notifications(jeanne) == []

    save_mail_setting(jeanne.pk, channel="digest")
    post_reply(claire, thread, text="Encore merci @Jeanne Brunel.")
    deliver_posts()
    (sent,) = deliver_notifications(jeanne)
    assert "vous nomme dans" in sent.subject


def test_a_text_without_names_costs_no_query(
    thread, claire, viewer_of, django_assert_num_queries
):
    viewer = viewer_of(claire)
    with django_assert_num_queries(0):
        render_post("Merci, à bientôt.", viewer, thread)


# ------------------------------------------------------------------------------ suggestions


@pytest.fixture
def suggested(browser_of):
    """What is suggested to a person, or their answer's status."""

    def suggested(person, typed, **where):
        address = reverse("name-suggestions")
        answer = browser_of(person).get(address, {"q": typed} | where)
        if answer.status_code != 200:
            return answer.status_code
        return [one["name"] for one in answer.json()["names"]]

    return suggested


def test_those_are_suggested_who_read_there_who_wrote_there_first(
    suggested, thread, claire, jeanne, make_person, spaces
):
    make_person("Anna Bruneau", AUTHORITIES)
    here = {"thread": thread.pk}
    assert suggested(claire, "brun", **here)[:2] == ["Anna Bruneau", "Jeanne Brunel"]
    post_reply(jeanne, thread)
    assert suggested(claire, "brun", **here)[:2] == ["Jeanne Brunel", "Anna Bruneau"]
    room = suggested(claire, "brun", space=spaces[AUTHORITIES].slug)
    assert "Anna Bruneau" in room and "Jeanne Brunel" not in room


def test_organisations_are_suggested_too_and_oneself_is_not(suggested, claire, jeanne, thread):
    organisation = jeanne.seats.get().organisation

    assert organisation.name in suggested(claire, organisation.name[:6], thread=thread.pk)
    assert claire.full_name not in suggested(claire, "claire", thread=thread.pk)


def test_a_field_of_names_is_suggested_those_of_the_whole_network_to_members_alone(
    suggested, claire, jeanne, make_person, town, people
):
    own, other = (it.seats.get().organisation.name for it in (claire, jeanne))
    brec = Territory.objects.create(
        slug="brec", name="Organie", type="commune", department_codes="22"
    )
    town.territories.add(brec)
    assert suggested(claire, "brun", among="people") == [jeanne.full_name]
    assert suggested(claire, "claire", among="people") == []
    organisations = suggested(claire, "organi", among="organisations")
    assert {own, other} <= {*organisations} and "Organie (22)" not in organisations
    assert "Organie (22)" in suggested(claire, "organie", among="addressees")
    assert suggested(claire, "brun", among="x") == suggested(claire, "b", among="people") == []
    for stranger in (people.guest, people.registered):
        for among in ("people", "organisations", "addressees"):
            assert suggested(stranger, "organi", among=among) == []


def test_two_of_one_name_are_suggested_with_their_organisations(
    suggested, thread, claire, make_person
):
    people = two_of_one_name(make_person)
    names = {f"Paul Martin ({one.seats.get().organisation.name})" for one in people}

    assert names < set(suggested(claire, "paul", thread=thread.pk))


def test_suggestions_tell_nothing_of_spaces_and_people_to_who_does_not_read_there(
    suggested, claire, jeanne, spaces, make_person, thread
):
    omar = make_person("Omar Projet", PROJECTS)
    room = start_thread(omar, spaces[PROJECTS])

    assert suggested(claire, "omar", thread=room.pk) == 404
    assert suggested(claire, "omar", space=spaces[PROJECTS].slug) == 404
    newcomer = make_person("Nils", AUTHORITIES, confirmed=False)
    assert suggested(newcomer, "claire", space=spaces["public"].slug) == []
    assert suggested(claire, "o", thread=thread.pk) == []


def test_a_preview_shows_names_as_links_where_they_would_be(
    claire, jeanne, thread, spaces, make_person, browser_of
):
    omar = make_person("Omar Projet", PROJECTS)
    room = start_thread(omar, spaces[PROJECTS])

    def preview(**where):
        sent = {"text": "@Jeanne Brunel, @Omar Projet"} | where
        html = browser_of(claire).post(reverse("preview"), sent).text
        return [one.full_name for one in (jeanne, omar) if f'">@{one.full_name}</a>' in html]

    assert (
        preview(thread=thread.pk) == preview(space="reseau") == ["Jeanne Brunel", "Omar Projet"]
    )
    assert preview(space=spaces[AUTHORITIES].slug) == []
    assert preview(thread=room.pk) == preview(space=spaces[PROJECTS].slug) == []
    assert preview() == preview(thread="x", space="\0") == preview(thread=10**30) == []
    assert not Mention.objects.exists()


@pytest.fixture
def unreached(browser_of):
    """What a writer is told, by script and by the page, of the names that reach nobody."""

    def unreached(writer, text, **where):
        page, sent = browser_of(writer), {"text": text} | where
        script = {"headers": {"accept": "application/json"}, "data": sent | {"unreached": "1"}}
        words = page.post(reverse("preview"), **script).json()["unreached"]
        shown = fromstring(page.post(reverse("preview"), sent).text)
        hints = shown.xpath("//*[@id='preview']/p[@class='hint']/text()")
        assert hints == ([words] if words else [])
        return words.replace("\u00a0", " ")

    return unreached


def test_names_that_reach_nobody_are_said_before_sending(unreached, thread, claire, jeanne):
    told = unreached(claire, "Merci @Jeanne Brunel, @Zoé Le Gall puis @zoé.", thread=thread.pk)
    assert told == "Ces noms n’avertiront personne ici : @Zoé Le Gall, @zoé"
    assert unreached(claire, "@Zoe, @ZOÉ !", space="reseau").endswith(" ici : @Zoe")
    assert unreached(claire, "Merci @Jeanne Brunel", thread=thread.pk) == ""
    assert not Mention.objects.exists()


def test_neither_code_nor_quotations_nor_a_mail_address_is_a_name_that_reaches_nobody(
    unreached, thread, claire
):
    text = "`@Zoé`\n\n    @Zoé\n\n> @Zoé\n\n[@Zoé](https://a.fr) zoe@brec.fr ou zoé.@brec"

    assert unreached(claire, text, thread=thread.pk) == ""


def test_of_a_name_that_reaches_nobody_nothing_says_whether_somebody_bears_it(
    unreached, thread, claire, spaces, make_person
):
    make_person("Omar Projet", PROJECTS)
    two_of_one_name(make_person)
    newcomer = make_person("Nils", AUTHORITIES, confirmed=False)
    hidden = {"space": spaces[AUTHORITIES].slug}

    for name in ("@Omar Projet", "@Zoé Projet"):
        assert unreached(claire, name, **hidden) == f"Ce nom n’avertira personne ici : {name}"
    assert unreached(claire, "@Paul Martin", space="reseau").endswith(" : @Paul Martin")
    public = {"space": spaces["public"].slug}
    for name in ("@Claire Martin", "@Zoé Projet"):
        assert unreached(newcomer, name, **public).endswith(f" : {name}")
    room = start_thread(make_person("Ana", PROJECTS), spaces[PROJECTS])
    for where in ({"thread": room.pk}, {"space": spaces[PROJECTS].slug}, {}):
        assert unreached(claire, "@Omar Projet", **where) == ""


def test_a_text_full_of_names_is_told_of_the_first(unreached, thread, claire):
    text = "\n\n".join(f"@Zoé{n}" for n in range(200))
    told = unreached(claire, text, thread=thread.pk)

    assert told.count("@") == MAX_NAMES


def test_what_was_named_before_it_had_a_page_stays_as_typed(claire, jeanne, thread):
    """A post is the same for all, whatever becomes of whom it names."""
    post = post_reply(claire, thread, text="@Jeanne Brunel ?")
    jeanne.seats.update(ended_at=timezone.now())

    assert "@Jeanne Brunel</a>" in Post.objects.get(pk=post.pk).html
    assert mail.outbox == []
