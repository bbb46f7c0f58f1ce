"""First posts, copies and many links wait for an animator, and are shown to nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.review_queue.queries import waiting_by_source
from forum.base.events import Event
from forum.base.rules import Refused
from forum.conversation.threads.changes import thread_changes_since
from forum.models import Post, Space, Thread
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.held_posts import actions
from forum.moderation.measures.models import Measure, ModerationReason
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts

pytestmark = pytest.mark.usefixtures("charter", "topics")
TEXT = "Chez nous, la chaufferie est en régie depuis trois ans, sans regret."
LINKS = " ".join(f"https://exemple.fr/{n}" for n in range(6))


@pytest.fixture
def mina(make_person):
    """Who comes in: her seat waits."""
    return make_person("Mina Attente", AUTHORITIES, confirmed=False)


@pytest.fixture
def public(spaces):
    """A space in which first posts wait."""
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    return spaces["public"]


@pytest.fixture
def asked(claire, public):
    """Claire's question in public."""
    return start_thread(claire, public)


@pytest.fixture
def shown_to(browser_of):
    """Whether a text is on a page, for a person."""

    def shown_to(person, address, text=TEXT):
        answer = browser_of(person).get(address, follow=True)
        return answer.status_code == 200 and text in answer.text

    return shown_to


def held_url(post):
    return reverse("held-post", args=[post.pk])


def test_a_newcomer_s_first_reply_is_read_by_them_and_animators_only(
    asked, mina, claire, jeanne, lucie, browser_of, shown_to
):
    form = {"text": TEXT, "idempotency_key": uuid4()}
    page = browser_of(mina).post(reverse("replies", args=[asked.pk]), form, follow=True)
    post = asked.posts.get(number=2)

    assert "attend d’être relu" in page.text and held_url(post) in page.text
    assert TEXT not in page.text
    for reader in (mina, lucie):
        assert shown_to(reader, held_url(post))
    for other in (claire, jeanne, None):
        assert not shown_to(other, asked.get_absolute_url())
        assert browser_of(other).get(held_url(post)).status_code == 404
    assert not shown_to(jeanne, reverse("member", args=[mina.pk]), asked.title)


def test_a_waiting_reply_counts_nowhere_and_leaves_the_thread_where_it_was(
    asked, mina, claire, browser_of
):
    before = Thread.objects.get(pk=asked.pk)
    post_reply(mina, asked, TEXT)
    thread = Thread.objects.get(pk=asked.pk)

    assert thread.reply_count == 0
    assert thread.last_posted_at == before.last_posted_at
    assert browser_of(claire).get("/").context["menu"].unread == 0
    check_contribution_counts()


def test_the_script_of_a_page_is_told_that_the_reply_waits(asked, mina, browser_of):
    address = reverse("replies", args=[asked.pk])
    sent = {"text": TEXT, "idempotency_key": uuid4()}
    answer = browser_of(mina).post(address, sent, headers={"X-Seen": "1"}).json()

    assert "attend d’être relu" in answer["notice"]
    assert "attend d’être relu" in answer["elements"]["post-2"]
    assert TEXT not in answer["elements"]["post-2"]


def test_a_thread_whose_first_post_waits_is_not_there_for_others(
    public, mina, claire, lucie, browser_of, shown_to
):
    form = {
        "kind": "question", "title": "Qui a une régie", "text": TEXT, "tags": "bois",
        "topic": "bois-energie", "space": public.slug, "idempotency_key": uuid4(),
    }  # fmt: skip
    page = browser_of(mina).post(reverse("new-thread"), form, follow=True)
    post = Post.objects.get(text=TEXT)

    assert page.redirect_chain[-1][0] == held_url(post) and TEXT in page.text
    assert shown_to(lucie, held_url(post))
    own = browser_of(mina).get(reverse("own-posts")).text
    assert f'href="{held_url(post)}" lang="fr">Qui a une régie' in own
    for address in ("/", public.get_absolute_url(), post.thread.get_absolute_url()):
        for reader in (claire, mina, None):
            assert not shown_to(reader, address, "Qui a une régie")
    assert browser_of(None).get("/mots/bois/").status_code == 404
    check_thread_counts()

    again = browser_of(mina).post(
        reverse("new-thread"), form | {"idempotency_key": uuid4()}, follow=True
    )
    assert "était déjà" in again.text and Post.objects.filter(text=TEXT).count() == 1


