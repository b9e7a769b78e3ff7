/* Choosing at once, by topic and by kind together. Without this script, and where not everything is on
   one page, the choices are links to pages of their own. What is chosen stands in the address. */
addEventListener("DOMContentLoaded", () => {
  const choices = document.getElementById("choices");
  if (!choices) return;
  const links = [...choices.querySelectorAll("a")];
  const items = [...document.querySelectorAll("[data-kind]")];
  const asked = () => new URLSearchParams(location.search);
  const show = () => {
    const chosen = { topic: "", kind: "" };
    /* only what can be chosen */
    for (const { dataset } of links) if (asked().get(dataset.of) === dataset.value) chosen[dataset.of] = dataset.value;
    for (const item of items) {
      const { topics, kind } = item.dataset;
      item.hidden = (chosen.topic && !topics.split(" ").includes(chosen.topic)) || (chosen.kind && kind !== chosen.kind);
    }
    const count = items.filter((item) => !item.hidden).length;
    for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector("[data-kind]:not([hidden])");
    for (const link of links) {
      if (link.dataset.value === chosen[link.dataset.of]) link.ariaCurrent = "true";
      else link.removeAttribute("aria-current");
    }
    document.getElementById("left").textContent = count < items.length ? `${count || "None"} of ${items.length}` : "";
  };
  choices.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const next = asked();
    next.set(link.dataset.of, link.dataset.value);
    history.pushState(null, "", `?${next}`);
    show();
  });
  addEventListener("popstate", show);
  show();
});
