"""What nobody types by accident: it is answered, bounded, and tells nothing."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.models import Tag, Thread, ThreadCount
from forum.moderation.actions import hide_post
from tests.calls import calls_of
from tests.factories import PROJECTS, move_thread, post_reply, start_thread

ODD = ["é", "a b", "%00", "\0", "x" * 6000, "../..", "<script>", "²"]


@pytest.mark.deep
@pytest.mark.parametrize(
    "address", ["/", "/sujets/bois-energie/", "/espaces/place-publique/", "/suite/"]
)
def test_an_odd_filter_filters_nothing(address, client, spaces):
    answered = {
        (name, value[:20]): client.get(address, {name: value}).status_code
        for name in ("espace", "mot", "sujet", "vue", "nature", "page", "known")
        for value in ODD
    }

    assert answered == dict.fromkeys(answered, 200)


@pytest.mark.parametrize(
    "address",
    ["/charte/%00/", "/mots/%00/", "/fils/99999999999999999999/", "/membres/9" + "9" * 30 + "/",
     "/messages/99999999999999999999/", "/organisations/%00/", "/nulle/part/"],
)  # fmt: skip
def test_an_odd_address_is_not_found(address, client, spaces):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/territoires/recherche/?q=a%00b", "/fils/nouveau/?space=%00", "/membres/?q=%00",
     "/charte/signer/?organisation=%00&invitation=%00", "/organisations/?nom=a%00b"],
)  # fmt: skip
def test_a_null_character_in_an_address_is_as_if_it_were_not_there(address, claire, browser_of):
    asked = browser_of(claire).get(address)
    plain = browser_of(claire).get(address.replace("%00", ""))

    assert asked.status_code == plain.status_code == 200


@pytest.mark.parametrize(
    "until",
    ["0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "hier"],
)
@pytest.mark.parametrize("name", ["inbox", "follows"])
def test_an_absurd_moment_is_refused_or_means_now(name, until, claire, browser_of):
    answer = browser_of(claire).post(reverse(name), {"until": until})

    assert answer.status_code in (302, 400)


@pytest.mark.parametrize("key", ["\\000\\000\\000\\000\\000\\000\\000\\000", "x", "é" * 9, ""])
def test_a_forged_session_is_a_guest(key, spaces):
    client = Client(headers={"Cookie": f'sessionid="{key}"'})

    assert client.get("/").status_code == 200
    assert client.get("/").context["viewer"].person_id is None


def test_another_host_is_a_bad_request_and_nothing_more(spaces):
    client = Client(raise_request_exception=False)

    assert client.get("/", headers={"Host": "ailleurs.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/nulle/part/", "/fils/1/reponses/"])
def test_a_body_that_cannot_be_read_gives_no_error_of_ours(path, spaces):
    client = Client(raise_request_exception=False)
    junk = {"data": b"--x\r\njunk", "content_type": "multipart/form-data; boundary=x"}

    assert client.post(path, **junk).status_code < 500
    assert client.post(path, {f"champ{n}": n for n in range(2000)}).status_code < 500


@pytest.mark.deep
def test_a_small_text_does_not_make_a_huge_page():
    repeated = "[a]: /" + "u" * 19_000 + "\n\n" + "[a] " * 5_000
    table = "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "|x\n" * 13_000

    assert len(markup.render(repeated)) < 100_000
    assert len(markup.render(table[:40_000])) < 1_000_000


@pytest.mark.parametrize(
    "line", ["- [ ] a\n", "1 kW ", "- [x] 1 kW\n", "[ ] ", "> - [ ] 1 €\n"]
)
def test_boxes_and_units_take_as_long_as_the_text_is(line):
    long, short = (calls_of(markup.render, line * times) for times in (400, 100))
    assert long < 4.4 * short


def test_links_are_not_looked_for_where_that_would_take_long():
    run = "http://a.b" * 300

    assert "<a " not in markup.render(run)
    assert "<a " in markup.render("Voir http://exemple.fr, puis répondre.")


def test_a_tag_shows_each_thread_the_spelling_of_its_own_writer(
    claire, jeanne, spaces, browser_of
):
    start_thread(jeanne, spaces[PROJECTS], tags=["Rachat SECRET"])
    assert browser_of(claire).get("/mots/rachat-secret/").status_code == 404

    thread = start_thread(claire, spaces["public"], tags=["rachat secret"])

    for address in (thread.get_absolute_url(), "/mots/rachat-secret/", "/"):
        page = browser_of(claire).get(address).content.decode()
        assert "rachat secret" in page and "SECRET" not in page


def test_guests_do_not_learn_in_whose_name_someone_else_may_speak(
    claire, spaces, browser_of, jeanne
):
    start_thread(claire, spaces["public"], text="Public.")
    address = reverse("member", args=[claire.pk])
    position = claire.seats.get().position

    assert position not in browser_of(None).get(address).content.decode()
    assert position in browser_of(jeanne).get(address).content.decode()


def test_kept_text_is_given_back_to_whoever_typed_it(client, claire, jeanne, spaces):
    sent = {"text": "De Jeanne", "title": "Un titre à elle", "writer": jeanne.pk}
    client.post(reverse("new-thread"), sent)
    client.force_login(claire)

    assert "De Jeanne" not in client.get(reverse("new-thread")).content.decode()


def test_a_guests_session_is_no_place_to_store_things(client, spaces):
    fields = {f"champ{n}": "x" * 1000 for n in range(50)}
    client.post(reverse("new-thread"), fields | {"text": "x" * 200_000, "title": "y" * 9000})

    assert sum(map(len, client.session["kept"]["typed"].values())) <= 62_000
    assert "en entier" in client.get(reverse("account_login")).content.decode()


def test_private_pages_are_kept_by_nobody_else_and_not_past_sign_out(
    claire, thread, browser_of
):
    client = browser_of(claire)

    assert "private" in client.get(thread.get_absolute_url())["Cache-Control"]
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache"'


def test_an_endless_place_in_the_log_is_no_place(claire, thread, browser_of):
    sent = {"text": "Une fois.", "idempotency_key": uuid4()}
    address = reverse("replies", args=[thread.pk])

    answer = browser_of(claire).post(address, sent, headers={"X-Seen": "9" * 5000})

    assert answer.status_code == 201 and thread.posts.count() == 2


@pytest.mark.parametrize("method", ["head", "put", "delete", "patch", "options"])
def test_other_methods_are_answered(method, claire, thread, browser_of):
    client = browser_of(claire)
    for address in (thread.get_absolute_url(), "/", reverse("replies", args=[thread.pk])):
        assert getattr(client, method)(address).status_code in (200, 405, 422, 302)
    assert client.head(thread.get_absolute_url()).status_code == 200


def test_what_one_wrote_may_be_taken_back_even_when_hidden(jeanne, lucie, thread, viewer_of):
    post = post_reply(jeanne, thread, "À effacer")
    hide_post(post, viewer_of(lucie), "Ton")

    delete_post(post, viewer_of(jeanne))

    post.refresh_from_db()
    assert (post.text, post.html) == ("", "")


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_crossing_moves_and_shared_new_tags_never_wait_for_each_other(claire, lucie, spaces):
    mover, asker = viewer_of_person(lucie), viewer_of_person(claire)
    pair = [spaces["public"], spaces["network"]]
    threads = [start_thread(claire, pair[n % 2]) for n in range(8)]

    def cross(n):
        thread = threads[n % 8]
        words = [f"mot {n // 8} {k}" for k in (range(4) if n % 2 else reversed(range(4)))]
        try:
            move_thread(thread, mover, pair[(n + n // 8 + 1) % 2])
            edit_thread(
                thread, asker, title="Un titre assez long", topic=thread.topic,
                kind="question", tags=words,
            )  # fmt: skip
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cross, range(64)))

    for shelf in ThreadCount.objects.all():
        on_it = Thread.objects.filter(space=shelf.space, topic=shelf.topic).count()
        assert shelf.count == on_it
    assert Tag.objects.filter(name__startswith="mot").count() == 32


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "BREW"])
def test_methods_that_no_page_uses_are_refused(method, claire, browser_of, spaces):
    for name in ("home", "account", "sign-charter", "health", "account_login"):
        answer = browser_of(claire).generic(method, reverse(name))
        assert answer.status_code == 405, name
        assert "sessionid" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "TRACE"])
def test_the_health_of_a_process_is_only_read(method, db):
    client = Client(enforce_csrf_checks=True)

    assert client.generic(method, reverse("health")).status_code == 405
    assert client.head(reverse("health")).status_code == 200
