"use strict";
// A click on a cell of the matrix leads to its job; the table beside it lists the same jobs.
document.addEventListener("click", (event) => {
  const matrix = event.target.closest?.("svg.matrix");
  if (!matrix) return;
  const { rows, columns, each, jobs, turned, href } = matrix.dataset;
  const box = matrix.getBoundingClientRect();
  const row = Math.floor((event.clientY - box.top) / box.height * rows);
  const column = Math.floor((event.clientX - box.left) / box.width * columns);
  const at = (turned === undefined ? row * columns + column : column * rows + row) * each;
  if (at < jobs) window.location.href = href + at;
});
