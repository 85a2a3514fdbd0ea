// What the page carries is from an account and may be hostile: it becomes text
// and attributes of known names, never markup. All state is in the address.

const SEVERITIES = ["low", "medium", "high", "critical"];
const STATUSES = ["fail", "excepted", "unknown", "pass", "not-applicable", "match"];
const small = matchMedia("(max-width: 40rem)");
const row = () => (small.matches ? 84 : 44); // --row in pixels
const $ = (id) => document.getElementById(id);

// h makes an element; children may be nested lists, and what is empty is left out.
function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.flat(5).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return el;
}
const badge = (word) => h("span", { class: "badge " + word }, word);
const plural = (noun) => /[^aeiou]y$/.test(noun) ? noun.slice(0, -1) + "ies" : noun + (noun.endsWith("ch") ? "es" : "s");
const count = (n, noun) => n + " " + (n === 1 ? noun : plural(noun));
const day = (text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? text.slice(0, 10) : text);
const fold = (text) => text.toLowerCase();
const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;

// ---- The data ----

async function unpack(text) {
  const packed = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

const worst = (x, y) => y.severity - x.severity || x.rule.place - y.rule.place;
const CHANGES = ["", "new", "changed", "still"];
const data = { byRule: new Map(), rules: new Map(), accounts: [], findings: [], resources: [], off: [], footer: {} };

// A finding, and a resource, work out their texts when somebody looks.
class Finding {
  constructor(account, rule, on, row) { Object.assign(this, { account, rule, on, row, severity: row[1], status: account.strings[row[2]], kind: STATUSES.indexOf(account.strings[row[2]]), delta: account.strings[row[8]], until: account.strings[row[9]], weight: row[10] || 1 }); }
  get parts() { return (this.ownParts ||= this.row[5].map((p) => part(this.account.strings, p))); }
  get message() { return (this.ownMessage ??= this.fill(this.row[4])); }
  get reasons() { return this.row[6].map((i) => this.fill(i)); }
  get fields() { return this.row[7].map((i) => this.account.strings[i]); }
  get words() { return (this.ownWords ??= fold(this.on.name + "\n" + this.rule.id + "\n" + this.fill(this.row[4]))); }
  fill(i) { const { strings } = this.account, text = strings[i]; return text.includes("\u0001") ? text.replace(/\u0001(\d)/g, (_, n) => strings[this.row[5][n][3]]) : text; }
}
class Resource {
  get words() { return (this.ownWords ??= fold(this.name + "\n" + this.arn + "\n" + JSON.stringify(this.facts))); }
  constructor(account, [type, name, arn, note, facts]) { Object.assign(this, { account, type: account.strings[type], name, arn, note: account.strings[note], packed: facts, findings: [], look: 0 }); }
  get facts() {
    const s = this.account.strings;
    return (this.ownFacts ||= (this.packed || []).map(([field, text, list, more, doc]) => [s[field], s[text], list && (list.length || !doc) ? list.map((i) => part(s, i)) : null, more, doc]));
  }
}
const part = (strings, [type, slot, id, text, doc]) => [strings[type], slot, strings[id], strings[text], doc];

// load takes over the packed rows. Numbers in them are places in tables.
function load([shared, ...accounts]) {
  Object.assign(data, { version: shared.version, off: shared.off, footer: shared.footer });
  for (const r of shared.rules) data.rules.set(r.id, { ...r, tally: { fail: 0, excepted: 0, unknown: 0, pass: 0, na: 0 } });
  for (const a of accounts) {
    data.accounts.push(a);
    a.label = a.alias ? a.alias + " " + a.id : a.id;
    for (const row of a.rules) {
      const t = data.rules.get(row[0]).tally;
      ["fail", "excepted", "unknown", "pass", "na"].forEach((k, i) => (t[k] += row[i + 1]));
    }
    a.resources = a.resources.map((row) => new Resource(a, row));
    a.lacks = [];
    let at = 0;
    for (const row of a.findings) {
      const f = new Finding(a, data.rules.get(a.strings[row[0]]), a.resources[(at += row[3])], row);
      f.on.findings.push(f);
      if (row.length > 10) a.lacks.push(f);
      data.findings.push(f);
    }
    for (const r of a.resources) if (r.packed) data.resources.push(r);
  }
  // Worst first, then by rule; accounts come with their names in order.
  [...data.rules.values()].sort((x, y) => order(x.id, y.id)).forEach((r, i) => (r.place = i));
  data.findings.sort(worst);
  data.accounts.forEach((a, i) => (a.place = i));
  for (const f of data.findings) {
    f.sort = (((f.account.place * 4 + CHANGES.indexOf(f.delta)) * data.rules.size + f.rule.place) * 4 + f.severity) * 8 + f.kind;
    const list = data.byRule.get(f.rule);
    if (list) list.push(f); else data.byRule.set(f.rule, [f]);
  }
}

// aged adds to times how many days ago they were.
function aged(text, at) {
  return String(text).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (t) => {
    const days = Math.floor((at - Date.parse(t)) / 864e5);
    return days >= 0 ? t + (days ? " (" + count(days, "day") + " ago)" : " (today)") : t;
  });
}

// lacking are the rules that lack a source for things of a resource's kind: of it
// too, or at least of others.
const KINDS = { IamUser: "user", IamGroup: "group", IamPolicy: "policy", IamRole: "role" };
function lacking(r) {
  return r.account.lacks.filter((f) => KINDS[f.rule.entity] === r.type);
}

const fact = (r, field) => r.facts.find((f) => f[0] === field);
const say = (r, field) => { const f = fact(r, field); return f ? f[1] || "" : ""; };
const items = (r, field) => { const f = fact(r, field); return (f && f[2]) || []; };

// ---- The filter ----

// parse reads words, and key:value with - before it for what not to show. A key
// there is not is part of a word, as in iam:PassRole; several values are parted
// by commas.
function parse(text) {
  const out = [];
  for (const [all, not, key, op, quoted, word] of text.matchAll(/(-?)(?:([a-z]+):)?(>=|<=|>|<)?(?:"([^"]*)(?:"|$)|([^\s"]\S*))/gi)) {
    const name = key ? fold(key) : "", empty = all.endsWith(":") && fold(word || "").slice(0, -1);
    if (tests[name]) out.push({ not: not === "-", key: name, op: op || "", values: quoted !== undefined ? [quoted] : word.split(",").filter(Boolean) });
    else if (!(empty && tests[empty])) out.push({ not: not === "-", key: "", odd: name, values: [quoted !== undefined && !key ? quoted : all.replace(/^-/, "").replaceAll('"', "")] });
  }
  return out;
}

