"""Closing an account, step by step, and choosing the posts that go with it.

Each step is made of small transactions and may be done twice: after an interruption the
closing begins again, and finds done what was. The person's AccountClosing goes last.
"""

from itertools import batched, groupby

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.author_records.actions import record_closed_account
from accounts.base.erasure import REPLACEMENT, replace_in_texts, whole_words
from accounts.base.mail_languages import language_of
from accounts.closing import actions as account_actions
from accounts.closing.mail import send_closed
from accounts.closing.models import AccountClosing
from accounts.models import User
from forum import events, markup, visibility
from forum.closing.models import PostToDelete
from forum.events import Event
from forum.files.actions import delete_drafts_of, delete_post_files
from forum.files.partial_uploads.actions import delete_uploads_of
from forum.search_index.actions import forget_posts, index_thread, reindex_post
from forum.search_index.vocabulary.actions import forget_words
from forum.sheets.drafts import actions as sheet_drafts
from forum.sheets.public_versions import actions as public_versions
from forum.sheets.reviews.calls.actions import end_calls_of
from forum.threads.edits.actions import remove_if_empty
from forum.threads.models import Post, Thread
from forum.threads.revisions.actions import replace_words
from forum.threads.revisions.models import Revision
from forum.threads.settlements import actions as settlements
from forum.threads.summaries import actions as summaries

#: Posts of one transaction.
_BATCH = 100
#: Words of a name that is looked for in what others wrote: one alone is a word like another.
_MIN_NAME_WORDS = 2


@transaction.atomic(durable=True)
def choose_posts(viewer, shown, chosen):
    """Have ``chosen`` deleted with the viewer's account, of the posts ``shown``; both are ids.

    Only the viewer's own posts count.
    """
    own = Post.objects.visible_to(viewer, visibility.own_posts).filter(pk__in=shown)
    pks = set(own.values_list("pk", flat=True))
    PostToDelete.objects.filter(post__in=pks - set(chosen)).delete()
    rows = [PostToDelete(post_id=pk) for pk in sorted(pks & set(chosen))]
    PostToDelete.objects.bulk_create(rows, ignore_conflicts=True)


def close_account(person, at=None):
    """Close the account of ``person`` for good, if that is due; return whether it was.

    Nobody enters any more; posts that were chosen are deleted, and the others stay, written by
    a former member; everything else about the person goes, but for what
    docs/decisions/closing-accounts.md lists. Begin again where it was interrupted.
    """
    closing = account_actions.begin_closing(person.pk, at)
    if closing is None:
        return False
    person, language = closing.person, language_of(closing.person_id)
    record_closed_account(person.pk)  # The next steps forget who they were.
    if not person.closed_at:
        _delete_chosen_posts(closing)
        delete_uploads_of(person.pk)
        delete_drafts_of(person.pk)
        sheet_drafts.delete_drafts_of(person.pk)
        end_calls_of(person.pk)
        _replace_names(person)
        account_actions.end_seats(person)
        account_actions.erase_accounts_rows(person)
    if address := account_actions.forget_name(person.pk):
        send_closed(address, language)
    _announce_posts(person.pk)
    summaries.announce_summaries(person.pk)
    settlements.announce_settlements(person.pk)
    AccountClosing.objects.filter(pk=closing.pk).delete()
    return True


def _delete_chosen_posts(closing):
    posts = Post.objects.filter(author=closing.person_id, deleted_at=None)
    if not closing.deletes_all_posts:
        posts = posts.filter(Exists(PostToDelete.objects.filter(post=OuterRef("pk"))))
    for thread, some in _threads_with(posts):
        with transaction.atomic(durable=True):
            locked = _lock_thread(thread)
            for post in locked.posts.filter(pk__in=some, deleted_at=None):
                post.deleted_at, post.text, post.html = timezone.now(), "", ""
                post.version += 1
                delete_post_files(post)
                post.save(update_fields=["deleted_at", "text", "html", "version", "files"])
                forget_posts([post])
                events.record(locked, post, changed=remove_if_empty(locked, post))
    PostToDelete.objects.filter(post__author=closing.person_id).delete()


def _replace_names(person):
    """Take the person's name and addresses out of what anybody wrote.

    A name of one word is a word like another, and stays. Where somebody else has the same
    name, it is replaced only in the threads that the person wrote in.
    """
    addresses = account_actions.known_addresses(person)
    _replace_everywhere(addresses)
    forget_words([person.full_name, *addresses])
    words = person.full_name.split()
    if len(words) < _MIN_NAME_WORDS:
        return
    name = " ".join(words)
    namesakes = User.objects.filter(folded_name=person.folded_name).exclude(pk=person.pk)
    if namesakes.exists():
        own = Post.objects.filter(author=person.pk, thread=OuterRef("thread"))
        pattern = whole_words([name])
        _replace_in_posts(pattern, Q(Exists(own)))
        replace_words(pattern, Revision.objects.filter(Exists(own)))
        summaries.replace_words(pattern, Q(Exists(own)))
        settlements.replace_words(pattern, Q(Exists(own)))
    else:
        _replace_everywhere([name], max(words, key=len))


def _replace_everywhere(phrases, probe=None):
    pattern, probes = whole_words(phrases), [probe] if probe else phrases
    texts = Q(*(("text__icontains", it) for it in probes), _connector=Q.OR)
    _replace_in_posts(pattern, texts)
    summaries.replace_words(pattern, texts)
    settlements.replace_words(pattern, texts)
    public_versions.replace_words(pattern)
    titles = Q(*(("title__icontains", it) for it in probes), _connector=Q.OR)
    for pk in list(Thread.objects.filter(titles).values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            thread = _lock_thread(pk)
            title = pattern.sub(REPLACEMENT, thread.title)[:160]
            if title != thread.title:
                thread.title = title
                index_thread(thread)
                events.record(thread, changed=["title"])
                thread.moves.update(title=title)
                thread.post_moves.update(title=title)
    replace_in_texts(pattern, probes)


def _replace_in_posts(pattern, condition):
    for thread, pks in _threads_with(Post.objects.filter(condition)):
        with transaction.atomic(durable=True):
            changed, locked = [], _lock_thread(thread)
            for post in locked.posts.filter(pk__in=pks).order_by("number"):
                if (text := pattern.sub(REPLACEMENT, post.text)) != post.text:
                    post.text, post.html = text, markup.render(text, key=post.idempotency_key)
                    post.version += 1
                    post.save(update_fields=["text", "html", "version"])
                    reindex_post(post)
                    changed.append(post)
            if changed:
                events.record_all({locked: changed})


def _threads_with(posts):
    """``(thread id, ids of some of posts)``, at most _BATCH of them at a time."""
    rows = posts.order_by("thread", "pk").values_list("thread", "pk")
    for thread, some in groupby(list(rows), key=lambda row: row[0]):
        for batch in batched((pk for _thread, pk in some), _BATCH, strict=False):
            yield thread, batch


def _lock_thread(pk):
    return Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _announce_posts(person_id):
    """Have open pages show the posts, and the threads, under the name that they have now."""
    closed_at = User.objects.values_list("closed_at", flat=True).get(pk=person_id)
    announced = Event.objects.filter(post=OuterRef("pk"), recorded_at__gte=closed_at)
    shown = Q(author=person_id) | Q(edited_by=person_id)
    posts = Post.objects.filter(~Exists(announced), shown)
    for thread, some in _threads_with(posts):
        with transaction.atomic(durable=True):
            locked = _lock_thread(thread)
            events.record_all({locked: list(locked.posts.filter(pk__in=some))})
