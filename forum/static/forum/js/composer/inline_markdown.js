// What is within a paragraph of HTML, as Markdown.

const AROUND = { STRONG: "**", B: "**", EM: "_", I: "_", DEL: "~~", S: "~~", CODE: "`" }
/** What has no words of the text. */
export const IGNORED = "script,style,template,head,title,meta,button,svg"

/** `text` with a backslash before each character that would be Markdown. */
export function escapeMarks(text) {
  return text.replace(/[\\`*_~<>&[\]]/g, "\\$&")
}

/** `text` without spaces around its lines. */
export function trimmed(text) {
  return text.replace(/ *\n */g, "\n").trim()
}

/** What is in `node` as Markdown. */
export function inlineOf(node) {
  return [...node.childNodes].map(inline).join("")
}

/** Words, links and what is bold or the like, as Markdown. */
export function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    return escapeWords(node.data.replace(/[ \t\r\n]+/g, " "))
  }
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(IGNORED)) return ""
  if (node.tagName === "BR") return "hard" in node.dataset ? "\\\n" : "\n"
  if (node.tagName === "CODE") return code(node.textContent)
  const words = inlineOf(node)
  if (node.tagName === "A") return link(node, words)
  const mark = isPlain(node) ? "" : AROUND[node.tagName]
  // Marks stand beside words, not beside spaces.
  const [, before, after] = /^(\s*)(?:.*\S)?(\s*)$/s.exec(words)
  return mark && words.trim() ? before + mark + words.trim() + mark + after : words
}

/** Whether an element that stands for bold is none: Google Docs wraps all that is copied. */
function isPlain(node) {
  return node.tagName === "B" && /font-weight:\s*normal/.test(node.dataset.style)
}

function code(text) {
  const mark = text.includes("`") ? "``" : "`"
  const gap = text.includes("`") ? " " : ""
  return mark + gap + text + gap + mark
}

function link(node, words) {
  const address = node.getAttribute("href") ?? ""
  const text = node.textContent.trim()
  // A bare address is a link by itself; so is a name after an @, where it is written.
  if (text === address || text.startsWith("@") || !text) return text
  if (!/^(https?:|mailto:|tel:|\/)/i.test(address)) return words
  const target = /[\s()<>]/.test(address)
    ? encodeURI(address).replace(/[()]/g, escape)
    : address
  const title = node.title && ` "${node.title.replace(/[\\"]/g, "\\$&")}"`
  return `[${words.trim()}](${target}${title})`
}

/** What is Markdown within words, and addresses, which have none. */
const MARK = /https?:\/\/[^\s<>]+|[\\`*<[_]|~~|&(?=#?\w+;)/g

/** Only what would be Markdown within words: most asterisks and brackets would, dashes not. */
function escapeWords(text) {
  return text.replace(MARK, (it, at) => {
    const isWithin = it === "_" && isOfWord(text[at - 1]) && isOfWord(text[at + 1])
    return it.startsWith("http") || isWithin ? it : `\\${it}`
  })
}

const isOfWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter)
