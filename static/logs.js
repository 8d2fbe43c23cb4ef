"use strict";
// Logs: links to lines, earlier lines, and the pause. Following the end is in torc.js.

const LINE = /^#L(\d+)(?:-(\d+))?$/;

// The address of a line names the attempt and the log, because the default ones change.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.('.log a[id^="L"]');
  if (!anchor) return;
  const log = anchor.closest(".log");
  if (!log.dataset.link) return;
  event.preventDefault();
  const number = Number(anchor.id.slice(1));
  const before = event.shiftKey ? Number(LINE.exec(location.hash)?.[1] ?? number) : number;
  const [first, last] = [Math.min(before, number), Math.max(before, number)];
  const range = first === last ? String(first) : `${first}-${last}`;
  history.replaceState(history.state, "", `${log.dataset.link}&line=${range}#L${range}`);
  log.dataset.stays = "";
  markLines(first, last);
});

// Marks only the numbers: the text may be long, and what a person has selected stays selected.
function markLines(first, last) {
  for (const marked of document.querySelectorAll('.log a[id^="L"].marked')) marked.classList.remove("marked");
  for (let number = first; number <= Math.min(last, first + 2000); number += 1) {
    document.getElementById(`L${number}`)?.classList.add("marked");
  }
}

// A link to a line that is not among those shown asks the server for the lines around it.
function showLine() {
  const match = LINE.exec(location.hash);
  const log = document.querySelector(".log[data-link]");
  if (!match || !log) return;
  const first = document.getElementById(`L${match[1]}`);
  const range = match[2] ? `${match[1]}-${match[2]}` : match[1];
  if (!first && !new URLSearchParams(location.search).has("line")) {
    location.replace(`${log.dataset.link}&line=${range}#L${range}`);
    return;
  }
  log.dataset.stays = "";
  first?.scrollIntoView({ block: "center" });
  markLines(Number(match[1]), Number(match[2] ?? match[1]));
}
window.addEventListener("hashchange", showLine);
showLine();

// Earlier lines are inserted above; the visible lines stay where they are.
document.addEventListener("click", (event) => {
  const step = event.target.closest?.(".log-step");
  const log = step?.closest(".log");
  if (!log || step !== log.firstElementChild) return;
  const rest = log.scrollHeight - log.scrollTop;
  log.dataset.stays = "";
  document.addEventListener("htmx:after:swap", () => { log.scrollTop = log.scrollHeight - rest; }, { once: true });
});

// Pause: the log is not updated until the reader resumes, even if it is complete by then.
function showPause() {
  for (const button of document.querySelectorAll("[data-pause]")) {
    button.hidden = !document.querySelector(`${button.dataset.pause} > .log-more`);
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pause]");
  const log = button && document.querySelector(button.dataset.pause);
  if (!log) return;
  const isPaused = log.toggleAttribute("data-paused");
  button.textContent = isPaused ? "Resume" : "Pause";
  button.setAttribute("aria-pressed", String(isPaused));
});
document.addEventListener("htmx:config:request", (event) => {
  const log = event.detail.ctx?.sourceElement?.closest?.(".log");
  if (log?.hasAttribute("data-paused") && event.detail.ctx.sourceEvent?.type === "every") event.preventDefault();
});
document.addEventListener("htmx:after:swap", showPause);
showPause();
