// The filter: its language, and the tests that it becomes.

// parse reads words, and key:value with - before it for what not to show. A key
// there is not is part of a word, as in iam:PassRole; several values are parted
// by commas.
function parse(text) {
  const out = [];
  for (const [all, not, key, op, quoted, word] of text.matchAll(/(-?)(?:([a-z]+):)?(>=|<=|>|<|=)?(?:"([^"]*)(?:"|$)|([^\s"]\S*))/gi)) {
    const typed = key ? fold(key) : "", name = SHORT[typed] || typed, empty = all.endsWith(":") && fold(word || "").slice(0, -1);
    if (tests[name]) out.push({ all, not: not === "-", key: name, op: op && op !== "=" ? op : "", values: quoted !== undefined ? [quoted] : word.split(",").filter(Boolean) });
    else if (!(empty && tests[SHORT[empty] || empty])) out.push({ all, not: not === "-", key: "", odd: name, values: [quoted !== undefined && !key ? quoted : all.replace(/^-/, "").replaceAll('"', "")] });
  }
  return out;
}
const SHORT = { __proto__: null, acct: "account", members: "users", sev: "severity" };

// chosen are the terms of a key that say which values are to be shown, and without is
// a filter without them.
const chosen = (key) => (t) => t.key === key && !t.not && !t.op;
const without = (text, key) => parse(text).filter((t) => !chosen(key)(t)).map((t) => t.all).join(" ");

// glob tests texts against one with stars, piece by piece: a regular expression with
// many stars may take for ever, and an address may come from anybody.
function glob(value) {
  if (!value.includes("*")) return null;
  const pieces = fold(value).split("*"), first = pieces.shift(), last = pieces.pop();
  return (raw) => {
    const text = fold(raw), end = text.length - last.length;
    let at = first.length;
    if (end < at || !text.startsWith(first) || !text.endsWith(last)) return false;
    for (const piece of pieces) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
// same compares texts; the same few come again and again.
function same(value) {
  const pattern = glob(value), want = fold(value), known = new Map();
  return (text) => {
    let is = known.get(text);
    if (is === undefined) known.set(text, (is = pattern ? pattern(text) : fold(text) === want));
    return is;
  };
}

// of makes the tests of what there is to know of a resource, or of the one that a finding is on.
const of = (ok, none) => ({ r: ok, f: (f) => ok(f.on), none });

// yesNo asks for a fact that is yes, no or unknown, which is neither.
const yesNo = (value) => (is) => of((r) => { const v = value(r); return v !== "" && is(v); }, !["yes", "no", "unknown"].some(is) && ["yes, no, unknown"]);

// number asks for how many there are. Of a list that may go on it is known that there
// are at least so many.
const number = (many) => (is, t) => {
  const ns = t.values.map((v) => (/^\d+$/.test(v) ? Number(v) : NaN)), holds = { "": (n, v) => n === v, ">=": (n, v) => n >= v, ">": (n, v) => n > v, "<=": (n, v) => n <= v, "<": (n, v) => n < v }[t.op];
  return of((r) => {
    const n = many(r);
    if (n === null) return false;
    if (n.unknown && !t.op && is("unknown")) return true;
    return (!n.unknown || t.op.startsWith(">")) && ns.some((v) => holds(n.n, v));
  }, ns.some(Number.isNaN) && !is("unknown") && ["a number", "unknown"]);
};
// listed is how many a list of a resource has; null where it has no such list.
const listed = (...fields) => (r) => {
  let out = null;
  for (const field of fields) {
    const at = packedFact(r, field), [, , lists, more] = r.account.facts;
    if (at < 0) continue;
    const n = more[at] === 2 ? 0 : many(r.account, lists[at]);
    out ||= { n: 0, unknown: false };
    out.n += n;
    out.unknown ||= more[at] === 1 || !n && said(r, at) === "unknown";
  }
  return out;
};
// date asks for a day, or for what it begins with: a month, a year.
const date = (value) => (is, t) => {
  const holds = { "": (d, v) => d === v, ">=": (d, v) => d >= v, ">": (d, v) => d > v, "<=": (d, v) => d <= v, "<": (d, v) => d < v }[t.op];
  return of((r) => { const d = day(value(r)); return /^\d/.test(d) ? t.values.some((v) => holds(d.slice(0, v.length), v)) : d !== "" && is(d); },
    !t.values.every((v) => /^\d{4}(-\d\d){0,2}$/.test(v)) && !is("unknown") && ["a day as 2026-01-31", "unknown"]);
};

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
    const ok = (s) => ns.some((n) => n >= 0 && ({ "": s === n, ">=": s >= n, ">": s > n, "<=": s <= n, "<": s < n })[t.op]);
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
  password: yesNo((r) => password(r)),
  mfa: yesNo((r) => mfa(r)),
  created: date((r) => say(r, "createDate")),
  findings: number((r) => ({ n: broken(r).length })),
  unknown: number((r) => ({ n: open(r).most })),
  keys: number(listed("accessKeys")),
  policies: number(listed("managedPolicies", "inlinePolicies")),
  groups: number((r) => listed(r.type === "policy" ? "groups" : "attachedGroups")(r)),
  users: number(listed("users")),
  roles: number(listed("roles")),
};

// missingOf are the values there are where none is meant.
function missingOf(is, values) {
  const all = [...new Set(values)].filter(Boolean);
  return !all.some(is) && all.sort(order);
}

// sift is a filter for rows of a short list: what a key asks of them is among their
// values of that name.
function sift(rows, text, wrong) {
  return rows.filter(compile(text, "row", wrong, (is, t) => {
    if (t.key === "severity") return rows.some((r) => r.severity !== undefined) ? { row: (r) => tests.severity(is, t).f(r), none: tests.severity(is, t).none } : { none: ["nothing: it is not asked here"] };
    const values = rows.flatMap((r) => r[t.key] ?? []);
    return { row: (r) => [].concat(r[t.key] ?? []).some(is), none: values.length ? t.key === "rule" ? !values.some(is) && ["one of these rules"] : missingOf(is, values) : ["nothing: it is not asked here"] };
  }));
}

// compile makes one test of a filter; which is f, r or row, whose tests are made by
// make. What several terms of a key without < or > say may be any of them. Of a
// resource, one finding is like all that is asked of findings, and fails unless a
// status is asked for. wrong are hints for people.
function compile(text, which, wrong = [], make = (is, t) => tests[t.key](is, t)) {
  const each = [], any = new Map(), free = [], inner = { each: [], any: new Map() };
  for (const t of parse(text)) {
    if (!t.key) {
      const want = fold(t.values[0]), pattern = glob(want), arn = (x) => fold((x.on || x).arn ?? "");
      const ok = pattern ? (x) => [(x.on || x).name ?? "", ...x.words.split(/[\s,;"]+/)].some(pattern) || want.startsWith("arn:") && pattern(arn(x)) : (x) => x.words.includes(want) || want.startsWith("arn:") && arn(x).includes(want);
      if (t.odd) (wrong.soft ||= []).push(t.odd + ": is no key, and looked for as it is; keys are " + Object.keys(tests).join(", "));
      free.push(t.not ? (x) => !ok(x) : ok);
      continue;
    }
    const those = t.values.map(same), test = make((v) => those.some((is) => is(v)), t), ok = test[which] || test.f || (() => true);
    if (test.none) wrong.push("not understood: " + t.key + ":" + t.values.join(",") + ", expected " + test.none.join(", "));
    const asked = test[which] || !test.f ? { each, any } : inner;
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