function glob(value) {
  if (!value.includes("*")) return null;
  return new RegExp("^" + value.split("*").map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*") + "$", "i");
}
// same compares texts; the same few come again and again.
function same(value) {
  const pattern = glob(value), want = fold(value), known = new Map();
  return (text) => {
    let is = known.get(text);
    if (is === undefined) known.set(text, (is = pattern ? pattern.test(text) : fold(text) === want));
    return is;
  };
}

// tests are what each key asks of a finding f or a resource r, and the values
// there are, where these are few. What has no r is asked of a resource's findings.
const tests = {
  __proto__: null,
  rule: (is) => {
    const those = new Set([...data.rules.values()].filter((r) => is(r.id) || r.aliases.some(is)));
    return { f: (f) => those.has(f.rule), none: !those.size && ["a rule of this report"] };
  },
  severity: (is, t) => {
    const ns = t.values.map((v) => SEVERITIES.indexOf(fold(v)));
    const ok = (s) => ns.some((n) => ({ "": s === n, ">=": s >= n, ">": s > n, "<=": s <= n, "<": s < n })[t.op]);
    return { f: (f) => ok(f.severity), none: ns.includes(-1) && SEVERITIES };
  },
  status: (is) => ({ f: (f) => is(f.status), none: !STATUSES.some(is) && STATUSES }),
  user: (is) => ({ f: (f) => (f.on.type === "user" || f.on.type === "root") && is(f.on.name), r: (r) => is(r.name) }),
  name: (is) => ({ f: (f) => is(f.on.name), r: (r) => is(r.name) }),
  type: (is) => ({ f: (f) => is(f.on.type), r: (r) => is(r.type), none: missingOf(is, data.accounts.flatMap((a) => a.resources.map((r) => r.type))) }),
  account: (is) => ({ f: (f) => is(f.account.id) || is(f.account.alias), r: (r) => is(r.account.id) || is(r.account.alias), none: !data.accounts.some((a) => is(a.id) || is(a.alias)) && ["an account of this report"] }),
  category: (is) => ({ f: (f) => is(f.rule.category), none: missingOf(is, [...data.rules.values()].map((r) => r.category)) }),
  group: (is) => ({ f: (f) => items(f.on, "attachedGroups").some((i) => is(i[3])), r: (r) => items(r, "attachedGroups").some((i) => is(i[3])) }),
  change: (is) => ({ f: (f) => is(f.delta || ""), none: missingOf(is, CHANGES) }),
};
tests.acct = tests.account;
tests.sev = tests.severity;

// missingOf are the values there are where none is meant.
function missingOf(is, values) {
  const all = [...new Set(values)].filter(Boolean);
  return !all.some(is) && all.sort(order);
}

// compile makes one test of a filter; which is f or r. What several terms of a
// key without < or > say may be any of them. Of a resource, one finding is like all
// that is asked of findings, and fails unless a status is asked for. wrong are
// hints for people.
function compile(text, which, wrong = []) {
  const each = [], any = new Map(), free = [], inner = { each: [], any: new Map() };
  for (const t of parse(text)) {
    if (!t.key) {
      const want = fold(t.values[0]), ok = (x) => x.words.includes(want) || want.startsWith("arn:") && fold((x.on || x).arn).includes(want);
      if (t.odd) (wrong.soft ||= []).push(t.odd + ": is no key, and looked for as it is; keys are " + Object.keys(tests).join(", "));
      free.push(t.not ? (x) => !ok(x) : ok);
      continue;
    }
    const those = t.values.map(same), test = tests[t.key]((v) => those.some((is) => is(v)), t), ok = test[which] || test.f;
    if (test.none) wrong.push("not understood: " + t.key + ":" + t.values.join(",") + ", expected " + test.none.join(", "));
    const asked = test[which] ? { each, any } : inner;
    if (t.not && asked === inner) each.push((r) => !r.findings.some((f) => (f.status === "fail" || t.key === "status") && ok(f)));
    else if (t.not) asked.each.push((x) => !ok(x));
    else if (t.op) asked.each.push(ok);
    else asked.any.set(t.key, [...(asked.any.get(t.key) || []), ok]);
  }
  if (inner.any.size + inner.each.length) {
    const failing = inner.any.has("status") ? [] : [(f) => f.status === "fail"], like = every([...failing, ...inner.each, ...anyOf(inner.any)]);
    each.push((r) => r.findings.some(like));
  }
  return every([...each, ...anyOf(any), ...free]); // what looks through whole texts comes last
}
const every = (tests) => (x) => tests.every((ok) => ok(x));
const anyOf = (lists) => [...lists.values()].map((list) => (list.length > 1 ? (x) => list.some((ok) => ok(x)) : list[0]));

// hints are what to say of a filter that found so much.
const hints = (wrong, found) => (found ? wrong : wrong.concat(wrong.soft || []));

// candidates are the findings that a filter can be about at all.
function candidates(text) {
  const those = parse(text).filter((t) => t.key === "rule" && !t.not).flatMap((t) => t.values.map(same));
  if (!those.length) return data.findings;
  const is = (v) => those.some((ok) => ok(v));
  return [...data.byRule].filter(([r]) => is(r.id) || r.aliases.some(is)).flatMap(([, list]) => list).sort(worst);
}

// ---- The address ----

// decoded is a piece of an address, as it is where somebody typed no good one.
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
function here() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decoded), params: new URLSearchParams(query || "") };
}
function address(path, params) {
  const query = new URLSearchParams();
  for (const [k, v] of Object.entries(params || {})) if (v) query.set(k, v);
  const text = query.toString();
  return "#/" + path.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
}
// change sets parts of the address and keeps the others.
function change(changes, replace) {
  const { path, params } = here();
  const to = address(path, { ...Object.fromEntries(params), ...changes });
  if (replace) history.replaceState(null, "", to); else location.hash = to;
  if (replace) render();
}
const findingsOf = (q, more) => address(["findings"], { q, ...more });
const quote = (s) => (/[\s"]/.test(s) ? '"' + s.replaceAll('"', "") + '"' : s);
// cardOf is the address of a resource's card, with its ARN where a name is not enough.
const cardOf = (r, rule) => address([r.type, r.account.id || "-", r.name], { arn: namesakes(r.account).has(r.name) ? r.arn : "", rule });
// namesakes are the names that several things of a kind have.
function namesakes(account) {
  if (!account.namesakes) {
    const seen = {};
    account.namesakes = new Set();
    for (const { type, name } of account.resources) {
      const names = (seen[type] ||= new Set()), before = names.size;
      if (names.add(name).size === before) account.namesakes.add(name);
    }
  }
  return account.namesakes;
}

// ---- Long lists: only what is to be seen is in the page ----

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
    body.replaceChildren(space(from), ...drawn(from, to), space(rows.length - to));
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

// ---- Export of what is shown ----

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
// cell is text that no spreadsheet runs.
const cell = (v) => '"' + String(v ?? "").replace(/^[=+\-@\t\r]/, "'$&").replace(/[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ").replaceAll('"', '""') + '"';
const shown = new Map(); // what buttons save, by name: rows as they are now
function exports(name, rows) {
  shown.set(name, rows);
  const csv = () => {
    const all = shown.get(name)(), keys = Object.keys(all[0] || {});
    save(name + ".csv", "text/csv", [keys, ...all.map((r) => keys.map((k) => r[k]))].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n");
  };
  return [h("button", { type: "button", onclick: csv }, "CSV"),
    h("button", { type: "button", onclick: () => save(name + ".json", "application/json", JSON.stringify(shown.get(name)(), null, 2) + "\n") }, "JSON")];
}
// inOrder are the rows as they are shown.
const inOrder = () => (list ? list.rows.filter((r) => !r.head) : []);
const plainFinding = (f) => ({ account: f.account.id, alias: f.account.alias, rule: f.rule.id, severity: SEVERITIES[f.severity], status: f.status, resource_type: f.on.type, resource: f.on.name, arn: f.on.arn, message: f.message, parts: f.parts.map((p) => p[3]).join("; "), change: f.delta || undefined });

// ---- Views ----

let typing = 0;
// bar is the filter box with what belongs to it.
function bar(state, wrong, ...more) {
  const q = here().params.get("q") || "";
  return [
    h("div", { class: "bar", role: "search" },
      h("input", { type: "search", id: "filter", value: q, "aria-label": "Filter", spellcheck: "false", autocomplete: "off", placeholder: "rule:IAM-071 severity:>=high user:ci-* -status:excepted",
        oninput: (e) => { clearTimeout(typing); const { value } = e.target; typing = setTimeout(() => change({ q: value }, true), 60); } }), more),
    h("p", { class: "bar" }, h("span", { class: "state", role: "status", "aria-live": "polite" }, state, wrong.length ? " · " + wrong.join("; ") : "")),
  ];
}

// grouped puts together what has the same key, most often side by side.
function grouped(found, key) {
  const groups = new Map();
  let last, g;
  for (const f of found) {
    const k = key(f);
    if (k !== last || !g) {
      last = k;
      g = groups.get(k);
      if (!g) groups.set(k, (g = []));
    }
    g.push(f);
  }
  return [...groups.values()];
}
// weigh counts verdicts: some findings stand for many that lack a source.
function weigh(found) {
  let n = 0;
  for (const f of found) n += f.weight;
  return n;
}
// kinds counts findings that are the same but for who they are on.
function kinds(found) {
  return grouped(found, (f) => f.sort).map((g) => ({ f: g[0], n: weigh(g) }));
}
// concerned counts the resources that findings are on.
let look = 0;
function concerned(found) {
  let n = 0;
  look++;
  for (const { on } of found) if (on.look !== look) { on.look = look; n++; }
  return n;
}

// facets count what else may be chosen, and add it to the filter.
function facets(counted, q) {
  const ways = [["severity", (f) => SEVERITIES[f.severity]], ["status", (f) => f.status], ["category", (f) => f.rule.category], ["account", (f) => f.account.id], ["change", (f) => f.delta || ""]];
  const has = parse(q);
  return h("div", { class: "facets", role: "group", "aria-label": "Narrow down" }, ways.map(([key, of]) => {
    const n = new Map();
    for (const { f, n: more } of counted) n.set(of(f), (n.get(of(f)) || 0) + more);
    n.delete("");
    const chosen = has.find((t) => t.key === key && !t.not);
    if (n.size < 2 && !chosen || n.size > 12) return null;
    return h("span", { class: "facet" }, h("span", { class: "name" }, key), [...n].sort((x, y) => y[1] - x[1]).map(([value, k]) => {
      const term = key + ":" + quote(value), on = q.split(/\s+/).includes(term);
      return h("button", { type: "button", id: "facet-" + term, "aria-pressed": String(on), onclick: () => change({ q: (on ? q.split(/\s+/).filter((t) => t !== term).join(" ") : (q + " " + term).trim()) }) }, value, " ", String(k));
    }));
  }));
}

const several = () => data.accounts.length > 1;

function findingsView(params) {
  const q = params.get("q") || "", by = params.get("by") || "rule", wrong = [];
  const found = candidates(q).filter(compile(q, "f", wrong)), counted = kinds(found);
  const keys = { __proto__: null, rule: (f) => (f.rule.place * 4 + f.severity) * 8 + f.kind, user: (f) => f.on, account: (f) => f.account };
  const parts = keys[by] ? grouped(found, keys[by]) : [];
  const calm = (g) => Number(g[0].status !== "fail");
  parts.sort((x, y) => (by === "rule" ? calm(x) - calm(y) || y[0].severity - x[0].severity : 0) || y.length - x.length);
  const rows = keys[by] ? parts.flatMap((g) => [{ head: g[0], n: weigh(g) }].concat(g)) : found;
  const heading = (f) => ({
    rule: () => [badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status), h("a", { href: address(["rule", f.rule.id]) }, f.rule.risk), " ", h("span", { class: "quiet" }, f.rule.id)],
    user: () => [h("a", { href: cardOf(f.on) }, f.on.name), " ", h("span", { class: "quiet" }, f.on.type + (several() ? ", " + f.account.label : ""))],
    account: () => [f.account.label],
  })[by]();
  const columns = [
    { key: "severity", name: "Severity", class: "w-badge", down: true, by: (f) => -f.severity }, { key: "who", name: "Who", class: "w-name", by: (f) => f.on.name },
    by !== "rule" && { key: "rule", name: "Rule", class: "w-rule late", by: (f) => f.rule.id }, several() && by !== "account" && { key: "account", name: "Account", class: "w-account late", by: (f) => f.account.label },
    by !== "user" && { key: "all", name: "Findings", class: "w-number number late", down: true, by: (f) => -broken(f.on).length }, { key: "why", name: "Why", class: "late", by: (f) => f.message }].filter(Boolean);
  const draw = (f) => f.head
    ? h("tr", { class: "group" }, h("th", { colspan: across(columns), scope: "rowgroup" }, h("span", { class: "count" }, String(f.n)), heading(f.head)))
    : h("tr", {}, h("td", {}, badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status)), h("th", { scope: "row" }, h("a", { href: cardOf(f.on, f.rule.id) }, f.on.name), h("span", { class: "below" }, [several() && by !== "account" && f.account.label, by !== "rule" && f.rule.id, (f.delta === "new" ? "new: " : "") + f.message].filter(Boolean).join(" · "))),
      by !== "rule" && h("td", { class: "late" }, h("a", { href: address(["rule", f.rule.id]) }, f.rule.id)), several() && by !== "account" && h("td", { class: "late" }, f.account.label),
      by !== "user" && h("td", { class: "number late" }, String(broken(f.on).length)), h("td", { class: "late", title: f.message }, f.delta === "new" ? "new: " : "", f.message));
  const words = new Map();
  for (const { f, n } of counted) words.set(f.status, (words.get(f.status) || 0) + n);
  const fails = words.get("fail") || 0;
  words.delete("fail");
  return [h("h1", {}, "Findings"),
    bar([count(fails, "finding"), ...[...words].map(([word, n]) => n + " " + word)].join(", ") + " on " + count(concerned(found), "resource"), hints(wrong, found.length),
      h("label", {}, "by ", h("select", { id: "by", onchange: (e) => change({ by: e.target.value, sort: "" }) }, ["rule", "user", "account", "none"].map((v) => h("option", { value: v, selected: v === by }, v)))),
      exports("findings", () => inOrder().map(plainFinding))),
    facets(counted, q),
    rows.length ? h("div", { class: "findings" }, windowed(columns, rows, draw)) : h("p", {}, "Nothing is like that.")];
}

// tableView lists resources.
function tableView(title, type, columns, noun) {
  return (params) => {
    const q = params.get("q") || "", wrong = [], ok = compile(q, "r", wrong);
    const rows = data.resources.filter((r) => type.includes(r.type) && ok(r));
    const cols = [{ key: "name", name: "Name", class: "w-name", by: (r) => r.name, cell: (r) => h("a", { href: cardOf(r) }, r.name) },
      several() && { key: "account", name: "Account", class: "w-account", by: (r) => r.account.label, cell: (r) => r.account.label },
      { key: "findings", name: "Findings", class: "w-number number", down: true, by: (r) => -broken(r).length, cell: (r) => String(broken(r).length) },
      data.findings.some((f) => f.status === "unknown") && { key: "unknown", name: "Unknown", class: "w-number number", down: true, by: (r) => -open(r), cell: (r) => String(open(r) || "") }, ...columns].filter(Boolean);
    return [h("h1", {}, title),
      bar(rows.some((r) => r.type === "root") ? count(rows.filter((r) => r.type === noun).length, noun) + " and root" : count(rows.length, noun), hints(wrong, rows.length), exports(plural(noun), () => inOrder().map((r) => ({ account: r.account.id, name: r.name, arn: r.arn, findings: broken(r).length, ...Object.fromEntries(r.facts.map((f) => [f[0], f[2] ? f[2].map((i) => i[3]).join("; ") : f[1] || ""])) })))),
      rows.length ? windowed(cols, rows, (r) => h("tr", {}, cols.map((c, i) => { const v = c.cell(r); return h(i ? "td" : "th", { scope: i ? null : "row", class: c.class?.includes("number") ? "number" : null, title: typeof v === "string" ? v : null }, v); }))) : h("p", {}, "Nothing is like that.")];
  };
}
const open = (r) => r.findings.filter((f) => f.status === "unknown").length + lacking(r).length;
const broken = (r) => r.findings.filter((f) => f.status === "fail");
const column = (key, name, value, wide) => ({ key, name, class: wide || "", by: value, cell: (r) => String(value(r)) });
const names = (field) => (r) => items(r, field).map((i) => i[3]).concat(fact(r, field)?.[3] ? ["maybe more"] : []).join(", ") || (say(r, field) === "none" ? "" : say(r, field));

// policies are a resource's own, or unknown where a list of them was not read.
const policies = (r) => [say(r, "managedPolicies"), say(r, "inlinePolicies")].includes("unknown") ? "unknown" : [...items(r, "managedPolicies"), ...items(r, "inlinePolicies")].map((i) => i[3]).join(", ");
const usersView = tableView("Users", ["user", "root"], [
  column("password", "Password", (r) => ({ true: "yes", false: "no" })[say(r, "passwordEnabled")] || say(r, "passwordEnabled"), "w-number"),
  column("mfa", "MFA", (r) => ({ true: "yes", false: "no" })[say(r, "mfaActive")] || say(r, "mfaActive"), "w-number"),
  column("keys", "Keys", (r) => (say(r, "accessKeys") === "unknown" ? "unknown" : String(items(r, "accessKeys").length)), "w-number"),
  column("groups", "Groups", names("attachedGroups")),
  column("own", "Policies of their own", (r) => policies(r)),
  column("created", "Created", (r) => day(say(r, "createDate")), "w-date")], "user");
const groupsView = tableView("Groups", ["group"], [
  column("members", "Members", (r) => items(r, "users").length, "w-number number"), column("who", "Who", names("users")),
  column("policies", "Policies", (r) => policies(r))], "group");
const policiesView = tableView("Policies", ["policy"], [
  column("users", "Users", names("users")), column("groups", "Groups", names("groups")), column("roles", "Roles", names("roles"))], "policy");

const FIELDS = { createDate: "Created", passwordEnabled: "Console password", passwordLastUsed: "Password last used", passwordLastChanged: "Password last changed", mfaActive: "MFA", mfaDevices: "MFA devices", accessKeys: "Access keys", attachedGroups: "Groups", managedPolicies: "Managed policies", inlinePolicies: "Inline policies", permissionsBoundary: "Permissions boundary", tags: "Tags", sshKeys: "SSH keys", serviceCredentials: "Service credentials", signingCertificates: "Signing certificates", users: "Users", groups: "Groups", roles: "Roles", document: "Document" };
// What stands in the evidence for what is on the card.
const SHOWN = { firstAccessKey: "accessKeys", secondAccessKey: "accessKeys", combinedPolicies: "managedPolicies", groups: "attachedGroups", virtualMfaEnabled: "mfaActive", firstCertificate: "signingCertificates", secondCertificate: "signingCertificates" };

function documentOf(r, n) {
  const text = n ? r.account.documents[n - 1] : "";
  if (!text) return null;
  let pretty = text;
  try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* as it is */ }
  return h("details", {}, h("summary", {}, "document"), block(pretty));
}

// pointed is the resource of this report that an item of a card names.
const POINTS = { attachedGroups: "group", groups: "group", users: "user", managedPolicies: "policy", permissionsBoundary: "policy" };
function pointed(account, field, item) {
  account.index ||= new Map(account.resources.map((r) => [r.type + "\n" + (r.type === "policy" ? r.arn : r.name), r]));
  const type = POINTS[field];
  return type && account.index.get(type + "\n" + (type === "policy" ? item[2] : item[3]));
}
// comesBy reports whether a part names an item of a card as what it comes by, as in
// "iam:PutUserPolicy by inline policy own, admin through group Ops".
function comesBy([kind, , , text], item, field) {
  const group = field === "attachedGroups";
  if (!group && kind !== "escalation") return false;
  for (const before of group ? [" through group "] : [" by ", ", "]) {
    for (let at = text.indexOf(before + item[3]); at >= 0; at = text.indexOf(before + item[3], at + 1)) {
      if (/^($|, |\)| under )/.test(text.slice(at + before.length + item[3].length))) return true;
    }
  }
  return false;
}

function cardView(r, params) {
  const rule = params.get("rule") || "", own = r.findings.filter((f) => !rule || f.rule.id === rule).filter((f) => f.status === "fail" || f.status === "match");
  const marked = (item, field) => own.filter((f) => f.parts.some((p) => p[0] === item[0] && p[0] && (item[2] ? p[2] === item[2] : p[1] === item[1] && p[3] === item[3]) || comesBy(p, item, field))).map((f) => f.rule.id);
  const named = (field) => own.filter((f) => f.fields.some((name) => (SHOWN[name] || name) === field)).map((f) => f.rule.id);
  const why = (rules) => rules.length ? h("span", { class: "why" }, " ◂ " + [...new Set(rules)].join(", ")) : null;
  const at = Date.parse(r.account.at), lacks = lacking(r);
  const row = ([field, text, list, more, doc]) => {
    const byItem = (list || []).map((item) => marked(item, field)), whole = byItem.some((m) => m.length) ? [] : named(field);
    const shown = (i) => { const to = pointed(r.account, field, i); return to ? h("a", { href: cardOf(to) }, i[3]) : aged(i[3], at); };
    const value = list ? h("ul", {}, list.map((i, k) => h("li", {}, byItem[k].length ? [h("mark", {}, shown(i)), why(byItem[k])] : shown(i), documentOf(r, i[4]))), more && h("li", { class: "quiet" }, "maybe more: not all was read"))
      : doc ? documentOf(r, doc) : { true: "yes", false: "no", none: "none" }[text] || aged(text, at);
    return h("tr", {}, h("th", { scope: "row" }, FIELDS[field] || field), h("td", {}, whole.length ? [h("mark", {}, value), why(whole)] : value));
  };
  const others = r.findings.filter((f) => rule && f.rule.id !== rule);
  return [h("div", { class: "card" },
    h("p", { class: "quiet" }, r.type + " of " + r.account.label), h("h1", {}, r.name), h("p", { class: "quiet" }, r.arn, r.note ? " · " + r.note : ""),
    h("h2", {}, rule ? "What breaks " + rule : "Findings"),
    r.findings.filter((f) => !rule || f.rule.id === rule).sort((x, y) => (x.status !== "fail") - (y.status !== "fail") || worst(x, y)).map(findingCard),
    r.findings.length ? null : h("p", {}, lacks.length ? "No finding that is known." : "No finding."),
    rule || !lacks.length ? null : h("div", { class: "gap", role: "note" }, h("strong", {}, "Unknown for want of facts: " + count(lacks.length, "rule")), h("ul", {}, grouped(lacks, (f) => f.message.replace(/^.*? unknown: /, "")).map((g) =>
      h("li", {}, g.map((f, i) => [i ? ", " : "", h("a", { href: address(["rule", f.rule.id]) }, f.rule.id)]), ": " + g[0].message.replace(/^.*? unknown: /, ""))))),
    others.length ? h("p", {}, h("a", { href: cardOf(r) }, "and " + count(others.length, "other finding"))) : null,
    r.packed && [h("h2", {}, "What is known"), h("table", {}, h("tbody", {}, r.facts.map(row)))])];
}

// whose names a finding's resource on a rule's page, by its account too where
// there are several.
const whose = (f) => (several() ? f.account.id + "/" : "") + f.on.name;
function findingCard(f) {
  return h("div", { class: "finding " + (f.status === "fail" ? SEVERITIES[f.severity] : f.status) },
    h("p", {}, badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status), " ", h("strong", {}, f.status === "fail" ? f.rule.risk : f.rule.title), " ", h("a", { href: address(["rule", f.rule.id], { for: whose(f) }) }, f.rule.id)),
    h("p", {}, f.message), f.reasons.length ? h("details", {}, h("summary", {}, "evidence"), h("ul", {}, f.reasons.map((t) => h("li", {}, t)))) : null);
}

