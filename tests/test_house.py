"""The rules of the house that a reader could otherwise only hope are kept."""

import ast
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = {
    str(path.relative_to(ROOT)): path.read_text()
    for app in ("accounts", "forum", "realtime")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
SCRIPTS_AND_STYLES = {
    str(path.relative_to(ROOT)): path.read_text()
    for app in ("accounts", "forum", "realtime")
    for path in (ROOT / app / "static").rglob("*.*s")
    if path.suffix in (".js", ".css")
}
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in (ROOT / "templates").rglob("*.html")
}


@pytest.mark.parametrize(
    ("what", "home"),
    [
        (r"def visible_to\b", "forum/base/visibility.py"),
        (r"\bon_commit\(", "forum/base/events.py"),
        (r"\bSignal\(", "forum/base/events.py"),
        (r"\bgroup_send\b", "realtime/bus.py"),
        (r"\binsert\(Event\(", "forum/base/events.py"),
        (r"\bmark_safe\(", None),
        (r"(?<!def )\bviewer_of_user\(", "accounts/viewers/middleware.py"),
        (r"\bformats\.date_format\b|formats import .*date_format", "accounts/base/dates.py"),
    ],
)
def test_it_is_done_in_one_place(what, home):
    assert places(what) - {"forum/site/health.py"} == ({home} if home else set())


def test_what_strangers_send_is_decoded_in_a_sandbox_only():
    """Decoders of pictures and PDFs are imported by its programs, which it alone starts."""
    programs = {
        "accounts/charter/pdf_program.py",
        "forum/conversation/files/preparing/image_program.py",
    }
    own_commands = {
        "forum/site/operations/postgresql_dumps.py",
        "forum/moderation/visibility_audit/workspace.py",
    }

    assert places(r"(import|from) (PIL|pypdf|pypdfium2|pillow_heif)\b") == programs
    assert places(r"\bsubprocess\b") == {"accounts/base/sandbox.py"} | own_commands


def test_ids_dates_and_numbers_of_strangers_have_one_reader():
    """No number that a request says is of a size that Python or a database refuses."""
    assert places(r"<int:") == set()
    assert places(r"\b(fromisoformat|strptime|parsedate_to_datetime|parse_date(time)?)\(") == {
        "accounts/base/dates.py",
        "forum/mail/incoming_mail/dates.py",
    }
    assert places(r"\bint\([^)]*(\.GET|\.POST|\.headers|\.META|\bparams)\b") == set()


def test_only_actions_and_loaders_write_the_forum():
    writing = places(r"\.(save|create|insert|bulk_create|update|delete|get_or_create)\(")

    in_forum = {place for place in writing if place.startswith("forum/")}
    # The audit loads rows beside the door that it tries, in a copy or to be rolled back; the
    # program saves images.
    homes = re.compile(
        r"forum/((\w+/){2,}actions|moderation/actions|base/events"
        r"|conversation/files/preparing/image_program|site/(reference_data|demo)/.*"
        r"|moderation/visibility_audit/(canaries|private_rows|roles))"
        r"\.py$"
    )
    assert {place for place in in_forum if not homes.match(place)} == {
        "forum/base/spaces/models.py"  # ThreadCount.add, which the actions call.
    }


#: Views of forms that are more than a form, an action and a page, and why.
OWN_FORM_VIEWS = {
    "accounts/charter/drafts/views.py": "publishes, by a button that is to be confirmed",
    "accounts/charter/signing_requests/views.py": "signs, with a version that may change",
    "accounts/charter/views/countersigning.py": "signs, with a version that may change",
    "accounts/charter/views/signing.py": "signs, in several steps",
    "accounts/users/views.py": "a code, which a button sends",
    "forum/conversation/drafts/views.py": "answers a script",
    "forum/conversation/files/partial_uploads/views.py": "answers a script",
    "forum/conversation/files/views.py": "answers a script",
    "forum/conversation/follows/views.py": "a choice among buttons that do without it",
    "forum/conversation/threads/views/editing.py": "drafts, previews, conflicts",
    "forum/conversation/threads/views/replying.py": "drafts, previews, files",
    "forum/conversation/threads/views/starting.py": "drafts, previews, files, addressees",
    "forum/finding/search/synonym_groups/views.py": "previews",
    "forum/library/newsletter/views.py": "many buttons, conflicts",
    "forum/library/sheets/views/publishing.py": "files, readers of many spaces",
    "forum/library/sheets/views/writing.py": "questions, figures, conflicts",
    "forum/library/tools/views/writing.py": "a version with its file, which is a reply",
    "forum/mail/mail_archives/claims/views.py": "a code that is mailed",
    "forum/mail/thread_mail/views.py": "a choice that a link of a mail makes",
    "forum/moderation/measures/views.py": "its form is sent to another view",
    "forum/moderation/thread_moves/merges/views.py": "chooses, then shows what comes of it",
    "forum/moderation/thread_moves/splits/views.py": "chooses, then shows what comes of it",
    "forum/moderation/thread_moves/views.py": "readers who would lose the thread",
}


