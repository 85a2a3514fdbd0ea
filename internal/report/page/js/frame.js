// The frame: which view is shown, keys and theme, and the start.

const VIEWS = [["", "Summary"], ["findings", "Findings"], ["users", "Users"], ["groups", "Groups"], ["policies", "Policies"], ["rules", "Rules"], ["frameworks", "Frameworks"], ["exceptions", "Exceptions"], ["changes", "Changes"]];

function content({ path: [view, a, b], params }) {
  switch (view) {
    case "findings": return findingsView(params);
    case "users": return usersView(params);
    case "groups": return groupsView(params);
    case "policies": return policiesView(params);
    case "rules": return rulesView(params);
    case "rule": return ruleView(a, params);
    case "frameworks": return frameworksView(params);
    case "exceptions": return exceptionsView(params);
    case "changes": return changesView(params);
  }
  const account = data.accounts.find((x) => (x.id || "-") === a);
  const r = account?.resources.find((x) => x.type === view && x.name === b && (!params.get("arn") || x.arn === params.get("arn")));
  return r ? cardView(r, params) : missing([view, a, b].filter(Boolean).join(" "));
}

// replace shows a view. A filter that somebody is typing in stays where it is, as
// long as the view is the same.
function replace(view, nodes, same) {
  const typed = same && document.activeElement?.id === "filter" && view.querySelector("[role=search]");
  const fresh = nodes.find((n) => n.getAttribute?.("role") === "search");
  if (!typed || !fresh) return view.replaceChildren(...nodes);
  for (const n of [...view.childNodes]) if (n !== typed) n.remove();
  const at = nodes.indexOf(fresh);
  typed.before(...nodes.slice(0, at));
  typed.after(...nodes.slice(at + 1));
}

let last = null;
function render() {
  const at = here(), view = at.path[0] || "", path = at.path.join("/");
  if (location.hash && !location.hash.startsWith("#/")) return; // a place in the summary
  const focused = document.activeElement?.id;
  list = null;
  document.body.classList.toggle("inside", view !== "");
  $("summary").hidden = view !== "";
  $("view").hidden = view === "";
  replace($("view"), view ? [content(at)].flat(9).filter((c) => c !== null && c !== undefined && c !== false && c !== "") : [], path === last);
  for (const link of document.querySelectorAll("#views a")) mark(link, link.dataset.view === view);
  const q = (at.params.get("q") || "").split(/\s+/);
  for (const link of document.querySelectorAll("[data-risk]")) mark(link, view === "findings" && q.includes("rule:" + link.dataset.risk) && (!link.dataset.severity || q.includes("severity:" + link.dataset.severity)) || view === "rule" && at.path[1] === link.dataset.risk);
  if (path !== last && narrowed.matches) $("menu").open = view === "";
  if (path !== last && (last || view)) document.title = ($("view").querySelector("h1")?.textContent || "Summary") + " · Rollcall";
  const kept = history.state || {};
  if (list && path !== last) list.at = kept.at ?? -1;
  if (list) list.draw(true);
  if (path !== last) {
    if (last !== null || kept.y) scrollTo(0, kept.y || 0); // which lays the page out, as the browser does next
    if (list) list.draw();
    if (last !== null && focused !== "filter") $("content").focus({ preventScroll: true });
  } else if (focused && focused !== "filter") $(focused)?.focus();
  last = path;
}
const mark = (link, on) => (on ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current"));

function theme() {
  const root = document.documentElement, steps = ["auto", "light", "dark"];
  let now = "auto";
  try { now = localStorage.getItem("rollcall-theme") || "auto"; } catch { /* not kept */ }
  const button = h("button", { type: "button", id: "theme", onclick: () => set(steps[(steps.indexOf(now) + 1) % 3]) });
  function set(to) {
    now = steps.includes(to) ? to : "auto";
    if (now === "auto") delete root.dataset.theme; else root.dataset.theme = now;
    try { localStorage.setItem("rollcall-theme", now); } catch { /* not kept */ }
    button.textContent = "Theme: " + now;
  }
  set(now);
  return button;
}

const KEYS = [
  [["/"], "to the filter"],
  [["j", "k"], "down and up the list"],
  [["Enter"], "open"],
  [["Escape"], "leave the filter, or close this"],
  [["?"], "this"],
];
// ASKED are the keys of filters.
const ASKED = [
  ["rule: category:", "a rule by any of its ids, and what it is about"],
  ["severity:", "severity:>=high, too"],
  ["status: change:", "of findings, and since the baseline"],
  ["user: name: type: account: group:", "whom it is about"],
  ["password: mfa:", "of users: yes, no or unknown"],
  ["keys: groups: policies: findings: unknown:", "how many they have: keys:>1, policies:0, keys:unknown"],
  ["users: roles:", "how many a group or policy has"],
  ["created:", "created:<2020, created:2026-01"],
];
let pressed = true; // single keys do something
const help = h("dialog", { id: "help", "aria-label": "Keyboard and filter" }, h("h2", {}, "Keyboard"),
  h("table", {}, h("tbody", {}, KEYS.map(([keys, t]) => h("tr", {}, h("th", { scope: "row" }, keys.map((k, i) => [i ? " " : "", h("kbd", {}, k)])), h("td", {}, t))))),
  h("h2", {}, "Filter"),
  h("p", {}, "Words, and keys with ", h("code", {}, "*"), " for anything, ", h("code", {}, "-"), " before what not to show, and quotes around spaces."),
  h("table", {}, h("tbody", {}, ASKED.map(([keys, t]) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, keys)), h("td", {}, t))))),
  h("p", {}, h("label", {}, h("input", { type: "checkbox", id: "keys", checked: true, onchange: (e) => { pressed = e.target.checked; } }), " single keys do something")),
  h("form", { method: "dialog" }, h("button", { id: "close" }, "Close")));

