// Findings, grouped, counted and narrowed down.

let typing = 0;
// judged is as of when the accounts were.
function judged() {
  const all = data.accounts.map((a) => a.at).sort(), [first, last] = [all[0], all.at(-1)];
  return first ? "judged as of " + (first === last ? first : first + " to " + last) : "";
}
// bar is the filter box with what belongs to it. On paper there is what was asked for.
function bar(state, wrong, ...more) {
  const hint = { findings: "rule:IAM-071 severity:>=high user:ci-* -status:excepted", rules: "severity:>=high status:fail mfa", frameworks: 'status:"not met" password', exceptions: "status:expired rule:IAM-071 -user:ci-*", users: "ci-* group:admins password:yes mfa:no keys:>1" }[here().path[0]] || "ci-* group:admins severity:>=high";
  const q = here().params.get("q") || "";
  return [
    h("div", { class: "bar", role: "search" },
      h("input", { type: "search", id: "filter", value: q, "aria-label": "Filter", spellcheck: "false", autocomplete: "off", placeholder: hint,
        oninput: (e) => { clearTimeout(typing); const { value } = e.target; typing = setTimeout(() => change({ q: value }, true), 60); } }), more),
    h("p", { class: "paper" }, [q ? "Filter: " + q : "All, without a filter", state, judged()].filter(Boolean).join(" · ")),
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

// choices are the values of a key: buttons that put one into the filter, in place of
// those chosen before, or take it out again. n maps values to how much a click shows;
// without free it counts what is shown as it is, and once one is chosen says nothing of
// the others.
function choices(key, n, q, free, by = (x, y) => y[1] - x[1]) {
  const terms = parse(q), any = terms.some(chosen(key));
  const says = (value) => (t) => chosen(key)(t) && t.values.length === 1 && fold(t.values[0]) === fold(value);
  n.delete("");
  const all = [...n].filter(([value]) => free || !any || terms.some(says(value)));
  if (all.length < 2 && !any || all.length > 12) return null;
  return h("span", { class: "facet" }, h("span", { class: "name" }, key), all.sort(by).map(([value, k]) => {
    const term = key + ":" + quote(value), on = terms.some(says(value));
    const to = on ? terms.filter((t) => !says(value)(t)).map((t) => t.all).join(" ") : (without(q, key) + " " + term).trim();
    return h("button", { type: "button", id: "facet-" + term, "aria-pressed": String(on), onclick: () => change({ q: to }) }, value, " ", String(k));
  }));
}
// tallied counts rows by what of says of each, all of it where that are several.
function tallied(rows, of) {
  const n = new Map(), add = (v) => n.set(v, (n.get(v) || 0) + 1);
  for (const x of rows) {
    const v = of(x);
    if (typeof v === "string") add(v); else new Set(v).forEach(add);
  }
  return n;
}
// severest puts the tallies of severities in order, the worst first.
const severest = (x, y) => SEVERITIES.indexOf(y[0]) - SEVERITIES.indexOf(x[0]);
// freely are all rows that a filter shows without what it says of a key; of a key that it
// does not have, those that it shows.
const freely = (all, rows, q, which) => (key) => (parse(q).some(chosen(key)) ? all.filter(compile(without(q, key), which)) : rows);
const narrow = (...all) => h("div", { class: "facets", role: "group", "aria-label": "Narrow down" }, all);

const matching = (q, wrong) => candidates(q).filter(compile(q, "f", wrong));

// facets count what a click on each value would show: of a key that the filter has,
// what there is without it.
function facets(counted, q) {
  const ways = [["severity", (f) => SEVERITIES[f.severity], severest], ["status", (f) => f.status], ["category", (f) => f.rule.category], ["account", (f) => f.account.id], ["change", (f) => f.delta || ""]];
  return narrow(ways.map(([key, of, by]) => {
    const n = new Map(), add = (f, more) => n.set(of(f), (n.get(of(f)) || 0) + more);
    if (parse(q).some(chosen(key))) for (const f of matching(without(q, key))) add(f, f.weight);
    else for (const { f, n: more } of counted) add(f, more);
    return choices(key, n, q, true, by);
  }));
}

const several = () => data.accounts.length > 1;
// Columns of findings that several lists have.
const RULE = { key: "rule", name: "Rule", least: 11, by: (f) => f.rule.id, cell: (f) => (f.rule.former ? f.rule.id : h("a", { href: address(["rule", f.rule.id]) }, f.rule.id)), below: (f) => f.rule.id };
const ACCOUNT = { key: "account", name: "Account", least: 8.4, by: (f) => f.account.label, cell: (f) => f.account.label, below: (f) => f.account.label };

const failing = (g) => g.reduce((n, f) => n + (f.status === "fail"), 0);
// tally is what stands beside a group: how many fail, and else how many are how.
function tally(g) {
  const n = g.fails, one = g.every((f) => f.status === g[0].status);
  return one ? String(weigh(g)) : n + " and " + (weigh(g) - n) + " others";
}

function findingsView(params) {
  const q = params.get("q") || "", by = params.get("by") || "rule", wrong = [];
  const found = matching(q, wrong), counted = kinds(found);
  const keys = { __proto__: null, rule: (f) => (f.rule.place * 4 + f.severity) * 8 + f.kind, user: (f) => f.on, account: (f) => f.account };
  const parts = keys[by] ? grouped(found, keys[by]) : [];
  for (const g of parts) g.fails = failing(g);
  const calm = (g) => Number(g[0].status !== "fail");
  parts.sort((x, y) => (by === "rule" ? calm(x) - calm(y) || y[0].severity - x[0].severity : 0) || y.fails - x.fails || y.length - x.length);
  const rows = keys[by] ? parts.flatMap((g) => [{ head: g[0], n: tally(g) }].concat(g)) : found;
  const heading = (f) => ({
    rule: () => [badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status), h("a", { href: address(["rule", f.rule.id]) }, f.rule.risk), " ", h("span", { class: "quiet" }, f.rule.id)],
    user: () => [h("a", { href: cardOf(f.on) }, f.on.name), " ", h("span", { class: "quiet" }, f.on.type + (several() ? ", " + f.account.label : ""))],
    account: () => [f.account.label],
  })[by]();
  const why = (f) => (f.delta === "new" ? "new: " : "") + f.message;
  const columns = [
    { key: "severity", name: "Severity", room: 6.2, down: true, by: (f) => -f.severity, cell: (f) => badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status) },
    { key: "who", name: "Who", main: true, room: 12, by: (f) => f.on.name, cell: (f) => h("a", { href: cardOf(f.on, f.rule.id), title: f.on.name }, f.on.name) },
    by !== "rule" && { ...RULE, late: 3 },
    several() && by !== "account" && { ...ACCOUNT, late: 2 },
    by !== "user" && { key: "all", name: "Findings", class: "number", room: 5.3, late: 4, down: true, by: (f) => -broken(f.on).length, cell: (f) => String(broken(f.on).length), below: (f) => count(broken(f.on).length, "finding") },
    { key: "why", name: "Why", least: 14, late: 1, by: (f) => f.message, cell: why, below: why }].filter(Boolean);
  const head = ({ head, n }) => [h("span", { class: "count" }, String(n)), heading(head)];
  const words = new Map();
  for (const { f, n } of counted) words.set(f.status, (words.get(f.status) || 0) + n);
  const fails = words.get("fail") || 0;
  words.delete("fail");
  const all = fails && words.size ? weigh(found) + " in all: " : "";
  return [h("h1", {}, "Findings"),
    bar(all + [count(fails, "finding"), ...[...words].map(([word, n]) => n + " " + word)].join(", ") + " on " + count(concerned(found), "resource"), hints(wrong, found.length),
      h("label", {}, "by ", h("select", { id: "by", onchange: (e) => change({ by: e.target.value, sort: "" }) }, ["rule", "user", "account", "none"].map((v) => h("option", { value: v, selected: v === by }, v)))),
      exports("findings", () => inOrder().map(plainFinding))),
    facets(counted, q),
    rows.length ? windowed(columns, rows, head) : h("p", {}, "Nothing is like that.", parse(q).some((t) => t.key === "change") && [" What is gone since the baseline is under ", h("a", { href: address(["changes"], { q }) }, "Changes"), "."])];
}