def test_forms_are_answered_by_answer_form():
    """Views put back what was saved, and give back what is wrong, by it alone."""
    by_hand = places(r"\bpop_saved_form\(request\)|(?<!refusal_status=)\b422\b")
    views = {place for place in by_hand if re.search(r"/views(/\w+)?\.py$", place)}

    assert views == OWN_FORM_VIEWS.keys()


#: Rows that are read along with a thread or a space, by those who read it, or through a door
#: of their own: ``events_between`` and ``with_counts``.
BEHIND_A_DOOR = {"Event", "ThreadCount"}


def test_readers_have_one_door():
    """What hangs on a space, a thread or a post is read through ``visible_to``."""
    said = {apps.get_model("forum", name) for name in ("Space", "Thread", "Post")}
    said |= {
        model
        for model in apps.get_app_config("forum").get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model in said
    }
    without = {one.__name__ for one in said if not hasattr(one.objects, "visible_to")}
    assert without == BEHIND_A_DOOR
    for model in ("Tag", "Expertise"):
        assert hasattr(apps.get_model("forum", model).objects, "visible_to")


@pytest.fixture(scope="module")
def trees():
    """The syntax of each module, which takes 150 MB: it is forgotten with this file."""
    return {place: ast.parse(source) for place, source in CODE.items()}


@pytest.mark.parametrize("floor", ["accounts", "forum"])
def test_the_models_of_every_folder_are_known(trees, floor):
    defined = {
        node.name
        for place in CODE
        if re.match(rf"{floor}/(\w+/)+models\.py$", place)
        for node in trees[place].body
        if isinstance(node, ast.ClassDef) and "objects = " in ast.unparse(node)
    }
    known = {model.__name__ for model in apps.get_app_config(floor).get_models()}
    assert defined <= known and len(defined) > 5


def test_threads_and_posts_are_read_through_the_door_only():
    raw = re.compile(r"\b(Thread|Post|Space|Tag)\.objects\.(?!visible_to|bulk_create)\w+")
    writers = re.compile(
        r"(actions|loading|visibility|visibility_audit/canaries)\.py$|demo/|reference_data/"
    )

    around = {
        (place, found[0])
        for place, source in CODE.items()
        for found in raw.finditer(source)
        if not writers.search(place)
    }
    assert around == set()


def test_templates_run_no_script_and_no_style_of_their_own():
    inline = r"\son\w+=|\sstyle=|<script(?![^>]*\bsrc=)|<style(?![^>]*nonce)"

    assert {name for name, source in TEMPLATES.items() if re.search(inline, source)} == set()


def test_templates_mark_as_safe_only_what_was_rendered_for_it():
    safe = {
        (name, found)
        for name, source in TEMPLATES.items()
        for found in re.findall(r"\{\{\s*([\w.]+)\|safe", source)
    }
    allowed = {
        "html", "posts_html", "post.shown_html", "post.html", "text", "current_html",
        "summary.html",
    }  # fmt: skip
    assert {found for _name, found in safe} <= allowed


#: The files of a feature, by the one thing that each holds.
SHAPE = {"models", "queries", "actions", "rules", "forms", "views", "urls", "mail", "tasks",
         "notifications", "review_items", "thread_part"}  # fmt: skip