// ---- A rule ----

const ALLOWED = new Set(["P", "UL", "OL", "LI", "CODE", "PRE", "STRONG", "EM", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "BR", "H4"]);

// copy takes over known elements of a rule's own text, without attributes; links
// go to rules here, or are https.
function copy(node, fill) {
  if (node.nodeType === Node.TEXT_NODE) return fill && node.parentElement.closest("pre,code") ? fill(node.data) : node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return null;
  // A policy in a text is an example: names beside it would make it look like theirs.
  if (node.tagName === "PRE") return block(fill && !/\bStatement\b/.test(node.textContent) ? fill(node.textContent) : node.textContent);
  const inner = [...node.childNodes].map((c) => copy(c, fill));
  if (node.tagName === "A") {
    const to = node.getAttribute("href") || "", rule = /^\.\.\/([a-z0-9-]+)\/README\.md$/.exec(to);
    if (rule) return h("a", { href: address(["rule", rule[1]]) }, inner);
    return /^https:\/\//.test(to) ? h("a", { href: to, rel: "noreferrer" }, inner) : h("span", {}, inner);
  }
  return ALLOWED.has(node.tagName) ? h(node.tagName.toLowerCase(), {}, inner) : inner;
}
const prose = (html, fill) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map((c) => copy(c, fill));

