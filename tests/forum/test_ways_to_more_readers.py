"""Every way by which words come to more readers, held to ``forum/base/writers.py``.

Whoever's words others have come to read must have agreed, or done it themselves, and
``writers_by_row`` must name all whose words a row shows.
"""

import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.models import Territory, User
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.rules import Refused
from forum.base.writers import WRITERS, writers_by_row
from forum.conversation.mentions.quotations import quoted_ids
from forum.models import Post
from tests.factories import SUPPORT, join_group
from tests.forum.ways_to_more_readers import REFUSED, WAYS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]

#: The rows with words that somebody reads, and where these stand. Those of WRITERS, with what
#: is said beside them.
TEXTS = {
    "Post": ("text", "files"),
    "ExperienceSheet": ("title", "context", "work", "results", "advice", "outdated"),
    "PublicVersion": ("title", "summary", "context", "work", "results", "advice"),
    "Settlement": ("text",),
    "Meeting": ("place", "call_url"),
    "Poll": ("question", "choices"),
    "ConsentRound": ("title", "text", "outcome_text"),
    "RoundVersion": ("text", "reason"),
    "RoundPosition": ("reason", "treatment"),
    "Summary": ("text",),
    "ToolVersion": ("title", "used_for"),
    "ArchivedMail": ("text",),
    "Revision": ("text",),
    "Thread": ("title",),
}


@pytest.fixture
def world(claire, jeanne, lucie, make_person, spaces, topics, place, viewer_of):
    """Claire acts, Lucie animates, Jeanne and Nora wrote, Odile reads what she did not."""
    nora, odile = make_person("Nora Pons", SUPPORT), make_person("Odile Mas", SUPPORT)
    for person in (claire, jeanne, nora, lucie):
        join_group(person)
    people = SimpleNamespace(claire=claire, jeanne=jeanne, nora=nora, lucie=lucie, odile=odile)
    agreed = set()
    return SimpleNamespace(
        people=people,
        spaces=spaces,
        topic=topics[0],
        place=place,
        agreed=agreed,
        **vars(people),
    )


@pytest.fixture
def place(db):
    return Territory.objects.create(
        slug="val-d-ombre", name="Val d’Ombre", department_codes="22"
    )


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def done(world):
    """Do a way as far as the site lets, which refuses it or not; return the world."""

    def done(name):
        with pytest.raises(Refused) if name in REFUSED else nullcontext():
            WAYS[name](world)
        return world

    return done


def rows_read_by(viewer):
    """``{(model, id): whose words stand in it}`` of what ``viewer`` reads."""
    read = {}
    for name in TEXTS:
        for row in apps.get_model("forum", name).objects.visible_to(viewer):
            read[name, row.pk] = words_in(name, row)
    return read


@pytest.mark.parametrize("name", WAYS)
def test_nobody_s_words_go_to_more_readers_unasked(name, done):
    """Nor is there a row with words of whom ``writers_by_row`` does not name."""
    world = done(name)
    agreed = {person.pk for person in world.agreed}

    for viewer in (GUEST, viewer_of_person(world.odile)):
        rows = rows_read_by(viewer)
        unasked = {row: people - agreed for row, people in rows.items() if people - agreed}
        assert unasked == {}, viewer
    members = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    for model, pk in set(rows_read_by(GUEST)):
        if model in WRITERS:
            people = writers_of(model)[pk] & members
            assert people <= agreed | {world.lucie.pk}, (model, people)
    for model in set(TEXTS) & set(WRITERS):
        known = writers_of(model)
        for row in apps.get_model("forum", model)._base_manager.all():
            assert words_in(model, row) - words_quoted(model, row) <= known[row.pk], row


def writers_of(model):
    """``writers_by_row`` of all rows of ``model``."""
    return writers_by_row(apps.get_model("forum", model)._base_manager.all())


def words_in(model, row):
    """The ids of those whose words stand in ``row``."""
    texts = " ".join(getattr(row, field) for field in TEXTS[model])
    return {int(pk) for pk in re.findall(r"canari(\d+)canari", texts)}


def words_quoted(model, row):
    """The ids of those whose words it quotes, by the posts that it leads to."""
    texts = " ".join(getattr(row, field) for field in TEXTS[model])
    quoted = quoted_ids(getattr(row, "html", "")) or re.findall(r"/messages/(\d+)/", texts)
    rows = Post._base_manager.filter(pk__in=quoted)
    return set().union(*writers_by_row(rows).values())


def test_with_the_word_of_all_they_do(done):
    world = done("move_with_a_yes")

    people = set().union(*rows_read_by(GUEST).values())
    assert people == {world.claire.pk, world.jeanne.pk, world.nora.pk}


