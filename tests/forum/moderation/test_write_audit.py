"""Every form is sent as everyone; each row that changes must be for who sent it to change."""

from datetime import date
from unittest.mock import patch

import pytest
from django.db.models import Value
from django.utils import timezone

from forum.models import Post, Thread
from forum.moderation.visibility_audit.roles import ANIMATOR, GROUP_MEMBER, create_roles
from forum.moderation.visibility_audit.writes.audit import audit_writes
from forum.moderation.visibility_audit.writes.form_fields import FormField
from forum.moderation.visibility_audit.writes.ownership import RowsBefore, owners_of
from forum.moderation.visibility_audit.writes.page_forms import PageForm, links, page_forms
from forum.moderation.visibility_audit.writes.recorded_changes import changes_recorded, recorded
from tests import factories
from tests.forum.library.sheets.conftest import draft, place, sheet  # noqa: F401

#: A page and the forms on it, so that a test is short.
NAMES = frozenset({"thread", "replies", "edit-thread"})
PAGE = """
<a href="/fils/2/">Un fil</a> <a href="https://ailleurs.exemple/">Ailleurs</a>
<form method="post" action="/un/"><input type="hidden" name="version" value="3">
  <input name="email" type="email"><textarea name="text">Avant.</textarea>
  <input name="day" type="date"><input type="radio" name="kind" value="question" checked>
  <input type="radio" name="kind" value="discussion">
  <select name="space" required><option value=""><option value="reseau">Le réseau</select>
  <input type="checkbox" name="agrees" required><input type="checkbox" name="more" value="2">
  <input type="file" name="files" required><button>Enregistrer</button>
  <button formaction="/deux/" name="preview" value="1">Aperçu</button></form>
<form id="act" method="post"></form> <button form="act" formaction="/trois/">Merci</button>
<form><input name="q"></form>
"""


@pytest.fixture
def roles(db, spaces, topics, claire, lucie):
    """Who belongs to nothing, a member of another college, and the member of a group."""
    named = {role.name: role for role in create_roles()}
    names = "registered", f"member of {factories.SUPPORT}", GROUP_MEMBER
    with changes_recorded():
        yield [named[name] for name in names]


def test_a_page_gives_its_forms_filled_by_what_each_field_asks_for():
    save, preview, thanks = page_forms(PAGE, "/page/")

    assert save.address == "/un/"
    data = save.data()
    (pdf,) = data.pop("files")
    assert (pdf.name, pdf.read(5)) == ("audit.pdf", b"%PDF-")
    assert data == {
        "version": ["3"], "email": [""], "space": ["reseau"], "day": [""], "kind": ["question"],
        "text": ["Avant. Audit des formulaires"], "agrees": ["on"],
    }  # fmt: skip
    assert (preview.address, preview.data()["preview"]) == ("/deux/", ["1"])
    assert (thanks.address, thanks.data()) == ("/trois/", {})
    assert list(links(PAGE, "/page/")) == ["/fils/2/"]


def test_a_button_that_does_and_one_that_undoes_send_two_kinds_of_forms():
    page = """<form method="post"><button name="contact" value="{}"></form>"""

    shapes = [next(page_forms(page.format(it), "/un/")).shape for it in ("0", "1", "27", "28")]

    assert shapes[0] != shapes[1] != shapes[2] == shapes[3]


def test_a_form_that_changes_nothing_is_sent_with_all_changed_that_can_be():
    save, *_others = page_forms(PAGE, "/page/")

    every, *alone = save.changed_ways()

    data = every.data()
    assert (data["email"], data["kind"]) == (["email@audit.invalid"], ["discussion"])
    assert data["more"] == ["2"] and data["agrees"] == ["on"]
    assert date.fromisoformat(data["day"][0]) > timezone.localdate()
    before = save.data() | {"more": []}
    changed = [{name for name in before if it.data().get(name, []) != before[name]}
               for it in alone]  # fmt: skip
    assert [it - {"files"} for it in changed] == [{"email"}, {"day"}, {"more"}]


def test_a_form_that_is_refused_is_put_right_where_the_page_says_that_it_is_wrong():
    save, *_others = page_forms(PAGE, "/page/")
    refused = PAGE.replace(' name="day"', f' name="day" value="{date.max}" aria-invalid="true"')
    refused = refused.replace('value="question"', 'value="question" aria-invalid="true"')

    corrected = save.corrected(refused, [])

    assert corrected.address == "/un/" and corrected.data()["text"] == ["Avant."]
    assert corrected.data()["kind"] == ["discussion"]
    days = [corrected.data()["day"], corrected.corrected(refused, []).data()["day"]]
    assert date.fromisoformat(days[0][0]) > timezone.localdate() and days[0] == days[1]


def test_a_text_that_is_refused_is_another_the_next_time_and_then_a_name():
    name = FormField("who", "text", is_required=True).typed()

    again = name.typed(["Claire Baudry"])

    assert (name.values, again.values) == (("Audit des formulaires",), ("Claire Baudry",))
    year = FormField("year", "text", pattern="(19|20)[0-9][0-9]")
    assert year.typed().values == ("2020",)


