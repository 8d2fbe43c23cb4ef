"use strict";
// Pages work without this file, except that they are not updated. The policy forbids eval, so htmx
// trigger filters ("every 2s [...]") and hx-on do not work: this file decides instead.

// Polls: [hx-trigger^="every"]. Hidden tabs do not poll, each error waits longer, 401 ends it.
const poll = { ended: false, failures: 0, retryAt: 0, updatedAt: new Date(), timer: 0 };

const isPoll = (context) => context?.sourceEvent?.type === "every";

document.addEventListener("htmx:config:request", (event) => {
  if (!isPoll(event.detail.ctx)) return;
  const rests = document.hidden && !window.torcMayLook?.(event.detail.ctx.sourceElement);
  if (poll.ended || rests || Date.now() < poll.retryAt) event.preventDefault();
  const log = event.detail.ctx.sourceElement.closest(".log");
  if (log && strayed.has(log)) event.preventDefault();
});

// Logs: the last line polls for more, and the end stays in view unless the reader has scrolled up.
const strayed = new WeakSet();

function logsToEnd() {
  for (const log of document.querySelectorAll(".log")) {
    if (!strayed.has(log) && !log.hasAttribute("data-stays")) log.scrollTop = log.scrollHeight;
  }
}

document.addEventListener("scroll", ({ target }) => {
  if (!target.classList?.contains("log")) return;
  const rest = target.scrollHeight - target.scrollTop - target.clientHeight;
  if (rest < 40) strayed.delete(target);
  else strayed.add(target);
}, true);
document.addEventListener("htmx:after:swap", logsToEnd);

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!isPoll(ctx)) return;
  if ([401, 403, 404].includes(ctx.response.status)) {
    poll.ended = true;
    document.getElementById("follows")?.remove();
  }
  if (ctx.response.status >= 500) return pollFailed();
  poll.failures = 0;
  poll.retryAt = 0;
  poll.updatedAt = new Date();
  showStale();
});

document.addEventListener("htmx:error", (event) => {
  if (isPoll(event.detail.ctx)) pollFailed();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll('[hx-trigger^="every"]')) {
    htmx.trigger(element, "every", {}, false);
  }
});

function pollFailed() {
  poll.failures += 1;
  poll.retryAt = Date.now() + Math.min(60, 2 ** poll.failures) * 1000;
  showStale();
}

function showStale() {
  const bar = document.getElementById("stale");
  const isStale = poll.failures > 0 && !poll.ended;
  bar.hidden = !isStale;
  if (!isStale) return;
  const seconds = Math.max(0, Math.round((poll.retryAt - Date.now()) / 1000));
  bar.textContent = `Not updated since ${clock(poll.updatedAt)} – ` +
    (seconds ? `retrying in ${seconds} s` : "retrying…");
  clearTimeout(poll.timer);
  poll.timer = setTimeout(showStale, 1000);
}

// Times: the server writes UTC; the reader's own zone is filled in here.
const zoneIsLocal = () => document.documentElement.dataset.zone === "local";

function inZone(date, options) {
  const zone = zoneIsLocal() ? {} : { timeZone: "UTC" };
  const text = new Intl.DateTimeFormat("sv-SE", { ...options, ...zone }).format(date);
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "short", ...zone }).formatToParts(date);
  return `${text} ${parts.find((part) => part.type === "timeZoneName").value}`;
}
const clock = (date) => inZone(date, { timeStyle: "medium" });

function showTimes() {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const full = inZone(new Date(element.dateTime), { dateStyle: "short", timeStyle: "medium" });
    if (element.classList.contains("ago")) element.title = full;
    else element.textContent = full;
  }
}
document.addEventListener("htmx:after:swap", () => zoneIsLocal() && showTimes());

// Theme and zone: the same buttons post a form when this script is missing.
const LOOKS = {
  theme: { light: ["☀ light", "dark"], dark: ["☾ dark", "system"], system: ["◐ system", "light"] },
  zone: { utc: ["UTC", "local"], local: ["local", "utc"] },
};

function changeAppearance(form) {
  const name = form.dataset.appearance;
  const button = form.querySelector("button");
  const chosen = button.value;
  document.cookie = `${name}=${chosen}; path=/; max-age=31536000; samesite=lax`;
  document.documentElement.dataset[name] = chosen;
  [button.textContent, button.value] = LOOKS[name][chosen];
  button.title = `Change to ${button.value}`;
  if (name === "zone") showTimes();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.appearance) {
    event.preventDefault();
    changeAppearance(form);
  } else if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    event.stopPropagation();
  } else {
    delete form.dataset.changed;
  }
}, true);

// Copy buttons: <button data-copy="#id">.
async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = "Copied";
  } catch {
    window.getSelection().selectAllChildren(source);
    button.textContent = "Press Ctrl-C";
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}

// JSON editor: <textarea data-json="#message">, <button data-json-format="#textarea">.
function jsonProblem(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    const at = /position (\d+)/.exec(error.message);
    const place = /line (\d+) column (\d+)/.exec(error.message);
    if (place) return `line ${place[1]}, column ${place[2]}: not valid JSON`;
    const before = text.slice(0, at ? Number(at[1]) : text.length).split("\n");
    return `line ${before.length}, column ${before.at(-1).length + 1}: not valid JSON`;
  }
}

function checkJson(area) {
  const problem = area.value.trim() ? jsonProblem(area.value) : "";
  const message = document.querySelector(area.dataset.json);
  area.setAttribute("aria-invalid", String(problem !== ""));
  message.textContent = problem || "valid JSON";
  message.classList.toggle("error", problem !== "");
}

// Re-indents the text itself, because parsing it would change long numbers.
function formatJson(text) {
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|\s+|[^\s"{}[\],:]+/g, (token) => {
    if (/^\s/.test(token)) return "";
    if (/^[{[]\s*[}\]]$/.test(token)) return token[0] + token.at(-1);
    if (token === "{" || token === "[") { depth += 1; return token + line(); }
    if (token === "}" || token === "]") { depth -= 1; return line() + token; }
    return token === "," ? token + line() : token === ":" ? ": " : token;
  });
}

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.form?.hasAttribute("data-guard")) target.form.dataset.changed = "";
  if (target.dataset.json) checkJson(target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-json-format]");
  if (!button) return;
  if (button.dataset.copy) return copy(button);
  const area = document.querySelector(button.dataset.jsonFormat);
  if (!jsonProblem(area.value)) area.value = formatJson(area.value);
  checkJson(area);
});

document.addEventListener("keydown", (event) => {
  const isSave = (event.ctrlKey || event.metaKey) && event.key === "s";
  if (!isSave || !event.target.matches?.("textarea[data-json]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// <form data-guard>: leaving with unsent text asks first.
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]")) event.preventDefault();
});

logsToEnd();
if (zoneIsLocal()) showTimes();
document.querySelector(".notice[autofocus]")?.focus();
