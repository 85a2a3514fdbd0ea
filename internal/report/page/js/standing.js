// Frameworks and exceptions: where the account stands.

const MARKS = { met: "✓", "not met": "✗", unknown: "?", manual: "✎", "out of scope": "–", "not applicable": "–", excepted: "~" };

function frameworksView(params) {
  const all = new Map(), q = params.get("q") || "", wrong = [];
  for (const a of data.accounts) for (const f of a.frameworks || []) { if (!all.has(f.id)) all.set(f.id, { ...f, by: [] }); all.get(f.id).by.push([a, f]); }
  if (!all.size) return [h("h1", {}, "Frameworks"), h("p", {}, "None was asked for: ", h("code", {}, "rollcall scan --framework cis-aws-5.0"), "; ", h("code", {}, "rollcall frameworks list"), " names them.")];
  const controls = [...all.values()].flatMap((f) => f.controls.map((c, i) => ({ f, c, place: i, by: f.by.map(([a, own]) => [a, own.controls[i]]), rule: c.rules, status: f.by.map(([, own]) => own.controls[i].status), words: fold([f.id, c.id, c.what, ...c.rules, ...f.by.map(([, own]) => own.controls[i].why)].join("\n")) })));
  const shown = sift(controls, q, wrong), n = tallied(sift(controls, without(q, "status"), []), (x) => x.status);
  const status = (at) => (x) => (MARKS[x.by[at][1].status] || "") + " " + x.by[at][1].status;
  const whys = (x) => grouped(x.by.filter(([, own]) => own.why), ([, own]) => own.why).map((g) => h("div", {}, several() && g.length < x.by.length ? g.map(([a]) => a.label).join(", ") + ": " : "", g[0][1].why));
  const table = (f) => {
    const rows = shown.filter((x) => x.f === f);
    const why = { key: "why", name: "Why", cell: (x) => [whys(x), x.c.rules.map((id) => [h("a", { href: address(["rule", id]) }, id), " "])] };
    const states = f.by.map(([a], i) => ({ key: "status" + (i || ""), name: several() ? a.label : "Status", class: "whole", by: status(i), cell: status(i) }));
    const columns = [{ key: "control", name: "Control", class: "held", by: (x) => x.place, cell: (x) => x.c.id + " " + x.c.what }, ...(states.length > 3 ? [why, ...states] : [...states, why])];
    return rows.length ? sheet(f.id, columns, rows, (x) => columns.map((c) => c.cell(x))) : h("p", {}, "Nothing is like that.");
  };
  return [h("h1", {}, "Frameworks"), bar(count(shown.length, "control"), hints(wrong, shown.length), exports("controls", () => inOrder().flatMap((x) => x.by.map(([a, c]) => ({ account: a.id, framework: x.f.id, control: c.id, what: c.what, status: c.status, why: c.why }))))),
    narrow(choices("status", n, q, true)),
    [...all.values()].map((f) => [h("h2", { id: f.id }, f.title), f.by.map(([a, own]) => h("p", {}, several() ? a.label + ": " : "", own.score)), h("p", { class: "quiet" }, f.scope), table(f)])];
}

// left is how many days are left until the end of a day, from today; below none it is over.
const left = (date) => Math.round((Date.parse(date) - Date.parse(new Date().toISOString().slice(0, 10))) / 864e5);
// near says how far away a day is that is at most a month away, or how long it is over.
function near(date) {
  const days = left(date);
  if (!(days <= 30)) return "";
  return days > 0 ? "in " + count(days, "day") : days ? "ended " + count(-days, "day") + " ago" : "today";
}
// soon are the states of what spares somebody and ends within a month, or did end since.
const soon = (date) => (!date || left(date) > 30 ? [] : [left(date) < 0 ? "ended since" : "ends soon"]);

// back counts the findings that an exception waived until it expired; their messages
// name it. It is empty where none does, and nothing is known.
function back(e) {
  const words = visible("the exception " + e.rule + " for " + e.pattern + " expired " + e.expires), is = (id) => fold(id) === fold(e.rule);
  const those = [...data.byRule].filter(([r]) => is(r.id) || r.aliases.some(is)).flatMap(([, list]) => list);
  return those.filter((f) => f.status === "fail" && f.message.includes(words)).length || "";
}

