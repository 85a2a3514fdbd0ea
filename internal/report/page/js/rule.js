// Rules, and the page of one with its fix.

const ALLOWED = new Set(["P", "UL", "OL", "LI", "CODE", "PRE", "STRONG", "EM", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "BR", "H4"]);

// copy takes over known elements of a rule's own text, without attributes; links
// go to rules here, or are https.
function copy(node, fill) {
  if (node.nodeType === Node.TEXT_NODE) return fill && node.parentElement.closest("pre,code") ? fill(node.data) : node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return null;
  // A policy in a text is an example: names beside it would make it look like theirs.
  // The account is filled in at least, and the user in an ARN: they are trusted there.
  if (node.tagName === "PRE") return block(fill && (/\bStatement\b/.test(node.textContent) ? fill.account : fill)(node.textContent) || node.textContent);
  const inner = [...node.childNodes].map((c) => copy(c, fill));
  if (node.tagName === "A") {
    const to = node.getAttribute("href") || "", rule = /^\.\.\/([a-z0-9-]+)\/README\.md$/.exec(to);
    if (rule) return h("a", { href: address(["rule", rule[1]]) }, inner);
    return /^https:\/\//.test(to) ? h("a", { href: to, rel: "noreferrer" }, inner) : h("span", {}, inner);
  }
  return ALLOWED.has(node.tagName) ? h(node.tagName.toLowerCase(), {}, inner) : inner;
}
const prose = (html, fill) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map((c) => copy(c, fill));

function block(text) {
  const button = h("button", { type: "button", onclick: async () => {
    try { await navigator.clipboard.writeText(text); button.textContent = "copied"; setTimeout(() => { button.textContent = "copy"; }, 2000); } catch { getSelection().selectAllChildren(button.nextSibling); button.textContent = "selected"; }
  } }, "copy");
  return h("div", { class: "block" }, button, h("pre", { tabindex: "0" }, h("code", {}, text)));
}

function tabs(label, list, chosen, key, fill) {
  const at = Math.max(0, list.findIndex((t) => t.name === chosen));
  const id = "tab-" + key;
  return [h("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown: (e) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[e.key];
    if (to !== undefined && list[to]) { e.preventDefault(); change({ [key]: list[to].name }, true); $(id + to)?.focus(); }
  } }, list.map((t, i) => h("button", { type: "button", role: "tab", id: id + i, "aria-selected": String(i === at), "aria-controls": id, tabindex: i === at ? "0" : "-1", onclick: () => { change({ [key]: t.name }, true); $(id + i)?.focus(); } }, t.name))),
  h("div", { role: "tabpanel", id, "aria-labelledby": id + at, tabindex: "0" }, fill?.about && /^Console/.test(list[at].name) ? h("p", {}, fill.about) : null, fill?.user ? remaining(list[at].html, fill) : null, prose(list[at].html, fill))];
}

