/* Light or dark: the reader's own choice, remembered, set before anything is painted. Without this
   script the page follows the system, and the switch is not shown. */
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const shown = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());
  const label = () => {
    const button = document.getElementById("theme");
    if (button) button.ariaLabel = shown() === "dark" ? "Switch to light colours" : "Switch to dark colours";
  };
  // Another tab has chosen, or this page comes back as it was left.
  const again = () => { apply(stored()); label(); };
  addEventListener("storage", again);
  addEventListener("pageshow", (event) => event.persisted && again());
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      const same = next === (system.matches ? "dark" : "light");
      try { same ? localStorage.removeItem("theme") : localStorage.setItem("theme", next); } catch { /* kept for this page only */ }
      apply(same ? null : next);
      label();
    });
    system.addEventListener("change", label);
    label();
  });
}
