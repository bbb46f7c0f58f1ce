"""What is drawn on a page, measured: contrast, edges, sizes, room for words."""

_DRAWN = """
    const canvas = document.createElement("canvas").getContext("2d")
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1)
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
        return { r, g, b, a: a / 255 }
    }
    const over = (top, under) => {
        const mix = (of) => top[of] * top.a + under[of] * (1 - top.a)
        return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 }
    }
    const luminance = ({ r, g, b }) => {
        const linear = (byte) => {
            const value = byte / 255
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        }
        return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }
    const contrast = (one, other) => {
        const [a, b] = [luminance(one), luminance(other)]
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    }
    const hue = /(?:rgba?|color|oklab|oklch|lab|lch)\\([^)]*\\)/g
    /** The colours that may stand behind an element: one, or the stops of a gradient. */
    const behind = (element) => {
        if (!element) return [rgba(getComputedStyle(document.documentElement).backgroundColor)]
        const { backgroundColor, backgroundImage } = getComputedStyle(element)
        const own = rgba(backgroundColor)
        const outer =
            own.a === 1 ? [own] : behind(element.parentElement).map((it) => over(own, it))
        const stops = (backgroundImage.match(hue) ?? []).map(rgba)
        return outer.flatMap((it) => [it, ...stops.map((stop) => over(stop, it))])
    }
    const isHidden = (element) => {
        const { width, height } = element.getBoundingClientRect()
        const clipped = element.closest(".visually-hidden, .skip")
        const isDrawn = element.checkVisibility({ visibilityProperty: true })
        return clipped || !isDrawn || !(width * height)
    }
    const name = (element) =>
        `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}` +
        ` ${(element.textContent || element.getAttribute("name") || "").trim().slice(0, 30)}`
"""

FAINT_TEXT = f"""() => {{{_DRAWN}
    const faint = new Set()
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {{
        const element = texts.currentNode.parentElement
        if (!texts.currentNode.data.trim() || isHidden(element)) continue
        if (element.closest("[disabled], [aria-disabled=true], option, svg, style, script"))
            continue
        const {{ color, fontSize, fontWeight }} = getComputedStyle(element)
        const size = parseFloat(fontSize)
        const least = size >= 24 || (size >= 18.6 && fontWeight >= 700) ? 3 : 4.5
        for (const back of behind(element)) {{
            const ratio = contrast(over(rgba(color), back), back)
            if (ratio < least) faint.add(`${{name(element)}}: ${{ratio.toFixed(2)}}`)
        }}
    }}
    return [...faint]
}}"""
"""The texts that stand out too little from what is drawn behind them (WCAG 1.4.3)."""

LOST_EDGES = f"""() => {{{_DRAWN}
    const fields = "input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea"
    const lost = []
    for (const element of document.querySelectorAll(`${{fields}}, .button:not(.quiet)`)) {{
        if (isHidden(element)) continue
        const edged = element.closest(".composer") && element.matches("textarea")
            ? element.closest(".composer") : element
        const [outer] = behind(edged.parentElement)
        const {{ borderTopColor, borderTopWidth, backgroundColor }} = getComputedStyle(edged)
        const edge = parseFloat(borderTopWidth) ? over(rgba(borderTopColor), outer) : outer
        const fill = over(rgba(backgroundColor), outer)
        const ratio = Math.max(contrast(edge, outer), contrast(fill, outer))
        if (ratio < 3) lost.push(`${{name(edged)}}: ${{ratio.toFixed(2)}}`)
    }}
    return lost
}}"""
"""The fields and buttons whose edge or filling cannot be told from the page (WCAG 1.4.11)."""

LOST_CONTROLS = f"""() => {{{_DRAWN}
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary"
    const isLost = (element) => {{
        const {{ width, height }} = element.getBoundingClientRect()
        const isDrawn = element.checkVisibility({{ visibilityProperty: true }})
        return isDrawn && !element.closest(".visually-hidden") && width * height < 100
    }}
    return [...document.querySelectorAll(controls)].filter(isLost).map(name)
}}"""
"""The controls that are on the page and have next to no size."""

CRAMPED = f"""(width) => {{{_DRAWN}
    const wrong = []
    if (document.documentElement.scrollWidth > width)
        wrong.push(`sideways: ${{document.documentElement.scrollWidth}}`)
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {{
        const words = texts.currentNode.data.trim()
        const element = texts.currentNode.parentElement
        if (words.length < 12 || isHidden(element)) continue
        if (element.closest(".badge, option, svg, style, script")) continue
        const range = document.createRange()
        range.selectNodeContents(texts.currentNode)
        if (range.getBoundingClientRect().width < 60) wrong.push(`narrow: ${{name(element)}}`)
    }}
    for (const element of document.querySelectorAll("body *")) {{
        const {{ overflowX, overflowY }} = getComputedStyle(element)
        const cut = [overflowX, overflowY].some((it) => it === "hidden" || it === "clip")
        if (!cut || isHidden(element) || !element.textContent.trim()) continue
        if (element.closest(".icon-only, .badge, textarea, select, input")) continue
        const {{ scrollWidth, clientWidth, scrollHeight, clientHeight }} = element
        if (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 2)
            wrong.push(`cut: ${{name(element)}}`)
    }}
    return wrong
}}"""
"""Where words lack room: sideways scroll, columns of a letter, what is cut off."""