// filler puts a finding's names where a text has placeholders, and its account for
// the one of all examples. What is not a name as IAM has them stays out of commands.
function filler(f, chosen) {
  const asked = Object.entries(f?.rule.settings || {}).filter(([name, value]) => name.startsWith("group") && !value.includes(", ")).map(([, value]) => value);
  const plain = (s) => /^[\w+=,.@/:-]+$/.test(s || "") && s, user = f?.on.type === "user" && plain(f.on.name);
  const trusted = trusting(f ? f.account.id : several() ? "" : data.accounts[0]?.id), account = (text) => (user ? trusted(text).replaceAll(":user/USER", ":user/" + user) : trusted(text));
  if (!f) return Object.assign((text) => account(text), { account });
  const part = (type) => (chosen && chosen[0] === type ? chosen : f.parts.find((p) => p[0] === type));
  // What they come by through one group, or one policy, is that one's.
  const through = chosen ? [chosen] : f.parts, by = (r, field) => items(r, field).filter((i) => through.some((p) => comesBy(p, i, field)));
  const groups = by(f.on, "attachedGroups"), group = groups.length === 1 && groups[0][3], holder = group && pointed(f.account, "attachedGroups", groups[0]);
  const granted = holder ? items(holder, "managedPolicies").filter((i) => through.some((p) => p[3].endsWith(" by " + i[3] + " through group " + group))) : [];
  const policies = [...by(f.on, "managedPolicies"), ...granted], policy = part("managed-policy")?.[2] || policies.length === 1 && policies[0][2];
  const to = { ACCOUNT: f.account.id, 111122223333: f.account.id, USER: f.on.type === "user" && f.on.name, GROUP: f.on.type === "group" ? f.on.name : asked.length === 1 && asked[0] || group, POLICY_ARN: policy, POLICY_NAME: part("inline-policy")?.[2],
    OWN_POLICY_ARN: !/^arn:aws[a-z-]*:iam::aws:/.test(policy) && policy,
    ACCESS_KEY: part("access-key")?.[2], ACCESS_KEY_ID: part("access-key")?.[2], KEY_ID: (part("access-key") || part("ssh-key"))?.[2], CREDENTIAL_ID: part("service-credential")?.[2], CERTIFICATE_ID: part("signing-certificate")?.[2], SERIAL_NUMBER: part("mfa-device")?.[2] };
  // Of somebody with policies of one kind alone, what is about the other is not theirs.
  const idle = ["managed-policy", "inline-policy"].every((type) => !part(type)) ? [] : [!part("managed-policy") && "POLICY_ARN", !part("inline-policy") && "POLICY_NAME"];
  return Object.assign((text) => text.replace(/(?<![\w-])(?:[A-Z][A-Z_]+|111122223333)(?![\w-])/g, (word) => plain(to[word]) || word), { account, idle, user, about: "Here it is " + f.on.type.replaceAll("-", " ") + " " + f.on.name + (through.length ? ", with " + through.map((p) => p[3]).join("; ") : "") + "." });
}
// trusting puts an account where the example's stands, or what stands for none.
const trusting = (id) => (text) => text.replaceAll("111122223333", /^\d{12}$/.test(id || "") ? id : "ACCOUNT");

// offView is the page of a rule that was not judged.
function offView(rule, id, params) {
  if (!rule) return missing(id);
  return [h("p", { class: "quiet" }, rule.rule), h("h1", {}, rule.title), h("p", {}, badge(rule.severity), " off: " + rule.why), settingsList(rule),
    rule.docs ? docsOf(rule, null, filler(), params) : [h("p", {}, "What it is about:"), block("rollcall rules show " + rule.rule)]];
}

// picker chooses for whom, and with which of their parts, a fix is filled in.
function picker(fails, chosen, parts, part, wanted) {
  const who = [...new Set(fails.map(whose))], to = (e) => change({ for: e.target.value, part: "" });
  const option = (value, on, text) => h("option", { value, selected: on }, text);
  return [h("label", {}, "filled in for ", fails.length > 200
    ? [h("input", { id: "for", list: "those", value: chosen ? whose(chosen) : wanted, onchange: to }), h("datalist", { id: "those" }, who.map((n) => option(n)))]
    : h("select", { id: "for", onchange: to }, chosen ? null : option(wanted, true, "nobody chosen"), who.map((n) => option(n, chosen && n === whose(chosen), n)))),
  chosen ? null : h("span", { class: "state" }, wanted + " has no such finding here"),
  parts.length ? h("label", {}, "with ", h("select", { id: "part", onchange: (e) => change({ part: e.target.value }) }, parts.map((p) => option(p[2], p === part, p[3])))) : null];
}

// firstTen lists findings with their reasons.
function firstTen(list, rule) {
  const who = (f) => (f.on.card || f.status === "fail" ? h("a", { href: cardOf(f.on, rule.id) }, f.on.name) : f.on.name);
  return [list.length > 10 && h("p", { class: "quiet" }, "the first 10 of " + list.length),
    h("ul", {}, list.slice(0, 10).map((f) => h("li", {}, who(f), " ", h("span", { class: "quiet" }, several() ? f.account.label + ": " : "", f.message))))];
}

// idleIn says in which accounts a rule applies to nobody, and why.
function idleIn(rule) {
  const by = new Map();
  for (const [account, why] of rule.notes) by.set(why, (by.get(why) || []).concat(account.label));
  return [...by].map(([why, names]) => "Applies to nobody yet" + (names.length < data.accounts.length ? " in " + firstOf(names, 3) : "") + ": " + why);
}

const settingsOf = (rule) => Object.entries(rule.settings || {}).sort();
const settingsList = (rule) => (rule.settings ? [h("h2", {}, "Settings"), h("ul", {}, settingsOf(rule).map(([k, v]) => h("li", {}, h("code", {}, k), " = ", v)))] : null);
const counted = (t) => [["fail", t.fail], ["pass", t.pass], ["unknown", t.unknown], ["excepted", t.excepted], ["not applicable", t.na]].filter((x) => x[1]).map((x) => x[1] + " " + x[0]).join(", ");

