// Keys, as the help dialog lists them; none acts while somebody types.

const TYPING = "input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]";
const LEAD = 1500; // milliseconds in which "w" may follow "g"
let leadUntil = 0;

const follow = (...selectors) => {
  for (const selector of selectors) {
    const link = document.querySelector(selector);
    if (link) return link.click();
  }
};

// Rows are walked by focus: what has it is seen, read out, and opened by Enter.
const rowLinks = () => [...document.querySelectorAll("main tbody tr")]
  .filter((row) => row.checkVisibility())
  .map((row) => row.querySelector("td.name a, th a, td a"))
  .filter(Boolean);
const currentRow = () => document.activeElement?.closest("main tbody tr");

function step(by) {
  const links = rowLinks();
  const at = links.findIndex((link) => link.closest("tr") === currentRow());
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function openLog() {
  const link = currentRow()?.querySelector('a[href*="/jobs/"]');
  if (link) return window.location.assign(`${link.pathname}#log`);
  const log = document.querySelector("main .log");
  if (!log) return;
  log.tabIndex = -1;
  log.scrollIntoView({ block: "nearest" });
  log.focus({ preventScroll: true });
}

const ACTIONS = {
  "/": () => document.querySelector("main input[type=search]")?.focus(),
  f: () => follow('#tabs a[href$="/failures"]', 'header.top a[href$="/failures"]'),
  j: () => step(1),
  k: () => step(-1),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
  l: openLog,
  r: () => follow("main #rerun", 'main a[href*="/rerun"]'),
  t: () => document.querySelector('form[data-appearance="theme"]')?.requestSubmit(),
  "?": () => document.getElementById("keys")?.showModal(),
  Escape: () => follow("#leave"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const isSecond = Date.now() < leadUntil;
  leadUntil = event.key === "g" ? Date.now() + LEAD : 0;
  const action = isSecond && event.key === "w" ? () => follow("header.top .brand") : ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

const help = document.getElementById("help");
if (help) {
  help.hidden = false;
  help.addEventListener("click", ACTIONS["?"]);
}
