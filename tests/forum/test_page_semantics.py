"""What a page says of itself: names, roles, languages, headings, titles, descriptions."""

import re
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base.markup import render
from forum.members.groups.actions import create_group
from forum.site.errors import server_error
from tests.clients import guest_client
from tests.factories import create_sheet, post_reply, start_thread

pytestmark = pytest.mark.usefixtures("cast_scene")

VOID = {"meta", "link", "input", "br", "hr", "img", "source", "wbr"}


class Page(HTMLParser):
    """The elements of a page, each with its attributes, its text and those around it."""

    def __init__(self, html):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", "around": [*self._open], **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    def all(self, tag, **attributes):
        """The elements of a tag that bear those attributes."""
        return [
            one
            for one in self.elements
            if one["tag"] == tag and attributes.items() <= one.items()
        ]


def page_of(client, address, **query):
    return Page(client.get(address, query).content.decode())


def description(page):
    return [one["content"] for one in page.all("meta", name="description")]


def test_the_error_of_a_text_stands_between_its_label_and_where_it_is_typed(people, browser_of):
    answer = browser_of(people.projects).post(reverse("new-thread"), {"topic": "eolien"})
    page = Page(answer.content.decode())
    (error,) = page.all("ul", id="id_text_error")
    (label,), (box,) = (
        page.all("label", **{"for": "id_text"}),
        page.all("textarea", name="text"),
    )

    order = [page.elements.index(one) for one in (label, error, box)]
    assert order == sorted(order)
    assert "composer" not in {one.get("class") for one in error["around"]}


def test_a_guest_is_told_of_no_key_that_only_members_can_use(people, browser_of):
    guest, member = (
        [one["text"] for one in page_of(client, reverse("shortcuts")).all("kbd")]
        for client in (guest_client(), browser_of(people.projects))
    )

    assert guest == ["/", "j / k", "?"]
    assert member == ["n", "r", "Ctrl + B / I / K", *guest]


def test_every_day_of_a_mandates_end_has_its_label_where_animators_search(
    browser_of, people, spaces
):
    page = page_of(browser_of(people.animator), reverse("seats"), q="a")
    days = page.all("input", type="date")
    labels = {one["for"]: one["text"].split() for one in page.all("label") if "for" in one}

    assert days
    assert [day for day in days if labels[day["id"]][:1] in ([], ["(facultatif)"])] == []


def test_the_button_of_the_account_is_named_by_what_it_shows(browser_of, jeanne):
    page = page_of(browser_of(jeanne), reverse("legal"))
    (button,) = page.all("button", popovertarget="account-menu")

    assert button["text"].strip()
    assert button["aria-label"].startswith(button["text"].strip())
    assert jeanne.full_name in button["aria-label"]


def test_code_and_tables_of_a_message_take_the_focus_and_say_what_they_are():
    page = Page(render("```\nune longue ligne\n```\n\n    une autre\n\n|a|b|\n|-|-|\n|1|2|\n"))
    (table,) = page.all("table")

    scrolling = [*page.all("pre"), table["around"][-1]]
    assert [(one["tabindex"], one["role"]) for one in scrolling] == [("0", "group")] * 3
    assert [one["aria-label"] for one in scrolling] == ["Code", "Code", "Tableau"]
    assert "tabindex" not in render("`court` et <pre>du texte</pre>").replace("&lt;", "")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("## A\n\n### B\n\n### C\n\n## D", "3443"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E", "34566"),
        ("#### A\n\n## B\n\n#### C", "334"),
        ("> ## A\n\nB\n-\n", "33"),
    ],
)
def test_the_headings_of_a_message_follow_its_authors_name_and_leave_no_level_out(text, levels):
    assert "".join(re.findall(r"<h(\d)>", render(text))) == levels


def test_who_picks_a_territory_types_into_a_field_of_text(browser_of, people):
    seat = people.authorities.seats.get()
    page = page_of(
        browser_of(people.authorities),
        reverse("organisation-territories", args=[seat.organisation.slug]),
    )
    fields = page.all("input", name="q")

    assert len(fields) == 2  # In the header one searches; role=combobox asks for it.
    assert {field["type"] for field in fields} == {"text"}


def test_an_empty_list_is_hidden_and_one_with_threads_is_not(browser_of, jeanne, spaces):
    client = browser_of(jeanne)
    (empty,) = page_of(client, reverse("home"), mot="rien-ne-porte-ce-mot").all(
        "ul", id="threads"
    )
    start_thread(jeanne, spaces["network"])
    (full,) = page_of(client, reverse("home")).all("ul", id="threads")

    assert "hidden" in empty
    assert "hidden" not in full


def test_experiences_are_a_tab_and_no_filter_beside_it(browser_of, jeanne):
    for query in ({}, {"vue": "experiences"}, {"nature": "question"}):
        page = page_of(browser_of(jeanne), reverse("home"), **query)
        links = [one for one in page.all("a") if one["text"].strip() == "Expériences"]
        assert len(links) == 1, query


def test_what_is_said_at_the_head_of_pages_stands_in_named_landmarks(
    browser_of, people, settings
):
    settings.FORUM_DEMO = True
    page = page_of(browser_of(people.registered), reverse("legal"))
    lines = [one for one in page.elements if one.get("class") in ("demo", "pending")]

    assert len(lines) == len({one["aria-label"] for one in lines}) == 2
    assert {one["tag"] for one in lines} == {"section"}


