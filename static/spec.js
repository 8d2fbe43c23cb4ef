// Numbers beside the lines of a spec, and what is wrong with a line at its end. The server says
// what is wrong, in #verdict: after a pause of the typing, or when the form is sent.

const area = document.getElementById("id_text");
const file = document.getElementById("id_file");
const editor = document.getElementById("editor");
const verdict = document.getElementById("verdict");
const LINE = 1.5; // em, as in spec.css

function layer(name) {
  const outer = document.createElement("div");
  outer.className = name;
  outer.setAttribute("aria-hidden", "true"); // the verdict says the same in words
  const inner = outer.appendChild(document.createElement("div"));
  editor.append(outer);
  return inner;
}
const atLines = layer("at-lines");
const gutter = layer("gutter");
const numbers = gutter.appendChild(document.createElement("pre"));
let nLines = 0;

function count() {
  const found = area.value.split("\n").length;
  if (found === nLines) return;
  nLines = found;
  numbers.textContent = Array.from({ length: nLines }, (_, at) => at + 1).join("\n");
}

function follow() {
  gutter.style.transform = `translateY(${-area.scrollTop}px)`;
  atLines.style.transform = `translate(${-area.scrollLeft}px, ${-area.scrollTop}px)`;
}

function sign(parent, line, text) {
  const one = parent.appendChild(document.createElement("span"));
  one.textContent = text;
  one.style.top = `${(line - 1) * LINE}em`;
  return one;
}

function tell() {
  const lines = area.value.split("\n");
  for (const one of editor.querySelectorAll("span")) one.remove();
  const links = file.files.length ? [] : [...verdict.querySelectorAll("[data-line]")];
  const told = new Map();
  for (const link of links) {
    const line = Number(link.dataset.line);
    const detail = link.parentElement.querySelector(".detail").textContent;
    told.set(line, told.has(line) ? `${told.get(line)}  ${detail}` : detail);
  }
  for (const [line, detail] of told) {
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
  atLines.hidden = true; // until the next verdict: a line may have moved, or be mended
});
verdict.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link || file.files.length) return;
  event.preventDefault();
  select(Number(link.dataset.line));
});
document.addEventListener("htmx:after:swap", tell);
count();
tell();
