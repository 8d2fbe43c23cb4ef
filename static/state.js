// The state of the workflow or job on the tab: title, icon, and a notification if the reader wants
// one. The server puts all of it into the attributes of #live.

const REST = 20000; // milliseconds between two polls of a hidden tab whose reader waits for a notification
let lookedAt = 0;

const keyOf = (seen) => `torc-notify-${seen.workflow}`;
const isAwaited = (seen) => Boolean(seen?.workflow) && localStorage.getItem(keyOf(seen)) !== null;
const canNotify = () => "Notification" in window && Notification.permission !== "denied";
const present = () => document.getElementById("live")?.dataset;

// Called before a hidden tab polls; without a reader who waits, it does not.
window.torcMayLook = (element) => {
  if (element.id !== "live" || !isAwaited(present()) || Date.now() - lookedAt < REST) return false;
  lookedAt = Date.now();
  return true;
};

function showState() {
  const seen = present();
  if (!seen) return;
  if (seen.title && document.title !== seen.title) document.title = seen.title;
  const icon = document.getElementById("icon");
  if (seen.icon && icon?.getAttribute("href") !== seen.icon) icon?.setAttribute("href", seen.icon);
  showFollowing();
  if (isAwaited(seen)) tellNews(seen);
  showButton(seen);
}

// Shows whether the page is updated, and how often; the page of an ended workflow is not.
function showFollowing() {
  const sign = document.getElementById("follows");
  if (!sign) return;
  const every = /^every (\d+)s/.exec(document.getElementById("live").getAttribute("hx-trigger"));
  sign.hidden = !every;
  sign.textContent = every ? `● live · ${every[1]} s` : "";
}

// Stored is what the reader still waits for: "all" before the first failure, then "end".
function tellNews(seen) {
  const key = keyOf(seen);
  if ("over" in seen) {
    localStorage.removeItem(key);
    notify(seen, seen.sentence);
  } else if (Number(seen.failed) > 0 && localStorage.getItem(key) === "all") {
    localStorage.setItem(key, "end");
    notify(seen, `first failure: ${seen.sentence}`);
  }
}

function notify(seen, sentence) {
  if (!canNotify()) return;
  const name = document.querySelector("main h1")?.firstChild?.textContent.trim() ?? "";
  const note = new Notification(`${name} #${seen.workflow}`, {
    body: sentence, icon: seen.icon, tag: keyOf(seen),
  });
  note.onclick = () => { window.focus(); note.close(); };
}

function showButton(seen) {
  const button = document.getElementById("notify");
  if (!button) return;
  button.hidden = !canNotify();
  const label = isAwaited(seen) ? "Will notify" : "Notify me";
  if (button.textContent !== label) button.textContent = label;
  button.setAttribute("aria-pressed", String(isAwaited(seen)));
}

async function toggle() {
  const seen = present();
  if (isAwaited(seen)) {
    localStorage.removeItem(keyOf(seen));
  } else if (await Notification.requestPermission() === "granted") {
    localStorage.setItem(keyOf(seen), Number(seen.failed) > 0 ? "end" : "all");
  }
  showButton(present());
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#notify")) toggle();
});
document.addEventListener("htmx:after:swap", showState);
showState();