#: Where the code gives rows other readers, by what it writes, and the ways that go there.
WIDENING = re.compile(
    r"thread\.space, thread\.moved_at = |post\.thread, post\.number = |sheet\.thread, sheet\."
    r"|update\(withheld_move=(?:later|None)|version\.published_at = now|= SheetReview\("
    r"|AuthorState\.ACCEPTED if|insert\(Thread\(|new = Thread\(|\bThread\.objects\.bulk_create"
    r"|ReviewCall\.objects\.create|NewsletterIssue\.objects\.get_or_create|= Tool(?:Version)?\("
    r"|Settlement\.objects\.create|= Summary\("
)
WRITTEN_BY = {
    "forum/mail/mail_archives/publishing/actions.py": {"archive"},
    "forum/library/newsletter/actions.py": {"newsletter"},
    "forum/library/sheets/actions.py": {
        "publication",
        "publication_of_a_file",
        "edit_of_a_sheet",
    },
    "forum/library/sheets/authors/actions.py": {"call", "publication"},
    "forum/library/sheets/public_versions/actions.py": {
        "public_version",
        "public_version_that_quotes",
        "public_version_that_quotes_a_wiki_post",
        "public_summary_that_quotes",
        "open_data",
    },
    "forum/library/sheets/reviews/actions.py": {"call"},
    "forum/library/sheets/reviews/calls/actions.py": {"call"},
    "forum/moderation/thread_moves/actions.py": {
        "move",
        "move_with_a_yes",
        "move_of_a_sheet",
        "move_of_a_note",
        "move_of_a_file",
    },
    "forum/moderation/thread_moves/post_moves/actions.py": {"merge", "split"},
    "forum/moderation/thread_moves/splits/actions.py": {"split"},
    "forum/moderation/thread_moves/withheld_posts/actions.py": {"move", "move_with_a_yes"},
    "forum/conversation/threads/actions.py": {
        "quotation_elsewhere",
        "quotation_of_a_wiki_post",
    },
    "forum/conversation/threads/settlements/actions.py": {"settlement_that_quotes"},
    "forum/conversation/threads/summaries/actions.py": {"summary_that_quotes"},
    "forum/library/tools/actions.py": {"tool"},
}


def code_of_forum():
    """The actions of the forum, by their places."""
    root = Path(settings.BASE_DIR)
    found = (root / "forum").rglob("actions.py")
    return {str(path.relative_to(root)): path.read_text() for path in found}


def test_each_place_that_gives_words_other_readers_has_its_way():
    found = {place for place, code in code_of_forum().items() if WIDENING.search(code)}

    assert found == set(WRITTEN_BY)
    assert set().union(*WRITTEN_BY.values()) <= set(WAYS)


#: Models with words behind a door that are no one's to be asked about, and why. Nor are those
#: that are one's own, or for animators, as the model says by ``private_rows``.
OF_NO_WRITER = {
    "ArchivedThread": "the subject of its first mail",
    "NewsletterIssue": "animators write it for its readers",
    "NewsletterItem": "it names what its reader sees",
    "PostDocument": "the words of its post, found where it is",
    "PostMove": "the title of a thread, and why",
    "Meeting": "of who opened its thread; others’ words stay behind",
    "Poll": "of who opened its thread; others’ stay behind",
    "ConsentRound": "stays behind, with all that was said in it",
    "RoundVersion": "stays behind with its round",
    "RoundPosition": "stays behind with its round",
    "Revision": "out of sight once its thread has other readers",
    "Settlement": "of who asked; others’ stay behind",
    "Space": "animators name it",
    "Tag": "seen where a thread with it is",
    "Tagging": "seen where its thread is",
    "MergedTagging": "seen where its thread is",
    "Thread": "its title is of who opened it",
    "ThreadAddressee": "words that stay behind",
    "ThreadDocument": "the title of its thread",
    "ThreadMove": "the title of a thread, for who is asked",
    "StoredFile": "of its post, or of a draft’s authors",
    "SheetFigure": "words of its sheet",
    "HeldEdit": "read by who wrote it and animators",
    "IndexedWord": "of no row",
}


def test_each_row_with_words_says_whose_they_are_or_why_not():
    with_words = {
        model.__name__
        for model in apps.get_app_config("forum").get_models()
        if hasattr(model.objects, "visible_to")
        and not getattr(model, "private_rows", False)
        and any(
            isinstance(field, models.TextField)
            or (
                type(field) is models.CharField and field.max_length >= 80 and not field.choices
            )
            for field in model._meta.fields
        )
    }
    assert with_words - set(WRITERS) - set(OF_NO_WRITER) == set()
    assert set(OF_NO_WRITER) & set(WRITERS) == set()
