// The data: what the page carries, unpacked into findings and resources.

async function unpack(text) {
  const packed = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

const worst = (x, y) => y.severity - x.severity || x.rule.place - y.rule.place;
const CHANGES = ["", "new", "changed", "fixed", "excepted", "unclear", "still"];
const data = { byRule: new Map(), rules: new Map(), accounts: [], findings: [], gone: [], resources: [], off: [], footer: {} };

// refs are the places that one number stands for: itself, or a row of lists.
const refs = (account, n) => (n >= 0 ? [n] : account.lists[-1 - n]);
const many = (account, n) => (n >= 0 ? 1 : account.lists[-1 - n].length);
// item is a row of type, slot, id, text and document.
const item = ({ strings, items: [type, slot, id, text, doc] }, n) => [strings[type[n]], slot[n], strings[id[n]], strings[text[n]], doc[n]];
// summed are the numbers of which a list has the steps.
function summed(list, last = 0) {
  for (let i = 0; i < list.length; i++) list[i] = last += list[i];
  return list;
}

// A kind is what many findings have in common.
class Kind {
  constructor(account, [rule, severity, status, delta, until, weight, before, ...fields]) {
    const { strings } = account, id = strings[rule];
    this.account = account;
    this.rule = data.rules.get(id) || former(id);
    this.severity = severity;
    this.status = strings[status];
    this.kind = STATUSES.indexOf(this.status);
    this.delta = strings[delta];
    this.until = strings[until];
    this.lacks = weight > 0;
    this.weight = weight || 1;
    this.before = strings[before];
    this.fields = fields.map((i) => strings[i]);
    this.sort = 0;
    this.those = null; // findings of the rule and severity
  }
}
// A finding, and a resource, work out their texts when somebody looks.
class Finding {
  constructor(of, on, text, parts, reasons) { this.of = of; this.on = on; this.text = text; this.with = parts; this.by = reasons; this.ownParts = this.ownMessage = this.ownWords = undefined; }
  get account() { return this.of.account; }
  get rule() { return this.of.rule; }
  get severity() { return this.of.severity; }
  get status() { return this.of.status; }
  get kind() { return this.of.kind; }
  get delta() { return this.of.delta; }
  get until() { return this.of.until; }
  get weight() { return this.of.weight; }
  get before() { return this.of.before; }
  get fields() { return this.of.fields; }
  get sort() { return this.of.sort; }
  get parts() { return (this.ownParts ??= refs(this.account, this.with).map((n) => item(this.account, n))); }
  get message() { return (this.ownMessage ??= this.fill(this.text)); }
  get reasons() { return refs(this.account, this.by).map((i) => this.fill(i)); }
  get words() { return (this.ownWords ??= fold(this.on.name + "\n" + this.rule.id + "\n" + this.fill(this.text))); }
  fill(i) { const text = this.account.strings[i]; return text.includes("\u0001") ? text.replace(/\u0001(\d)/g, (_, n) => this.parts[n]?.[3] ?? "") : text; }
}
class Resource {
  constructor(account, name, arn, row) {
    this.account = account;
    this.type = account.strings[row[0]];
    this.name = name;
    this.arn = arn;
    this.note = account.strings[row[1]];
    this.row = row;
    this.findings = [];
    this.look = 0;
    this.ownFacts = this.ownWords = undefined;
  }
  get card() { return this.row.length > 2; }
  get words() { return (this.ownWords ??= fold(this.name + "\n" + this.arn + "\n" + JSON.stringify(this.facts))); }
  get facts() { return (this.ownFacts ??= this.row.slice(2).filter((n) => n >= 0).map((n) => unfolded(this.account, n))); }
}
// unfolded is a fact in words: field, text, items or null for no list, whether there may be more, document.
function unfolded(account, n) {
  const { strings, facts: [field, text, list, more, doc] } = account;
  const all = more[n] === 2 || doc[n] && !many(account, list[n]) ? null : refs(account, list[n]).map((i) => item(account, i));
  return [strings[field[n]], strings[text[n]], all, more[n] === 1, doc[n]];
}

// load takes over the packed rows. Numbers in them are places in tables.
function load([shared, ...accounts]) {
  Object.assign(data, { version: shared.version, off: shared.off, footer: shared.footer });
  for (const r of shared.rules) data.rules.set(r.id, { ...r, tally: { fail: 0, excepted: 0, unknown: 0, pass: 0, na: 0 }, notes: [] });
  const lists = new Map(); // of findings, by rule and severity
  for (const a of accounts) {
    data.accounts.push(a);
    a.label = a.alias ? a.alias + " " + a.id : a.id;
    for (const row of a.rules) {
      const { tally, notes } = data.rules.get(row[0]);
      ["fail", "excepted", "unknown", "pass", "na"].forEach((k, i) => (tally[k] += row[i + 1]));
      if (row[6]) notes.push([a, row[6]]);
    }
    a.items.forEach((column) => summed(column));
    a.facts.forEach((column) => summed(column));
    a.lists.reduce((last, row) => summed(row, last).at(-1) ?? last, 0);
    let next = 0;
    for (const row of a.resources) for (let i = 2; i < row.length; i++) row[i] = row[i] ? Math.max(row[i] - 1, -1) : next++;
    a.resources = a.resources.map((row, i) => new Resource(a, a.names[i], a.arns[i], row));
    a.kinds = a.kinds.map((row) => new Kind(a, row));
    for (const k of a.kinds) {
      const key = k.rule.id + " " + k.severity;
      if (!lists.has(key)) lists.set(key, { rule: k.rule, severity: k.severity, all: [] });
      k.those = lists.get(key).all;
    }
    a.lacks = [];
    each(a, a.findings, (f) => {
      f.on.findings.push(f);
      f.of.those.push(f);
      if (f.of.lacks) a.lacks.push(f);
    });
    each(a, a.gone, (f) => data.gone.push(f));
    for (const r of a.resources) if (r.card) data.resources.push(r);
  }
  // Worst first, then by rule; accounts come with their names in order.
  [...data.rules.values()].sort((x, y) => order(x.id, y.id)).forEach((r, i) => (r.place = i));
  data.accounts.forEach((a, i) => (a.place = i));
  for (const a of accounts) for (const k of a.kinds) k.sort = (((a.place * CHANGES.length + CHANGES.indexOf(k.delta)) * (data.rules.size + 1) + k.rule.place) * 4 + k.severity) * 8 + k.kind;
  const sorted = [...lists.values()].filter((l) => l.all.length).sort(worst);
  data.findings = sorted.flatMap((l) => l.all);
  for (const { rule, all } of sorted) data.byRule.set(rule, (data.byRule.get(rule) || []).concat(all));
}
// each makes the findings of columns.
function each(a, columns, use) {
  if (!columns) return;
  const [kind, on, text, parts, reasons] = columns.map((column) => summed(column));
  for (let i = 0; i < kind.length; i++) use(new Finding(a.kinds[kind[i]], a.resources[on[i]], text[i], parts[i], reasons[i]));
}
// former is a rule that the baseline was judged by, and this report is not.
const former = (id) => ({ id, risk: id, aliases: [], category: "", place: data.rules.size, former: true });

// aged adds to times how many days ago they were.
function aged(text, at) {
  return String(text).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (t) => {
    const days = Math.floor((at - Date.parse(t)) / 864e5);
    return days >= 0 ? t + (days ? " (" + count(days, "day") + " ago)" : " (less than a day ago)") : t;
  });
}