#: What is in no feature: what features stand on, settings, and data that is loaded.
NO_FEATURES = re.compile(
    r"(accounts/(base|viewers)|forum/(settings|site/(demo|reference_data))"
    r"|\w+/(management|templatetags))/"
    r"|forum/(base|site)/\w+\.py$"
)
#: Further files of a feature, and why each stands alone.
NOUNS = {
    "forum/moderation/thread_moves/agreed_posts.py": "what an author agreed to, as it was then",
    "forum/moderation/thread_moves/consents.py": "who must agree to a move, and who does",
    "forum/moderation/thread_moves/known_titles.py": "what who wrote may know of a move",
    "accounts/author_records/cipher.py": "encryption with keys of its own",
    "accounts/author_records/keys.py": "its part of the settings",
    "accounts/author_records/middleware.py": "named by Django's settings",
    "accounts/charter/act_templates/documents.py": "the words of the templates",
    "accounts/charter/act_templates/odt.py": "a file format",
    "accounts/charter/act_templates/pdf.py": "a file format",
    "accounts/charter/diff.py": "what differs between two texts: an algorithm",
    "accounts/charter/hash_chain.py": "the chain of register lines",
    "accounts/charter/pdf.py": "fonts and styles of every PDF",
    "accounts/charter/pdf_check.py": "whether a PDF opens, for its caller",
    "accounts/charter/pdf_program.py": "a decoder: whether a PDF opens",
    "accounts/charter/receipt.py": "the PDF of a signature",
    "accounts/charter/register.py": "the public list of signatures",
    "accounts/charter/rendering.py": "the text of the charter as HTML",
    "accounts/charter/signed_versions/triggers.py": "the database keeps who signed what",
    "accounts/charter/status.py": "where a person stands with the charter",
    "accounts/charter/steps.py": "the steps of joining, as pages show them",
    "accounts/charter/uploads.py": "the PDFs that signatures enclose",
    "accounts/charter/verification.py": "the proof of the chain",
    "forum/conversation/meetings/attendance/certificate.py": "a PDF",
    "forum/conversation/consultations/answer_links.py": "links of mails that choose an answer",
    "forum/conversation/consultations/reminders.py": "when voters are reminded",
    "forum/conversation/meetings/calendar.py": "a file format",
    "forum/conversation/meetings/hosted_calls/bigbluebutton.py": "its interface",
    "forum/conversation/meetings/hosted_calls/providers.py": "how these are asked",
    "forum/conversation/meetings/hosted_calls/visio.py": "its interface",
    "forum/conversation/meetings/calendar_addresses.py": "the addresses calendars answer at",
    "forum/site/help/pages.py": "the pages and their texts, and what words find",
    "accounts/glossary/terms.py": "the words of the glossary, and where they are linked",
    "accounts/groups/entries.py": "the life of a request or an invitation",
    "accounts/moderation_log/triggers.py": "the database refuses to change the log",
    "accounts/territories/map_places.py": "a circle on the map",
    "accounts/organisations/lookup.py": "an organisation by its name, or one that resembles it",
    "accounts/organisations/namesakes.py": "which names resemble each other: an algorithm",
    "accounts/organisations/querysets.py": "questions that chain: models.py has no room",
    "accounts/profiles/triggers.py": "the database keeps what the directory finds people by",
    "accounts/review_queue/sources.py": "what waits for animators, as features declare it",
    "accounts/territories/countries.py": "names of countries",
    "accounts/territories/lookup.py": "a territory by its name",
    "accounts/territories/search.py": "territories by what is typed",
    "accounts/territories/search_keys.py": "every spelling of a name",
    "accounts/territories/triggers.py": "the database tells when the map changes",
    "accounts/users/account_forms.py": "named by allauth's settings",
    "accounts/users/adapters.py": "named by allauth's settings",
    "accounts/users/allauth_settings.py": "allauth's part of the settings",
    "accounts/users/backends.py": "named by Django's settings",
    "accounts/users/devices.py": "signed-in devices",
    "accounts/users/email_change.py": "the two codes of a change of address",
    "accounts/users/failover_cache.py": "named by Django's settings",
    "accounts/users/known_browsers.py": "where one has signed in before",
    "accounts/users/middleware.py": "named by Django's settings",
    "accounts/users/openid.py": "the provider of allauth",
    "accounts/users/openid_views.py": "views, whose libraries load as they are asked for",
    "accounts/users/openid_settings.py": "the provider's part of the settings",
    "accounts/users/receivers.py": "what follows on signals of allauth",
    "accounts/users/second_factor_forms.py": "named by allauth's settings",
    "accounts/users/second_factors.py": "who needs one and who has one",
    "accounts/users/suspension.py": "whether an account is suspended, or silenced, by now",
    "accounts/users/themes.py": "light or dark, in a cookie",
    "accounts/users/sessions.py": "named by Django's settings",
    "forum/conversation/addressees/addressee.py": "an addressee as forms and pages name them",
    "forum/conversation/inbox/mailed_threads.py": (
        "what mails say of the threads that they name"
    ),
    "forum/library/sheets/quantities/amounts.py": "how amounts are said, in a unit one reads",
    "forum/library/sheets/comparison/filters.py": "what is compared, as a query string says it",
    "forum/library/sheets/comparison/plot.py": "the geometry of a drawing",
    "forum/conversation/addressees/selection/rate_limits.py": "limits that two pages share",
    "forum/conversation/addressees/selection/similarity.py": (
        "which territories resemble one: an algorithm"
    ),
    "forum/mail/thread_mail/digests/digest_content.py": "all that a digest tells",
    "forum/library/tools/filters.py": (
        "the filters of the library, as its query string gives them"
    ),
    "forum/library/tools/querysets.py": (
        "which versions one sees: models.py needs it, and it models.py"
    ),
    "forum/mail/incoming_mail/addresses.py": "addresses in headers and texts, and masked",
    "forum/mail/incoming_mail/answered_posts.py": "which posts mails are known as",
    "forum/mail/incoming_mail/attachments.py": "the files of a mail, and whose they are",
    "forum/mail/incoming_mail/authentication.py": "what a mail server found of who sent a mail",
    "forum/mail/incoming_mail/html_pictures.py": "pictures that HTML shows, quoted or not",
    "forum/mail/incoming_mail/calendar_reply.py": "what a calendar program answers",
    "forum/mail/incoming_mail/charsets.py": "the charsets of texts",
    "forum/mail/incoming_mail/html_text.py": "mail in HTML as text, its quotations marked",
    "forum/mail/incoming_mail/list_footers.py": "what lists add below each mail",
    "forum/mail/incoming_mail/mbox.py": "a file format",
    "forum/base/spaces/new_thread_addresses.py": "the addresses by which threads start",
    "forum/mail/incoming_mail/message.py": "a mail as it came",
    "forum/mail/incoming_mail/quotations.py": "how programs introduce what they quote",
    "forum/mail/incoming_mail/reply_text.py": "what someone wrote themselves",
    "forum/mail/incoming_mail/signatures.py": "signatures, and what programs add",
    "forum/mail/thread_mail/bounces/proof.py": "what shows that a mail was ours, to one person",
    "forum/mail/thread_mail/bounces/report.py": (
        "what mail servers say of a mail: RFC 3464, 5965"
    ),
    "forum/members/closing/names/patterns.py": "how names are written: expressions",
    "forum/members/closing/names/searched_texts.py": "where names are looked for, and whose",
    "forum/members/data_export/archive.py": "the ZIP file of what one takes along",
    "forum/members/data_export/labels.py": "what its sections and fields are called",
    "forum/members/directory/acting_territories.py": "the territories of the map and its list",
    "forum/members/directory/contributions.py": "what people wrote on a topic",
    "forum/members/directory/entries.py": (
        "an organisation or a person, as their own page shows them"
    ),
    "forum/members/directory/filters.py": "the filters of a page and their URL",
    "forum/members/directory/listings.py": "the pages of the two directories",
    "forum/members/directory/territory_map.py": "the map beside the list",
    "forum/conversation/consent_rounds/pdf.py": "a file format",
    "forum/conversation/consultations/pdf.py": "a file format",
    "forum/conversation/polls/minutes/pdf.py": "a file format",
    "forum/conversation/consultations/digest.py": "what minutes attest, as one number",
    "forum/conversation/files/body_limit.py": "named by Django's settings",
    "forum/conversation/files/file_types.py": "which files are taken",
    "forum/conversation/files/names.py": "what files are called",
    "forum/conversation/files/preparing/clamav.py": "the protocol of an antivirus",
    "forum/conversation/files/preparing/checks.py": "what `check --deploy` asks of a site",
    "forum/conversation/files/preparing/image_program.py": "a decoder: images made anew",
    "forum/conversation/files/preparing/images.py": "what that makes, for its caller",
    "forum/conversation/files/querysets.py": (
        "whom files are shown to: a rule that models may not import"
    ),
    "forum/conversation/files/quotas.py": "how much may be kept",
    "forum/conversation/files/sent_files.py": "the files that a form gives to a post",
    "forum/conversation/files/serving.py": "answers that are files: headers, ranges",
    "forum/conversation/files/shown_file.py": "a file as the row of a post keeps it",
    "forum/conversation/files/sizes.py": "sizes in words",
    "forum/conversation/files/storage.py": "named by Django's settings",
    "forum/conversation/files/uploads/panel.py": "what a script needs of the server",
    "forum/conversation/files/uploads/refusals.py": "why a file is not taken, in words",
    "forum/conversation/follows/mail_bounds.py": (
        "how many mails a reply sends, as composers say it"
    ),
    "forum/conversation/follows/unread.py": "what is unread in followed threads",
    "forum/base/markup/bare_links.py": "addresses that a text has as they are",
    "forum/base/markup/details.py": "folded parts of a text",
    "forum/base/markup/emoji_names.py": "emoji by their names",
    "forum/base/markup/footnotes.py": "notes of a text",
    "forum/base/markup/source_blocks.py": "blocks of a text, for its editor",
    "forum/conversation/mentions/names.py": "where a text names somebody",
    "forum/conversation/mentions/quotations.py": "where a text quotes a post",
    "forum/finding/saved_searches/matching/documents.py": "new posts, asked in memory",
    "forum/finding/search/filter_fields.py": (
        "the filters of a search, as its form and chips show them"
    ),
    "forum/finding/search/filter_values.py": "filters, as a compiled query takes them",
    "forum/finding/search/filters.py": "the filters of a search, as conditions",
    "forum/finding/search/index_statements.py": "what is asked of the index, in SQL",
    "forum/finding/search/other_results.py": "people, organisations, tags… that are called so",
    "forum/finding/search/passages.py": "the passage of a post, and what is marked in it",
    "forum/finding/search/ranking.py": "in which order threads are found",
    "forum/finding/search/result_rows.py": "a row of a page of results, which is kept",
    "forum/finding/search/results.py": "a page of results",
    "forum/finding/search/scope.py": "what a search names: spaces, topics, synonyms",
    "forum/finding/search/search_query.py": "what is typed, and the URL of a search",
    "forum/finding/search/spelling.py": "words that were mistyped",
    "forum/finding/search/suggestions.py": "what is proposed while one types",
    "forum/finding/search/synonyms.py": "terms that mean the same",
    "forum/finding/search/topic_names.py": "words that name a topic",
    "forum/finding/search/places.py": "words that name an organisation or its territory",
    "forum/finding/search/public_sheets.py": "public versions that a search finds",
    "forum/finding/search/visible_index.py": "the index, as one viewer asks it",
    "forum/base/search_index/analysis.py": "the words of a text: one home for both databases",
    "forum/base/search_index/engines/index_query.py": "what an engine is asked",
    "forum/base/search_index/engines/postgresql.py": "the index on PostgreSQL",
    "forum/base/search_index/engines/sqlite.py": "the index on SQLite",
    "forum/base/search_index/engines/syntax.py": "one writer of queries for both",
    "forum/base/search_index/stem_text.py": "what engines find in a text, without a database",
    "forum/base/search_index/stop_words.py": "words that are left out",
    "forum/base/search_index/terms.py": "what a query asks the index for",
    "forum/base/search_index/vocabulary/words.py": "which words are known and mended",
    "forum/base/search_index/triggers.py": "the database keeps the index in step",
    "forum/library/sheets/filters.py": (
        "the filters of the list, as its query string gives them"
    ),
    "forum/library/sheets/months.py": "months as one types them",
    "forum/library/sheets/selection.py": "which sheets a list shows",
    "forum/library/sheets/sensitive_details.py": "what in a text is pointed out: an algorithm",
    "forum/library/sheets/sheet_text.py": "a sheet as the text of its post",
    "forum/library/sheets/authors/fingerprints.py": (
        "which runs of words texts have: an algorithm"
    ),
    "forum/library/sheets/figures/figure_questions.py": "what is asked about figures, in words",
    "forum/library/sheets/figures/figure_kinds.py": (
        "what figures tell of, and what is asked with each"
    ),
    "forum/library/open_data/csv_files.py": "a file format",
    "forum/library/open_data/data_package.py": (
        "the schemas of the tables, as programs read them"
    ),
    "forum/library/open_data/feeds.py": "a file format",
    "forum/library/open_data/files.py": "the files by name, and what each is sent as",
    "forum/library/open_data/ods.py": "a file format",
    "forum/library/open_data/tables.py": "the columns, which all formats and schemas follow",
    "forum/library/sheets/comparison/indicators.py": "what sheets are compared by",
    "forum/library/sheets/comparison/spread.py": "medians and quartiles",
    "forum/library/sheets/public_versions/qr_code.py": "a picture of an address",
    "forum/library/sheets/public_versions/snapshot.py": (
        "what a sheet says at a moment, as a version"
    ),
    "forum/library/sheets/querysets.py": (
        "which sheets one sees: models.py needs it, and it models.py"
    ),
    "forum/library/sheets/triggers.py": (
        "the database erases the sheet of a post that is deleted"
    ),
    "forum/library/sheets/quantities/quantity.py": "a quantity, and what was understood of one",
    "forum/library/sheets/quantities/reading.py": (
        "what is typed as a quantity, read or asked about"
    ),
    "forum/library/sheets/quantities/typed_numbers.py": "numbers as one types them",
    "forum/library/sheets/quantities/unit_words.py": "the words after a number",
    "forum/library/sheets/quantities/units.py": "the closed list of units",
    "forum/finding/similar_threads/similarity.py": (
        "how much two threads are alike: an algorithm"
    ),
    "forum/finding/statistics/overview/exchanges.py": "who asked, and who answered whom",
    "forum/finding/statistics/overview/filters.py": (
        "which part of the page is shown, of which topic"
    ),
    "forum/finding/statistics/triggers.py": "the database keeps what statistics are read from",
    "forum/conversation/inbox/notification.py": "one notification",
    "forum/conversation/inbox/triggers.py": "the database tells when notifications change",
    "forum/conversation/inbox/unread.py": "how many notifications are unread",
    "forum/conversation/inbox/waiting.py": "what waits for a person to act, kept",
    "forum/mail/thread_mail/keys.py": "keys in addresses and texts",
    "forum/mail/incoming_mail/body_text.py": "the text of a mail",
    "forum/mail/incoming_mail/html_layout.py": "HTML as text, in a process of its own",
    "forum/mail/incoming_mail/openpgp.py": "what a standard writes in the text of mails",
    "forum/mail/incoming_mail/headers.py": "headers, cut and decoded",
    "forum/mail/incoming_mail/machines.py": "what says that a machine sent a mail",
    "forum/mail/incoming_mail/subjects.py": "subjects without what is put before them",
    "forum/library/newsletter/proposals.py": "what the site proposes for an issue, by rules",
    "forum/library/newsletter/querysets.py": (
        "whom issues and items are shown to: models.py needs it"
    ),
    "forum/mail/mail_archives/claims/codes.py": (
        "the code that proves an address, in the session"
    ),
    "forum/mail/mail_archives/authentication.py": (
        "what a mail says of whether its From is true"
    ),
    "forum/mail/incoming_mail/dates.py": "the moment that a header says",
    "forum/mail/mail_archives/dates.py": "when a mail was written, whatever it says",
    "forum/mail/mail_archives/importing/mail_writer.py": "who wrote a mail that a list changed",
    "forum/mail/mail_archives/importing/parsed_mail.py": "what is kept of a mail",
    "forum/mail/mail_archives/importing/mail_attachments.py": "which files of a mail are kept",
    "forum/mail/mail_archives/post_text.py": "the text of a post that was a mail",
    "forum/mail/mail_archives/querysets.py": "who sees archives",
    "forum/mail/mail_archives/grouping/conversations.py": (
        "which mails are one thread: an algorithm"
    ),
    "forum/finding/lists/changes.py": "what an open list must change",
    "forum/finding/lists/listing.py": "which threads a list shows",
    "forum/finding/lists/rows.py": "a page of a list",
    "forum/conversation/menu/triggers.py": "the database tells when menus change",
    "forum/moderation/reports/subjects.py": "what an address names",
    "forum/moderation/pages.py": "the page of every form that decides something",
    "forum/site/operations/archives.py": "a file format",
    "forum/site/operations/backups.py": "archives of the database and the files",
    "forum/site/operations/postgresql_dumps.py": "one kind of database as a file",
    "forum/site/operations/restoration.py": "what a backup replaces, set aside meanwhile",
    "forum/site/operations/sqlite_dumps.py": "the other kind",
    "forum/site/operations/stored_files.py": "files that are there, and those that rows name",
    "forum/site/operations/worker.py": "what runs tasks, in a process of pages",
    "forum/base/spaces/triggers.py": "the database keeps contribution counts",
    "forum/conversation/tags/suggestions.py": "tags for what is typed",
    "forum/conversation/tags/triggers.py": (
        "the database copies to taggings what lists filter and sort by"
    ),
    "forum/mail/thread_mail/mail_links/tokens.py": "what signed addresses in mails say",
    "forum/mail/thread_mail/reception/answers.py": "what a mail server is told",
    "forum/mail/thread_mail/reception/lmtp.py": "the server of a protocol",
    "forum/mail/thread_mail/replies/restoration.py": "what putting back makes of a post",
    "forum/moderation/thread_moves/splits/numbers.py": "numbers of posts as one types them",
    "forum/conversation/threads/changes.py": "what an open thread must change",
    "forum/conversation/threads/composer.py": "the context of every form for a post",
    "forum/conversation/threads/display_fields.py": "the columns that pages show",
    "forum/conversation/threads/kinds.py": "kinds of threads, and which wait for an answer",
    "forum/conversation/polls/secret_ballots/cipher.py": "ballots until they are counted",
    "forum/conversation/consent_rounds/choices.py": "what rounds and positions may be",
    "forum/conversation/polls/choices.py": "what polls, results and outcomes may be",
    "forum/conversation/threads/link_previews.py": "what lone links of posts lead to",
    "forum/conversation/threads/list_rows.py": "threads as rows of a list, in HTML",
    "forum/conversation/threads/editors.py": "who edits a post: models.py has no room",
    "forum/conversation/threads/holds.py": "which posts wait for an animator",
    "forum/conversation/threads/login_redirects.py": "sign-in that keeps what was typed",
    "forum/conversation/threads/merged_threads.py": (
        "where the addresses of merged threads lead"
    ),
    "forum/conversation/threads/move_triggers.py": (
        "the database leads on what names a moved post"
    ),
    "forum/conversation/threads/thread_field.py": "a field of forms",
    "forum/conversation/threads/moved_posts.py": "what stays where posts were",
    "forum/conversation/threads/own_posts.py": (
        "one's own posts, and titles that one may be told"
    ),
    "forum/conversation/threads/post_marks.py": "what is personal about a post",
    "forum/conversation/threads/shown_readers.py": (
        "what a form said of who reads, held against today"
    ),
    "forum/conversation/threads/posting_limits.py": "how much one may post in a while",
    "forum/conversation/threads/presence_html.py": "who reads and writes, as the page shows it",
    "forum/conversation/threads/querysets.py": (
        "questions to both that chain: models.py has no room"
    ),
    "forum/conversation/threads/rendering.py": "posts as HTML",
    "forum/conversation/threads/side.py": "what stands beside a thread",
    "forum/conversation/threads/thread_parts.py": "what a part of a thread says of itself",
    "forum/conversation/threads/triggers.py": "the database marks accepted answers",
    "forum/moderation/visibility_audit/audit.py": "asking, and judging the answers",
    "forum/moderation/visibility_audit/canaries.py": "what is hidden, to be looked for",
    "forum/moderation/visibility_audit/private_rows.py": (
        "a row of each kind that is private somewhere"
    ),
    "forum/moderation/visibility_audit/roles.py": "as whom it asks",
    "forum/moderation/visibility_audit/surfaces.py": "what it asks",
    "forum/moderation/visibility_audit/workspace.py": "where its rows leave nothing behind",
    "forum/moderation/visibility_audit/writes/audit.py": "sending, and counting what changed",
    "forum/moderation/visibility_audit/writes/decisions.py": (
        "what is decided about a row, and by whom"
    ),
    "forum/moderation/visibility_audit/writes/form_fields.py": "fields as pages offer them",
    "forum/moderation/visibility_audit/writes/judge.py": (
        "whether a change was its sender's to make"
    ),
    "forum/moderation/visibility_audit/writes/ownership.py": "whose a row is",
    "forum/moderation/visibility_audit/writes/page_forms.py": "forms as pages offer them",
    "forum/moderation/visibility_audit/writes/people.py": "who has rows of each kind",
    "forum/moderation/visibility_audit/writes/recorded_changes.py": (
        "rows that a request changed"
    ),
    "forum/moderation/visibility_audit/writes/shared_rows.py": "what others change of a row",
    "forum/moderation/visibility_audit/writes/visitor.py": "a role at its browser",
    "forum/moderation/visibility_audit/writes/walk.py": "the forms of all pages",
}


