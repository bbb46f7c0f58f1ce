"""Templates written for the reader of the source, compiled for the wire.

The project's own ``.html`` templates lose the white space of their layout when they are
compiled, by the rule of JSX and Vue. A run of white space that holds a line break

- goes, where it touches an HTML tag, a Django tag, a comment or the quote of an attribute;
- is one space anywhere else (between words, variables, attributes);
- stays as it is in ``<pre>``, ``<textarea>``, ``<script>``, ``{% verbatim %}`` and
  ``{% blocktranslate %}``, whose text is a key of the catalogue (``trimmed`` condenses it).

A run without a line break always stays. A space that is wanted at the end of a line, or at
the start of one, is written ``&#32;``; it leaves as a plain space.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import (
    DebugLexer,
    Lexer,
    Node,
    NodeList,
    Origin,
    Parser,
    Token,
    TokenType,
)
from django.template.loaders import base, cached
from django.utils.safestring import SafeString

#: Django tags whose content is left alone, with what ends it.
_RAW_BLOCKS = {
    "blocktrans": "endblocktrans",
    "blocktranslate": "endblocktranslate",
    "comment": "endcomment",
    "verbatim": "endverbatim",
}
_RAW_ELEMENTS = {"pre", "textarea", "script"}
_RUN = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+", re.ASCII)
_RUN_AT_SPACE = re.compile(rf"{_RUN.pattern}(?=&#32;)|(?<=&#32;){_RUN.pattern}", re.ASCII)
_MARK = re.compile(r"<(?=[a-zA-Z/!])|[>\"']")
_NAME = re.compile(r"<([a-zA-Z][\w-]*)")


class _CachedNodeList(NodeList):
    """The nodes of a template, which cache those of each type that is asked for.

    Django looks at each page for all blocks of the template that it extends.
    """

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """As Django's."""
        by_type: dict[type[Node], list[Node]] = vars(self).setdefault("_by_type", {})
        if nodetype not in by_type:
            by_type[nodetype] = super().get_nodes_by_type(nodetype)
        return by_type[nodetype]


class CondensedTemplate(Template):
    """A template that is compiled without the white space of its layout.

    ``source`` is what the file says, so errors show the lines that one wrote.
    """

    def render(self, context: Context) -> SafeString:
        """As Django's; then let go of the values of a page.

        A context and its values refer to each other: until Python's next collection, the
        process would keep all that the page was made from, and the collection go through it.
        """
        is_page = context.template is None
        html = super().render(context)
        if is_page:
            context.dicts.clear()
        return html

    def compile_nodelist(self) -> NodeList:
        """Compile the condensed tokens; what is wrong is told as Django tells it."""
        lexer = DebugLexer(self.source) if self.engine.debug else Lexer(self.source)
        libraries, builtins = self.engine.template_libraries, self.engine.template_builtins
        parser = Parser(condense(lexer.tokenize()), libraries, builtins, self.origin)
        try:
            nodelist = parser.parse()
        except TemplateSyntaxError:
            return super().compile_nodelist()
        self.extra_data = parser.extra_data
        nodes = _CachedNodeList(nodelist)
        nodes.contains_nontext = nodelist.contains_nontext
        return nodes


class _CompilingLoader(base.Loader):
    get_contents: Callable[[Origin], str]  # Of the loader that it is mixed into.

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """As Django's, but that the project's own HTML is condensed."""
        tried = []
        for origin in self.get_template_sources(template_name):
            if skip is not None and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                contents = self.get_contents(origin)
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            template_class = CondensedTemplate if self._is_condensed(origin) else Template
            return template_class(contents, origin, template_name, self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)

    def _is_condensed(self, origin: Origin) -> bool:
        path = Path(origin.name)
        return path.suffix == ".html" and any(map(path.is_relative_to, self.engine.dirs))


class Loader(cached.Loader, _CompilingLoader):
    """Django's cached loader, for templates that are condensed as they are compiled.

    ``generation`` is another number whenever templates may be others: when a developer
    changes one.
    """

    generation = 0

    def reset(self) -> None:
        """As Django's: forget the templates."""
        super().reset()
        Loader.generation += 1


def condense(tokens: list[Token]) -> list[Token]:
    """``tokens`` of a template, whose texts have lost the white space of the layout."""
    markup = _Markup()
    for token, before, after in _condensable(tokens):
        token.contents = "".join(markup.condense(token.contents, before, after))
    return tokens


def _condensable(tokens: list[Token]) -> Iterator[tuple[Token, bool, str]]:
    """Each text outside blocks that are left alone, with what it touches.

    Whether a Django tag comes before, and what comes after: ``tag``, ``variable``, or
    ``spaced tag``, which is a tag that white space follows.
    """
    end = None
    for i, token in enumerate(tokens):
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split(None, 1)[0]
            end = (None if name == end else end) if end else _RAW_BLOCKS.get(name)
        if end or token.token_type is not TokenType.TEXT:
            continue
        before = i == 0 or tokens[i - 1].token_type is not TokenType.VAR
        yield token, before, _token_type_after(tokens[i + 1 : i + 3])


def _token_type_after(following: list[Token]) -> str:
    if following and following[0].token_type is TokenType.VAR:
        return "variable"
    is_spaced = (
        len(following) > 1
        and following[1].token_type is TokenType.TEXT
        and following[1].contents.startswith((" ", "\n"))
    )
    return "spaced tag" if is_spaced else "tag"


class _Markup:
    """Where in the HTML one is, from one text of a template to the next."""

    def __init__(self) -> None:
        self._in_tag = False
        self._quote = ""
        self._element = ""

    def condense(self, text: str, after_tag: bool, following: str) -> Iterable[str]:
        """The pieces of ``text``, condensed."""
        start = 0
        for match in _MARK.finditer(text):
            if not self._is_boundary(match):
                continue
            piece = text[start : match.start()]
            yield self._piece(piece, after_tag, match.group())
            self._cross(match)
            yield match.group()
            start, after_tag = match.end(), True
        yield self._piece(text[start:], after_tag, following)

    def _is_boundary(self, match: re.Match[str]) -> bool:
        if self._quote:
            return match.group() == self._quote
        if self._in_tag:
            return match.group() != "<"
        if self._element:
            return match.string.startswith(f"</{self._element}", match.start())
        return match.group() == "<"

    def _cross(self, match: re.Match[str]) -> None:
        if match.group() == "<":
            name = _NAME.match(match.string, match.start())
            self._element = name[1].lower() if name else ""
            self._in_tag = True
        elif match.group() == ">":
            self._in_tag = False
            self._element = self._element if self._element in _RAW_ELEMENTS else ""
        else:
            self._quote = "" if self._quote else match.group()

    def _piece(self, piece: str, after_tag: bool, following: str) -> str:
        if self._in_tag and not self._quote:
            end = "" if following in ("spaced tag", ">") else " "
            return _RUN.sub(lambda run: end if run.end() == len(piece) else " ", piece)
        if self._element and not self._in_tag:
            return piece
        before_tag = following != "variable"
        piece = _RUN_AT_SPACE.sub("", piece)

        def replace(run: re.Match[str]) -> str:
            touches = after_tag and run.start() == 0 or before_tag and run.end() == len(piece)
            return "" if touches else " "

        return _RUN.sub(replace, piece).replace("&#32;", " ")
