"use strict";
/* A sheet that follows its sliders: one request at a time, the newest wish next. Without this file the form and the links do it. */

const form = document.getElementById("sheet-form");
if (form) {
  const sheet = document.getElementById("sheet");
  const lines = document.getElementById("lines");
  let busy = false, again = false;

  const wish = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
    return query;
  };

  // A picture is shown when it is whole, so that nothing flickers.
  const show = async (old, tile, row) => {
    if (old.getAttribute("src") === tile.picture) return;
    const made = new Image(224, 224);
    made.alt = sheet.dataset.alt.replace(/\{(\w+)\}/g, (whole, name) => ({ id: row.id, caption: tile.caption })[name] ?? whole);
    made.src = tile.picture;
    try {
      await made.decode();
    } catch {
      // What cannot be drawn any more says so by its words.
    }
    old.replaceWith(made);
  };

  const write = (found) => {
    lines.replaceChildren();
    if (!found.lines.length) lines.append(paragraph(lines.dataset.nothing, "muted"));
    for (const one of found.lines) {
      const block = document.createElement("pre");
      const code = document.createElement("code");
      code.textContent = one.line;
      block.append(code);
      lines.append(paragraph(lines.dataset[one.where.replace("aug_line_", "")], "muted"), block);
      if (navigator.clipboard) offerCopy(block);
    }
    document.getElementById("command").textContent = found.command;
    for (const name of ["before", "after", "other"]) {
      const link = document.getElementById(name);
      if (!link) continue;
      link.hidden = !found[name];
      if (found[name]) link.href = found[name];
    }
    history.replaceState(null, "", found.address);
  };

  const draw = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch("/augmentations/sheet.json?" + wish());
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      const places = [...sheet.querySelectorAll(".seen")];
      const problem = document.getElementById("problem");
      problem.replaceChildren();
      for (const text of [].concat(found.problem)) if (text) problem.append(paragraph(text, "callout"));
      if (found.images && found.images.length) {
        // Other images, or other columns: the page is made anew.
        const same = found.images.length === places.length
          && found.images.every((row, place) => row.tiles.length === places[place].querySelectorAll(".view").length);
        if (!same) {
          location.href = found.address;
          return;
        }
        const shown = [];
        found.images.forEach((row, place) => row.tiles.forEach((tile, column) => {
          const box = places[place].querySelectorAll(".view")[column];
          box.querySelector("b").textContent = tile.caption;
          box.querySelector(".what").textContent = tile.labels;
          box.querySelector("small").textContent = tile.parts;
          shown.push(show(box.querySelector("img"), tile, row));
        }));
        await Promise.all(shown);
        write(found);
      }
      complain("");
    } catch {
      complain(form.dataset.problem);
    }
    busy = false;
    if (again) {
      again = false;
      draw();
    }
  };

  for (const slider of form.querySelectorAll("input[type=range]")) {
    slider.addEventListener("input", () => {
      slider.nextElementSibling.textContent = slider.value;
      draw();
    });
  }
  // Another part has other sliders.
  for (const choice of form.querySelectorAll("select")) {
    choice.addEventListener("change", () => {
      for (const slider of form.querySelectorAll("input[type=range]")) slider.disabled = true;
      form.submit();
    });
  }
}
