"""Styled paragraphs as an OpenDocument text: a zip of five small files.

Written here, as the library that writes ODT (odfpy) has had no release since 2020; paragraphs
in five styles need no more than this. Bytes are the same for the same words.
"""

from html import escape
from io import BytesIO
from unicodedata import category
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = (
    f'xmlns:office="{_URN}:office:1.0" xmlns:style="{_URN}:style:1.0" '
    f'xmlns:text="{_URN}:text:1.0" xmlns:meta="{_URN}:meta:1.0" '
    f'xmlns:fo="{_URN}:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'office:version="1.3"'
)
#: Each style: its paragraph's and its text's properties.
_STYLES = {
    "body": ('fo:margin-bottom="0.25cm"', ""),
    "title": ('fo:margin-top="0.4cm" fo:margin-bottom="0.4cm"',
              'fo:font-size="16pt" fo:font-weight="bold"'),
    "heading": ('fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"',
                'fo:font-size="12pt" fo:font-weight="bold"'),
    "item": ('fo:margin-left="0.6cm" fo:margin-bottom="0.15cm"', ""),
    "signature": ('fo:margin-top="1cm" fo:margin-bottom="0.6cm"', ""),
    "note": ('fo:margin-bottom="0.4cm"', 'fo:font-size="9pt" fo:font-style="italic"'),
}  # fmt: skip
#: Screen readers go from heading to heading: these are real ones, at this level.
_LEVELS = {"title": 1, "heading": 2}


def render_odt(title: str, blocks: list[tuple[str, str]]) -> bytes:
    """The bytes of a document of ``blocks``, (style, text) pairs, in French."""
    files = {
        "META-INF/manifest.xml": _manifest(),
        "meta.xml": _document(
            "meta",
            f"<office:meta><dc:title>{escape(title)}</dc:title>"
            "<dc:language>fr-FR</dc:language></office:meta>",
        ),
        "styles.xml": _document("styles", _styles()),
        "content.xml": _document(
            "content",
            "<office:body><office:text>"
            + "".join(_paragraph(style, words) for style, words in blocks)
            + "</office:text></office:body>",
        ),
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        # First and not compressed, so that its bytes say what the file is.
        package.writestr(ZipInfo("mimetype"), MEDIA_TYPE, ZIP_STORED)
        for name, content in files.items():
            package.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return out.getvalue()


def _document(part: str, content: str) -> str:
    root = f"office:document-{part}"
    return f"{_XML}<{root} {_NAMESPACES}>{content}</{root}>"


def _paragraph(style: str, words: str) -> str:
    tag = "h" if style in _LEVELS else "p"
    level = f' text:outline-level="{_LEVELS[style]}"' if style in _LEVELS else ""
    # Control characters may stand in what people type, and in no XML.
    escaped = escape("".join(it for it in words if it.isprintable() or category(it) == "Zs"))
    return f'<text:{tag} text:style-name="{style}"{level}>{escaped}</text:{tag}>'


def _styles() -> str:
    named = "".join(
        f'<style:style style:name="{name}" style:family="paragraph">'
        f"<style:paragraph-properties {paragraph}/><style:text-properties {text}/>"
        "</style:style>"
        for name, (paragraph, text) in _STYLES.items()
    )
    return (
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties '
        'fo:font-family="Liberation Sans" fo:font-size="11pt" fo:language="fr" '
        f'fo:country="FR"/></style:default-style>{named}</office:styles>'
        '<office:automatic-styles><style:page-layout style:name="a4">'
        '<style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
        'fo:margin="2.2cm"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" '
        'style:page-layout-name="a4"/></office:master-styles>'
    )


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media_type}"/>'
        for path, media_type in [
            ("/", MEDIA_TYPE),
            *((f"{part}.xml", "text/xml") for part in ("content", "styles", "meta")),
        ]
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" '
        f'manifest:version="1.3">{entries}</manifest:manifest>'
    )
