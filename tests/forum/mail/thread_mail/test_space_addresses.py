"""A space has an address of its own, such as that of the list that it came after.

Who may write there starts threads by it; an answer to a mail of ours stands in its thread.
"""

from email.message import EmailMessage
from itertools import islice, product

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailCount, MailResult
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to, answer_to_address
from forum.models import Post, Space, Thread
from tests.factories import PROJECTS, create_person, post_reply, start_thread
from tests.forum.mail.mail_archives.helpers import import_mails, publish
from tests.forum.mail.mail_archives.helpers import mail as list_mail
from tests.forum.mail.thread_mail.helpers import answer, deliver
from tests.forum.mail.thread_mail.lmtp_client import hand_over
from tests.forum.mail.thread_mail.test_new_threads import SUBJECT, prove, written

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
LIST, OTHER_LIST = "echanges@listes.exemple.fr", "projets@listes.exemple.fr"


@pytest.fixture(autouse=True)
def lists(settings, claire, spaces):
    """The network's space has the list's address; our server vouches for senders."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    prove(claire)
    for name, address in (("network", LIST), (PROJECTS, OTHER_LIST)):
        spaces[name].mail_address = address
        spaces[name].save()


def reply_all(person, *answered, **about):
    """A mail of ``person`` to the list that answers mails with these Message-IDs."""
    about |= {"In_Reply_To": answered[-1], "References": " ".join(answered)}
    return written(person, f"Re: {SUBJECT}", **about)


def test_a_mail_to_the_lists_address_starts_a_thread_in_the_space(claire, spaces):
    assert answer_to_address(LIST.upper()) is ServerAnswer.TAKEN
    assert receive_mail(written(claire), LIST.upper()) is MailResult.PUBLISHED

    thread = Thread.objects.get()
    assert (thread.space, thread.title, thread.author) == (spaces["network"], SUBJECT, claire)
    (receipt,) = mail.outbox
    assert receipt.to == [claire.email] and thread.get_absolute_url() in receipt.body


def test_the_address_is_found_in_the_headers_where_no_server_says_it(claire, thread):
    raw = written(claire, To=f"La liste <{LIST}>", Cc="someone@example.org")

    assert receive_mail(raw) is MailResult.PUBLISHED
    assert Thread.objects.count() == 2


def test_an_answer_to_a_mail_of_ours_stands_in_its_thread(claire, jeanne, thread):
    first = thread.posts.get()
    second = post_reply(jeanne, thread)
    raw = reply_all(claire, message_id(first.pk), message_id(second.pk), text="Oui.")

    assert receive_mail(raw, LIST) is MailResult.PUBLISHED
    post = thread.posts.last()
    assert (post.author, post.text, Thread.objects.count()) == (claire, "Oui.", 1)
    assert thread.title in mail.outbox[-1].body and "est publiée" in mail.outbox[-1].subject


def test_an_answer_to_a_mail_that_came_from_somebody_stands_in_its_thread(
    claire, jeanne, spaces
):
    prove(jeanne)
    receive_mail(written(claire, message_id="<first@a>"), LIST)
    raw = reply_all(jeanne, "<first@a>", message_id="<2@a>", text="Bois déchiqueté.")

    assert receive_mail(raw, LIST) is MailResult.PUBLISHED
    assert [post.author for post in Thread.objects.get().posts.all()] == [claire, jeanne]


def test_an_answer_to_a_mail_of_the_old_list_goes_on_with_it(claire, lucie, spaces, viewer_of):
    archive = import_mails(spaces["network"], list_mail(1, "Nous cherchons."))
    raw = reply_all(claire, "<1@mairie.example>", text="Toujours ?")
    publish(archive, viewer_of(lucie))

    assert receive_mail(raw, LIST) is MailResult.PUBLISHED
    assert Thread.objects.get().posts.last().text == "Toujours ?"


def test_an_archive_that_is_not_opened_is_gone_on_with_by_nobody(claire, spaces):
    import_mails(spaces["network"], list_mail(1, "Nous cherchons."))
    receive_mail(reply_all(claire, "<1@mairie.example>"), LIST)

    assert Thread.objects.get().title == SUBJECT


def test_an_answer_to_what_is_nowhere_here_starts_a_thread(claire, spaces):
    assert receive_mail(reply_all(claire, "<x@example.org>"), LIST) is MailResult.PUBLISHED
    assert Thread.objects.get().title == SUBJECT


def test_the_thread_is_where_it_is_whichever_list_is_answered(jeanne, spaces):
    prove(jeanne)
    thread = start_thread(jeanne, spaces["public"], tags=[])
    raw = reply_all(jeanne, message_id(thread.posts.get().pk))

    assert receive_mail(raw, LIST) is MailResult.PUBLISHED
    assert thread.posts.count() == 2 and Thread.objects.count() == 1


def test_an_answer_to_what_one_does_not_read_is_published_nowhere_and_tells_nothing(
    claire, jeanne, spaces
):
    """A post that is there and one that is not are told alike; other readers get nothing."""
    hidden = start_thread(jeanne, spaces[PROJECTS], title="Un fil entre porteurs", tags=[])
    told = []
    for number, pk in enumerate((hidden.posts.get().pk, 10**9)):
        raw = reply_all(claire, message_id(pk), message_id=f"<{number}@a>", text="Oui.")
        assert receive_mail(raw, LIST) is MailResult.REFUSED
        told.append(mail.outbox[-1].body)

    assert told[0] == told[1] and "Oui." in told[0] and hidden.title not in told[0]
    assert Thread._base_manager.get().post_count == 1
    raw = reply_all(claire, message_id(hidden.posts.get().pk), message_id="<9@a>")
    assert receive_mail(raw, OTHER_LIST) is MailResult.UNKNOWN_ADDRESS


def test_a_private_spaces_address_gives_no_right(claire, jeanne, spaces):
    prove(jeanne)
    told = {
        answer_to(raw, address)
        for raw in (written(claire), written(claire, result="none"))
        for address in (OTHER_LIST, "nowhere@listes.exemple.fr")
    }

    assert told == {ServerAnswer.UNKNOWN_ADDRESS} and mail.outbox == []
    assert receive_mail(written(jeanne), OTHER_LIST) is MailResult.PUBLISHED
    assert Thread._base_manager.get().space == spaces[PROJECTS]


def test_whom_nobody_knows_is_told_nothing_and_counted(claire, spaces):
    message = written(claire).replace(claire.email.encode(), b"inconnue@example.org")

    assert answer_to(message, LIST) is ServerAnswer.UNKNOWN_ADDRESS
    assert mail.outbox == [] and not Thread.objects.exists()
    assert MailCount.objects.get().result == MailResult.NO_ACCOUNT


@pytest.mark.parametrize("answers_a_post", [False, True])
def test_what_nobody_vouches_for_is_published_nowhere(answers_a_post, claire, thread):
    about = {"result": "none", "text": "Un mot d’un autre."}
    first = message_id(thread.posts.get().pk)
    raw = reply_all(claire, first, **about) if answers_a_post else written(claire, **about)

    assert answer_to(raw, LIST) is ServerAnswer.UNKNOWN_ADDRESS
    assert (Thread.objects.count(), thread.posts.count()) == (1, 1)
    assert "Rien ne prouve" in mail.outbox[-1].body
    assert "d’un autre" not in mail.outbox[-1].body


def test_what_the_old_list_sends_on_is_refused_without_a_word(claire, spaces):
    raw = written(claire, List_Id="<echanges.listes.exemple.fr>", Precedence="list")

    assert receive_mail(raw, LIST) is MailResult.LIST
    assert mail.outbox == [] and not Thread.objects.exists()


def test_a_thread_that_is_closed_refuses_with_the_text(claire, thread):
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    raw = reply_all(claire, message_id(thread.posts.get().pk), text="Encore un mot.")

    assert receive_mail(raw, LIST) is MailResult.REFUSED
    assert "Encore un mot." in mail.outbox[-1].body and thread.posts.count() == 1


@pytest.mark.parametrize("lists_first", [False, True])
def test_an_answer_to_all_is_one_answer_whichever_address_comes_first(
    lists_first, address, thread, claire
):
    """Neither proved nor with the Message-ID of what it answers: the key is proof enough."""
    raw = answer(claire, To=address, Cc=LIST).as_bytes()
    given = [LIST, address] if lists_first else [address, LIST]

    results = [receive_mail(raw, one) for one in given]
    assert results == [MailResult.PUBLISHED, MailResult.TWICE]
    assert thread.posts.count() == 3 and Thread.objects.count() == len(mail.outbox) == 1


def test_the_same_mail_twice_and_to_two_lists_is_one_answer(claire, jeanne, thread, spaces):
    raw = reply_all(claire, message_id(thread.posts.get().pk), To=LIST, Cc=OTHER_LIST)

    results = [receive_mail(raw, one) for one in (LIST, LIST, OTHER_LIST)]
    assert results == [MailResult.PUBLISHED, MailResult.TWICE, MailResult.TWICE]
    assert thread.posts.count() == 2


def test_a_mail_to_two_spaces_starts_a_thread_in_each(jeanne, spaces):
    prove(jeanne)
    raw = written(jeanne)

    results = [receive_mail(raw, one) for one in (LIST, OTHER_LIST, LIST)]
    assert results == [MailResult.PUBLISHED, MailResult.PUBLISHED, MailResult.TWICE]
    places = {thread.space for thread in Thread._base_manager.all()}
    assert places == {spaces["network"], spaces[PROJECTS]}


def test_anothers_mail_with_the_same_message_id_takes_no_answer_away(claire, jeanne, spaces):
    receive_mail(written(claire, message_id="<first@a>"), LIST)
    paul = create_person("Paul", PROJECTS)
    prove(paul)
    receive_mail(written(paul, "Un tout autre sujet", message_id="<first@a>"), LIST)
    prove(jeanne)
    receive_mail(reply_all(jeanne, "<first@a>", message_id="<3@a>"), LIST)

    assert Post.objects.get(author=jeanne).thread.author == claire


def test_without_a_server_that_vouches_the_address_is_nobodys(claire, settings):
    settings.FORUM_AUTHSERV_ID = ""

    assert answer_to_address(LIST) is ServerAnswer.UNKNOWN_ADDRESS
    assert receive_mail(written(claire), LIST) is MailResult.UNKNOWN_ADDRESS


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_is_answered_over_lmtp(claire, thread):
    """As programs answer: to the list, which List-Post names, with what they were sent."""
    sent_to_list = EmailMessage()
    sent_to_list["From"], sent_to_list["To"] = claire.email, LIST
    sent_to_list["Authentication-Results"] = (
        f"mx.example.org; dmarc=pass header.from={claire.email.partition('@')[2]}"
    )
    sent_to_list["Subject"], sent_to_list["Message-ID"] = "Re: x", "<1@example.org>"
    sent_to_list["In-Reply-To"] = message_id(thread.posts.get().pk)
    sent_to_list.set_content("Par la liste.")
    given = hand_over(sent_to_list.as_bytes(), LIST, "nowhere@listes.exemple.fr", OTHER_LIST)

    assert [code for code, _words in given] == [250, 550, 250]
    assert thread.posts.last().text == "Par la liste."
    stranger = sent_to_list.as_bytes().replace(claire.email.encode(), b"x@example.org")
    ((code, words),) = hand_over(stranger, LIST)
    assert code == 550 and words.startswith(b"5.1.1")


def test_mails_of_the_space_say_where_the_list_is_answered(claire, jeanne, thread, spaces):
    post_reply(jeanne, thread)
    deliver()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Post"] == f"<mailto:{LIST}>" and headers["List-Id"]
    assert mail.outbox[0].reply_to != [LIST]

    for change in ({"mail_content": "title"}, {"mail_content": "full", "mail_address": ""}):
        Space._base_manager.filter(pk=thread.space_id).update(**change)
        post_reply(jeanne, thread, f"Autre chose : {change}")
        deliver()
        assert "List-Post" not in mail.outbox[-1].extra_headers


def test_the_space_says_its_address_to_who_may_write_there(claire, spaces, browser_of, client):
    page = spaces["network"].get_absolute_url()

    assert f"mailto:{LIST}" in browser_of(claire).get(page).text
    Space._base_manager.filter(pk=spaces["public"].pk).update(mail_address="place@exemple.fr")
    assert "place@exemple.fr" not in client.get(spaces["public"].get_absolute_url()).text


# -------------------------------------------------------------------- one mail, several threads


@pytest.fixture
def addresses(claire, thread, address, jeanne, spaces):
    """Claire's addresses of two threads."""
    other = start_thread(claire, spaces["network"], title="Quel réseau de chaleur ?", tags=[])
    post_reply(jeanne, other, "Le nôtre a dix ans.")
    deliver()
    (own,) = (it for it in mail.outbox if it.to == [claire.email])
    mail.outbox.clear()
    return [address, *own.reply_to]


