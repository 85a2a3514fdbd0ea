// Frameworks and exceptions: where the account stands.

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
      table(["Until", several() && "Account", "Who", "Rule", "Why"].filter(Boolean), waived.map((f) => h("tr", {}, h("td", { class: "whole" }, until(f.until)), several() && h("td", {}, f.account.label), h("th", { scope: "row", class: "words" }, h("a", { href: cardOf(f.on) }, f.on.name)), h("td", { class: "words" }, h("a", { href: address(["rule", f.rule.id]) }, f.rule.id)), h("td", {}, f.message))))] : h("p", {}, "Nothing is excepted."),
    section("exception", "Exceptions", "What is expired spares nobody any more; what is unused may be removed.", "Findings"),
    section("safelist", "Safelist", "Who is approved. What is expired approves nobody any more; what is unused may be removed.", "Users")];
}

const missing = (what) => [h("h1", {}, "Not here"), h("p", {}, what + " is not in this report. ", h("a", { href: "#/" }, "To the summary"))];