function block(text) {
  const button = h("button", { type: "button", onclick: async () => {
    try { await navigator.clipboard.writeText(text); button.textContent = "copied"; setTimeout(() => { button.textContent = "copy"; }, 2000); } catch { getSelection().selectAllChildren(button.nextSibling); button.textContent = "selected"; }
  } }, "copy");
  return h("div", { class: "block" }, button, h("pre", { tabindex: "0" }, h("code", {}, text)));
}

function tabs(label, list, chosen, key, fill) {
  const at = Math.max(0, list.findIndex((t) => t.name === chosen));
  const id = "tab-" + key;
  return [h("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown: (e) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[e.key];
    if (to !== undefined && list[to]) { e.preventDefault(); change({ [key]: list[to].name }, true); $(id + to)?.focus(); }
  } }, list.map((t, i) => h("button", { type: "button", role: "tab", id: id + i, "aria-selected": String(i === at), "aria-controls": id, tabindex: i === at ? "0" : "-1", onclick: () => { change({ [key]: t.name }, true); $(id + i)?.focus(); } }, t.name))),
  h("div", { role: "tabpanel", id, "aria-labelledby": id + at, tabindex: "0" }, prose(list[at].html, fill))];
}

// filler puts a finding's names where a text has placeholders, and its account for
// the one of all examples. What is not a name as IAM has them stays out of commands.
function filler(f, chosen) {
  if (!f) return null;
  const plain = (s) => /^[\w+=,.@/:-]+$/.test(s || "") && s;
  const part = (type) => (chosen && chosen[0] === type ? chosen : f.parts.find((p) => p[0] === type));
  const to = { ACCOUNT: f.account.id, 111122223333: f.account.id, USER: f.on.type === "user" && f.on.name, GROUP: f.on.type === "group" && f.on.name, POLICY_ARN: part("managed-policy")?.[2], POLICY_NAME: part("inline-policy")?.[2],
    ACCESS_KEY: part("access-key")?.[2], KEY_ID: (part("access-key") || part("ssh-key"))?.[2], CREDENTIAL_ID: part("service-credential")?.[2], CERTIFICATE_ID: part("signing-certificate")?.[2], SERIAL_NUMBER: part("mfa-device")?.[2] };
  return (text) => text.replace(/(?<![\w-])(?:[A-Z][A-Z_]+|111122223333)(?![\w-])/g, (word) => plain(to[word]) || word);
}