def test_what_is_published_comes_as_new_and_its_author_is_told(
    public, mina, claire, lucie, viewer_of, browser_of, shown_to
):
    post = start_thread(mina, public, title="Qui a une régie", text=TEXT).posts.get()
    Thread.objects.filter(pk=post.thread_id).update(
        last_posted_at=timezone.now() - timedelta(days=2)
    )
    start_thread(claire, public)
    browser_of(lucie).post(reverse("approve-post", args=[post.pk]))
    thread = Thread.objects.get(pk=post.thread_id)

    assert thread.removed_at is None and shown_to(None, thread.get_absolute_url())
    assert Thread.objects.visible_to(viewer_of(None)).in_list_order().first() == thread
    assert "est publié" in browser_of(mina).get(reverse("inbox")).text
    entry = ModerationLogEntry.objects.get(action="approve_post")
    assert (entry.actor, entry.person, entry.post_id) == (lucie, mina, post.pk)
    check_thread_counts()


def test_an_open_page_shows_a_reply_once_it_is_published(asked, mina, lucie, viewer_of):
    post = post_reply(mina, asked, TEXT)
    seen = Event.objects.latest("pk").seq
    actions.approve_post(post, viewer_of(lucie))

    changes = thread_changes_since(viewer_of(None), asked.pk, seen)
    assert TEXT in changes.elements["post-2"]
    assert Thread.objects.get(pk=asked.pk).reply_count == 1
    check_contribution_counts()


def test_what_is_refused_stays_hidden_and_its_author_reads_why(
    asked, mina, claire, lucie, viewer_of, browser_of, shown_to
):
    post, page = post_reply(mina, asked, TEXT), browser_of(lucie)
    reason = ModerationReason.objects.create(slug="publicite", name="Publicité")
    answer = page.post(held_url(post), {"reason": "", "facts": "Une réclame."})
    assert answer.status_code == 422 and "Une réclame." in answer.text
    page.post(held_url(post), {"reason": reason.slug, "facts": "C’est de la publicité."})

    assert "publicité" in browser_of(mina).get(reverse("inbox")).text
    assert not shown_to(claire, asked.get_absolute_url())
    measure = Measure.objects.get(kind="hide_post", person=mina)
    assert (measure.taken_by, measure.reason, measure.post) == (lucie, reason, post)
    assert ModerationLogEntry.objects.get(measure_id=measure.pk).actor == lucie

    restore_post(post, viewer_of(lucie))
    assert shown_to(claire, asked.get_absolute_url())


def test_a_refused_thread_can_still_be_restored(public, mina, lucie, viewer_of, shown_to):
    post = start_thread(mina, public, text=TEXT).posts.get()
    actions.refuse_post(post, viewer_of(lucie), "Hors sujet.")
    restore_post(post, viewer_of(lucie))

    assert shown_to(None, post.thread.get_absolute_url())
    check_thread_counts()


def test_after_two_published_posts_the_rest_goes_through(asked, mina, lucie, viewer_of):
    for _n in range(2):
        actions.approve_post(post_reply(mina, asked), viewer_of(lucie))

    assert post_reply(mina, asked).held_at is None


def test_who_has_a_confirmed_seat_waits_for_nobody(asked, jeanne):
    assert post_reply(jeanne, asked).held_at is None


def test_where_signing_confirms_a_seat_first_posts_wait_all_the_same(asked, jeanne, settings):
    settings.FORUM_ADMISSION = "open"

    assert post_reply(jeanne, asked).held_at


def test_no_post_waits_where_the_space_or_the_site_says_so(
    asked, claire, jeanne, mina, spaces, settings
):
    settings.FORUM_ADMISSION = "open"
    asked_all = start_thread(claire, spaces["network"])
    assert post_reply(jeanne, asked_all).held_at is None
    settings.FORUM_FIRST_POSTS_HELD = 0
    assert post_reply(mina, asked).held_at is None


def test_a_newcomer_s_post_with_many_links_waits_everywhere(claire, mina, jeanne, spaces):
    thread = start_thread(claire, spaces["public"])
    assert post_reply(mina, thread, LINKS).held_for == "links"
    assert post_reply(jeanne, thread, LINKS).held_at is None


