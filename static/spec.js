// Line numbers of a spec, and at the end of each line what is wrong with it. The server finds the
// mistakes and puts them into #verdict: when typing pauses, and when the form is sent.

const area = document.getElementById("id_text");
const file = document.getElementById("id_file");
const editor = document.getElementById("editor");
const verdict = document.getElementById("verdict");
const LINE = 1.5; // em, as in spec.css

function layer(name) {
  const outer = document.createElement("div");
  outer.className = name;
  outer.setAttribute("aria-hidden", "true"); // the list of mistakes says the same in words
  const inner = outer.appendChild(document.createElement("div"));
  editor.append(outer);
  return inner;
}
const atLines = layer("at-lines");
const gutter = layer("gutter");
const numbers = gutter.appendChild(document.createElement("pre"));
let nLines = 0;

function count() {
  const n = area.value.split("\n").length;
  if (n === nLines) return;
  nLines = n;
  numbers.textContent = Array.from({ length: nLines }, (_, at) => at + 1).join("\n");
}

function follow() {
  gutter.style.transform = `translateY(${-area.scrollTop}px)`;
  atLines.style.transform = `translate(${-area.scrollLeft}px, ${-area.scrollTop}px)`;
}

function sign(parent, line, text) {
  const mark = parent.appendChild(document.createElement("span"));
  mark.textContent = text;
  mark.style.top = `${(line - 1) * LINE}em`;
  return mark;
}

function showMistakes() {
  const lines = area.value.split("\n");
  for (const mark of editor.querySelectorAll("span")) mark.remove();
  const links = file.files.length ? [] : [...verdict.querySelectorAll("[data-line]")];
  const details = new Map();
  for (const link of links) {
    const line = Number(link.dataset.line);
    const detail = link.parentElement.querySelector(".detail").textContent;
    details.set(line, details.has(line) ? `${details.get(line)}  ${detail}` : detail);
  }
  for (const [line, detail] of details) {
    sign(gutter, line, `✕ ${line}`);
    const width = (lines[line - 1] ?? "").replaceAll("\t", "  ").length;
    sign(atLines, line, `✕ ${detail}`).style.insetInlineStart = `${width + 2}ch`;
  }
  area.setAttribute("aria-invalid", String(links.length > 0));
  atLines.hidden = false;
}

function select(line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = Math.max(0, (line - 4) * LINE * parseFloat(getComputedStyle(area).fontSize));
  area.scrollLeft = 0;
}

editor.classList.add("numbered");
area.wrap = "off";
area.addEventListener("scroll", follow);
area.addEventListener("input", () => {
  count();
  atLines.hidden = true; // until the next check: a line may have moved, or be correct now
});
verdict.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link || file.files.length) return;
  event.preventDefault();
  select(Number(link.dataset.line));
});
document.addEventListener("htmx:after:swap", showMistakes);
count();
showMistakes();
