// Long lists: only what is to be seen is in the page.

// fitting are the columns for which there is room, in pixels. A column is as wide as
// its room says, or at least its least, in rem; the latest go first.
function fitting(columns, room) {
  const shown = [...columns], need = () => shown.reduce((n, c) => n + (c.room || c.least), 0) * rem();
  while (need() > room) {
    const latest = Math.max(...shown.map((c) => c.late || 0));
    if (!latest) break;
    shown.splice(shown.findIndex((c) => c.late === latest), 1);
  }
  return shown;
}
// below says in a row's first words what has no column, the latest last.
function below(columns, shown, r) {
  const rest = columns.filter((c) => !shown.includes(c)).sort((x, y) => x.late - y.late);
  const texts = rest.map((c) => (c.below ? c.below(r) : c.cell(r) && c.name + ": " + c.cell(r))).filter(Boolean);
  return texts.length ? h("span", { class: "below", title: texts.join(" · ") }, texts.join(" · ")) : null;
}
// line is a row of a long list, all of one height. A long name may be broken on paper.
const words = (r) => ((r.on || r).name.length > 48 ? "words" : null);
function line(columns, shown, r) {
  return h("tr", {}, shown.map((c) => {
    const v = c.cell(r), title = typeof v === "string" ? v : null;
    if (c.main) return h("th", { scope: "row", class: words(r) }, h("span", { class: "clamp" }, v), below(columns, shown, r));
    return h("td", { class: c.class, title }, c.least ? h("span", { class: "clamp" }, v) : v);
  }));
}
const SHEET = 56; // of columns are on a sheet, in rem, and room for long names
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
  const next = (c) => (asked === c.key ? "-" + c.key : asked === "-" + c.key ? "" : c.key);
  const heading = (c) => {
    const on = c.by && (asked === c.key || asked === "-" + c.key), arrow = on && h("span", { class: "arrow" }, turned(c) ? "▲" : "▼");
    return h("th", { scope: "col", class: c.class, "aria-sort": on ? (turned(c) ? "ascending" : "descending") : null },
      c.by ? h("button", { type: "button", id: "sort-" + table + c.key, onclick: () => change({ sort: next(c), ...(headed ? { by: "none" } : {}) }) }, c.name, arrow) : c.name);
  };
  return h("tr", {}, columns.map(heading));
}

// sheet is a short list in a table, whose rows are as high as what is in them, and
// on small screens are blocks with the columns' names before their values; so their
// roles are said. Several of a view are one list for the keyboard.
function sheet(name, columns, rows, cells) {
  const those = sorted(columns, rows);
  const one = (c, i, v) => (i ? h("td", { role: "cell", class: c.class, "data-name": c.name }, v) : h("th", { role: "rowheader", scope: "row", class: c.class }, v));
  const drawn = those.map((r) => { const values = cells(r); return h("tr", { role: "row" }, columns.map((c, i) => one(c, i, values[i]))); });
  list ||= steps();
  list.rows.push(...those);
  list.drawn.push(...drawn);
  const place = (e) => { const tr = e.target.closest("a") && e.target.closest("tr"); if (tr) { list.at = list.drawn.indexOf(tr); keep(); } };
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name }, h("table", { role: "table" }, h("thead", { role: "rowgroup" }, headings(columns, false, name + "-")), h("tbody", { role: "rowgroup", onclick: place }, drawn)));
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

// windowed is a long list. Rows that have a head are of no column: heading says what
// is in them.
function windowed(columns, rows, heading) {
  rows = sorted(columns, rows);
  const headed = rows.some((r) => r.head), head = h("thead"), body = h("tbody");
  const table = h("table", { class: "window", "aria-rowcount": rows.length + 1 }, head, body), wide = h("div", { class: "wide" }, table);
  const l = { rows, at: -1, from: -1, to: -1, table, shown: [], row: 44 };
  const space = (n) => { const tr = h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: l.shown.length })); tr.firstChild.style.height = n * l.row + "px"; return tr; };
  // fit shows as many columns as there is room for; rows are higher where some are
  // below the name. Their height is --row, in rem.
  const fit = () => {
    const shown = fitting(columns, wide.clientWidth);
    if (shown.map((c) => c.key).join() !== l.shown.map((c) => c.key).join()) {
      l.shown = shown;
      head.replaceChildren(headings(shown, headed));
      const spread = shown.some((c) => c.least && !c.main); // else the name takes what is left
      shown.forEach((c, i) => { if (c.room && (spread || !c.main)) head.rows[0].cells[i].style.width = c.room + "rem"; });
      wide.classList.toggle("folded", shown.length < columns.length);
    }
    l.row = parseFloat(getComputedStyle(table).getPropertyValue("--row")) * rem();
  };
  l.draw = (force) => {
    if (force) fit();
    const top = body.getBoundingClientRect().top;
    const from = Math.max(0, Math.min(rows.length, Math.floor(-top / l.row)) - 8);
    const to = Math.min(rows.length, from + Math.ceil(innerHeight / l.row) + 16);
    if (!force && from === l.from && to === l.to) return;
    Object.assign(l, { from, to });
    const active = document.activeElement, held = body.contains(active) && active.closest("tr[aria-rowindex]");
    const nth = held ? [...held.querySelectorAll("a")].indexOf(active) : -1;
    body.replaceChildren(space(from), ...drawn(from, to, l.shown), space(rows.length - to));
    // Whoever goes on by Tab stays where they are.
    if (held) body.querySelector(`tr[aria-rowindex="${held.getAttribute("aria-rowindex")}"]`)?.querySelectorAll("a")[nth]?.focus({ preventScroll: true });
  };
  const drawn = (from, to, shown) => rows.slice(from, to).map((r, i) => {
    const tr = r.head ? h("tr", { class: "group" }, h("th", { colspan: shown.length, scope: "rowgroup" }, heading(r))) : line(columns, shown, r);
    tr.setAttribute("aria-rowindex", from + i + 2);
    if (from + i === l.at) tr.classList.add("at");
    return tr;
  });
  // On paper names are whole, and a column at least as wide as its room.
  l.paper = () => {
    const shown = fitting(columns, SHEET * rem()), headings = shown.map((c) => h("th", { scope: "col", class: c.class }, c.name));
    shown.forEach((c, i) => (headings[i].style.minWidth = (c.room || c.least) + "rem"));
    return h("div", { class: "paper" }, h("table", { class: "window" }, h("thead", {}, h("tr", {}, headings)), h("tbody", {}, drawn(0, PAPER, shown))),
      rows.length > PAPER && h("p", {}, "These are the first " + PAPER + " of " + count(rows.length, "row") + ": filter them, or save all as CSV or JSON."));
  };
  l.move = (step) => {
    let at = l.at + step;
    while (rows[at] && rows[at].head) at += step;
    if (!rows[at]) return;
    l.at = at;
    const y = body.getBoundingClientRect().top + at * l.row;
    if (y < 130 || y > innerHeight - 2 * l.row) scrollBy(0, y - innerHeight / 2);
    l.draw(true);
    body.querySelector("tr.at a")?.focus({ preventScroll: true });
    keep();
  };
  body.addEventListener("click", (e) => {
    const tr = e.target.closest("tr[aria-rowindex]");
    if (tr && e.target.closest("a")) { l.at = tr.ariaRowIndex - 2; keep(); }
  });
  list = l;
  return wide;
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
