// Keeps a log at its end while it grows, unless somebody has scrolled back to read; drops what is long past.
"use strict";

const NEAR = 40; // pixels from the end that count as being there
const MOST = 400; // pieces of a log that stay in the page

for (const log of document.querySelectorAll("[data-follow]")) {
  let atEnd = true;
  log.scrollTop = log.scrollHeight;
  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  });
  new MutationObserver(() => {
    if (!atEnd) return;
    while (log.childNodes.length > MOST) log.firstChild.remove();
    log.scrollTop = log.scrollHeight;
  }).observe(log, { childList: true, subtree: true });
}
