"use strict";
/* Decisions on labels: sent as they are made and written into the worksheet. What could not be sent waits and is sent again. */

function makeKeeper(_key, data) {
  const SOON = 200, LATER = 15000, AGAIN = 3000, MOST = 40;
  const place = document.getElementById("kept");
  const waiting = new Map();
  // Looking alone writes nothing: seconds are kept from the first decision on.
  let begun = data.begun, sending = false, timer = 0, due = Infinity, most = MOST;

  const keeper = { load() {}, keep, show, refresh() {} };

  function say(word) {
    place.textContent = data.said[word];
    place.className = word === "saved" ? "mark keep" : "mark";
  }

  function plan(wait) {
    const when = Date.now() + wait;
    if (when >= due) return;
    clearTimeout(timer);
    due = when;
    timer = setTimeout(send, wait);
  }

  // Seconds alone are in no hurry.
  function keep(_rows, row, decided) {
    waiting.set(row.id, row);
    if (decided) say("unsaved");
    begun = begun || decided;
    if (begun) plan(decided ? SOON : LATER);
  }

  function tell(row) {
    const seconds = Math.round(Number(row.seconds) || 0);
    return { id: row.id, new_label: row.new_label || "", seconds, note: row.note || "" };
  }

  async function send() {
    due = Infinity;
    if (sending || !begun || !waiting.size) return;
    const rows = [...waiting.values()].slice(0, most);
    for (const row of rows) waiting.delete(row.id);
    const told = rows.map(tell);
    sending = true;
    say("saving");
    try {
      const answer = await fetch("/relabel/decisions", {
        method: "POST", headers: { "Content-Type": "application/json" }, keepalive: true,
        body: JSON.stringify({ key: makeKey(), target: data.target, decisions: told }),
      });
      const type = answer.headers.get("content-type") || "";
      const said = type.startsWith("application/json") ? await answer.json() : { faults: [await answer.text()] };
      if (answer.ok) {
        complain("");
        most = MOST;
        rows.forEach((row, index) => { row.kept_label = told[index].new_label; });
      } else if (rows.length > 1) {
        // One of them is refused; one by one it shows which.
        most = 1;
        for (const row of rows) if (!waiting.has(row.id)) waiting.set(row.id, row);
      } else {
        complain(said.faults.join(" / "));
        refuse(rows[0], told[0]);
      }
    } catch {
      for (const row of rows) if (!waiting.has(row.id)) waiting.set(row.id, row);
      complain(document.body.dataset.lost);
      plan(AGAIN);
    }
    sending = false;
    say(waiting.size ? "unsaved" : "saved");
    if (waiting.size) plan(most === 1 ? 0 : SOON);
  }

  // What the worksheet does not take is not shown as if it had.
  function refuse(row, said) {
    if ((row.new_label || "") === said.new_label) row.new_label = row.kept_label || "";
    keeper.refresh();
  }

  function show(row, next) {
    const near = document.getElementById("near");
    near.replaceChildren(...row.near.map((one) => {
      const link = document.createElement("a");
      link.className = "picture";
      link.href = "/image?id=" + encodeURIComponent(one.id) + (one.part === "test" ? "&part=test" : "");
      const image = document.createElement("img");
      image.src = "/thumbnails/" + one.number;
      image.alt = one.id;
      const name = document.createElement("b");
      name.textContent = one.label;
      const likeness = document.createElement("small");
      likeness.textContent = one.likeness.toFixed(2);
      link.append(image, name, likeness);
      return link;
    }));
    document.getElementById("near-box").hidden = !row.near.length;
    if (next && next.dataset.large) new Image().src = next.dataset.large;
  }

  for (const row of data.rows) row.kept_label = row.new_label;
  addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => document.hidden && send());
  return keeper;
}