def test_the_same_text_in_a_third_thread_waits_and_is_not_lost(
    spaces, claire, jeanne, lucie, shown_to
):
    threads = [start_thread(claire, spaces["network"]) for _n in range(3)]
    posts = [post_reply(jeanne, one, TEXT) for one in threads]

    assert [post.held_for for post in posts] == ["", "", "copies"]
    assert shown_to(jeanne, held_url(posts[2]))
    assert [post_reply(jeanne, one, "Merci !").held_for for one in threads] == [""] * 3
    assert [post_reply(lucie, one, f"{TEXT} Lucie").held_for for one in threads] == [""] * 3


def test_a_third_thread_of_the_same_text_waits(spaces, jeanne, shown_to):
    titles = "Qui a une régie ?", "Une régie, qui ?", "Régie, mode d’emploi"
    threads = [start_thread(jeanne, spaces["network"], title=it, text=TEXT) for it in titles]

    assert [bool(one.removed_at) for one in threads] == [False, False, True]
    check_thread_counts()


def test_an_author_takes_back_what_waits(asked, public, mina, lucie, browser_of, shown_to):
    for post in post_reply(mina, asked, TEXT), start_thread(mina, public).posts.get():
        browser_of(mina).post(reverse("withdraw-post", args=[post.pk]))
        post.refresh_from_db()
        assert post.deleted_at and not post.text
        assert not shown_to(lucie, held_url(post), "")


def test_who_is_silenced_may_still_take_back_what_waits(asked, mina, viewer_of):
    post = post_reply(mina, asked, TEXT)
    User.objects.filter(pk=mina.pk).update(silenced_until=timezone.now() + timedelta(1))
    actions.withdraw_post(post, viewer_of(mina))

    post.refresh_from_db()
    assert post.deleted_at


def test_only_animators_decide_and_not_about_their_own(asked, mina, lucie, viewer_of):
    post = post_reply(mina, asked)
    for decide in (actions.approve_post, lambda *args: actions.refuse_post(*args, "Non.")):
        with pytest.raises(Refused):
            decide(post, viewer_of(mina))
    with pytest.raises(PermissionDenied):
        actions.set_holding_spaces(viewer_of(mina), [])


def test_what_waits_is_on_the_animators_desk(asked, mina, lucie, viewer_of, browser_of):
    post_reply(mina, asked, TEXT)
    counts = {source.name: n for source, n in waiting_by_source(viewer_of(lucie), 9)}
    page = browser_of(lucie).get(reverse("held-posts"))

    assert counts["messages"] == 1
    assert TEXT in page.text and "Mina Attente" in page.text


def test_an_animator_says_where_first_posts_wait(spaces, lucie, browser_of):
    page, address = browser_of(lucie), reverse("held-posts")
    page.post(address, {"spaces": ["reseau"]})
    holding = Space.objects.filter(holds_first_posts=True).values_list("slug", flat=True)

    assert list(holding) == ["reseau"]
    assert page.post(address, {"spaces": ["inconnu"]}).status_code == 422
    assert ModerationLogEntry.objects.get(action="hold_first_posts").actor == lucie


def test_the_composer_says_before_one_types_that_first_posts_wait(
    asked, mina, jeanne, shown_to
):
    words = "Vos premiers messages ici sont relus"

    for address in (asked.get_absolute_url(), reverse("new-thread")):
        assert shown_to(mina, address, words)
        assert not shown_to(jeanne, address, words)


def test_a_question_whose_only_reply_waits_or_is_hidden_still_waits_for_one(
    asked, mina, jeanne, lucie, viewer_of, shown_to
):
    lists = "/?vue=sans-reponse", "/mots/bois/?vue=sans-reponse"

    def waits():
        return [shown_to(jeanne, address, asked.title) for address in lists]

    post = post_reply(mina, asked, TEXT)
    assert waits() == [True, True]
    assert shown_to(None, asked.get_absolute_url(), "attend sa première réponse")
    actions.approve_post(post, viewer_of(lucie))
    assert waits() == [False, False]
    hide_post(post, viewer_of(lucie), "Démarchage.")
    assert waits() == [True, True]
