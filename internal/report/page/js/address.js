// The address, which has all of the state.

// decoded is a piece of an address, as it is where somebody typed no good one.
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
function here() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decoded), params: new URLSearchParams(query || "") };
}
function address(path, params) {
  const query = new URLSearchParams();
  for (const [k, v] of Object.entries(params || {})) if (v) query.set(k, v);
  const text = query.toString();
  return "#/" + path.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
}
// change sets parts of the address and keeps the others.
function change(changes, replace) {
  const { path, params } = here();
  const to = address(path, { ...Object.fromEntries(params), ...changes });
  if (replace) history.replaceState(null, "", to); else location.hash = to;
  if (replace) render();
}
const findingsOf = (q, more) => address(["findings"], { q, ...more });
const quote = (s) => (/[\s"]/.test(s) ? '"' + s.replaceAll('"', "") + '"' : s);
// cardOf is the address of a resource's card, with its ARN where a name is not enough.
const cardOf = (r, rule) => address([r.type, r.account.id || "-", r.name], { arn: namesakes(r.account).has(r.name) ? r.arn : "", rule });
// namesakes are the names that several things of a kind have.
function namesakes(account) {
  if (!account.namesakes) {
    const seen = {};
    account.namesakes = new Set();
    for (const { type, name } of account.resources) {
      const names = (seen[type] ||= new Set()), before = names.size;
      if (names.add(name).size === before) account.namesakes.add(name);
    }
  }
  return account.namesakes;
}
