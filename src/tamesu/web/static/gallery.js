"use strict";
/* A wall of images of which only those in sight exist: 50,000 scroll like 50. */

const wall = document.getElementById("wall");
if (wall) {
  const NARROWEST = 114, HEIGHT = 188, EDGE = 12, CHUNK = 200;
  const tall = wall.querySelector(".tall");
  const total = Number(wall.dataset.total);
  const query = location.search.slice(1);
  const chunks = new Map();
  const shown = new Map();
  let columns = 1, width = NARROWEST, asked = false, at = -1;

  const load = (chunk) => {
    if (!chunks.has(chunk)) {
      const address = `/data/rows.json?from=${chunk * CHUNK}&count=${CHUNK}` + (query ? `&${query}` : "");
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

  const make = (row) => {
    const link = document.createElement("a");
    link.className = "picture";
    link.href = "/image?id=" + encodeURIComponent(row.id) + (row.part === "test" ? "&part=test" : "");
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
    link.append(image, line("b", row.id, "name"));
    if (row.label) link.append(line("span", row.label, "name"));
    const where = document.createElement("small");
    where.textContent = row.fold ? wall.dataset.fold.replace("{fold}", () => row.fold) : wall.dataset[row.part];
    link.append(where);
    return link;
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
        node.querySelector("img")?.removeAttribute("src");
        node.remove();
        shown.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      const rows = load(Math.floor(index / CHUNK));
      const row = rows && rows[index % CHUNK];
      if (!row) continue;
      if (!shown.has(index)) {
        shown.set(index, make(row));
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
    tall.style.height = `${2 * EDGE + Math.ceil(total / columns) * HEIGHT}px`;
    if (before) wall.scrollTop = Math.floor(before / columns) * HEIGHT;
    plan();
  };

  wall.addEventListener("scroll", plan, { passive: true });
  wall.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -total, End: total }[event.key];
    if (event.key === "Enter" && at >= 0) shown.get(at)?.click();
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
