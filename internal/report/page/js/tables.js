// Users, groups and policies in tables.

// tableView lists resources.
function tableView(title, type, columns, noun) {
  return (params) => {
    const q = params.get("q") || "", wrong = [], ok = compile(q, "r", wrong);
    const rows = data.resources.filter((r) => type.includes(r.type) && ok(r));
    const late = (c) => ({ ...c, class: (c.class + " late").trim() });
    const cols = [{ key: "name", name: "Name", class: "w-name", by: (r) => r.name, cell: (r) => h("a", { href: cardOf(r) }, r.name) },
      { key: "findings", name: "Findings", class: "w-number number", down: true, by: (r) => -broken(r).length, cell: (r) => String(broken(r).length) },
      several() && late({ key: "account", name: "Account", class: "w-account", by: (r) => r.account.label, cell: (r) => r.account.label }),
      data.findings.some((f) => f.status === "unknown") && late({ key: "unknown", name: "Unknown", class: "w-number number", down: true, by: (r) => -open(r).most, cell: (r) => open(r).text }), ...columns.map(late)].filter(Boolean);
    // On small screens the other columns stand below the name.
    const below = (r) => h("span", { class: "below" }, cols.slice(2).map((c) => [c.name, c.cell(r)]).filter(([, v]) => v).map(([name, v]) => name + ": " + v).join(" · "));
    const row = (r) => h("tr", {}, cols.map((c, i) => {
      const v = c.cell(r), classes = (c.class || "").split(" ").filter((x) => x === "number" || x === "late").join(" ");
      return h(i ? "td" : "th", { scope: i ? null : "row", class: classes || null, title: typeof v === "string" ? v : null }, i && !/w-/.test(c.class) ? h("span", { class: "clamp" }, v) : v, i ? null : below(r));
    }));
    return [h("h1", {}, title),
      bar(rows.some((r) => r.type === "root") ? count(rows.filter((r) => r.type === noun).length, noun) + " and root" : count(rows.length, noun), hints(wrong, rows.length), exports(plural(noun), () => inOrder().map((r) => ({ account: r.account.id, name: r.name, arn: r.arn, findings: broken(r).length, ...Object.fromEntries(r.facts.map((f) => [f[0], f[2] ? f[2].map((i) => i[3]).join("; ") : f[1] || ""])) })))),
      rows.length ? h("div", { class: "stack" }, windowed(cols, rows, row)) : h("p", {}, q ? "Nothing is like that." : "There are none."),
      type.includes("user") || data.accounts.every((a) => a.listed) ? null : h("div", { class: "gap", role: "note" }, title + " were not read" + (several() ? " of " + data.accounts.filter((a) => !a.listed).map((a) => a.label).slice(0, 10).join(", ") : "") + ": what there is, is unknown.")];
  };
}
// open counts what is unknown of a resource: 3+ where there may be more.
function open(r) {
  const all = lacking(r), sure = r.findings.filter((f) => f.status === "unknown").length + all.filter((f) => surely(f, r)).length;
  const most = r.findings.filter((f) => f.status === "unknown").length + all.length;
  return { most, text: most > sure ? sure + "+" : String(sure || "") };
}
const broken = (r) => r.findings.filter((f) => f.status === "fail");
const column = (key, name, value, wide) => ({ key, name, class: wide || "", by: value, cell: (r) => String(value(r)) });
const names = (field) => (r) => items(r, field).map((i) => i[3]).concat(fact(r, field)?.[3] ? ["maybe more"] : []).join(", ") || (say(r, field) === "none" ? "" : say(r, field));

// policies are a resource's own, or unknown where a list of them was not read.
const policies = (r) => [say(r, "managedPolicies"), say(r, "inlinePolicies")].includes("unknown") ? "unknown" : [...items(r, "managedPolicies"), ...items(r, "inlinePolicies")].map((i) => i[3]).join(", ");
const usersView = tableView("Users", ["user", "root"], [
  column("password", "Password", (r) => ({ true: "yes", false: "no" })[say(r, "passwordEnabled")] || say(r, "passwordEnabled"), "w-number"),
  column("mfa", "MFA", (r) => ({ true: "yes", false: "no" })[say(r, "mfaActive")] || say(r, "mfaActive"), "w-small"),
  column("keys", "Keys", (r) => (say(r, "accessKeys") === "unknown" ? "unknown" : String(items(r, "accessKeys").length)), "w-small number"),
  column("groups", "Groups", names("attachedGroups")),
  column("own", "Own policies", (r) => policies(r)),
  column("created", "Created", (r) => day(say(r, "createDate")), "w-date")], "user");
const groupsView = tableView("Groups", ["group"], [
  column("members", "Members", (r) => items(r, "users").length, "w-number number"), column("who", "Who", names("users")),
  column("policies", "Policies", (r) => policies(r))], "group");
const policiesView = tableView("Policies", ["policy"], [
  column("users", "Users", names("users")), column("groups", "Groups", names("groups")), column("roles", "Roles", names("roles"))], "policy");
