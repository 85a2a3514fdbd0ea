// Long lists: only what is to be seen is in the page.

// across is how many columns there are to be seen: a cell across more would make
// room for those that small screens leave out.
const across = (columns) => (small.matches ? columns.filter((c) => !c.class?.includes("late")).length : columns.length);
const PAPER = 1000; // rows that are printed: browsers take minutes for ten thousand
let list = null; // the one list of the view: rows, at, draw

// sorted puts rows in the order that the address asks for.
function sorted(columns, rows) {
  const asked = here().params.get("sort") || "", column = columns.find((c) => c.key === asked.replace(/^-/, ""));
  if (!column?.by) return rows;
  const by = (x, y) => { const a = column.by(x), b = column.by(y); return typeof a === "number" ? a - b : order(a, b); };
  return rows.filter((r) => !r.head).sort(asked.startsWith("-") ? (x, y) => by(y, x) : by);
}
// headings are the columns' names, which sort; a column whose large values come
// first is turned round. table tells several tables of a view apart.
function headings(columns, headed, table = "") {
  const asked = here().params.get("sort") || "", turned = (c) => (asked === c.key) === !c.down;
  return h("tr", {}, columns.map((c) => { const on = c.by && (asked === c.key || asked === "-" + c.key); return h("th", { scope: "col", class: c.class, "aria-sort": on ? (turned(c) ? "ascending" : "descending") : null },
    c.by ? h("button", { type: "button", id: "sort-" + table + c.key, onclick: () => change({ sort: asked === c.key ? "-" + c.key : asked === "-" + c.key ? "" : c.key, ...(headed ? { by: "none" } : {}) }) }, c.name, on ? (turned(c) ? " ▲" : " ▼") : "") : c.name); }));
}

// sheet is a short list in a table, whose rows are as high as what is in them.
// Several of a view are one list for the keyboard.
function sheet(name, columns, rows, cells) {
  const those = sorted(columns, rows), drawn = those.map((r) => h("tr", {}, columns.map((c, i) => h(i ? "td" : "th", { scope: i ? null : "row", class: c.class }, cells(r)[i]))));
  list ||= steps();
  list.rows.push(...those);
  list.drawn.push(...drawn);
  const place = (e) => { const tr = e.target.closest("a") && e.target.closest("tr"); if (tr) { list.at = list.drawn.indexOf(tr); keep(); } };
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name }, h("table", {}, h("thead", {}, headings(columns, false, name + "-")), h("tbody", { onclick: place }, drawn)));
}
function steps() {
  const l = { rows: [], drawn: [], at: -1 };
  l.draw = () => l.drawn.forEach((tr, i) => tr.classList.toggle("at", i === l.at));
  l.move = (step) => {
    const tr = l.drawn[l.at + step];
    if (!tr) return;
    l.at += step;
    l.draw();
    tr.querySelector("a")?.focus({ preventScroll: true });
    tr.scrollIntoView({ block: "nearest" });
    keep();
  };
  return l;
}

function windowed(columns, rows, cells) {
  rows = sorted(columns, rows);
  const head = headings(columns, rows.some((r) => r.head)), body = h("tbody");
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
addEventListener("scroll", () => { if (list?.table) list.draw(); clearTimeout(moved); moved = setTimeout(keep, 100); }, { passive: true });
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
  if (list?.table) list.table.after(list.paper());
});
addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-shut]").forEach((d) => { d.open = false; delete d.dataset.shut; });
  document.querySelectorAll("div.paper").forEach((d) => d.remove());
});
