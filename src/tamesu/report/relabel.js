"use strict";
// One picture at a time, a label by one key; the worksheet comes back as a download. No network.
const FORMULA = /^['=+\-@\t\r]/;

// A cell that no spreadsheet runs as a formula; as `guard_cell` in tamesu.artifacts.worksheet.
function guardCell(cell) {
  if (/^[=+\-@\t\r]/.test(cell)) return "'" + cell;
  return cell[0] === "'" && FORMULA.test(cell.slice(1)) ? "'" + cell : cell;
}

function writeCell(cell) {
  const text = guardCell(String(cell === undefined || cell === null ? "" : cell));
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function writeTable(columns, rows) {
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  return "\ufeff" + lines.map((cells) => cells.map(writeCell).join(",")).join("\n") + "\n";
}

// What is chosen stays in this browser; a page with another place for it brings `makeKeeper`.
function keepHere(key) {
  return {
    // A closed tab must not cost an hour of work; where a browser keeps nothing for local files, the page works all the same.
    load(rows) {
      let before = {};
      try { before = JSON.parse(localStorage.getItem(key)) || {}; } catch { /* see above */ }
      for (const row of rows) {
        if (before[row.id]) [row.new_label, row.seconds, row.note] = before[row.id];
      }
    },
    keep(rows) {
      const kept = {};
      for (const row of rows) kept[row.id] = [row.new_label, row.seconds, row.note];
      try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* see above */ }
    },
    show() {},
  };
}

// A label added to, or taken from, the labels of one cell.
function toggleLabel(cell, label, separator) {
  const labels = cell && cell !== "?" ? cell.split(separator).map((one) => one.trim()).filter(Boolean) : [];
  const rest = labels.filter((one) => one !== label);
  return (rest.length < labels.length ? rest : [...labels, label]).join(separator);
}

function showTime(seconds) {
  const minutes = Math.floor(seconds / 60);
  return Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
}

function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { columns, rows, labels, separator, words, file, key } = data;
  const find = (id) => document.getElementById(id);
  const thumbs = [...document.querySelectorAll("#thumbs button")];
  const IDLE_MS = 60000;
  if (!rows.length) return;
  let at = 0;
  let active = Date.now();

  const keeper = (globalThis.makeKeeper || keepHere)(key, data);
  keeper.load(rows);

  const spent = () => rows.reduce((sum, row) => sum + (Number(row.seconds) || 0), 0);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

  function tell() {
    const done = rows.filter((row) => row.new_label).length;
    find("progress").textContent = fill(words.progress, { done, total: rows.length, time: showTime(spent()) });
  }

  function show(place) {
    at = Math.max(0, Math.min(rows.length - 1, place));
    const row = rows[at];
    const picture = thumbs[at].querySelector("img");
    find("picture").src = picture ? picture.dataset.large || picture.src : "data:,";
    find("picture").alt = row.image || row.id;
    for (const name of ["id", "label", "proposed", "reason"]) find("row-" + name).textContent = row[name] || "–";
    find("new_label").value = row.new_label || "";
    find("note").value = row.note || "";
    find("take").hidden = !row.proposed;
    find("take").textContent = fill(words.take, { label: row.proposed });
    find("keep").hidden = !row.label;
    find("keep").textContent = fill(words.keep, { label: row.label });
    const own = new Set(separator ? (row.new_label || "").split(separator).map((one) => one.trim()) : [row.new_label]);
    document.querySelectorAll("#labels button").forEach((button, place) => {
      button.setAttribute("aria-pressed", String(own.has(labels[place])));
    });
    thumbs.forEach((thumb, place) => {
      thumb.classList.toggle("done", Boolean(rows[place].new_label));
      thumb.setAttribute("aria-current", String(place === at));
    });
    // Not scrollIntoView: it would move the page away from the picture.
    const box = find("thumbs");
    box.scrollTop = thumbs[at].offsetTop - box.offsetTop - box.clientHeight / 2;
    tell();
    keeper.show(row, thumbs[at + 1] && thumbs[at + 1].querySelector("img"));
  }

  function decide(label, stay) {
    rows[at].new_label = label;
    keeper.keep(rows, rows[at], true);
    show(stay || !label ? at : at + 1);
  }
  const choose = (label) => separator
    ? decide(toggleLabel(rows[at].new_label || "", label, separator), true)
    : decide(label);

  const acts = {
    ArrowLeft: () => show(at - 1),
    ArrowRight: () => show(at + 1),
    Enter: () => rows[at].proposed && decide(rows[at].proposed),
    k: () => rows[at].label && decide(rows[at].label),
    u: () => decide("?"),
    l: () => find("new_label").focus(),
    n: () => find("note").focus(),
    z: () => decide(""),
  };
  document.addEventListener("keydown", (event) => {
    active = Date.now();
    // Another key that leads elsewhere was meant.
    if (event.defaultPrevented) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) {
      if (event.key === "Escape" || event.key === "Enter") event.target.blur();
      return;
    }
    // On a button Enter presses it, on a link it follows it.
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    const label = labels["1234567890".indexOf(event.key)];
    const act = label === undefined ? acts[event.key] : () => choose(label);
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("pointermove", () => { active = Date.now(); });
  find("take").addEventListener("click", acts.Enter);
  find("keep").addEventListener("click", acts.k);
  find("unseen").addEventListener("click", acts.u);
  find("clear").addEventListener("click", acts.z);
  find("new_label").addEventListener("change", (event) => decide(event.target.value, true));
  find("note").addEventListener("change", (event) => { rows[at].note = event.target.value; keeper.keep(rows, rows[at], true); });
  document.querySelectorAll("#labels button").forEach((button, place) => {
    button.addEventListener("click", () => choose(labels[place]));
  });
  thumbs.forEach((thumb, place) => thumb.addEventListener("click", () => show(place)));
  find("download")?.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([writeTable(columns, rows)], { type: "text/csv" }));
    link.download = file;
    link.click();
  });
  setInterval(() => {
    if (document.hidden || Date.now() - active > IDLE_MS) return;
    rows[at].seconds = (Number(rows[at].seconds) || 0) + 1;
    keeper.keep(rows, rows[at], false);
    tell();
  }, 1000);
  keeper.refresh = () => show(at);
  const open = rows.findIndex((row) => !row.new_label);
  show(open < 0 ? 0 : open);
}

if (typeof document !== "undefined") start();
else module.exports = { guardCell, writeCell, writeTable, toggleLabel, showTime };
