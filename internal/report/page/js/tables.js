// Users, groups and policies in tables.

// tableView lists resources. room is that of their names; facets are keys with few
// values, and what these are.
function tableView(title, type, columns, noun, room, facets = []) {
  return (params) => {
    const q = params.get("q") || "", wrong = [], ok = compile(q, "r", wrong);
    const unread = data.accounts.filter((a) => (type.includes("user") ? a.moreUsers : !a.listed));
    const kind = (unread.length ? "known " : "") + noun, all = data.resources.filter((r) => type.includes(r.type)), rows = all.filter(ok);
    const free = freely(all, rows, q, "r");
    const cols = [
      { key: "name", name: "Name", main: true, room, by: (r) => r.name, cell: (r) => h("a", { href: cardOf(r), title: r.name }, r.name) },
      { key: "findings", name: "Findings", class: "number", room: 5.3, down: true, by: (r) => -broken(r).length, cell: (r) => String(broken(r).length) },
      several() && { key: "account", name: "Account", least: 8.4, late: 4, by: (r) => r.account.label, cell: (r) => r.account.label },
      data.findings.some((f) => f.status === "unknown") && { key: "unknown", name: "Unknown", class: "number", room: 5.6, late: 5, down: true, by: (r) => -open(r).most, cell: (r) => open(r).text },
      ...columns].filter(Boolean);
    return [h("h1", {}, title),
      bar(rows.some((r) => r.type === "root") ? count(rows.filter((r) => r.type === noun).length, kind) + " and root" : count(rows.length, kind), hints(wrong, rows.length),
        exports(plural(noun), () => inOrder().map((r) => ({ account: r.account.id, name: r.name, arn: r.arn, findings: broken(r).length, ...Object.fromEntries(r.facts.map((f) => [f[0], exported(r, f)])) })))),
      noun === "policy" && h("p", { class: "quiet" }, "The policies that " + (several() ? "the accounts" : "the account") + " made. AWS's are not among them: the cards of users and groups name those that they have."),
      facets.length ? narrow(facets.map(([key, of]) => choices(key, tallied(free(key), of), q, true))) : null,
      rows.length ? windowed(cols, rows) : h("p", {}, q ? "Nothing is like that." : unread.length ? "None is known." : "There are none."),
      unread.length ? h("div", { class: "gap", role: "note" }, title + " were not all read" + (several() ? " of " + firstOf(unread.map((a) => a.label), 10) : "") + ": what else there is, is unknown.") : null];
  };
}
// exported is a fact as it is saved: a policy's document is its text.
const exported = (r, [, text, list, , doc]) => (list ? list.map((i) => i[3]).join("; ") : doc ? r.account.documents[doc - 1] : text || "");
// open counts what is unknown of a resource: 3+ where there may be more.
function open(r) {
  const all = lacking(r), sure = r.findings.filter((f) => f.status === "unknown").length + all.filter((f) => surely(f, r)).length;
  const most = r.findings.filter((f) => f.status === "unknown").length + all.length;
  return { most, text: most > sure ? sure + "+" : String(sure || "") };
}
const broken = (r) => r.findings.filter((f) => f.status === "fail");
// column has a room, or what is least, as more says.
const column = (key, name, value, more) => ({ key, name, by: value, cell: (r) => String(value(r)), ...more });
const names = (field) => (r) => items(r, field).map((i) => i[3]).concat(fact(r, field)?.[3] ? ["maybe more"] : []).join(", ") || (say(r, field) === "none" ? "" : say(r, field));

// policies are a resource's own, or unknown where a list of them was not read.
const policies = (r) => [say(r, "managedPolicies"), say(r, "inlinePolicies")].includes("unknown") ? "unknown" : [...items(r, "managedPolicies"), ...items(r, "inlinePolicies")].map((i) => i[3]).join(", ");
const truth = { true: "yes", false: "no" };
const told = (r, field) => { const text = say(r, field); return truth[text] || text; };
const password = (r) => (r.password ??= told(r, "passwordEnabled"));
const mfa = (r) => (r.mfa ??= told(r, "mfaActive"));
// keys are how many, 1+ where there may be more.
const keys = (r) => { const n = listed("accessKeys")(r); return !n ? "0" : n.unknown ? (n.n ? n.n + "+" : "unknown") : String(n.n); };
const usersView = tableView("Users", ["user", "root"], [
  column("password", "Password", password, { room: 5.8, late: 2 }),
  column("mfa", "MFA", mfa, { room: 5.2, late: 1 }),
  column("keys", "Keys", keys, { class: "number", room: 5.2, late: 3 }),
  column("groups", "Groups", names("attachedGroups"), { least: 7.5, late: 6 }),
  column("own", "Own policies", (r) => policies(r), { least: 7.5, late: 8 }),
  column("created", "Created", (r) => day(say(r, "createDate")), { class: "whole", room: 6.5, late: 7 })], "user", 12, [["password", password], ["mfa", mfa]]);
const groupsView = tableView("Groups", ["group"], [
  column("members", "Members", (r) => items(r, "users").length, { class: "number", room: 5.6, late: 1 }),
  column("who", "Who", names("users"), { least: 12, late: 3 }),
  column("policies", "Policies", (r) => policies(r), { least: 9, late: 2 })], "group", 15);
const policiesView = tableView("Policies", ["policy"], [
  column("users", "Users", names("users"), { least: 8, late: 1 }),
  column("groups", "Groups", names("groups"), { least: 8, late: 2 }),
  column("roles", "Roles", names("roles"), { least: 8, late: 3 })], "policy", 19);
