// The card of a user, group or policy.

const FIELDS = { createDate: "Created", passwordEnabled: "Console password", passwordLastUsed: "Password last used", passwordLastChanged: "Password last changed", mfaActive: "MFA", mfaDevices: "MFA devices", accessKeys: "Access keys", attachedGroups: "Groups", managedPolicies: "Managed policies", inlinePolicies: "Inline policies", permissionsBoundary: "Permissions boundary", tags: "Tags", sshKeys: "SSH keys", serviceCredentials: "Service credentials", signingCertificates: "Signing certificates", users: "Users", groups: "Groups", roles: "Roles", document: "Document" };
// What stands in the evidence for what is on the card.
const SHOWN = { adminLevel: ["managedPolicies", "inlinePolicies", "attachedGroups"], missingSelfService: "attachedGroups", approved: "name", expiredApproval: "name", firstAccessKey: "accessKeys", secondAccessKey: "accessKeys", combinedPolicies: "managedPolicies", groups: "attachedGroups", virtualMfaEnabled: "mfaActive", firstCertificate: "signingCertificates", secondCertificate: "signingCertificates" };

function documentOf(r, n) {
  const text = n ? r.account.documents[n - 1] : "";
  if (!text) return null;
  let pretty = text;
  try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* as it is */ }
  return h("details", {}, h("summary", {}, "document"), block(visible(pretty)));
}

// pointed is the resource of this report that an item of a card names.
const POINTS = { attachedGroups: "group", groups: "group", users: "user", managedPolicies: "policy", permissionsBoundary: "policy" };
function pointed(account, field, item) {
  account.index ||= new Map(account.resources.map((r) => [r.type + "\n" + (r.type === "policy" ? r.arn : r.name), r]));
  const type = POINTS[field];
  return type && account.index.get(type + "\n" + (type === "policy" ? item[2] : item[3]));
}
// granted are a group's policies, folded, for the cards of its members.
function granted(group) {
  const all = group ? [...items(group, "managedPolicies"), ...items(group, "inlinePolicies")] : [];
  return all.length ? h("details", {}, h("summary", {}, count(all.length, "policy")), h("ul", {}, all.map((i) => h("li", {}, i[3], documentOf(group, i[4]))))) : null;
}

// comesBy reports whether a part names an item of a card as what it comes by, as in
// "iam:PutUserPolicy by inline policy own, admin through group Ops".
function comesBy([kind, , , text], item, field) {
  const group = field === "attachedGroups";
  if (!group && kind !== "escalation") return false;
  for (const before of group ? [" through group "] : [" by ", ", "]) {
    for (let at = text.indexOf(before + item[3]); at >= 0; at = text.indexOf(before + item[3], at + 1)) {
      if (/^($|, |: |\)| under )/.test(text.slice(at + before.length + item[3].length))) return true;
    }
  }
  return false;
}

function cardView(r, params) {
  const rule = params.get("rule") || "", own = r.findings.filter((f) => !rule || f.rule.id === rule).filter((f) => f.status === "fail" || f.status === "match");
  const marked = (item, field) => own.filter((f) => f.parts.some((p) => p[0] === item[0] && p[0] && (item[2] ? p[2] === item[2] : p[1] === item[1] && p[3] === item[3]) || comesBy(p, item, field))).map((f) => f.rule.id);
  const shows = (name, field, text) => { const at = [].concat(SHOWN[name] || name); return at.includes(field) && !(at.length > 1 && text === "none"); };
  const named = (field, text) => own.filter((f) => f.fields.some((name) => shows(name, field, text))).map((f) => f.rule.id);
  const why = (rules) => rules.length ? h("span", { class: "why" }, " ◂ " + [...new Set(rules)].join(", ")) : null;
  const at = Date.parse(r.account.at), lacks = lacking(r);
  const row = ([field, text, list, more, doc]) => {
    const byItem = (list || []).map((item) => marked(item, field)), items = byItem.flat(), whole = named(field, text).filter((rule) => !items.includes(rule));
    const shown = (i) => { const to = pointed(r.account, field, i); return to ? h("a", { href: cardOf(to) }, i[3]) : aged(i[3], at); };
    const value = list ? h("ul", {}, list.map((i, k) => h("li", {}, byItem[k].length ? [h("mark", {}, shown(i)), why(byItem[k])] : shown(i), documentOf(r, i[4]), field === "attachedGroups" && granted(pointed(r.account, field, i)))), more && h("li", { class: "quiet" }, "maybe more: not all was read"))
      : doc ? documentOf(r, doc) : { true: "yes", false: "no", none: "none" }[text] || aged(text, at);
    return h("tr", {}, h("th", { scope: "row" }, FIELDS[field] || field), h("td", {}, whole.length ? [h("mark", {}, value), why(whole)] : value));
  };
  const others = r.findings.filter((f) => rule && f.rule.id !== rule);
  return [h("div", { class: "card" },
    h("p", { class: "quiet" }, r.type + " of " + r.account.label), h("h1", {}, named("name").length ? h("mark", {}, r.name) : r.name), h("p", { class: "quiet" }, r.arn, r.note ? " · " + r.note : ""),
    h("h2", {}, rule ? "What breaks " + rule : "Findings"),
    r.findings.filter((f) => !rule || f.rule.id === rule).sort((x, y) => (x.status !== "fail") - (y.status !== "fail") || worst(x, y)).map(findingCard),
    r.findings.length ? null : h("p", {}, lacks.length ? "No finding that is known." : "No finding."),
    rule || !lacks.length ? null : h("div", { class: "gap", role: "note" }, h("strong", {}, "Unknown for want of facts: " + count(lacks.length, "rule")), h("ul", {}, grouped(lacks, (f) => f.message.replace(/^.*? unknown: /, "")).map((g) =>
      h("li", {}, g.map((f, i) => [i ? ", " : "", h("a", { href: address(["rule", f.rule.id]) }, f.rule.id), surely(f, r) ? "" : " (of " + f.weight + ", perhaps this one)"]), ": " + g[0].message.replace(/^.*? unknown: /, ""))))),
    others.length ? h("p", {}, h("a", { href: cardOf(r) }, "and " + count(others.length, "other finding"))) : null,
    r.card && [h("h2", {}, "What is known"), h("p", { class: "quiet" }, "ages as of " + day(r.account.at)), h("table", {}, h("tbody", {}, r.facts.map(row)))])];
}

// whose names a finding's resource on a rule's page, by its account too where
// there are several.
const whose = (f) => (several() ? f.account.id + "/" : "") + f.on.name;
function findingCard(f) {
  return h("div", { class: "finding " + (f.status === "fail" ? SEVERITIES[f.severity] : f.status) },
    h("p", {}, badge(f.status === "fail" ? SEVERITIES[f.severity] : f.status), " ", h("strong", {}, f.status === "fail" ? f.rule.risk : f.rule.title), " ", h("a", { href: address(["rule", f.rule.id], { for: whose(f) }) }, f.rule.id), f.delta ? h("span", { class: "quiet" }, " · " + f.delta + " since the baseline" + (f.before ? ": " + f.before : "")) : null),
    h("p", {}, f.message), f.reasons.length ? h("details", {}, h("summary", {}, "evidence"), h("ul", {}, f.reasons.map((t) => h("li", {}, t)))) : null);
}
