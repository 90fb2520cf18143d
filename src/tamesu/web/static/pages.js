"use strict";
/* Keys, buttons that do something, and what runs now. Texts of others are set as text, never as markup. */

function makeKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

function complain(text) {
  let place = document.querySelector(".trouble");
  if (!place) {
    place = document.createElement("div");
    place.className = "trouble";
    place.setAttribute("role", "alert");
    document.body.append(place);
  }
  place.textContent = text;
  place.hidden = !text;
}

async function act(button) {
  if (button.dataset.sure && !window.confirm(button.dataset.sure)) return;
  // One key as long as the button stands there: a second click is the same wish.
  button.dataset.key = button.dataset.key || makeKey();
  const body = { key: button.dataset.key };
  if (button.dataset.name) body[button.dataset.name] = button.dataset.value;
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.post, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (answer.ok) {
      if (button.dataset.then) location.href = button.dataset.then;
      else location.reload();
      return;
    }
    const type = answer.headers.get("content-type") || "";
    complain(type.startsWith("application/json") ? (await answer.json()).faults.join(" / ") : await answer.text());
  } catch {
    complain(document.body.dataset.lost);
  }
  delete button.dataset.key;
  button.disabled = false;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function showWork(place, running) {
  const said = JSON.stringify(running);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.replaceChildren();
  if (!running.length) place.append(paragraph(place.dataset.nothing, "muted"));
  for (const one of running) {
    const box = document.createElement("div");
    box.className = "work";
    const head = document.createElement("p");
    const link = document.createElement("a");
    link.href = "/runs/" + encodeURIComponent(one.run);
    const name = document.createElement("bdi");
    name.className = "name";
    name.textContent = one.run;
    link.append(name);
    const count = document.createElement("small");
    count.textContent = " " + fill(place.dataset.jobs, one);
    head.append(link, count);
    const bar = document.createElement("progress");
    bar.max = one.jobs;
    bar.value = one.done;
    box.append(head, bar);
    for (const job of one.running) {
      const score = job.score === null ? "" : " · " + Number(job.score).toPrecision(4);
      box.append(paragraph(fill(place.dataset.epoch, { ...job, epochs: one.epochs }) + score, "muted"));
    }
    place.append(box);
  }
}

function watch(place) {
  const trying = document.getElementById("trying");
  const log = document.getElementById("log");
  const wasRunning = trying && trying.dataset.running === "yes";
  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch("/live.json");
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        showWork(place, found.running);
        if (log && found.trying && log.textContent !== found.trying.log) {
          const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
          log.textContent = found.trying.log;
          if (atEnd) log.scrollTop = log.scrollHeight;
        }
        if (trying && wasRunning !== Boolean(found.trying && found.trying.running)) {
          complain(document.body.dataset.ended);
          location.reload();
          return;
        }
        complain("");
      } catch {
        complain(document.body.dataset.lost);
      }
    }
    setTimeout(look, 1000);
  };
  look();
}

let waiting = false;
let at = -1;

function step(by) {
  const rows = document.querySelectorAll(".list tbody tr");
  if (!rows.length) return;
  if (at >= 0) rows[at].classList.remove("at");
  at = Math.min(rows.length - 1, Math.max(0, at + by));
  rows[at].classList.add("at");
  rows[at].scrollIntoView({ block: "nearest" });
  const link = rows[at].querySelector("a.go");
  if (link) link.focus({ preventScroll: true });
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (waiting) {
    waiting = false;
    event.preventDefault();
    const link = document.querySelector(`.top nav a[data-key="${CSS.escape(event.key)}"]`);
    if (link) location.href = link.href;
    return;
  }
  if (event.key === "g") waiting = true;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "n" || event.key === "p") document.querySelector(event.key === "n" ? 'a[rel="next"]' : 'a[rel="prev"]')?.click();
  else if (event.key === "?") {
    const help = document.getElementById("keys");
    help.hidden = !help.hidden;
    help.scrollIntoView();
  } else if (event.key === "/") {
    const field = document.querySelector('input[type="search"]');
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
}

function offerCopy(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = document.body.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    button.textContent = document.body.dataset.copied;
  });
  block.append(button);
}

document.addEventListener("keydown", press);
for (const button of document.querySelectorAll("button.act")) button.addEventListener("click", () => act(button));
for (const field of document.querySelectorAll("input[data-filters]")) {
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const one of document.querySelectorAll(field.dataset.filters)) one.hidden = !one.textContent.toLowerCase().includes(wanted);
  });
}
if (navigator.clipboard) for (const code of document.querySelectorAll("pre > code")) offerCopy(code.parentElement);
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details")?.setAttribute("open", "");
document.querySelector(".top nav a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
const live = document.getElementById("live");
if (live) watch(live);