function ruleView(id, params) {
  const rule = data.rules.get(id) || [...data.rules.values()].find((r) => r.aliases.some((a) => fold(a) === fold(id || "")));
  if (!rule) return missing(id);
  const all = data.findings.filter((f) => f.rule === rule), fails = all.filter((f) => f.status === "fail");
  const chosen = fails.find((f) => whose(f) === params.get("for")) || fails[0];
  const parts = chosen ? chosen.parts.filter((p) => chosen.parts.length > 1 && p[2]) : [], part = parts.find((p) => p[2] === params.get("part"));
  const fill = filler(chosen, part), t = rule.tally, d = rule.docs, long = fails.length > 200, who = [...new Set(fails.map(whose))];
  const pick = fails.length ? [h("label", {}, "filled in for ", long
    ? [h("input", { id: "for", list: "those", value: whose(chosen), onchange: (e) => change({ for: e.target.value, part: "" }) }), h("datalist", { id: "those" }, who.map((n) => h("option", { value: n })))]
    : h("select", { id: "for", onchange: (e) => change({ for: e.target.value, part: "" }) }, who.map((n) => h("option", { value: n, selected: n === whose(chosen) }, n)))),
    parts.length ? h("label", {}, "with ", h("select", { id: "part", onchange: (e) => change({ part: e.target.value }) }, parts.map((p) => h("option", { value: p[2], selected: p === part }, p[3])))) : null] : null;
  const known = rule.aliases.slice(0, 5).join(" · "), more = rule.aliases.slice(5).join(" · ");
  return [h("p", { class: "quiet" }, rule.id, known && " · " + known), h("h1", {}, rule.title), more && h("details", { class: "quiet" }, h("summary", {}, "also known as"), more),
    h("p", {}, badge(rule.severity), " ", t.fail && rule.risk !== rule.title ? h("strong", {}, rule.risk + ": ") : null, [["fail", t.fail], ["pass", t.pass], ["unknown", t.unknown], ["excepted", t.excepted], ["not applicable", t.na]].filter((x) => x[1]).map((x) => x[1] + " " + x[0]).join(", ") || "judged nobody"),
    rule.note ? h("p", { class: "gap" }, "Applies to nobody yet: " + rule.note) : null,
    rule.settings ? [h("h2", {}, "Settings"), h("ul", {}, Object.entries(rule.settings).sort().map(([k, v]) => h("li", {}, h("code", {}, k), " = ", v)))] : null,
    all.length ? [h("h2", {}, "Who"), h("p", {}, h("a", { href: findingsOf("rule:" + rule.id) }, count(fails.length, "finding"))), h("ul", {}, fails.slice(0, 10).map((f) => h("li", {}, h("a", { href: cardOf(f.on, rule.id) }, f.on.name), " ", h("span", { class: "quiet" }, several() ? f.account.label + ": " : "", f.message))))] : null,
    d && [h("h2", {}, "Why"), prose(d.why), d.fix.length ? [h("h2", {}, "Fix"), h("div", { class: "bar" }, pick), rule.fix && fails.length ? block("rollcall fix plan --rule " + rule.id + " -o plan.json") : null, prose(d.fixing, fill), tabs("Fix", d.fix, params.get("fix"), "fix", fill)] : null,
      d.audit.length ? [h("h2", {}, "Audit"), prose(d.auditing), tabs("Audit", d.audit, params.get("audit"), "audit", fill)] : null,
      d.more ? [h("h2", {}, "Good to know"), prose(d.more)] : null]];
}