def test_features_have_one_shape():
    feature = re.compile(r"(accounts|forum)/\w+/\w+")
    inner = re.compile(r"(accounts|forum)/(\w+/)+((views|sources)/\w+|__init__)\.py$")
    others = {
        place
        for place in CODE
        if feature.match(place)
        and not NO_FEATURES.match(place)
        and not inner.match(place)
        and Path(place).stem not in SHAPE
    }
    unknown, gone = others - NOUNS.keys(), NOUNS.keys() - others
    assert (unknown, gone) == (set(), set()), "no noun with a reason; no longer there"


def test_every_folder_of_code_is_a_package_that_the_import_contracts_see():
    folders = {str(Path(place).parent) for place in CODE}

    assert {it for it in folders if f"{it}/__init__.py" not in CODE} == set()


def test_no_module_has_a_name_that_says_nothing():
    empty = re.compile(r"(utils?|helpers?|mixins?|managers?|services?|common|misc)\.py$")

    assert [place for place in CODE if empty.search(place)] == []


def test_no_name_is_vague(trees):
    vague = re.compile(
        r"^_*(do|handle|perform|manage|my|the)_"
        r"|_(stuff|things?|info|objs?|helpers?|utils?|misc|tmp|etc|2)$"
        r"|(Helper|Handler|Util|Utils|Info|Stuff|Processor|Controller|Impl)$"
    )
    assert {(place, name) for place, name in named(trees) if vague.search(name)} == set()


