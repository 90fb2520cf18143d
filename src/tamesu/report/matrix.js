"use strict";
// Shades, sorts and leads from the confusion matrices of the page; without it they show counts in the order of the classes.
const shade = (share) => 0.05 + 0.95 * share ** 0.7; // as `shade` in tamesu.report.plots
const DARK = 0.75;

function paint(table, mode) {
  for (const cell of table.querySelectorAll("td[data-rows]")) {
    const share = Number(mode === "columns" ? cell.dataset.columns : cell.dataset.rows);
    const shown = cell.querySelector("a") || cell;
    if (!cell.dataset.count) cell.dataset.count = shown.textContent;
    shown.textContent = mode === "counts" ? cell.dataset.count : String(Math.round(100 * share));
    cell.style.setProperty("--share", shade(share).toFixed(3));
    cell.classList.toggle("strong", shade(share) > DARK);
  }
}

// The places of the classes in the order wanted, from what stands in the lines: first their order in the page, then errors.
function arrange(wrong, order) {
  const places = wrong.map((_, place) => place);
  return order === "error" ? places.sort((a, b) => wrong[b] - wrong[a] || a - b) : places;
}

function sort(table, lines, order) {
  const places = arrange(lines.map((line) => Number(line.row.dataset.wrong)), order);
  const head = table.querySelector("tr.heads");
  for (const place of places) {
    head.append(lines[place].head);
    lines[place].row.append(...places.map((column) => lines[place].cells[column]));
    table.tBodies[0].append(lines[place].row);
  }
}

function start() {
  for (const table of document.querySelectorAll("table[data-matrix]")) {
    const heads = [...table.querySelectorAll("tr.heads th")].slice(1);
    const lines = [...table.tBodies[0].rows].map((row, place) => (
      { row, head: heads[place], cells: [...row.querySelectorAll("td")] }
    ));
    const switches = table.closest("figure").querySelector(".switches");
    switches.hidden = false;
    switches.addEventListener("change", (event) => {
      if (event.target.dataset.switch === "mode") paint(table, event.target.value);
      else sort(table, lines, event.target.value);
    });
    table.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const found = link && document.getElementById(link.getAttribute("href").slice(1));
      if (found) found.closest("details").open = true;
    });
  }
}

if (typeof document !== "undefined") start();
else module.exports = { arrange, shade };
