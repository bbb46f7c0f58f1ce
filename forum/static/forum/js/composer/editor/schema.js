// What the editor of posts knows: the blocks and marks of the Markdown that posts are written in,
// and blocks of source, which stay what they are.

/** The document's schema, of the library's `Schema`. */
export function makeSchema(Schema) {
  return new Schema({ nodes: { ...BLOCKS, ...LISTS, ...TABLES, ...INLINE }, marks: MARKS })
}

const tagOf = (name) => ({ parseDOM: [{ tag: name }], toDOM: () => [name, 0] })

const BLOCKS = {
  doc: { content: "block+" },
  paragraph: { group: "block", content: "inline*", ...tagOf("p") },
  heading: {
    group: "block",
    content: "inline*",
    defining: true,
    attrs: { level: { default: 2 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
  },
  blockquote: { group: "block", content: "block+", defining: true, ...tagOf("blockquote") },
  source_block: {
    group: "block",
    content: "text*",
    marks: "",
    code: true,
    defining: true,
    toDOM: () => ["pre", { class: "source" }, 0],
  },
  code_block: {
    group: "block",
    content: "text*",
    marks: "",
    code: true,
    defining: true,
    attrs: { language: { default: null } },
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: languageIn }],
    toDOM: ({ attrs }) => ["pre", ["code", { class: attrs.language }, 0]],
  },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
}

function languageIn(pre) {
  return { language: pre.querySelector("code")?.getAttribute("class") ?? null }
}

/** Items of a tight list have no empty lines between them. */
const isTight = (list) => !list.querySelector(":scope > li > p")

const LISTS = {
  bullet_list: {
    group: "block",
    content: "list_item+",
    attrs: { tight: { default: true } },
    parseDOM: [{ tag: "ul", getAttrs: (list) => ({ tight: isTight(list) }) }],
    toDOM: ({ attrs }) => ["ul", attrs.tight ? { "data-tight": "" } : {}, 0],
  },
  ordered_list: {
    group: "block",
    content: "list_item+",
    attrs: { tight: { default: true }, start: { default: 1 } },
    parseDOM: [
      { tag: "ol", getAttrs: (list) => ({ tight: isTight(list), start: list.start }) },
    ],
    toDOM: ({ attrs: { tight, start } }) => [
      "ol",
      tight ? { start, "data-tight": "" } : { start },
      0,
    ],
  },
  list_item: { content: "paragraph block*", defining: true, ...tagOf("li") },
}

/** What the library's commands of tables look for. Markdown has no cells of several columns. */
const cell = {
  content: "inline*",
  isolating: true,
  attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
}

const TABLES = {
  table: {
    group: "block",
    content: "table_row+",
    isolating: true,
    tableRole: "table",
    ...tagOf("table"),
  },
  table_row: {
    content: "(table_header | table_cell)+",
    tableRole: "row",
    ...tagOf("tr"),
  },
  table_header: { ...cell, tableRole: "header_cell", ...tagOf("th") },
  table_cell: { ...cell, tableRole: "cell", ...tagOf("td") },
}

const INLINE = {
  text: { group: "inline" },
  hard_break: {
    group: "inline",
    inline: true,
    selectable: false,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br", { "data-hard": "" }],
  },
}

/** The outermost first: what is bold or italic may hold links. */
const MARKS = {
  em: { parseDOM: [{ tag: "i" }, { tag: "em" }], toDOM: () => ["em", 0] },
  strong: {
    parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (b) => !isPlain(b) && null }],
    toDOM: () => ["strong", 0],
  },
  strike: { parseDOM: [{ tag: "s" }, { tag: "del" }], toDOM: () => ["s", 0] },
  link: {
    attrs: { href: {}, title: { default: null } },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (link) => ({
          href: link.getAttribute("href"),
          title: link.getAttribute("title"),
        }),
      },
    ],
    toDOM: ({ attrs }) => ["a", attrs, 0],
  },
  code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code", 0] },
}

/** Whether an element that stands for bold is none: Google Docs wraps all that is copied. */
const isPlain = (b) => /font-weight:\s*normal/.test(b.dataset.style)
