/* Light or dark: the reader's own choice, remembered, set before anything is painted. Without this
   script the page follows the system, and the switch is not shown. */
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const system = () => dark.matches ? "dark" : "light";
  const other = () => (root.dataset.theme || system()) === "dark" ? "light" : "dark";
  let button, own; /* own: chosen on this page, where the browser keeps nothing */
  const show = () => {
    let theme = own;
    try { theme = localStorage.theme; } catch {}
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    if (button) button.ariaLabel = `Switch to ${other()} colours`;
  };
  show();
  addEventListener("DOMContentLoaded", () => {
    button = document.getElementById("theme");
    button.hidden = false;
    button.onclick = () => {
      own = other();
      if (own === system()) own = "";
      try { if (own) localStorage.theme = own; else delete localStorage.theme; } catch {}
      show();
    };
    show();
  });
  /* another tab has chosen, the system has changed, this page comes back as it was left */
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  dark.addEventListener("change", show);
}
