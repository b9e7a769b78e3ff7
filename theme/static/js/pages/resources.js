/* Choosing at once, by topic and by kind together. Without this script, and where not everything is on
   one page, the choices are links to pages of their own. What is chosen stands in the address. */
addEventListener("DOMContentLoaded", () => {
  const choices = document.getElementById("choices");
  if (!choices) return;
  const links = [...choices.querySelectorAll("a[data-of]")];
  const left = document.getElementById("left");
  const items = [...document.querySelectorAll("[data-kind]")];
  const show = () => {
    const asked = new URLSearchParams(location.search);
    const has = (of, value) => links.some((link) => link.dataset.of === of && link.dataset.value === value);
    const chosen = {};
    for (const of of ["topic", "kind"]) chosen[of] = has(of, asked.get(of)) ? asked.get(of) : "";
    let count = 0;
    for (const item of items) {
      const fits = (!chosen.topic || item.dataset.topics.split(" ").includes(chosen.topic))
        && (!chosen.kind || item.dataset.kind === chosen.kind);
      item.hidden = !fits;
      count += fits;
    }
    for (const shelf of document.querySelectorAll(".shelf")) shelf.hidden = !shelf.querySelector("[data-kind]:not([hidden])");
    for (const link of links) {
      if (link.dataset.value === chosen[link.dataset.of]) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    left.textContent = chosen.topic || chosen.kind ? `${count || "None"} of ${items.length}` : "";
  };
  choices.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-of]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const asked = new URLSearchParams(location.search);
    const { of, value } = link.dataset;
    if (value) asked.set(of, value);
    else asked.delete(of);
    history.pushState(null, "", location.pathname + (asked.size ? `?${asked}` : ""));
    show();
  });
  addEventListener("popstate", show);
  show();
});