function rulesView() {
  const rows = [...data.rules.values()].sort((x, y) => y.tally.fail - x.tally.fail || order(x.id, y.id));
  const td = (n) => h("td", { class: "number" }, String(n || ""));
  return [h("h1", {}, "Rules"), h("div", { class: "bar" }, exports("rules", () => [...rows.map((r) => ({ id: r.id, title: r.title, severity: r.severity, on: "yes", ...r.tally, settings: JSON.stringify(r.settings || {}) })), ...data.off.map((r) => ({ id: r.rule, title: r.title, severity: r.severity, on: "no: " + r.why }))])),
    h("div", { class: "scroll", tabindex: "0" }, h("table", {}, h("thead", {}, h("tr", {}, ["Rule", "Severity", "Fail", "Excepted", "Unknown", "Pass", "N/A"].map((t, i) => h("th", { scope: "col", class: i > 1 ? "number" : null }, t)))),
      h("tbody", {}, rows.map((r) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: address(["rule", r.id]) }, r.title), " ", h("span", { class: "quiet" }, r.id), r.note ? h("p", { class: "quiet" }, "Applies to nobody yet: " + r.note) : null), h("td", {}, badge(r.severity)), td(r.tally.fail), td(r.tally.excepted), td(r.tally.unknown), td(r.tally.pass), td(r.tally.na)))))),
    data.off.length ? [h("h2", {}, "Off"), h("ul", {}, data.off.map((r) => h("li", {}, h("strong", {}, r.title), " ", h("span", { class: "quiet" }, r.rule + ": " + r.why))))] : null];
}

