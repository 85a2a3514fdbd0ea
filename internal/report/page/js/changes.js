// Changes: what became of each finding since the baseline.

// whoChanged leads to whoever is still there.
const whoChanged = (f) => (f.on.card || f.on.findings.length ? h("a", { href: cardOf(f.on), title: f.on.name }, f.on.name) : f.on.name);

const GONE = ["fixed", "excepted", "unclear"]; // which are no failures any more

function changesView(params) {
  const since = data.accounts.filter((a) => a.since), q = params.get("q") || "", wrong = [];
  if (!since.length) return [h("h1", {}, "Changes"), h("p", {}, "There is no baseline: ", h("code", {}, "rollcall scan --baseline findings.json"), " compares with what an earlier scan wrote with ", h("code", {}, "-o findings.json"), ".")];
  const place = (f) => CHANGES.indexOf(f.delta), all = data.findings.filter((f) => f.delta && f.status === "fail").concat(data.gone).sort((x, y) => place(x) - place(y) || worst(x, y));
  const rows = all.filter(compile(q, "f", wrong)), n = tallied(rows, (f) => f.delta);
  const free = freely(all, rows, q, "f"), facet = (key, of, by) => choices(key, tallied(free(key), of), q, true, by);
  const why = (f) => (!f.before ? f.message : f.delta === "changed" ? f.before + " · now: " + f.message : f.before + ": " + f.message);
  const columns = [
    { key: "change", name: "Change", room: 6.2, by: place, cell: (f) => badge(f.delta) },
    { key: "severity", name: "Severity", room: 6.2, down: true, by: (f) => -f.severity, cell: (f) => badge(SEVERITIES[f.severity]) },
    { key: "who", name: "Who", main: true, room: 12, by: (f) => f.on.name, cell: whoChanged },
    { ...RULE, late: 2 },
    several() && { ...ACCOUNT, late: 3 },
    { key: "why", name: "Why", least: 14, late: 1, by: why, cell: why, below: why }].filter(Boolean);
  return [h("h1", {}, "Changes"),
    h("p", { class: "quiet" }, firstOf(since.map((a) => (several() ? a.label + " since " : "Since ") + aged(a.since, Date.now())), 10) + ". What is fixed is as it was then."),
    bar(CHANGES.filter((c) => n.get(c)).map((c) => n.get(c) + " " + c).join(", ") || "nothing", hints(wrong, rows.length), exports("changes", () => inOrder().map((f) => ({ ...plainFinding(f), status: GONE.includes(f.delta) ? f.delta : f.status, before: f.before || undefined })))),
    narrow(facet("change", (f) => f.delta, (x, y) => CHANGES.indexOf(x[0]) - CHANGES.indexOf(y[0])), facet("severity", (f) => SEVERITIES[f.severity], severest), facet("category", (f) => f.rule.category), facet("account", (f) => f.account.id)),
    rows.length ? windowed(columns, rows) : h("p", {}, "Nothing is like that.")];
}
