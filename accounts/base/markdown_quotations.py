"""Quotations of Markdown, read in a time that grows as the text does.

Where a quotation ends in something else than a paragraph, such as a title, and a line follows
without its mark, the library reads all lines to the next blank one, and begins anew at that
line: squares of the lines.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote

#: How often the quotations of a text may look through each of its lines, and lines besides:
#: once for each level, of which a text of people's has some few.
_MAX_TIMES, _MORE = 20, 200
_COUNTED = "lines_of_quotations"


class QuotationsTooLong(ValueError):
    """What is quoted in a text would take too long to read."""


def bound_quotations(parser: MarkdownIt) -> None:
    """Have ``parser`` raise QuotationsTooLong where the quotations of a text take too long."""
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("blockquote", _quotation, {"alt": ends})


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As the library's rule, of which the lines are counted that it looks through."""
    first = state.bMarks[start] + state.tShift[start]
    if not silent and state.src[first : first + 1] == ">":
        line = start
        while line < end and not state.isEmpty(line):
            line += 1
        state.env[_COUNTED] = state.env.get(_COUNTED, 0) + line - start
        if state.env[_COUNTED] > _MAX_TIMES * len(state.bMarks) + _MORE:
            raise QuotationsTooLong
    return blockquote(state, start, end, silent)