@pytest.mark.django_db(transaction=True)
def test_a_mail_to_two_threads_is_published_once_in_each(claire, addresses):
    raw = answer(claire, To=", ".join(addresses)).as_bytes()
    given = hand_over(raw, *addresses, addresses[0].upper().replace("FORUM", "forum"))

    assert [code for code, _words in given] == [250, 250, 250]
    posts = Post.objects.filter(text="Merci, **150 kW** alors.")
    assert len({post.thread_id for post in posts}) == len(posts) == 2
    assert len(mail.outbox) == 2
    assert receive_mail(raw) is MailResult.TWICE


def test_of_a_mailbox_it_is_published_in_each_as_well(claire, addresses):
    raw = answer(claire, To=", ".join(addresses), Delivered_To=addresses[0]).as_bytes()

    assert receive_mail(raw) is MailResult.PUBLISHED
    assert Post.objects.filter(text="Merci, **150 kW** alors.").count() == 2
    counts = dict(MailCount.objects.values_list("result", "number"))
    assert counts == {"published": 2}


def test_to_however_many_a_mail_is_they_are_looked_up_at_once(claire, addresses):
    keys = ["".join(it) for it in islice(product("abcdefghjk", repeat=12), 1_100)]

    stranger = create_person("Nils", PROJECTS)

    def queries(*names):
        given = {name: ",".join(f"liste+{key}@a.fr" for key in keys) for name in names}
        raw = written(stranger, **given)
        with CaptureQueriesContext(connection) as asked:
            assert receive_mail(raw, LIST) is not MailResult.PUBLISHED
        return len(asked)

    queries("Cc")  # What is kept in the process is read the first time.
    assert queries("Delivered-To", "Cc", "Envelope-To") == queries("Cc") < 12


def test_among_many_addresses_ones_own_is_found(claire, addresses):
    others = ", ".join(f"Élu {n} <elu{n}@commune.example>" for n in range(300))
    mail = IncomingMail(written(claire, To=f"{others}, Foirail <{addresses[0]}>"))

    assert len(mail.recipients) == 301 and addresses[0] in mail.recipients


def test_among_others_addresses_ones_own_is_found(claire, jeanne, addresses):
    raw = answer(jeanne, To=", ".join(addresses)).as_bytes()
    assert receive_mail(raw) is MailResult.OTHER_SENDER

    raw = answer(claire, To=f"reponse+{'a' * 12}@forum.example.org, {addresses[1]}").as_bytes()
    assert receive_mail(raw) is MailResult.PUBLISHED
