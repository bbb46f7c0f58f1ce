"""Closing one's account: asking, the wait, coming back, and what then goes and stays."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.charter.hash_chain import append_missing_lines
from accounts.charter.verification import register_problems
from accounts.closing.actions import ask_to_close, take_back_closing
from accounts.closing.models import AccountClosing
from accounts.models import Organisation, User
from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.mail.mail_archives.models import MailArchive, MailAuthor
from forum.members.closing import actions
from forum.members.closing.actions import choose_posts, close_account
from forum.members.closing.models import PostToDelete
from forum.members.closing.names.models import NamePassage
from forum.members.closing.tasks import close_due_accounts, warn_inactive_accounts
from forum.models import Post
from forum.moderation.actions import end_measure, hide_post
from forum.moderation.measures.models import Measure
from tests.factories import PROJECTS, create_person, create_seat, post_reply, start_thread
from tests.forum.mail.mail_archives import helpers as archives
from tests.forum.members.closing_helpers import waiting_for
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts
from tests.stateful import seeds

PASSWORD = "fort-et-long-42"
PAGE = "close-account"


def ago(days):
    return timezone.now() - timedelta(days=days)


def close(person):
    """Close the account of ``person`` now, and return their row as it is then."""
    ask_to_close(person, days=0)
    assert close_account(person)
    return User.objects.get(pk=person.pk)


# ------------------------------------------------------------------- asking, coming back


def test_the_page_says_what_goes_and_what_stays_before_anything_is_done(
    jeanne, spaces, browser_of
):
    start_thread(jeanne, spaces["public"])
    page = browser_of(jeanne).get(reverse(PAGE)).text

    assert "Ce qui s’en va" in page and "1 message, signé « Ancien membre »" in page
    assert "Vous êtes le seul contact" in page and "14 jours" in page
    assert not AccountClosing.objects.exists()


def test_closing_asks_for_the_password_and_then_waits(jeanne, browser_of):
    browser = browser_of(jeanne)
    answer = browser.post(reverse(PAGE), {"posts": "keep"})
    assert "reauthenticate" in answer["Location"] and not AccountClosing.objects.exists()

    browser.post(answer["Location"], {"password": PASSWORD}, follow=True)
    closing = AccountClosing.objects.get()
    assert timedelta(days=13) < closing.due_at - timezone.now() < timedelta(days=14)
    assert close_due_accounts.call() == 0
    inbox = browser.get(reverse("inbox"), {"voir": "tout"}).text  # Its page was just shown.
    assert "Vous pouvez encore le garder" in inbox
    page = browser.get(reverse(PAGE)).text
    assert "Votre compte sera fermé le" in page and "Garder mon compte" in page
    assert mail.outbox[-1].to == [jeanne.email] and "/compte/fermeture/" in mail.outbox[-1].body


def test_a_guest_is_sent_to_sign_in_and_closes_nobody(client, jeanne):
    for name in (PAGE, "posts-to-delete", "keep-account"):
        answer = client.post(reverse(name), {"posts": "delete"})
        assert answer.status_code == 302 and "/compte/login/" in answer["Location"], name
    assert not AccountClosing.objects.exists()


def test_who_has_left_may_sign_up_again_with_the_same_address(jeanne):
    close(jeanne)

    again = User.objects.create_user(jeanne.email, "Jeanne Brunel")
    assert again.pk != jeanne.pk and not again.posts.exists()


def test_who_comes_back_keeps_all(jeanne, browser_of):
    ask_to_close(jeanne)
    page = browser_of(jeanne)
    assert "Votre compte sera fermé le" in page.get(reverse("account")).text
    page.post(reverse("keep-account"))

    assert "sera fermé" not in page.get(reverse("account")).text
    assert not AccountClosing.objects.exists() and User.objects.get(pk=jeanne.pk).is_active
    assert "reste ouvert" in mail.outbox[-1].body


def test_who_has_neither_password_nor_key_signs_in_again_first(jeanne, browser_of):
    jeanne.set_unusable_password()
    jeanne.save()
    answer = browser_of(jeanne).post(reverse(PAGE), {"posts": "delete"})

    assert answer.status_code == 422 and "entrez de nouveau avec un code" in answer.text
    assert 'value="delete"' in answer.text and not AccountClosing.objects.exists()


def test_the_only_animator_is_told_why_they_cannot_go(lucie, browser_of):
    page = browser_of(lucie).get(reverse(PAGE)).text
    assert "la seule personne à animer" in page and "button danger" not in page
    with pytest.raises(PermissionDenied, match="seule personne"):
        ask_to_close(lucie)

    create_person("Autre Animatrice", is_animator=True)
    assert ask_to_close(lucie).pk


def test_who_becomes_the_only_animator_while_they_wait_stays(lucie):
    other = create_person("Autre Animatrice", is_animator=True)
    ask_to_close(lucie, days=0)
    User.objects.filter(pk=other.pk).update(is_animator=False)

    assert close_due_accounts.call() == 0 and User.objects.get(pk=lucie.pk).is_active


def test_an_only_contact_reads_who_becomes_it(jeanne, browser_of):
    organisation = jeanne.seats.get().organisation
    other = create_person("Paul Suivant")
    create_seat(other, PROJECTS, organisation=organisation)

    assert "Paul Suivant le deviendra" in browser_of(jeanne).get(reverse(PAGE)).text


def test_nobody_ticks_the_posts_of_others(jeanne, claire, spaces, browser_of):
    thread = start_thread(claire, spaces["public"])
    own, others = post_reply(jeanne, thread), post_reply(claire, thread)
    page = reverse("posts-to-delete")
    sent = {"shown": [own.pk, others.pk], "chosen": [own.pk, others.pk]}
    browser = browser_of(jeanne)
    browser.post(page, sent)

    assert [one.post_id for one in PostToDelete.objects.all()] == [own.pk]
    assert f'value="{own.pk}"' in browser.get(page).text
    assert " checked" in browser.get(page).text
    browser.post(page, {"shown": [own.pk]})
    assert not PostToDelete.objects.exists()


# ------------------------------------------------------------------- what goes and stays


def test_a_closed_account_leaves_its_posts_and_no_name(jeanne, claire, spaces, browser_of):
    thread = start_thread(jeanne, spaces["public"])
    address = reverse("member", args=[jeanne.pk])
    Organisation.objects.update(name=F("slug"))  # Theirs bears their name.
    town = jeanne.seats.get().organisation
    assert browser_of(claire).get(address).status_code == 200
    old = browser_of(jeanne)
    row = close(jeanne)

    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert "Ancien membre" in page and "Jeanne" not in page and address not in page
    assert town.slug in page
    assert browser_of(claire).get(address).status_code == 404
    assert (row.is_active, row.full_name, row.has_usable_password()) == (
        False, "Ancien membre", False,
    )  # fmt: skip
    assert jeanne.email not in row.email and not AccountClosing.objects.exists()
    assert old.get(reverse("account")).status_code == 302
    assert [one.to for one in mail.outbox] == [[jeanne.email]]


def test_in_english_a_former_member_is_called_so(jeanne, lucie, spaces, browser_of, client):
    thread = start_thread(jeanne, spaces["public"])
    close(jeanne)

    english = {"headers": {"Accept-Language": "en"}}
    page = client.get(thread.get_absolute_url(), **english).text
    assert "Former member" in page and "Ancien membre" not in page
    address = reverse("organisation-seats", args=[thread.seat.organisation.slug])
    page = browser_of(lucie).get(address, **english).text
    assert "Former member" in page and "Ancien membre" not in page


def test_the_chosen_posts_are_deleted_and_no_others(jeanne, claire, spaces, viewer_of):
    thread = start_thread(claire, spaces["public"])
    gone, stays = post_reply(jeanne, thread, "À effacer."), post_reply(jeanne, thread, "Reste.")
    choose_posts(viewer_of(jeanne), [gone.pk, stays.pk], [gone.pk])
    close(jeanne)

    gone, stays = Post.objects.get(pk=gone.pk), Post.objects.get(pk=stays.pk)
    assert (gone.text, gone.html) == ("", "") and gone.deleted_at
    assert stays.text == "Reste." and stays.deleted_at is None


def test_all_posts_are_deleted_where_one_wishes(jeanne, claire, spaces):
    thread, alone = (
        start_thread(claire, spaces["public"]),
        start_thread(jeanne, spaces["public"]),
    )
    post_reply(jeanne, thread)
    ask_to_close(jeanne, deletes_all_posts=True, days=0)
    close_account(jeanne)

    assert {post.text for post in Post.objects.filter(author=jeanne)} == {""}
    alone.refresh_from_db()
    assert alone.removed_at


def test_open_pages_are_told_of_each_post(jeanne, claire, spaces):
    thread = start_thread(claire, spaces["public"])
    posts = [post_reply(jeanne, thread, f"Message {n}.") for n in range(3)]
    thread.refresh_from_db()
    before = thread.seq
    close(jeanne)

    told = thread.events.filter(seq__gt=before).values_list("post", flat=True)
    assert set(told) >= {post.pk for post in posts}


def test_the_organisation_has_signed_still_and_the_register_holds(jeanne, claire, browser_of):
    append_missing_lines()
    signature = jeanne.signatures.get()
    close(jeanne)

    signature.refresh_from_db()
    assert signature.person is None and signature.withdrawn_at is None
    assert register_problems() == []
    page = browser_of(claire).get(reverse("signatories")).text
    named = page.replace(signature.organisation.name, "")
    assert "ancien membre" in page and "Jeanne Brunel" not in named


# ------------------------------------------------------------------- archives of lists


LISTED = "j.brunel@ailleurs.example"


@pytest.fixture
def archived(jeanne, lucie, spaces):
    """What Jeanne wrote to a list under another name, from an address of theirs; unclaimed."""
    jeanne.emailaddress_set.create(email=LISTED.title(), verified=True)
    return published(lucie, spaces["public"], list_mail(1, "Du bois. Jeanne Martin."))


def list_mail(number, text, name="Jeanne Martin", **headers):
    headers = {"From": f"{name} <{LISTED}>", "Subject": f"Bois {number}"} | headers
    return archives.mail(number, text, **headers)


def published(animator, space, *mails):
    """The first post of an archive of these ``mails``, opened."""
    archives.publish(archives.import_mails(space, *mails), viewer_of_person(animator))
    return Post.objects.filter(author__is_unclaimed=True).earliest("created_at")


def test_what_came_from_their_address_to_an_archive_bears_no_name_either(
    archived, jeanne, claire, client, browser_of
):
    author, thread = archived.author, archived.thread
    assert "Jeanne Martin" in client.get(thread.get_absolute_url()).text
    assert browser_of(claire).get(author.get_absolute_url()).status_code == 200
    close(jeanne)

    page = client.get(thread.get_absolute_url()).text
    assert "Ancien membre" in page and "Jeanne" not in page and "Du bois." in page
    assert browser_of(claire).get(author.get_absolute_url()).status_code == 404
    author.refresh_from_db()
    assert author.closed_at and not author.is_unclaimed and "Jeanne" not in author.full_name
    assert author != jeanne and not User.objects.filter(folded_name__contains="jeanne").exists()
    assert thread.events.filter(post=archived).exists()  # Open pages are told.
    assert not MailAuthor.objects.exists() and len(mail.outbox) == 1


def test_quotations_and_mentions_of_it_change_and_others_words_wait(
    archived, jeanne, claire, lucie
):
    words = ("Du bois.", "Jeanne Martin", 1, archived.get_absolute_url())
    quoting = post_reply(claire, archived.thread, markup.quote(*words) + "Oui.")
    naming = post_reply(claire, archived.thread, "Jeanne Martin l’a dit.")
    own = post_reply(jeanne, archived.thread, "Le mot de Jeanne Martin est à elle.")
    close(jeanne)

    texts = dict(Post.objects.values_list("pk", "text"))
    assert texts[archived.pk] == "Du bois. [ancien membre]."
    assert texts[quoting.pk].startswith("> **[[ancien membre], nº\u00a01](")
    assert texts[naming.pk] == "Jeanne Martin l’a dit."
    assert texts[own.pk] == "Le mot de Jeanne Martin est à elle."
    waiting = {(one.model, one.row_id) for one in waiting_for(lucie)}
    assert waiting == {("forum.Post", naming.pk), ("forum.Post", own.pk)}


def test_a_name_that_somebody_signed_mails_with_changes_no_other_words_of_theirs(
    jeanne, lucie, spaces
):
    jeanne.emailaddress_set.create(email=LISTED, verified=True)
    own = start_thread(jeanne, spaces["public"], text="Le bois de la commune.").posts.get()
    published(lucie, spaces["public"], list_mail(1, "Du bois.", "de la"))
    close(jeanne)

    own.refresh_from_db()
    assert own.text == "Le bois de la commune."


def test_the_same_name_here_and_there_is_one_to_look_for(jeanne, claire, lucie, spaces):
    start_thread(jeanne, spaces["public"])
    jeanne.emailaddress_set.create(email=LISTED, verified=True)
    published(lucie, spaces["public"], list_mail(1, "Du bois.", jeanne.full_name))
    post = start_thread(claire, spaces["network"], text="Merci Jeanne Brunel.").posts.get()
    close(jeanne)

    assert [one.row_id for one in waiting_for(lucie)] == [post.pk]


def test_all_posts_are_deleted_those_of_archives_too(archived, jeanne, lucie, spaces):
    others = list_mail(2, "De Paul.", From="Paul Riou <paul@sivom.example>")
    published(lucie, spaces["public"], others)
    ask_to_close(jeanne, deletes_all_posts=True, days=0)
    close_account(jeanne)

    assert set(Post.objects.values_list("text", flat=True)) == {"", "De Paul."}
    archived.refresh_from_db()
    assert archived.deleted_at and archived.author.full_name == "Ancien membre"
    check_thread_counts()
    check_contribution_counts()


def test_what_a_later_archive_brought_to_a_claimed_address_goes_too(
    archived, jeanne, lucie, spaces
):
    jeanne.emailaddress_set.all().delete()  # A code proved it.
    MailAuthor.objects.update(person=jeanne)
    close(jeanne)

    archived.refresh_from_db()
    assert archived.author.full_name == "Ancien membre"


def test_what_came_from_another_address_or_from_that_of_many_stays(
    archived, jeanne, spaces, client
):
    for address in (LISTED, "tepos@listes.example"):
        jeanne.emailaddress_set.update(email=address, verified=address != LISTED)
        MailAuthor.objects.update(address=address)
        MailArchive.objects.update(report={"list_address": "tepos@listes.example"})
    ask_to_close(jeanne, deletes_all_posts=True, days=0)
    close_account(jeanne)

    archived.refresh_from_db()
    assert archived.text == "Du bois. Jeanne Martin." and archived.author.is_unclaimed
    assert "Jeanne Martin" in client.get(archived.thread.get_absolute_url()).text


def test_an_archive_that_is_opened_as_they_leave_names_them_no_more(
    jeanne, lucie, spaces, monkeypatch
):
    jeanne.emailaddress_set.create(email=LISTED, verified=True)
    archive = archives.import_mails(spaces["public"], list_mail(1, "Du bois."))
    remove = actions.remove_names

    def open_meanwhile(person, unclaimed):
        archives.publish(archive, viewer_of_person(lucie))
        return remove(person, unclaimed)

    monkeypatch.setattr(actions, "remove_names", open_meanwhile)
    close(jeanne)

    assert not Post.objects.exists() and not User.objects.filter(is_unclaimed=True).exists()


def test_the_page_says_what_becomes_of_them(archived, jeanne, claire, browser_of):
    page = browser_of(jeanne).get(reverse(PAGE)).text
    assert "1\u00a0message d’une ancienne liste" in page
    assert "ancienne liste" not in browser_of(claire).get(reverse(PAGE)).text


@pytest.mark.parametrize("step", [
    "remove_names", *seeds(
        "_announce_posts", "_delete_chosen_posts", "_close_unclaimed", "erase_rows_about",
        "account_actions.end_seats", "account_actions.erase_accounts_rows",
    ),
])  # fmt: skip
def test_a_closing_that_was_interrupted_forgets_none_of_them(
    step, archived, jeanne, claire, lucie, spaces, monkeypatch
):
    published(lucie, spaces["public"], list_mail(2, "Ancien membre, dit-on. Jeanne Martin."))
    post_reply(claire, archived.thread, "Merci Jeanne Martin.")
    ask_to_close(jeanne, days=0)

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(f"forum.members.closing.actions.{step}", die)
        close_due_accounts.call()

    assert close_due_accounts.call() == 1
    texts = set(Post.objects.exclude(author=claire).values_list("text", flat=True))
    assert texts == {"Du bois. [ancien membre].", "Ancien membre, dit-on. [ancien membre]."}
    assert {post.author.full_name for post in Post.objects.exclude(author=claire)} == {
        "Ancien membre"
    }
    assert len(waiting_for(lucie)) == 1


# ------------------------------------------------------------------- interruptions


@pytest.mark.parametrize("step", [
    "_delete_chosen_posts", "remove_names", "send_closed", "_announce_posts",
])  # fmt: skip
def test_a_closing_that_was_interrupted_goes_on(step, jeanne, claire, spaces, monkeypatch):
    thread = start_thread(claire, spaces["public"], text="Merci Jeanne Brunel.")
    post_reply(jeanne, thread, "Bien à vous, Jeanne Brunel.")
    ask_to_close(jeanne, days=0)

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(f"forum.members.closing.actions.{step}", die)
        close_due_accounts.call()
    with pytest.raises(PermissionDenied):
        take_back_closing(jeanne)

    assert close_due_accounts.call() == 1 and close_due_accounts.call() == 0
    assert "Jeanne" not in Post.objects.get(thread=thread, number=2).text
    assert NamePassage.objects.count() == 1
    assert User.objects.get(pk=jeanne.pk).closed_at


def test_an_account_that_cannot_be_closed_keeps_no_other_from_it(jeanne, claire, monkeypatch):
    for person in (jeanne, claire):
        ask_to_close(person, days=0)
    remove = actions.remove_names

    def falter(person, unclaimed):
        if person == jeanne:
            raise ValueError("La chaudière est froide.")
        return remove(person, unclaimed)

    with monkeypatch.context() as patch, pytest.raises(ExceptionGroup):
        patch.setattr(actions, "remove_names", falter)
        close_due_accounts.call()

    assert User.objects.get(pk=claire.pk).closed_at
    assert close_due_accounts.call() == 1 and User.objects.get(pk=jeanne.pk).closed_at


def test_nobody_living_takes_the_name_of_those_who_left(jeanne, browser_of):
    answer = browser_of(jeanne).post(reverse("account"), {"full_name": "ancien  membre"})

    assert answer.status_code == 422 and "Ce nom est celui" in answer.text


# ------------------------------------------------------------------- who comes no more


@pytest.fixture
def absent(jeanne):
    """Jeanne, who has not come for almost two years."""
    past = {"seen_at": ago(680), "last_login": ago(690), "joined_at": ago(1000)}
    User.objects.filter(pk=jeanne.pk).update(**past)
    return User.objects.get(pk=jeanne.pk)


def test_who_comes_no_more_is_warned_twice_and_then_closed(absent):
    assert (warn_inactive_accounts.call(), warn_inactive_accounts.call()) == (1, 0)
    closing = AccountClosing.objects.get()
    assert timedelta(days=59) < closing.due_at - timezone.now() < timedelta(days=60)
    AccountClosing.objects.update(due_at=timezone.now() + timedelta(days=14), asked_at=ago(46))
    assert (warn_inactive_accounts.call(), warn_inactive_accounts.call()) == (1, 0)
    assert len(mail.outbox) == 2 and "va être fermé" in mail.outbox[0].subject

    AccountClosing.objects.update(due_at=ago(0))
    assert close_due_accounts.call() == 1
    assert User.objects.get(pk=absent.pk).closed_at


@pytest.mark.parametrize("sign", ["seen_at", "last_login"])
def test_who_comes_back_after_a_warning_is_not_closed(absent, sign):
    warn_inactive_accounts.call()
    AccountClosing.objects.update(due_at=ago(0), asked_at=ago(60))
    User.objects.filter(pk=absent.pk).update(**{sign: ago(1)})

    assert close_due_accounts.call() == 0 and not AccountClosing.objects.exists()
    assert User.objects.get(pk=absent.pk).is_active


def test_nobody_is_warned_who_has_come_or_alone_animates(absent, lucie):
    User.objects.exclude(pk=absent.pk).update(seen_at=ago(1))
    User.objects.filter(pk=lucie.pk).update(seen_at=ago(1000), joined_at=ago(1000))
    User.objects.filter(pk=absent.pk).update(last_login=ago(1))

    assert warn_inactive_accounts.call() == 0


def test_threads_that_were_removed_already_are_counted_once_and_stay_removed(
    claire, lucie, spaces, viewer_of, make_person
):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    hidden = start_thread(claire, spaces["public"])
    hide_post(hidden.posts.get(), viewer_of(lucie), "Un nom.")
    mina = make_person("Mina Attente", PROJECTS, confirmed=False)
    assert start_thread(mina, spaces["public"]).posts.get().held_at
    for person in claire, mina:
        ask_to_close(person, deletes_all_posts=True, days=0)
        assert close_account(person)
    check_contribution_counts()

    end_measure(Measure.objects.get(), viewer_of(lucie), "Une erreur.")

    hidden.refresh_from_db()
    assert hidden.removed_at
    check_thread_counts()


def test_an_account_that_is_deactivated_while_it_waits_is_closed_on_its_day(jeanne):
    ask_to_close(jeanne)
    User.objects.filter(pk=jeanne.pk).update(is_active=False)

    assert not close_account(jeanne)
    AccountClosing.objects.update(due_at=timezone.now())
    assert close_account(jeanne)