function ruleView(id, params) {
  const rule = data.rules.get(id) || [...data.rules.values()].find((r) => r.aliases.some((a) => fold(a) === fold(id || "")));
  if (!rule) return offView(data.off.find((r) => r.rule === id), id, params);
  const all = data.byRule.get(rule) || [], fails = all.filter((f) => f.status === "fail"), open = all.filter((f) => f.status === "unknown");
  const wanted = params.get("for") || "", chosen = fails.find((f) => whose(f) === wanted) || (wanted ? null : fails[0]);
  const parts = chosen ? chosen.parts.filter((p) => p[2] && chosen.parts.filter((o) => o[0] === p[0]).length > 1) : [], part = parts.find((p) => p[2] === params.get("part"));
  const known = rule.aliases.slice(0, 5).join(" · "), more = rule.aliases.slice(5).join(" · ");
  return [h("p", { class: "quiet" }, rule.id, known && " · " + known), h("h1", {}, rule.title), more && h("details", { class: "quiet" }, h("summary", {}, "also known as"), more),
    h("p", {}, badge(rule.severity), " ", rule.tally.fail && rule.risk !== rule.title ? h("strong", {}, rule.risk + ": ") : null, counted(rule.tally) || "judged nobody"),
    idleIn(rule).map((text) => h("p", { class: "gap" }, text)),
    settingsList(rule),
    all.length ? [h("h2", {}, "Who"), h("p", {}, h("a", { href: findingsOf("rule:" + rule.id) }, count(fails.length, "finding"))), firstTen(fails, rule)] : null,
    open.length ? [h("h2", {}, "Unknown"), firstTen(open, rule)] : null,
    docsOf(rule, fails.length ? picker(fails, chosen, parts, part, wanted) : null, filler(chosen, part), params)];
}

// RENDERINGS are the formats of fix show, by the names of tabs.
const RENDERINGS = { CLI: "shell", Terraform: "terraform", "CloudFormation (JSON)": "cloudformation-json", "CloudFormation (YAML)": "cloudformation", "Console, as administrator": "console" };

// planned are the commands that plan the fix for whom it is filled in, and show the
// plan as the chosen tab has it: with all of their policies and keys, not one of each.
function planned(rule, fill, params) {
  const tab = params.get("fix") || rule.docs.fix[0].name, format = RENDERINGS[tab] || "text";
  return [h("p", {}, "A plan has all of it, with the real names, in an order that is safe:"),
    block("rollcall fix plan --rule " + rule.id + (fill.user ? " --user " + fill.user : "") + " -o plan.json\nrollcall fix show plan.json --format " + format),
    h("p", { class: "quiet" }, "Name the files that were scanned too; without any, the live account is read. By hand:")];
}

// remaining says what of a text is left to fill in, and what is not about whom it is filled
// in for.
function remaining(html, fill) {
  const words = [...new Set(fill(new DOMParser().parseFromString(html, "text/html").body.textContent).match(/(?<![\w-])(?:USER|GROUP|POLICY_ARN|POLICY_NAME|OWN_POLICY|OWN_POLICY_ARN|ROLE|ACCESS_KEY|ACCESS_KEY_ID|KEY_ID|CREDENTIAL_ID|CERTIFICATE_ID|SERIAL_NUMBER|BOUNDARY_ARN)(?![\w-])/g) || [])];
  const idle = words.filter((w) => fill.idle?.includes(w)), rest = words.filter((w) => !idle.includes(w));
  return [idle.length ? h("p", { class: "quiet" }, "Leave out what is about " + idle.join(" and ") + ": " + fill.user + " has no such policy.") : null,
    rest.length ? h("p", { class: "quiet" }, "For you to fill in: " + rest.join(", ") + ".") : null];
}

// docsOf is what is written of a rule, with the names filled in.
function docsOf(rule, pick, fill, params) {
  const d = rule.docs;
  return d && [h("h2", {}, "Why"), prose(d.why),
    d.fix.length ? [h("h2", {}, "Fix"), h("div", { class: "bar" }, pick), rule.fix && pick ? planned(rule, fill, params) : null, prose(d.fixing, fill), tabs("Fix", d.fix, params.get("fix"), "fix", fill)] : null,
    d.audit.length ? [h("h2", {}, "Audit"), prose(d.auditing), tabs("Audit", d.audit, params.get("audit"), "audit", fill)] : null,
    d.more ? [h("h2", {}, "Good to know"), prose(d.more)] : null];
}