#: Words that had several senses, or none that a stranger knows, and the folder, if any, that
#: still uses them; a *line* is one of text. docs/glossary.md says what each has become.
RETIRED = dict.fromkeys([
    "asking", "card", "cards", "company", "deciding", "desk", "ear", "edition", "editions",
    "founding", "freshness", "heir", "heirs", "hopes", "keeper", "looks", "opening", "openings",
    "places", "poke", "pokes", "shelf", "shelves", "shut", "standing", "succession",
    "successions", "sweeping", "testimonies", "testimony", "told", "traces",
]) | {
    "kind": "forum/", "kinds": "forum/", "room": "realtime/", "rooms": "realtime/",
    "line": ("accounts/", "forum/mail/incoming_mail/"),
}  # fmt: skip


def test_retired_words_do_not_come_back(trees):
    returned = {
        (place, name)
        for place, name in named(trees)
        for word in words_of(name) & RETIRED.keys()
        if RETIRED[word] is None or not place.startswith(RETIRED[word])
    }
    assert returned == set()


def test_no_class_name_stands_twice(trees):
    classes = Counter(
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    expected_by_django = {"Command", "Meta"}
    assert {n for n, times in classes.items() if times > 1} - expected_by_django == set()


def test_imports_go_round_in_no_circle(trees):
    """Not even by an import in a function; but for ``apps.py``, which Django calls last."""
    imports = {
        module_of(place): imported_by(tree)
        for place, tree in trees.items()
        if not place.endswith("/apps.py")
    }
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


#: What README says of sizes.
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 400, 45


def test_readme_tells_the_sizes_that_are_held():
    readme = (ROOT / "README.md").read_text()

    assert f"at most {MAX_MODULE_LINES} lines" in readme
    assert f"at most {MAX_FUNCTION_LINES}" in readme


def test_modules_stay_small_enough_to_read():
    long = {place: source.count("\n") for place, source in CODE.items()}

    assert {place: n for place, n in long.items() if n > MAX_MODULE_LINES} == {}


def test_functions_stay_small_enough_to_read(trees):
    long = {
        (place, node.name): node.end_lineno - node.lineno + 1
        for place, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in long.items() if n > MAX_FUNCTION_LINES} == {}


def test_scripts_and_styles_stay_small_enough_to_read():
    long = {place: source.count("\n") for place, source in SCRIPTS_AND_STYLES.items()}

    assert {place: n for place, n in long.items() if n > MAX_MODULE_LINES} == {}


def test_lines_stay_narrow_enough_to_read():
    """Of scripts, styles and templates; those of Python are held by the linter."""
    wide = {
        f"{place}:{number}"
        for place, source in (SCRIPTS_AND_STYLES | TEMPLATES).items()
        for number, line in enumerate(source.splitlines(), start=1)
        if len(line) > 120
    }
    assert wide == set()


def test_styles_have_one_declaration_a_line():
    packed = {
        f"{place}: {line.strip()}"
        for place, source in SCRIPTS_AND_STYLES.items()
        if place.endswith(".css")
        for line in re.sub(r"/\*.*?\*/|url\(.*?\)", "", source, flags=re.DOTALL).splitlines()
        if line.count(";") > 1
    }
    assert packed == set()


def named(trees):
    """``(module, name)`` of all that others use: not of what is local to a function."""
    for place, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield place, node.name
            elif isinstance(node, ast.arg):
                yield place, node.arg
            if isinstance(node, ast.Module | ast.ClassDef):
                yield from ((place, name) for name in assigned_in(node.body))


def assigned_in(statements):
    """The names that these statements assign: constants, fields."""
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = getattr(statement, "targets", None) or [statement.target]
            for target in targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def words_of(name):
    """The words of an identifier, whichever way it is spelled."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def module_of(place):
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of(place) for place in CODE}


def imported_by(tree):
    """The modules of the project that this one imports, wherever it does."""
    found = set()
    for node in running(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= within & MODULES
            if within - MODULES:
                found.add(node.module)
    return found & MODULES


def running(tree):
    """The nodes of the tree, but for what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield node
            yield from running(node)


def places(pattern):
    """The modules whose source matches."""
    return {place for place, source in CODE.items() if re.search(pattern, source)}
