"""Footnotes, folded parts and emoji by their names, as pages and mails show them."""

import re

import pytest
from django.core import mail

from forum.base import markup
from forum.base.markup.emoji_names import with_emoji
from forum.conversation.threads.edits.actions import edit_post
from tests.calls import calls_of
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, plan

NOTED = "Neuf mois[^1], puis un an[^délai].\n\n[^1]: Selon la **régie**.\n[^délai]: Hors hiver."
FOLDED = "<details>\n<summary>Le calcul</summary>\n\n- 3 kW\n\n</details>\n\nEt après."


def test_notes_stand_last_each_linked_with_where_the_text_refers_to_it():
    html = markup.render(NOTED)

    places = dict(
        re.findall(r'href="#(note-\w+-\d)" id="(ref-\w+-\d)" role="doc-noteref"', html)
    )
    assert len(places) == 2
    body, notes = html.split('<section role="group" aria-label="Notes">')
    assert "Selon" not in body and "<strong>régie</strong>" in notes
    for note, reference in places.items():
        assert f'<li id="{note}">' in notes and f'<a href="#{reference}"' in notes
    assert notes.count('role="doc-backlink" aria-label="Retour à la note') == 2
    assert markup.plain_text(html).startswith("Neuf mois[1], puis un an[2].")


def test_notes_of_many_posts_on_a_page_have_ids_of_their_own_and_the_same_everywhere():
    ids = re.findall(r' id="([^"]+)"', markup.render(NOTED) + markup.render(NOTED + " "))

    assert len(ids) == len(set(ids)) == 8
    assert markup.render(NOTED) == markup.render(NOTED)


def test_posts_that_say_the_same_on_one_page_have_other_ids_and_keep_theirs(
    thread, jeanne, claire, browser_of, viewer_of
):
    own = post_reply(jeanne, thread, NOTED)
    post_reply(claire, thread, NOTED)

    ids = re.findall(r' id="((?:note|ref)-\w+-\d)"', own.html)
    edited = edit_post(own, viewer_of(jeanne), f"Mieux : {NOTED}", 1)
    page = browser_of(claire).get(thread.get_absolute_url()).text

    assert re.findall(r' id="((?:note|ref)-\w+-\d)"', edited.html) == ids
    shown = re.findall(r' id="((?:note|ref)-[^"]+)"', page)
    assert len(shown) == len(set(shown)) == 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Un renvoi[^2].\n\n[^1]: Rien n’y renvoie.",
            ["renvoi[^2].", "[^1]: Rien n’y renvoie."],
        ),
        ("> cité[^1]\n>\n> [^1]: quoi", ["cité[^1]", "[^1]: quoi"]),
        ("`[^1]`\n\n[^1]: a", ["<code>[^1]</code>", "[^1]: a"]),
        ("un[^1]\n\n[^1]: a\n\n[^1]: b", ["</sup>: b</p>"]),
        ("[lien[^1]](/x)\n\n[^1]: a", ["<p>[lien<sup>", "</sup>](/x)</p>"]),
    ],
)
def test_what_is_no_note_stays_as_it_was_typed(text, shown):
    html = markup.render(text)

    assert [it for it in shown if it not in html] == []


def test_a_note_under_a_list_ends_it():
    html = markup.render("- un\n- deux[^1]\n[^1]: Pas un point de la liste.")

    assert html.index("</ul>") < html.index("Pas un point")


@pytest.mark.parametrize(
    "text",
    [
        FOLDED,
        FOLDED.replace("\n<summary>", "<summary>"),
        FOLDED.replace("<summary>Le calcul</summary>", "<SUMMARY><b>Le calcul</b></SUMMARY>"),
        '[details="Le calcul"]\n- 3 kW\n[/details]\n\nEt après.',
        "[details=Le calcul]\n- 3 kW\n[/details]\nEt après.",
    ],
)
def test_a_part_is_folded_under_its_words_as_other_forums_write_it(text):
    html = markup.render(text)

    inner = re.search(r"<details>\n<summary>Le calcul</summary>(.*)</details>", html, re.DOTALL)
    assert "<li>3\u00a0kW</li>" in inner[1] and "après" not in inner[1]