// worstOf is the severity of the worst failure of a rule; below all where none fails.
const failures = (rule) => (data.byRule.get(rule) || []).filter((f) => f.status === "fail");
const worstOf = (rule) => failures(rule).reduce((n, f) => Math.max(n, f.severity), -1);

// graded are the severities in which a rule fails, with numbers where there are several.
function graded(rule) {
  const n = new Map();
  for (const f of failures(rule)) n.set(f.severity, (n.get(f.severity) || 0) + 1);
  const list = [...n].sort((x, y) => y[0] - x[0]);
  return list.length === 0 ? badge(rule.severity) : list.map(([s, many]) => h("div", {}, badge(SEVERITIES[s]), list.length > 1 ? " " + many : null));
}

function rulesView(params) {
  const q = params.get("q") || "", wrong = [], by = (key) => (x) => -x.r.tally[key];
  const entry = (r, id, status, more) => ({ r, rule: [id, ...(r.aliases || [])], severity: SEVERITIES.indexOf(r.severity), category: r.category, status, words: fold([id, r.title, ...(r.aliases || []), ...more].join("\n")) });
  const set = (r) => settingsOf(r).map(([k, v]) => k + " = " + v).join("; ");
  const judged = [...data.rules.values()].sort((x, y) => worstOf(y) - worstOf(x) || y.tally.fail - x.tally.fail || order(x.id, y.id)).map((r) => entry(r, r.id, [["fail", r.tally.fail], ["excepted", r.tally.excepted], ["unknown", r.tally.unknown], ["pass", r.tally.pass], ["not-applicable", r.tally.na]].filter((x) => x[1]).map((x) => x[0]), [r.risk, set(r), ...r.notes.map((n) => n[1])]));
  const all = judged.concat(data.off.map((r) => entry(r, r.rule, ["off"], [r.why]))), shown = sift(all, q, wrong), on = shown.filter((x) => x.r.tally), off = shown.filter((x) => !x.r.tally);
  const n = new Map();
  for (const x of sift(all, without(q, "status"), [])) for (const s of x.status) n.set(s, (n.get(s) || 0) + 1);
  const number = (key, name) => ({ key, name, class: "number", down: true, by: by(key), cell: (x) => String(x.r.tally[key] || "") });
  const severity = { key: "severity", name: "Severity", class: "whole", down: true, by: (x) => -x.severity, cell: (x) => (x.r.tally && x.r.tally.fail ? graded(x.r) : badge(x.r.severity)) };
  const columns = [{ key: "rule", name: "Rule", by: (x) => x.rule[0], cell: ({ r }) => [h("a", { href: address(["rule", r.id]) }, r.title), " ", h("span", { class: "quiet" }, r.id), r.settings ? h("p", { class: "quiet" }, set(r)) : null, idleIn(r).map((text) => h("p", { class: "quiet" }, text))] },
    severity, number("fail", "Fail"), number("excepted", "Excepted"), number("unknown", "Unknown"), number("pass", "Pass"), number("na", "N/A")];
  const idle = [{ key: "rule", name: "Rule", by: (x) => x.rule[0], cell: ({ r }) => [h("a", { href: address(["rule", r.rule]) }, r.title), " ", h("span", { class: "quiet" }, r.rule)] }, severity, { key: "why", name: "Why", by: (x) => x.r.why, cell: (x) => x.r.why }];
  const cells = (columns) => (x) => columns.map((c) => c.cell(x));
  return [h("h1", {}, "Rules"), bar(count(on.length, "rule") + (off.length ? " and " + off.length + " off" : ""), hints(wrong, shown.length), exports("rules", () => inOrder().map(({ r }) => (r.tally ? { id: r.id, title: r.title, severity: r.severity, on: "yes", ...r.tally, settings: JSON.stringify(r.settings || {}) } : { id: r.rule, title: r.title, severity: r.severity, on: "no: " + r.why })))),
    narrow(choices("status", n, q, true)),
    on.length ? sheet("Rules", columns, on, cells(columns)) : off.length ? null : h("p", {}, "Nothing is like that."),
    off.length ? [h("h2", {}, "Off"), sheet("Off", idle, off, cells(idle))] : null];
}
