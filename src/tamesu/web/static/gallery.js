"use strict";
/* A wall of images of which only those in sight exist: 50,000 scroll like 50. */

const wall = document.getElementById("wall");
if (wall) {
  const NARROWEST = Number(wall.dataset.width || 114), HEIGHT = Number(wall.dataset.height || 188), EDGE = 12, CHUNK = 200;
  const tall = wall.querySelector(".tall");
  const total = Number(wall.dataset.total);
  const rowsAt = wall.dataset.rows || "/data/rows.json";
  const query = wall.dataset.query || location.search.slice(1);
  const chunks = new Map();
  const shown = new Map();
  let columns = 1, width = NARROWEST, asked = false, at = -1;

  const load = (chunk) => {
    if (!chunks.has(chunk)) {
      const address = `${rowsAt}?from=${chunk * CHUNK}&count=${CHUNK}` + (query ? `&${query}` : "");
      chunks.set(chunk, null);
      fetch(address).then((answer) => answer.json()).then((found) => {
        chunks.set(chunk, found.rows);
        plan();
      }).catch(() => chunks.delete(chunk));
    }
    return chunks.get(chunk);
  };

  const line = (tag, text, kind) => {
    const made = document.createElement(tag);
    const name = document.createElement("bdi");
    name.textContent = text;
    if (kind) name.className = kind;
    made.append(name);
    made.title = text;
    return made;
  };

  // A line of pieces: what somebody named keeps its own direction, words of ours stand between.
  const pieces = (found) => {
    const made = document.createElement("span");
    for (const one of found) {
      if ("name" in one) {
        const name = document.createElement("bdi");
        name.className = "name";
        name.textContent = one.name;
        made.append(name);
      } else made.append(one.text);
    }
    made.title = made.textContent;
    return made;
  };

  // The nearest training images, small, each with a link of its own.
  const nearest = (found) => {
    const made = document.createElement("div");
    made.className = "nearest";
    for (const one of found) {
      const link = document.createElement("a");
      link.href = "/image?id=" + encodeURIComponent(one.id);
      link.tabIndex = -1;
      link.className = `near ${one.kind}`;
      const values = { id: one.id, label: one.label, cosine: Number(one.cosine).toFixed(2) };
      link.title = wall.dataset.near.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
      const image = document.createElement("img");
      image.decoding = "async";
      image.width = image.height = 28;
      image.alt = link.title;
      image.src = "/thumbnails/" + one.number;
      link.append(image);
      made.append(link);
    }
    return made;
  };

  const make = (row, index) => {
    const link = document.createElement("a");
    link.className = "picture";
    link.href = "/image?id=" + encodeURIComponent(row.id) + (row.part === "test" ? "&part=test" : "");
    if (wall.dataset.walk) link.href += `&at=${index}&${query}`;
    link.tabIndex = -1;
    const image = document.createElement("img");
    image.decoding = "async";
    image.width = image.height = 108;
    image.alt = wall.dataset.alt.replace("{id}", () => row.id);
    image.addEventListener("error", () => {
      const missing = document.createElement("span");
      missing.className = "missing";
      missing.textContent = wall.dataset.unread;
      image.replaceWith(missing);
    });
    image.src = "/thumbnails/" + row.number;
    link.append(image);
    if (row.lines) link.append(...row.lines.map(pieces));
    else link.append(line("b", row.id, "name"));
    if (row.label) link.append(line("span", row.label, "name"));
    const where = document.createElement("small");
    where.textContent = row.fold ? wall.dataset.fold.replace("{fold}", () => row.fold) : row.lines ? "" : wall.dataset[row.part];
    if (row.lines) where.prepend(line("span", row.id, "name"), " ");
    link.append(where);
    if (!row.near || !row.near.length) return link;
    const card = document.createElement("div");
    card.className = "picture";
    card.append(link, nearest(row.near));
    return card;
  };

  const place = (node, index) => {
    node.style.transform = `translate(${EDGE + (index % columns) * width}px, ${EDGE + Math.floor(index / columns) * HEIGHT}px)`;
    node.classList.toggle("at", index === at);
  };

  const draw = () => {
    asked = false;
    const first = Math.max(0, Math.floor((wall.scrollTop - EDGE) / HEIGHT) - 1) * columns;
    const last = Math.min(total, (Math.ceil((wall.scrollTop + wall.clientHeight) / HEIGHT) + 1) * columns);
    for (const [index, node] of shown) {
      if (index < first || index >= last) {
        // Out of sight, out of the queue: what was not loaded yet is not loaded any more.
        for (const image of node.querySelectorAll("img")) image.removeAttribute("src");
        node.remove();
        shown.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      const rows = load(Math.floor(index / CHUNK));
      const row = rows && rows[index % CHUNK];
      if (!row) continue;
      if (!shown.has(index)) {
        shown.set(index, make(row, index));
        tall.append(shown.get(index));
      }
      place(shown.get(index), index);
    }
  };

  const plan = () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(draw);
    }
  };

  const measure = () => {
    const before = Math.floor(wall.scrollTop / HEIGHT) * columns;
    const room = wall.clientWidth - EDGE;
    columns = Math.max(1, Math.floor(room / NARROWEST));
    width = Math.floor(room / columns);
    // A short list stands in a low wall.
    if (wall.dataset.rows) wall.style.maxHeight = `${3 * EDGE + Math.ceil(total / columns) * HEIGHT}px`;
    tall.style.height = `${2 * EDGE + Math.ceil(total / columns) * HEIGHT}px`;
    if (before) wall.scrollTop = Math.floor(before / columns) * HEIGHT;
    plan();
  };

  wall.addEventListener("scroll", plan, { passive: true });
  wall.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -total, End: total }[event.key];
    if (event.key === "Enter" && at >= 0) (shown.get(at)?.querySelector("a") || shown.get(at))?.click();
    if (by === undefined || !total) return;
    event.preventDefault();
    at = Math.min(total - 1, Math.max(0, at + by));
    const top = Math.floor(at / columns) * HEIGHT;
    if (top < wall.scrollTop) wall.scrollTop = top;
    if (top + HEIGHT + EDGE > wall.scrollTop + wall.clientHeight) wall.scrollTop = top + HEIGHT + 2 * EDGE - wall.clientHeight;
    plan();
  });
  new ResizeObserver(measure).observe(wall);
  measure();
}