// exceptionsView shows what is excepted, and all that spares somebody or should:
// what is expired stands first, and then what ends first.
function exceptionsView(params) {
  const q = params.get("q") || "", wrong = [], MOST = 200;
  const ends = (x, y) => (y.status[0] === "expired") - (x.status[0] === "expired") || order(x.ends || "9999", y.ends || "9999");
  const all = data.findings.filter((f) => f.status === "excepted").map((f) => ({ f, ends: f.until, rule: [f.rule.id, ...f.rule.aliases], user: f.on.name, name: f.on.name, account: [f.account.id, f.account.alias], severity: f.severity, status: ["excepted", ...soon(f.until)], words: f.words }))
    .concat((data.footer.entries || []).map((e) => ({ e, ends: e.expires, rule: e.rule || [], status: [e.state, ...(e.state === "in use" ? soon(e.expires) : [])], words: fold([e.kind, e.rule, e.pattern, e.state, e.owner, e.reason, e.ticket].join("\n")) }))).sort(ends);
  const shown = sift(all, q, wrong), waived = shown.filter((x) => x.f), n = tallied(sift(all, without(q, "status"), []), (x) => x.status);
  const until = { key: "until", name: "Until", class: "whole", by: (x) => x.ends || "9999", cell: (x) => (x.ends ? [x.ends, near(x.ends) && h("strong", { class: "near" }, near(x.ends))] : "no end") };
  const table = (name, columns, rows) => sheet(name, columns, rows, (x) => columns.map((c) => c.cell(x)));
  const who = [{ key: "who", name: "Who", class: "words", by: (x) => x.user, cell: ({ f }) => h("a", { href: cardOf(f.on) }, f.on.name) }, several() && { key: "account", name: "Account", by: (x) => x.f.account.label, cell: (x) => x.f.account.label },
    { key: "rule", name: "Rule", class: "words", by: (x) => x.rule[0], cell: ({ f }) => h("a", { href: address(["rule", f.rule.id]) }, f.rule.id) }, until, { key: "why", name: "Why", by: (x) => x.f.message, cell: (x) => x.f.message }].filter(Boolean);
  const over = (e) => e.kind === "exception" && e.state === "expired", covered = (e) => (over(e) ? Number(back(e)) : e.covers);
  const section = (kind, title, note, covers) => {
    const own = shown.filter((x) => x.e?.kind === kind);
    return own.length ? [h("h2", {}, title + " ", h("span", { class: "quiet" }, String(own.length))), h("p", { class: "quiet" }, note),
      table(title, [{ key: "pattern", name: kind === "safelist" ? "Approves" : "Waives", by: (x) => (x.e.rule || "") + x.e.pattern, cell: ({ e }) => [e.rule ? [e.rule, " for "] : "", h("code", {}, e.pattern)] },
        { key: "state", name: "State", class: "whole", by: (x) => x.e.state, cell: (x) => x.e.state },
        { key: "covers", name: covers, class: "number", down: true, by: (x) => -covered(x.e), cell: (x) => (over(x.e) ? back(x.e) && back(x.e) + " back" : String(x.e.covers)) },
        until, { key: "owner", name: "Owner", class: "words", by: (x) => x.e.owner || "", cell: (x) => x.e.owner || "" }, { key: "why", name: "Why", class: "reason", by: (x) => x.e.reason || "", cell: ({ e }) => [e.reason, e.ticket].filter(Boolean).join(", ") }], own)] : null;
  };
  return [h("h1", {}, "Exceptions"), all.length ? [bar(count(waived.length, "excepted finding") + ", " + (shown.length - waived.length === 1 ? "1 entry" : shown.length - waived.length + " entries"), hints(wrong, shown.length), exports("exceptions", () => [...new Set([...inOrder(), ...shown])].map((x) => (x.f ? { kind: "excepted", ...plainFinding(x.f), until: x.ends } : { ...x.e, covers: covered(x.e) })))),
    narrow(choices("status", n, q, true))] : h("p", {}, "Nothing is excepted."),
    waived.length ? [h("h2", {}, "What is excepted ", h("span", { class: "quiet" }, String(waived.length))), table("Excepted", who, waived.slice(0, MOST)),
      waived.length > MOST && h("p", {}, "These are the " + MOST + " that end first: ", h("a", { href: findingsOf("status:excepted") }, "all of them"))] : null,
    section("exception", "Exceptions", "What is expired spares nobody any more: its findings are back. What is unused may be removed.", "Findings"),
    section("safelist", "Safelist", "Who is approved. What is expired approves nobody any more; what is unused may be removed.", "Users")];
}

const missing = (what) => [h("h1", {}, "Not here"), h("p", {}, what + " is not in this report. ", h("a", { href: "#/" }, "To the summary"))];
