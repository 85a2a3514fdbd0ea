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

// A finding, and a resource, work out their texts when somebody looks.
class Finding {
  constructor(account, rule, on, row) { Object.assign(this, { account, rule, on, row, severity: row[1], status: account.strings[row[2]], kind: STATUSES.indexOf(account.strings[row[2]]), delta: account.strings[row[8]], until: account.strings[row[9]], weight: row[10] || 1 }); }
  get parts() { return (this.ownParts ||= this.row[5].map((p) => part(this.account.strings, p))); }
  get message() { return (this.ownMessage ??= this.fill(this.row[4])); }
  get reasons() { return this.row[6].map((i) => this.fill(i)); }
  get before() { return this.account.strings[this.row[11]] || ""; }
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
  for (const r of shared.rules) data.rules.set(r.id, { ...r, tally: { fail: 0, excepted: 0, unknown: 0, pass: 0, na: 0 }, notes: [] });
  for (const a of accounts) {
    data.accounts.push(a);
    a.label = a.alias ? a.alias + " " + a.id : a.id;
    for (const row of a.rules) {
      const { tally, notes } = data.rules.get(row[0]);
      ["fail", "excepted", "unknown", "pass", "na"].forEach((k, i) => (tally[k] += row[i + 1]));
      if (row[6]) notes.push([a, row[6]]);
    }
    a.resources = a.resources.map((row) => new Resource(a, row));
    a.lacks = [];
    let at = 0;
    for (const row of a.findings) {
      const f = new Finding(a, data.rules.get(a.strings[row[0]]), a.resources[(at += row[3])], row);
      f.on.findings.push(f);
      if (row.length === 11) a.lacks.push(f);
      data.findings.push(f);
    }
    for (const r of a.resources) if (r.packed) data.resources.push(r);
  }
  // Worst first, then by rule; accounts come with their names in order.
  [...data.rules.values()].sort((x, y) => order(x.id, y.id)).forEach((r, i) => (r.place = i));
  data.findings.sort(worst);
  data.accounts.forEach((a, i) => (a.place = i));
  for (const f of data.findings) {
    f.sort = (((f.account.place * CHANGES.length + CHANGES.indexOf(f.delta)) * data.rules.size + f.rule.place) * 4 + f.severity) * 8 + f.kind;
    const list = data.byRule.get(f.rule);
    if (list) list.push(f); else data.byRule.set(f.rule, [f]);
  }
  for (const a of accounts) {
    let at = 0;
    for (const row of a.gone || []) data.gone.push(new Finding(a, data.rules.get(a.strings[row[0]]) || former(a.strings[row[0]]), a.resources[(at += row[3])], row));
  }
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
  account.sizes ||= account.resources.reduce((n, o) => n.set(o.type, (n.get(o.type) || 0) + (o.packed ? 1 : 0)), new Map());
  return account.lacks.filter((f) => (f.rule.category === "root" ? r.type === "root" : KINDS[f.rule.entity] === (r.type === "root" ? "user" : r.type)))
    .filter((f) => r.type !== "root" || f.rule.category === "root" || f.weight > account.sizes.get("user"));
}
// surely reports whether a rule that lacks a source lacks it for everything of a
// resource's kind.
const surely = (f, r) => f.rule.category === "root" || f.weight >= (r.account.sizes.get(r.type) || 0);

const fact = (r, field) => r.facts.find((f) => f[0] === field);
// packedFact is a fact as it was packed: filters ask all resources for one.
function packedFact(r, field) {
  const { account } = r, places = (account.places ||= new Map());
  if (!places.has(field)) places.set(field, account.strings.indexOf(field));
  const place = places.get(field);
  for (const f of r.packed || []) if (f[0] === place) return f;
  return undefined;
}
const say = (r, field) => { const f = packedFact(r, field); return f ? r.account.strings[f[1]] || "" : ""; };
const items = (r, field) => { const f = fact(r, field); return (f && f[2]) || []; };