// ---- Frameworks, exceptions ----

const MARKS = { met: "✓", "not met": "✗", unknown: "?", manual: "✎", "out of scope": "–", "not applicable": "–", excepted: "~" };

function frameworksView(params) {
  const all = new Map();
  for (const a of data.accounts) for (const f of a.frameworks || []) { if (!all.has(f.id)) all.set(f.id, { ...f, by: [] }); all.get(f.id).by.push([a, f]); }
  if (!all.size) return [h("h1", {}, "Frameworks"), h("p", {}, "None was asked for: ", h("code", {}, "rollcall scan --framework cis-aws-5.0"), "; ", h("code", {}, "rollcall frameworks list"), " names them.")];
  return [h("h1", {}, "Frameworks"), [...all.values()].map((f) => [h("h2", { id: f.id }, f.title), f.by.map(([a, own]) => h("p", {}, several() ? a.label + ": " : "", own.score)), h("p", { class: "quiet" }, f.scope),
    h("div", { class: "bar" }, exports(f.id, () => f.by.flatMap(([a, own]) => own.controls.map((c) => ({ account: a.id, framework: f.id, control: c.id, what: c.what, status: c.status, why: c.why }))))),
    h("div", { class: "scroll", tabindex: "0" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Control"), f.by.map(([a]) => h("th", { scope: "col", class: "whole" }, several() ? a.label : "Status")), h("th", { scope: "col" }, "Why"))),
      h("tbody", {}, f.controls.map((c, i) => h("tr", {}, h("th", { scope: "row" }, c.id + " " + c.what), f.by.map(([, own]) => h("td", { class: "whole" }, (MARKS[own.controls[i].status] || "") + " " + own.controls[i].status)),
        h("td", {}, grouped(f.by.filter(([, own]) => own.controls[i].why), ([, own]) => own.controls[i].why).map((g) => h("div", {}, several() && g.length < f.by.length ? g.map(([a]) => a.label).join(", ") + ": " : "", g[0][1].controls[i].why)), c.rules.map((id) => [h("a", { href: address(["rule", id]) }, id), " "])))))))])];
}

// near says of a day that is at most a month after judging how far away it is.
function near(date) {
  const days = Math.ceil((Date.parse(date + "T23:59:59Z") - Math.max(...data.accounts.map((a) => Date.parse(a.at)))) / 864e5) - 1;
  return days < 0 || days > 30 ? "" : days ? "in " + count(days, "day") : "today";
}

// exceptionsView shows what is excepted, and all that spares somebody or should:
// what ends first stands first.
function exceptionsView() {
  const ends = (x, y) => order(x || "9999", y || "9999");
  const waived = data.findings.filter((f) => f.status === "excepted").sort((x, y) => ends(x.until, y.until));
  const entries = [...(data.footer.entries || [])].sort((x, y) => ends(x.expires, y.expires));
  const until = (date) => (date ? [date, near(date) && h("strong", {}, " · " + near(date))] : "no end");
  const table = (heads, rows) => h("div", { class: "scroll", tabindex: "0" }, h("table", {}, h("thead", {}, h("tr", {}, heads.map((t) => h("th", { scope: "col", class: "whole" }, t)))), h("tbody", {}, rows)));
  const section = (kind, title, note, covers) => {
    const own = entries.filter((e) => e.kind === kind);
    return own.length ? [h("h2", {}, title + " ", h("span", { class: "quiet" }, String(own.length))), h("p", { class: "quiet" }, note), h("div", { class: "bar" }, exports(kind, () => own)),
      table([kind === "safelist" ? "Approves" : "Waives", "State", covers, "Until", "Owner", "Why"], own.map((e) => h("tr", {},
        h("th", { scope: "row" }, e.rule ? [e.rule, " for "] : "", h("code", {}, e.pattern)), h("td", { class: "whole" }, e.state), h("td", { class: "number" }, String(e.covers)),
        h("td", { class: "whole" }, until(e.expires)), h("td", { class: "words" }, e.owner || ""), h("td", { class: "reason" }, [e.reason, e.ticket].filter(Boolean).join(", ")))))] : null;
  };
  return [h("h1", {}, "Exceptions"),
    waived.length ? [h("h2", {}, "What is excepted ", h("span", { class: "quiet" }, String(waived.length))), h("div", { class: "bar" }, exports("excepted", () => waived.map((f) => ({ ...plainFinding(f), until: f.until })))),
      table(["Until", "Who", "Rule", "Why"], waived.map((f) => h("tr", {}, h("td", { class: "whole" }, until(f.until)), h("th", { scope: "row", class: "words" }, h("a", { href: cardOf(f.on) }, f.on.name)), h("td", { class: "words" }, h("a", { href: address(["rule", f.rule.id]) }, f.rule.id)), h("td", {}, f.message))))] : h("p", {}, "Nothing is excepted."),
    section("exception", "Exceptions", "What is expired spares nobody any more; what is unused may be removed.", "Findings"),
    section("safelist", "Safelist", "Who is approved. What is expired approves nobody any more; what is unused may be removed.", "Users")];
}

const missing = (what) => [h("h1", {}, "Not here"), h("p", {}, what + " is not in this report. ", h("a", { href: "#/" }, "To the summary"))];

// ---- The frame ----

const VIEWS = [["", "Summary"], ["findings", "Findings"], ["users", "Users"], ["groups", "Groups"], ["policies", "Policies"], ["rules", "Rules"], ["frameworks", "Frameworks"], ["exceptions", "Exceptions"]];