// lacking are the rules that lack a source for things of a resource's kind: for
// all of them, or for one of few, of whom it is not said who they are. Root has its
// own rules.
const KINDS = { IamUser: "user", IamGroup: "group", IamPolicy: "policy", IamRole: "role" };
function lacking(r) {
  const { account } = r;
  account.sizes ||= account.resources.reduce((n, o) => n.set(o.type, (n.get(o.type) || 0) + (o.card ? 1 : 0)), new Map());
  return account.lacks.filter((f) => (f.rule.category === "root" ? r.type === "root" : KINDS[f.rule.entity] === (r.type === "root" ? "user" : r.type)))
    .filter((f) => r.type !== "root" || f.rule.category === "root" || f.weight > account.sizes.get("user"));
}
// surely reports whether a rule that lacks a source lacks it for everything of a
// resource's kind.
const surely = (f, r) => f.rule.category === "root" || f.weight >= (r.account.sizes.get(r.type) || 0);

const fact = (r, field) => r.facts.find((f) => f[0] === field);
// packedFact is the place of a fact, -1 for none: filters ask all resources for one.
function packedFact(r, field) {
  const { account, row } = r, places = (account.places ||= new Map()), fields = account.facts[0];
  if (!places.has(field)) places.set(field, account.strings.indexOf(field));
  const place = places.get(field);
  for (let i = 2; i < row.length; i++) if (fields[row[i]] === place) return row[i];
  return -1;
}
const said = (r, n) => r.account.strings[r.account.facts[1][n]] || "";
const say = (r, field) => { const n = packedFact(r, field); return n < 0 ? "" : said(r, n); };
const items = (r, field) => { const f = fact(r, field); return (f && f[2]) || []; };