function assist() {
  help.showModal();
  $("close").focus({ preventScroll: true });
  help.scrollTop = 0;
}

addEventListener("keydown", (e) => {
  const inField = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
  if (e.key === "Escape" && e.target.id === "filter") { e.target.blur(); return; }
  if (inField || help.open || !pressed || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "/") { if (!$("filter")) location.hash = "#/findings"; e.preventDefault(); setTimeout(() => $("filter")?.focus(), 0); }
  else if (e.key === "?") assist();
  else if (e.key === "j" || e.key === "k") { if (list) { e.preventDefault(); list.move(e.key === "j" ? 1 : -1); } }
});

// warm makes the words of findings, and what is looked up of names, ready while nobody asks for anything.
function warm(i) {
  const idle = globalThis.requestIdleCallback || ((f) => setTimeout(f, 50));
  idle(() => {
    if (!i) data.accounts.forEach(namesakes);
    for (const until = performance.now() + 8; i < data.findings.length && performance.now() < until; i++) void data.findings[i].words;
    if (i < data.findings.length) warm(i);
  });
}

async function start() {
  load(await Promise.all([...document.querySelectorAll("script.chunk")].map((s) => { const t = s.textContent; s.remove(); return unpack(t); })));
  $("views").append(...VIEWS.filter(([view]) => view !== "changes" || data.accounts.some((a) => a.since)).map(([view, name]) => h("a", { href: "#/" + view, "data-view": view }, name)));
  $("tools").append(theme(), h("button", { type: "button", "aria-label": "Help: keyboard and filter", onclick: assist }, "?"));
  document.body.append(help);
  for (const el of document.querySelectorAll(".times li, .aged")) el.textContent = aged(el.textContent, Date.now());
  const status = document.querySelector("[data-matches]") ? "match" : "fail";
  for (const link of document.querySelectorAll("[data-risk]")) link.href = findingsOf("rule:" + link.dataset.risk + (link.dataset.severity ? " severity:" + link.dataset.severity : "") + (status === "fail" ? " status:fail" : ""));
  for (const link of document.querySelectorAll("[data-rule]")) link.href = address(["rule", link.dataset.rule]);
  for (const link of document.querySelectorAll("[data-query]")) link.href = findingsOf(link.dataset.query);
  for (const link of document.querySelectorAll("[data-changes]")) link.href = address(["changes"], { q: link.dataset.changes });
  for (const link of document.querySelectorAll("[data-framework]")) link.href = "#/frameworks";
  document.querySelector(".skip").addEventListener("click", (e) => { e.preventDefault(); $("content").focus(); }); // the address has the state
  addEventListener("hashchange", render);
  render();
  document.documentElement.dataset.ready = String(Math.round(performance.now())); // milliseconds
  warm(0);
}
start().catch((e) => { $("summary").prepend(h("p", { class: "gap", role: "alert" }, "The details cannot be shown in this browser: " + e.message + ". What follows is the summary.")); document.documentElement.dataset.ready = "no"; });
