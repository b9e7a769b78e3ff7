"""Scripts that a tab runs beside the page's own: a canary for what must not run, and a look at the page."""

from __future__ import annotations

CANARY = """
globalThis.canary = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  globalThis[name] = (...given) => { globalThis.top.canary.push(`${name}(${given})`); };
addEventListener("securitypolicyviolation",
  (event) => globalThis.top.canary.push(`${event.violatedDirective} kept out ${event.blockedURI}`));
"""
"""Before any script of the page: whatever would speak is heard, and so is whatever the policy stopped."""

LOOK = """
() => {
  const every = [...document.querySelectorAll("*")];
  const hrefs = ["href", "src", "action", "formaction", "data", "poster", "background", "cite", "ping",
    "srcset", "srcdoc", "xlink:href", "content", "manifest", "lowsrc", "classid", "codebase"];
  const runs = (value) => {
    const bare = value.replace(/[\\u0000-\\u0020\\u007f-\\u00a0]/g, "");
    let scheme = "";
    try { scheme = new URL(value, document.baseURI).protocol; } catch { /* leads nowhere */ }
    return /^(javascript|data|vbscript):/i.test(bare) || /^(javascript|data|vbscript):$/.test(scheme);
  };
  const shown = (element, attribute) =>
    `<${element.localName} ${attribute.name}="${attribute.value.slice(0, 80)}">`;
  const attributes = every.flatMap((element) =>
    [...element.attributes].map((attribute) => [element, attribute]));
  const icon = (element) => element.matches('head > link[rel~="icon"]');
  return {
    ran: globalThis.canary ?? [],
    handlers: attributes.filter(([, a]) => /^on/i.test(a.name)).map((pair) => shown(...pair)),
    styled: attributes.filter(([, a]) => a.name === "style").map((pair) => shown(...pair)),
    links: attributes.filter(([e, a]) => hrefs.includes(a.name.toLowerCase()) && !icon(e) &&
      !(e.localName === "meta" && a.name === "content") && runs(a.value)).map((pair) => shown(...pair)),
    body: [...document.body.children].map((element) => element.localName + "." + element.className),
    main: document.querySelectorAll("main").length,
    headings: document.querySelectorAll("h1").length,
    heading: document.querySelector("h1").textContent,
    title: document.title,
    description: document.querySelector('meta[name="description"]').content,
    shared: document.querySelector('meta[property="og:title"]').content,
    ids: every.map((element) => element.id).filter(Boolean),
    named: every.filter((e) => e.hasAttribute("name") && e.localName !== "meta").map((e) => e.outerHTML),
    kinds: [...new Set(every.map((element) => element.localName))],
    in_comments: [...new Set([...document.querySelectorAll(".comment .e-content *")].map((e) => e.localName))],
    in_comments_attributes: [...new Set([...document.querySelectorAll(".comment .e-content *")]
      .flatMap((e) => [...e.attributes].map((a) => `${e.localName} ${a.name}`)))],
    rels: [...new Set([...document.querySelectorAll(".comment .e-content a, .comment a.p-author")].map((a) => a.rel))],
    comments: [...document.querySelectorAll("li.comment")].map((li) => li.id),
    authors: [...document.querySelectorAll("li.comment > article > header > .p-author")].map((e) => e.textContent),
    addresses: [...document.querySelectorAll("li.comment > article > header > a.p-author")].map((e) => e.getAttribute("href")),
    misplaced: [...document.querySelectorAll("li.comment")].filter((li) => !li.closest("main section#conversation > ol.thread")).length,
    counted: document.querySelector("#conversation-title")?.textContent ?? "",
    structured: [...document.querySelectorAll('script[type="application/ld+json"]')].map((s) => s.textContent),
    scripts: [...document.scripts].filter((s) => s.type !== "application/ld+json").map((s) => s.outerHTML),
  };
}
"""
"""What a page has come to be, as plain values."""
