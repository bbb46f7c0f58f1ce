"""What a page of a thread with pictures, thanks and names costs: queries, and bytes."""

from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.shown_file import written
from forum.conversation.threads.models import Thread
from forum.models import Event, Post
from tests.factories import AUTHORITIES, post_reply

pytestmark = pytest.mark.django_db
#: Queries of a page of a thread (test_query_counts.py), and what pictures may add to them.
QUERIES, MORE = 5, 2
#: Bytes of its HTML, as it is sent: what one round of packets brings.
BYTES = 14_000
TEXT = (
    "la régie communale a chiffré le raccordement de chaufferie bois pour trois bâtiments et "
    "le bureau propose un contrat avec la coopérative forestière dès cet hiver puisque notre "
    "conseil municipal demande une visite du silo avant de voter le budget des travaux"
)


@pytest.fixture
def full_thread(thread, claire, jeanne, make_person, no_posting_limits):
    """20 posts with 30 pictures; each names someone, and many thank. All show their photos."""
    random = Random(14)
    writers = [make_person(f"Personne {n}", AUTHORITIES) for n in range(8)] + [claire, jeanne]
    for writer in writers:
        User.objects.filter(pk=writer.pk).update(
            photo=f"avatars/{random.randbytes(8).hex()}.webp"
        )
    for number in range(2, 21):
        words = " ".join(random.choices(TEXT.split(), k=55))
        post_reply(writers[number % 10], thread, f"@Jeanne Brunel, {words}.")
    posts = list(Post.objects.filter(thread=thread).order_by("number"))
    for post in posts:
        rows = [picture_of(post, random) for _n in range(1 + post.number % 2)]
        StoredFile.objects.bulk_create(rows)
        post.files, post.thank_count = written(row.shown for row in rows), random.randrange(40)
    Post.objects.bulk_update(posts, ["files", "thank_count"])
    assert (len(posts), StoredFile.objects.count()) == (20, 30)
    return Thread.objects.get(pk=thread.pk)


def picture_of(post, random):
    """A picture that is ready, as telephones name theirs."""
    name = f"IMG_{random.randrange(10**4):04}.webp"
    return StoredFile(
        pk=uuid4(), owner=post.author, post=post, name=name, size=400_000, is_image=True,
        media_type="image/webp", sha256="0" * 64, key=uuid4().hex, state=FileState.READY,
        width=1600, height=random.choice([900, 1067, 1200]),
        colour=f"#{random.randrange(2**24):06x}", widths=[320, 800, 1600],
        description=" ".join(random.choices(TEXT.split(), k=9)),
    )  # fmt: skip


def test_thirty_pictures_cost_no_queries_and_few_bytes(full_thread, jeanne, browser_of):
    browser, address = browser_of(jeanne), full_thread.get_absolute_url()
    browser.get(address)
    with CaptureQueriesContext(connection) as made:
        answer = browser.get(address, headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert len(made) <= QUERIES + MORE, [it["sql"] for it in made.captured_queries]
    assert len(answer.content) <= BYTES
    page = browser.get(address).text
    assert page.count("/photo?v=") >= 20
    assert page.count("srcset=") == 30 and page.count("/membres/") >= 39
    assert page.count("remerciement") >= 19
    assert Event.objects.filter(thread=full_thread).exists()
