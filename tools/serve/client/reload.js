// Keeps a page as new as its source while `./invoke serve` runs. Only the development server adds it.
//
// 1. Listen to the server's states while the page can be seen; a hidden tab catches up when it is
//    shown (a browser allows six connections to one server, so hidden tabs must not hold them).
// 2. When a newer site is up, ask what this page looks like there. Nothing changed: leave it alone.
//    Only its stylesheets: swap them. Anything else: reload, which keeps the scroll position.
// 3. When the newest build failed, lay its faults over the page, until they are mended.

(() => {
  "use strict";

  const script = document.currentScript;
  const shown = { page: script.dataset.page, styles: script.dataset.styles };
  const alone = "alone" in script.dataset;
  const framed = window.top !== window;

  let stream = null;
  let generation = "";
  let overlay = null;
  let latest = 0;

  function listen() {
    if (stream || document.hidden) return;
    const source = new EventSource("/__serve__/events");
    stream = source;
    source.onmessage = (event) => follow(JSON.parse(event.data));
    source.onerror = () => {
      // The browser tries again by itself, unless it was refused for good.
      if (source.readyState !== EventSource.CLOSED || stream !== source) return;
      stop();
      setTimeout(listen, 1000);
    };
  }

  function stop() {
    stream?.close();
    stream = null;
  }

  async function follow(state) {
    if (!state.decided) return;
    if (!framed) void tell(state);
    if (state.building || state.generation === generation) return;
    const order = ++latest;
    const query = new URLSearchParams({ path: location.pathname });
    const answer = await fetch(`/__serve__/page?${query}`).catch(() => null);
    if (!answer?.ok || order !== latest) return;
    const now = await answer.json();
    if (order !== latest) return;
    generation = state.generation;
    if (alone ? now.page : now.page !== shown.page) reload(now);
    else if (!alone && now.styles !== shown.styles) swap(now);
  }

  async function tell(state) {
    if (!state.failure && !overlay) return;
    overlay ??= import("/__serve__/overlay.js");
    const { show, hide, building } = await overlay;
    if (state.failure) show(state.failure, alone);
    else hide();
    building(state.building);
  }

  function reload(now) {
    // Once for each look of the page: a page that never stays the same must not reload for ever.
    const reason = `${location.pathname} ${generation} ${now.page} ${now.styles}`;
    if (remembered() === reason) return;
    remember(reason);
    location.reload();
  }

  function swap(now) {
    const links = [...document.querySelectorAll('link[rel~="stylesheet"]:not([data-serve-old])')];
    if (links.length !== now.stylesheets.length) {
      reload(now);
      return;
    }
    shown.styles = now.styles;
    links.forEach((old, index) => {
      const address = new URL(now.stylesheets[index], document.baseURI);
      if (address.origin !== location.origin) return;
      address.searchParams.set("serve", generation);
      const fresh = old.cloneNode();
      fresh.href = address.href;
      fresh.addEventListener("load", () => old.remove());
      fresh.addEventListener("error", () => reload(now));
      old.dataset.serveOld = "";
      old.after(fresh);
    });
  }

  function remembered() {
    try {
      return sessionStorage.getItem("serve-reloaded");
    } catch {
      return null;
    }
  }

  function remember(reason) {
    try {
      sessionStorage.setItem("serve-reloaded", reason);
    } catch {
      // A page without storage: the worst is one reload more.
    }
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", listen);
  listen();
})();