@pytest.mark.parametrize(
    "text",
    ["<details>\nPas fermé", "</details>", "```\n<details>\na\n</details>\n```",
     "<details onclick=x>\na\n</details>", "un <details> au milieu </details>"],
)  # fmt: skip
def test_what_is_not_closed_or_not_such_a_line_is_shown_as_typed(text):
    html = markup.render(text)

    assert "<details" not in html and "details" in html


def test_a_summary_is_words_alone():
    html = markup.render("<details><summary>a [b](/c) <a href=x>d</a></summary>\ne\n</details>")

    assert "<summary>a [b](/c) d</summary>" in html


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Bravo :+1: et :seedling:", "Bravo 👍 et 🌱"),
        (":jeune_pousse: :Pouce_vers_le_haut: :tracteur:", "🌱 👍 🚜"),
        (":+1::+1:", "👍👍"),
        ("12:30:45, a:+1:b, :inconnu:, ::", "12:30:45, a:+1:b, :inconnu:, ::"),
    ],
)
def test_emoji_are_written_by_name_in_english_and_french(typed, shown):
    assert with_emoji(typed) == shown


def test_emoji_stay_names_in_code_and_addresses():
    html = markup.render("`:+1:` https://exemple.fr/:+1:\n\n    :+1:\n\n[:+1:](/:+1:)")

    assert html.count("👍") == 1 and ">👍</a>" in html


@pytest.mark.parametrize(
    "part",
    ["a[^1] ", "[^1]: a\n", "[^", "<details>\n", "<details>\n</details>\n", "> <details>\n",
     "</details>\n", "<summary>", "[details=a]", ":+1: ", ":a", "[^1]:\n",
     "a[^1]\n\n[^1]: b\n\n"],
)  # fmt: skip
def test_they_take_as_long_as_the_text_is(part):
    markup.render(":+1:")
    markup.render(part * 2)  # What reads it is made the first time.
    long, short = (calls_of(markup.render, part * times) for times in (800, 200))
    assert long < 4.4 * short


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_end_as_browsers_have_them_end(end):
    text = f"{FOLDED}\n\n```\n[^1]\n```\n\n{NOTED}"
    typed = text.replace("\n", end)

    assert markup.render(typed, key="a") == markup.render(text, key="a")
    assert markup.text_for_mail(typed) == markup.text_for_mail(text)
    assert "<details>" in markup.render(typed)


def test_notes_are_no_links_that_make_a_newcomers_post_wait(settings, make_person, spaces):
    settings.FORUM_FIRST_POSTS_HELD = 2
    newcomer = make_person("Paul Le Gall", AUTHORITIES, confirmed=False)
    noted = "".join(f"{n}[^{n}]\n\n[^{n}]: note\n\n" for n in range(6))
    thread = start_thread(newcomer, spaces["public"], text=noted, tags=[])

    assert thread.posts.get().held_for != "links"


@pytest.mark.usefixtures("mailed_at_once")
def test_mails_unfold_and_draw_them_and_lead_to_notes_on_the_site(thread, claire, jeanne):
    plan()
    post_reply(jeanne, thread, f"{NOTED}\n\n{FOLDED} :seedling:\n\n`:seedling:`")
    deliver()

    (one,) = (it for it in mail.outbox if it.to == [claire.email])
    page = one.alternatives[0][0]
    assert "▸ Le calcul" in one.body and "details>" not in one.body and "[^1]" in one.body
    assert one.body.count("🌱") == 1 and ":seedling:" in one.body
    assert re.search(r"<details open[^>]*>", page) and "🌱" in page
    assert re.search(r'href="https?://[^"]+#note-\w+-1"', page)


@pytest.mark.parametrize("tags", ["<a <" * 200, "<b>", "<<b"])
def test_a_summary_is_words_whatever_tags_are_begun_in_it(tags):
    text = f"<details><summary>Détail{tags}</summary>\n\nPlié.\n</details>"

    assert "<summary>Détail" in markup.render(text)