def test_a_form_can_name_another_row_wherever_it_names_one():
    fields = [
        FormField("thread", "hidden", ("3",)), FormField("space", "select", ("reseau",)),
        FormField("about", "text", ("/fils/3/",)), FormField("text", "textarea", ("reseau",)),
        FormField("version", "hidden", ("1",)), FormField("rows-0", "hidden", ("5",)),
        FormField("rows-1", "hidden", ("6",)),
    ]  # fmt: skip
    form = PageForm("/un/", tuple(fields))

    named = [it.data() for it in form.naming(2**40, "canari", {"reseau"})]

    changed = [{name: it[name] for name in it if it[name] != form.data()[name]} for it in named]
    assert changed == [
        {"thread": [str(2**40)]}, {"space": ["canari"]}, {"about": [f"/fils/{2**40}/"]},
        {"rows-0": [str(2**40)]},
    ]  # fmt: skip


def test_words_that_one_was_not_shown_are_in_no_form_that_one_sends():
    form = PageForm("/un/", (FormField("text", "textarea", ("Dit : canari7.",)),))

    assert form.without(["canari7"]).data() == {"text": ["Dit : Audit des formulaires."]}


def test_what_a_block_changes_is_told_and_undone(claire, spaces, topics):
    before = Post.objects.count()
    with changes_recorded():
        thread = factories.start_thread(claire, spaces["public"])
        changes = {it.model: it for it in recorded()}
        Thread.objects.filter(pk=thread.pk).update(title="Autre")
        (renamed,) = recorded()
    assert changes[Post].after["author_id"] == claire.pk and changes[Post].before is None
    assert (renamed.model, renamed.columns) == (Thread, {"title"})
    assert Post.objects.count() == before


def test_whose_a_row_is_is_told_by_its_keys_or_by_those_of_what_it_refers_to(claire, spaces):
    thread = factories.start_thread(claire, spaces["network"])
    (event,) = thread.events.values()

    owners = owners_of(thread.events.model, event, RowsBefore())

    assert (owners.people, owners.spaces) == ({claire.pk}, {spaces["network"].pk})


def test_where_all_is_as_it_must_be_forms_act_and_change_what_is_ones_own(roles):
    lines = []
    report = audit_writes(NAMES, lines.append, roles)

    assert report.findings == []
    assert report.idle == [] and report.forms == 2
    assert report.acted == report.offered == 2
    assert report.others > report.offered
    assert lines[-1].startswith(
        f"{GROUP_MEMBER}: {report.request_count} forms sent, 0 findings"
    )


@pytest.mark.deep
def test_a_rule_that_lets_everybody_edit_is_found(roles):
    with patch("forum.base.rules.may_edit_thread", lambda viewer, thread: True):
        report = audit_writes(NAMES, roles=roles)
    found = {it.role for it in report.findings if "others' forum.Thread" in it.what}
    assert {role.name for role in roles[:2]} <= found


@pytest.mark.deep
def test_a_thread_that_everybody_acts_in_is_found(roles):
    def any_thread(viewer, pk):
        return Thread.objects.select_related("space", "topic").get(pk=pk)

    def any_thread_for_update(pk, actor):
        threads = Thread.objects.annotate(rights_number=Value(0)).select_related("space")
        return threads.get(pk=pk)

    with (
        patch("forum.conversation.threads.views.replying.thread_for_page", any_thread),
        patch("forum.conversation.threads.actions.thread_for_update", any_thread_for_update),
    ):
        report = audit_writes(NAMES, roles=roles)
    assert (roles[1].name, "replies", "writes forum.Post of group") in {
        (it.role, it.surface, it.what) for it in report.findings
    }


@pytest.mark.deep
def test_a_sheet_that_everybody_edits_is_found(roles, sheet):  # noqa: F811
    names = frozenset({"sheets", "sheet", "edit-sheet"})

    def may(viewer, sheet, is_written):
        return True

    assert audit_writes(names, roles=roles).findings == []
    with (
        patch("forum.library.sheets.rules.may_edit_sheet", may),
        patch("forum.library.sheets.views.reading.may_edit_sheet", may),
    ):
        report = audit_writes(names, roles=roles)
    found = {it.role for it in report.findings if "others' forum.ExperienceSheet" in it.what}
    assert {role.name for role in roles[1:]} <= found


@pytest.mark.deep
def test_a_seat_that_everybody_confirms_is_found(roles):
    named = {role.name: role for role in create_roles()}
    senders = [named[name] for name in ("waiting", "registered", GROUP_MEMBER, ANIMATOR)]
    names = frozenset({"seats", "confirm-seat"})

    def contact(*_about):
        return "contact"

    assert audit_writes(names, roles=senders).findings == []
    with (
        patch("accounts.organisations.actions.require_seat_manager", contact),
        patch("accounts.organisations.views.seat_decisions.seat_manager_role", contact),
    ):
        report = audit_writes(names, roles=senders)
    found = {it.role for it in report.findings if "others' accounts.Seat confirm" in it.what}
    assert found == {"waiting", "registered", GROUP_MEMBER}