function content({ path: [view, a, b], params }) {
  switch (view) {
    case "findings": return findingsView(params);
    case "users": return usersView(params);
    case "groups": return groupsView(params);
    case "policies": return policiesView(params);
    case "rules": return rulesView();
    case "rule": return ruleView(a, params);
    case "frameworks": return frameworksView(params);
    case "exceptions": return exceptionsView();
  }
  const account = data.accounts.find((x) => (x.id || "-") === a);
  const r = account?.resources.find((x) => x.type === view && x.name === b && (!params.get("arn") || x.arn === params.get("arn")));
  return r ? cardView(r, params) : missing([view, a, b].filter(Boolean).join(" "));
}

// replace shows a view. A filter that somebody is typing in stays where it is.
function replace(view, nodes) {
  const typed = document.activeElement?.id === "filter" && view.querySelector("[role=search]");
  const fresh = nodes.find((n) => n.getAttribute?.("role") === "search");
  if (!typed || !fresh) return view.replaceChildren(...nodes);
  for (const n of [...view.childNodes]) if (n !== typed) n.remove();
  const at = nodes.indexOf(fresh);
  typed.before(...nodes.slice(0, at));
  typed.after(...nodes.slice(at + 1));
}

let last = null;
function render() {
  const at = here(), view = at.path[0] || "", path = at.path.join("/");
  if (location.hash && !location.hash.startsWith("#/")) return; // a place in the summary
  const focused = document.activeElement?.id;
  list = null;
  document.body.classList.toggle("inside", view !== "");
  $("summary").hidden = view !== "";
  $("view").hidden = view === "";
  replace($("view"), view ? [content(at)].flat(9).filter((c) => c !== null && c !== undefined && c !== false && c !== "") : []);
  for (const link of document.querySelectorAll("#views a")) mark(link, link.dataset.view === view);
  const q = (at.params.get("q") || "").split(/\s+/);
  for (const link of document.querySelectorAll("[data-risk]")) mark(link, view === "findings" && q.includes("rule:" + link.dataset.risk) && (!link.dataset.severity || q.includes("severity:" + link.dataset.severity)) || view === "rule" && at.path[1] === link.dataset.risk);
  if (path !== last && (last || view)) document.title = ($("view").querySelector("h1")?.textContent || "Summary") + " · Rollcall";
  const kept = history.state || {};
  if (list && path !== last) list.at = kept.at ?? -1;
  if (list) list.draw(true);
  if (path !== last) {
    scrollTo(0, kept.y || 0);
    if (list) list.draw();
    if (last !== null && focused !== "filter") $("content").focus({ preventScroll: true });
  } else if (focused && focused !== "filter") $(focused)?.focus();
  last = path;
}
const mark = (link, on) => (on ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current"));

function theme() {
  const root = document.documentElement, steps = ["auto", "light", "dark"];
  let now = "auto";
  try { now = localStorage.getItem("rollcall-theme") || "auto"; } catch { /* not kept */ }
  const button = h("button", { type: "button", id: "theme", onclick: () => set(steps[(steps.indexOf(now) + 1) % 3]) });
  function set(to) {
    now = steps.includes(to) ? to : "auto";
    if (now === "auto") delete root.dataset.theme; else root.dataset.theme = now;
    try { localStorage.setItem("rollcall-theme", now); } catch { /* not kept */ }
    button.textContent = "Theme: " + now;
  }
  set(now);
  return button;
}

let keys = true;
const help = h("dialog", { id: "help", "aria-label": "Keyboard" }, h("h2", {}, "Keyboard"),
  h("table", {}, h("tbody", {}, [["/", "to the filter"], ["j, k", "down and up the list"], ["Enter", "open"], ["Escape", "leave the filter, or close this"], ["?", "this"]].map(([k, t]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, k)), h("td", {}, t))))),
  h("p", {}, "Filter: words, and ", h("code", {}, "rule: severity: status: user: type: account: category: group: change:"), " with ", h("code", {}, "*"), " for anything, ", h("code", {}, "-"), " before what not to show, ", h("code", {}, "severity:>=high"), ", and quotes around spaces."),
  h("p", {}, h("label", {}, h("input", { type: "checkbox", id: "keys", checked: true, onchange: (e) => { keys = e.target.checked; } }), " single keys do something")),
  h("form", { method: "dialog" }, h("button", {}, "Close")));

addEventListener("keydown", (e) => {
  const inField = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
  if (e.key === "Escape" && e.target.id === "filter") { e.target.blur(); return; }
  if (inField || help.open || !keys || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "/") { if (!$("filter")) location.hash = "#/findings"; e.preventDefault(); setTimeout(() => $("filter")?.focus(), 0); }
  else if (e.key === "?") help.showModal();
  else if (e.key === "j" || e.key === "k") { if (list) { e.preventDefault(); list.move(e.key === "j" ? 1 : -1); } }
});

// warm makes the words of findings, and what is looked up of names, ready while nobody asks for anything.
function warm(i) {
  const idle = globalThis.requestIdleCallback || ((f) => setTimeout(f, 50));
  idle(() => {
    if (!i) data.accounts.forEach(namesakes);
    for (const until = performance.now() + 8; i < data.findings.length && performance.now() < until; i++) void data.findings[i].words;
    if (i < data.findings.length) warm(i);
  });
}

async function start() {
  load(await Promise.all([...document.querySelectorAll("script.chunk")].map((s) => { const t = s.textContent; s.remove(); return unpack(t); })));
  $("views").append(...VIEWS.map(([view, name]) => h("a", { href: "#/" + view, "data-view": view }, name)));
  $("tools").append(theme(), h("button", { type: "button", "aria-label": "Keyboard help", onclick: () => help.showModal() }, "?"));
  document.body.append(help);
  for (const li of document.querySelectorAll(".times li")) li.textContent = aged(li.textContent, Date.now());
  const status = document.querySelector("[data-matches]") ? "match" : "fail";
  for (const link of document.querySelectorAll("[data-risk]")) link.href = findingsOf("rule:" + link.dataset.risk + (link.dataset.severity ? " severity:" + link.dataset.severity : "") + (status === "fail" ? " status:fail" : ""));
  for (const link of document.querySelectorAll("[data-rule]")) link.href = address(["rule", link.dataset.rule]);
  for (const link of document.querySelectorAll("[data-query]")) link.href = findingsOf(link.dataset.query);
  for (const link of document.querySelectorAll("[data-framework]")) link.href = "#/frameworks";
  addEventListener("hashchange", render);
  render();
  document.documentElement.dataset.ready = String(Math.round(performance.now())); // milliseconds
  warm(0);
}
start().catch((e) => { $("summary").prepend(h("p", { class: "gap", role: "alert" }, "The details cannot be shown in this browser: " + e.message + ". What follows is the summary.")); document.documentElement.dataset.ready = "no"; });
