// Long lists: only what is to be seen is in the page.

// across is how many columns there are to be seen: a cell across more would make
// room for those that small screens leave out.
const across = (columns) => (small.matches ? columns.filter((c) => !c.class?.includes("late")).length : columns.length);
const PAPER = 1000; // rows that are printed: browsers take minutes for ten thousand
let list = null; // the one list of the view: rows, at, draw

function windowed(columns, rows, cells) {
  const { params } = here();
  const sorted = params.get("sort") || "";
  const column = columns.find((c) => c.key === sorted.replace(/^-/, ""));
  if (column && column.by) {
    const by = (x, y) => { const a = column.by(x), b = column.by(y); return typeof a === "number" ? a - b : order(a, b); };
    rows = rows.filter((r) => !r.head).sort(sorted.startsWith("-") ? (x, y) => by(y, x) : by);
  }
  // A column whose large values come first is turned round.
  const headed = rows.some((r) => r.head), turned = (c) => (sorted === c.key) === !c.down;
  const head = h("tr", {}, columns.map((c) => { const on = c.by && (sorted === c.key || sorted === "-" + c.key); return h("th", { scope: "col", class: c.class, "aria-sort": on ? (turned(c) ? "ascending" : "descending") : null },
    c.by ? h("button", { type: "button", id: "sort-" + c.key, onclick: () => change({ sort: sorted === c.key ? "-" + c.key : sorted === "-" + c.key ? "" : c.key, ...(headed ? { by: "none" } : {}) }) }, c.name, on ? (turned(c) ? " ▲" : " ▼") : "") : c.name); }));
  const body = h("tbody");
  const table = h("table", { class: "window", "aria-rowcount": rows.length + 1 }, h("thead", {}, head), body);
  const l = { rows, at: -1, from: -1, to: -1, table };
  const space = (n) => { const tr = h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: across(columns) })); tr.firstChild.style.height = n * row() + "px"; return tr; };
  l.draw = (force) => {
    const top = body.getBoundingClientRect().top;
    const from = Math.max(0, Math.min(rows.length, Math.floor(-top / row())) - 8);
    const to = Math.min(rows.length, from + Math.ceil(innerHeight / row()) + 16);
    if (!force && from === l.from && to === l.to) return;
    Object.assign(l, { from, to });
    const active = document.activeElement, held = body.contains(active) && active.closest("tr[aria-rowindex]");
    const nth = held ? [...held.querySelectorAll("a")].indexOf(active) : -1;
    body.replaceChildren(space(from), ...drawn(from, to), space(rows.length - to));
    // Whoever goes on by Tab stays where they are.
    if (held) body.querySelector(`tr[aria-rowindex="${held.getAttribute("aria-rowindex")}"]`)?.querySelectorAll("a")[nth]?.focus({ preventScroll: true });
  };
  const drawn = (from, to) => rows.slice(from, to).map((r, i) => {
    const tr = cells(r);
    tr.setAttribute("aria-rowindex", from + i + 2);
    if (from + i === l.at) tr.classList.add("at");
    return tr;
  });
  l.paper = () => h("div", { class: "paper" }, h("table", { class: "window" }, h("thead", {}, head.cloneNode(true)), h("tbody", {}, drawn(0, PAPER))),
    rows.length > PAPER && h("p", {}, "These are the first " + PAPER + " of " + count(rows.length, "row") + ": filter them, or save all as CSV or JSON."));
  l.move = (step) => {
    let at = l.at + step;
    while (rows[at] && rows[at].head) at += step;
    if (!rows[at]) return;
    l.at = at;
    const y = body.getBoundingClientRect().top + at * row();
    if (y < 130 || y > innerHeight - 2 * row()) scrollBy(0, y - innerHeight / 2);
    l.draw(true);
    body.querySelector("tr.at a")?.focus({ preventScroll: true });
    keep();
  };
  body.addEventListener("click", (e) => {
    const tr = e.target.closest("tr[aria-rowindex]");
    if (tr && e.target.closest("a")) { l.at = tr.ariaRowIndex - 2; keep(); }
  });
  list = l;
  return h("div", { class: columns.length > 9 ? "wide many" : "wide" }, table);
}
addEventListener("scroll", () => { if (list) list.draw(); clearTimeout(moved); moved = setTimeout(keep, 100); }, { passive: true });
// keep remembers with the address where somebody is in a list, for those who
// come back.
let moved = 0;
function keep() {
  clearTimeout(moved);
  history.replaceState({ y: scrollY, at: list ? list.at : -1 }, "", location.href);
}
history.scrollRestoration = "manual";
addEventListener("resize", () => list && list.draw(true));
addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((d) => { d.open = true; d.dataset.shut = "1"; });
  document.querySelectorAll("div.paper").forEach((d) => d.remove());
  if (list) list.table.after(list.paper());
});
addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-shut]").forEach((d) => { d.open = false; delete d.dataset.shut; });
  document.querySelectorAll("div.paper").forEach((d) => d.remove());
});
