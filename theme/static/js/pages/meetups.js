/* What is next and what is past, by the clock of whoever reads. Without this script the words say dates. */
addEventListener("DOMContentLoaded", () => {
  const now = Date.now();
  const passed = (moment) => Date.parse(moment) <= now;
  for (const part of document.querySelectorAll("[data-from], [data-until]")) {
    const { from, until } = part.dataset;
    part.hidden = Boolean((from && !passed(from)) || (until && passed(until)));
  }
  const coming = document.getElementById("coming");
  if (!coming) return;
  const past = document.getElementById("past");
  for (const item of [...coming.children]) {
    if (!item.dataset.ends || !passed(item.dataset.ends)) continue;
    past.prepend(item);
    past.parentElement.hidden = false;
  }
  const start = (item) => Date.parse(item.querySelector("[data-starts]:not([hidden])").dataset.starts);
  coming.append(...[...coming.children].sort((a, b) => start(a) - start(b)));
  coming.parentElement.hidden = !coming.children.length;
  const next = coming.querySelector("[data-held] [data-next]");
  if (next) next.hidden = false;
  for (const title of document.querySelectorAll("[data-now]")) title.textContent = title.dataset.now;
});
