"""Stylesheets and scripts as production serves them: joined, minified, named by pages."""

import gzip
import json
import os
import posixpath
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from forum.site.static_bundles import UnjoinableError, bundle
from forum.site.static_storage import is_ours

APPS = ("accounts", "forum", "realtime")
TEMPLATES = Path(settings.BASE_DIR / "templates").rglob("*.html")
#: What is not ours: the library of the editor, which is loaded where one asks for it.
LIBRARY = "django_prose_editor/editor.js"
NAMED = {
    name
    for path in TEMPLATES
    for name in re.findall(r"""static ['"]([^'"]+\.(?:css|js))['"]""", path.read_text())
}
ON_PAGES = NAMED - {LIBRARY}


def source(name):
    """What a static file of ours says."""
    return Path(finders.find(name)).read_text()


def our_files(kind):
    """The names of our own scripts, or stylesheets."""
    return sorted(
        str(path.relative_to(root))
        for root in (settings.BASE_DIR / app / "static" for app in APPS)
        for path in root.rglob(f"*.{kind}")
    )


def reader(**files):
    """What reads made-up modules."""
    return lambda name: files[name.removesuffix(".js").removesuffix(".css")]


def imported_files(name):
    """The static files that ``name``, a stylesheet or a script, imports itself."""
    paths = re.findall(r'^(?:@import|import .*?)\s*"([^"]+)";?$', source(name), re.MULTILINE)
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), it)) for it in paths}


def reached(names):
    """Those files, and all that they import."""
    found, left = set(), set(names)
    while left:
        name = left.pop()
        found.add(name)
        left |= imported_files(name) - found
    return found


def test_every_script_and_stylesheet_is_on_some_page():
    assert reached(ON_PAGES) == {*our_files("css"), *our_files("js")}


@pytest.mark.parametrize("name", our_files("js"))
def test_scripts_are_small_and_hold_neither_addresses_nor_words(name):
    code = re.sub(r"^\s*(//|\*|/\*).*$|\s// .*$", "", source(name), flags=re.MULTILINE)

    assert source(name).count("\n") <= 150
    assert re.findall(r"""["'`]/[a-z]""", code) == []
    assert re.findall(r"[À-ÿ’]", code) == []


def test_a_joined_script_holds_each_module_once_before_what_needs_it():
    joined = bundle(
        "page.js",
        reader(
            page='import { a } from "./a.js"\nimport { b } from "./b.js"\nstart(a, b)\n',
            a='import { b } from "./b.js"\nexport const a = () => b + 1\n',
            b="export const b = 1 // once\n",
        ),
    )

    assert joined.count("const b=1") == 1
    assert joined.index("const b=1") < joined.index("const a=") < joined.index("start(a,b)")
    assert "import" not in joined and "export" not in joined and "once" not in joined


def test_a_script_that_is_imported_for_what_it_does_is_joined_too():
    files = {"page": 'import "./a.js"\nstart()\n', "a": "export const a = 1\nlook()\n"}
    joined = bundle("page.js", reader(**files))

    assert joined.index("look()") < joined.index("start()") and "import" not in joined


@pytest.mark.django_db
def test_the_form_of_a_new_thread_asks_for_eight_files(claire, charter, topics, browser_of):
    text = browser_of(claire).get(reverse("new-thread")).text
    shown = re.sub(r"<template.*?</template>", "", text, flags=re.DOTALL)
    asked = set(re.findall(r'(?:href|src)="/static/([^"#]+)', shown))
    drafts = set(re.findall(r'data-script="/static/([^"]*drafts[^"]*)"', text))

    assert len({"the page", *asked, *drafts}) <= 8, sorted(asked | drafts)


@pytest.mark.parametrize(
    "module",
    [
        'import a from "./a.js"\n',
        'import * as a from "./a.js"\n',
        'export * from "./a.js"\n',
        "export default 1\n",
        "export { a }\n",
        "const words = `a ${b ? `c` : d}`\n",
        'import { a } from "./page.js"\n',
    ],
)
def test_what_cannot_be_joined_is_refused(module):
    with pytest.raises(UnjoinableError):
        bundle("page.js", reader(page=module, a="export const a = 1\n"))


def test_a_joined_stylesheet_selects_what_its_sources_select():
    source = ".field { :is(input, select) { color: tan } & :focus { color: blue } }\n"
    layer = "@layer a { .field :is(input, a):hover { width: calc(1px + 2em) } }\n"

    joined = bundle("page.css", reader(page='@import "a.css";\n' + layer, a=source))

    assert joined == (
        ".field :is(input,select){color:tan}.field :focus{color:#00f}"
        "@layer a{.field :is(input,a):hover{width:calc(1px + 2em)}}"
    )


@pytest.mark.parametrize("rule", ['@import url("b.css");\n', "a { background: url(b.png) }\n"])
def test_what_cannot_be_joined_in_a_stylesheet_is_refused(rule):
    with pytest.raises(UnjoinableError):
        bundle("page.css", reader(page='@import "a.css";\n', a=rule))


@pytest.mark.parametrize("name", our_files("js"))
def test_minifying_leaves_template_literals_as_they_are(name):
    literals = re.findall(
        r"`[^`\n]*`", re.sub(r"^\s*(//|\*|/\*).*$", "", source(name), flags=re.M)
    )

    assert [it for it in literals if "${" in it and it not in bundle(name, source)] == []


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What is served where the static files of production were collected, by name."""
    folder = tmp_path_factory.mktemp("static")
    storage = {"BACKEND": "forum.site.static_storage.BundlingStaticFilesStorage"}
    with override_settings(
        DEBUG=False,
        STATIC_ROOT=folder,
        STORAGES=settings.STORAGES | {"staticfiles": storage},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((folder / "staticfiles.json").read_text())["paths"]
    return {name: (folder / path).read_bytes() for name, path in paths.items()}


def test_what_pages_name_is_collected_and_asks_for_no_other(collected):
    asks = re.compile(rb"@import|\bimport\b(?!\()")

    assert {name for name in ON_PAGES if not is_ours(name)} == set() == NAMED - set(collected)
    assert [name for name in ON_PAGES if asks.search(collected[name])] == []


def test_scripts_and_styles_of_a_thread_stay_within_their_budget(collected):
    scripts = ("forum/js/site.js", "forum/js/composer/composer.js", "realtime/js/live.js")

    assert sum(len(gzip.compress(collected[name])) for name in scripts) <= 13_000
    assert len(gzip.compress(collected["forum/css/site.css"])) <= 8_000


def test_the_library_of_the_editor_weighs_what_the_operators_are_told(collected):
    assert 150_000 < len(gzip.compress(collected[LIBRARY])) <= 175_000


def test_whatever_the_mask_of_who_collects_others_may_read_static_files(tmp_path):
    settings_of = settings.STORAGES["staticfiles"]["OPTIONS"]
    storage = StaticFilesStorage(location=tmp_path, **settings_of)
    before = os.umask(0o077)
    try:
        storage.save("forum/css/site.css", ContentFile(b"body {}"))
    finally:
        os.umask(before)

    assert (tmp_path / "forum/css/site.css").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "forum/css").stat().st_mode & 0o777 == 0o755