def test_a_threads_title_is_french_wherever_it_stands_on_an_english_page(
    browser_of, jeanne, lucie, spaces
):
    thread = start_thread(jeanne, spaces["network"], title="Un titre qui ne trompe pas")
    post = post_reply(jeanne, thread)
    animator, author = browser_of(lucie), browser_of(jeanne)
    addresses = {
        author: ["home", "follows", ("edit-post", post.pk), ("delete-post", post.pk),
                 ("edit-thread", thread.pk), ("replies", thread.pk), ("member", jeanne.pk)],
        animator: [("hide-post", post.pk), ("move-thread", thread.pk)],
    }  # fmt: skip
    foreign = []
    for client, names in addresses.items():
        client.cookies["django_language"] = "en"
        for name in names:
            name, *args = name if isinstance(name, tuple) else (name,)
            page = page_of(client, reverse(name, args=args))
            assert page.all("html", lang="en"), name
            inner = [
                one
                for one in page.elements
                if thread.title in one["text"]
                and one["tag"] not in ("head", "title", "textarea")
            ]
            for one in inner:
                has_child = any(one is it for other in inner for it in other["around"])
                lang = [it["lang"] for it in [*one["around"], one] if it.get("lang")][-1]
                if not has_child and lang != "fr":
                    foreign.append((name, one["tag"]))

    assert foreign == []


def test_a_form_with_errors_says_so_first_in_the_title(browser_of, people, claire):
    guest, member = guest_client(), browser_of(people.authorities)
    forms = [
        (guest, "account_login", {"login": "a@b.fr", "password": "x"}),
        (guest, "account_signup", {"email": "a"}),
        (guest, "account_request_login_code", {}),
        (member, "account_reauthenticate", {"password": "x"}),
        (member, "account_reauthenticate", {"password": "fort-et-long-42"}),
        (member, "prove-address", {"code": "AAAA-AAAA", "next": "/"}),
        (member, "new-group", {}),
        (member, "new-thread", {"title": ""}),
    ]
    titles = {}
    for client, name, fields in forms:
        answer = client.post(reverse(name), fields)
        if answer.status_code != 302:
            titles[name] = title_of(answer)
    group = create_group(
        viewer_of_person(claire), name="Toits d’école", purpose="Un cahier.", college=None,
        join_policy="request", ends_at=None, idempotency_key=uuid4(),
    )  # fmt: skip
    invitation = browser_of(claire).post(reverse("invite", args=[group.slug]), {})
    titles["invite"] = title_of(invitation)

    assert len(titles) == 8
    assert {k: v for k, v in titles.items() if not v.startswith("Erreur\u00a0: ")} == {}
    assert title_of(guest.get(reverse("account_login"))).startswith("Se connecter")


def title_of(answer):
    return Page(answer.content.decode()).all("title")[0]["text"].strip()


def test_every_public_page_describes_itself_and_no_two_kinds_alike(spaces, topics, jeanne):
    thread = start_thread(
        jeanne,
        spaces["public"],
        tags=["Chaufferie d’appoint"],
        topic=next(it for it in topics if it.slug == "bois-energie"),
    )
    organisation, tag = jeanne.seats.get().organisation, thread.taggings.get().tag
    addresses = [
        *map(reverse, ["home", "organisations", "territories", "charter", "signatories"]),
        *map(reverse, ["legal", "privacy", "shortcuts", "account_login", "account_signup"]),
        reverse("topic", args=["bois-energie"]),
        tag.get_absolute_url(),
        spaces["public"].get_absolute_url(),
        thread.get_absolute_url(),
        organisation.get_absolute_url(),
    ]
    described = {it: description(page_of(guest_client(), it)) for it in addresses}

    assert {it: said for it, said in described.items() if len(said) != 1 or not said[0]} == {}
    assert len({said[0] for said in described.values()}) == len(addresses)
    assert "Chaufferie d’appoint" in described[tag.get_absolute_url()][0]
    assert "1 message." in described[thread.get_absolute_url()][0]


def test_a_group_stands_under_groups_in_the_menu(claire, browser_of):
    group = create_group(
        viewer_of_person(claire), name="Toits d’école", purpose="Un cahier.", college=None,
        join_policy="request", ends_at=None, idempotency_key=uuid4(),
    )  # fmt: skip
    page = Page(browser_of(claire).get(group.get_absolute_url()).text)

    assert page.all("a", href=reverse("groups"))[0]["aria-current"] == "true"


def test_the_page_of_a_sheet_stands_under_sheets_in_the_menu(claire, spaces, browser_of):
    sheet = create_sheet(claire, spaces["public"])
    for address, here in ((sheet.get_absolute_url(), "true"), (reverse("sheets"), "page")):
        page = Page(browser_of(claire).get(address, follow=True).text)
        (link,) = (it for it in page.all("a", href=reverse("sheets")) if "aria-current" in it)
        assert link["aria-current"] == here


def test_the_page_of_a_failure_is_as_wide_as_others_of_one_column(rf):
    page = Page(server_error(rf.get("/")).text)

    (main,) = page.all("main")
    assert main["class"] == "page"


def test_what_is_to_be_put_right_has_no_colon_after_a_question(people, browser_of):
    answer = browser_of(people.registered).post(reverse("sign-charter"), {})
    errors = answer.text[answer.text.index('id="form-errors"') :]
    links = dict(
        re.findall(r'<a href="#\w+">([^<]*)</a>([^<])', errors[: errors.index("</ul>")])
    )

    assert {label[-1] for label, after in links.items() if after == " "} == {"?"}
    assert {after for label, after in links.items() if label[-1] != "?"} == {"\u00a0"}
