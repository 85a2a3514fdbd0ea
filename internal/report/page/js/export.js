// Export of what is shown.

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
// cell is text that no spreadsheet runs.
const cell = (v) => '"' + String(v ?? "").replace(/^[=+\-@\t\r]/, "'$&").replace(HIDDEN, " ").replaceAll("\n", " ").replaceAll('"', '""') + '"';
const shown = new Map(); // what buttons save, by name: rows as they are now
function exports(name, rows) {
  shown.set(name, rows);
  const csv = () => {
    const all = shown.get(name)(), keys = [...new Set(all.flatMap(Object.keys))];
    save(name + ".csv", "text/csv", [keys, ...all.map((r) => keys.map((k) => r[k]))].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n");
  };
  return [h("button", { type: "button", onclick: csv }, "CSV"),
    h("button", { type: "button", onclick: () => save(name + ".json", "application/json", JSON.stringify(shown.get(name)(), null, 2) + "\n") }, "JSON")];
}
// inOrder are the rows as they are shown.
const inOrder = () => (list ? list.rows.filter((r) => !r.head) : []);
const plainFinding = (f) => ({ account: f.account.id, alias: f.account.alias, rule: f.rule.id, severity: SEVERITIES[f.severity], status: f.status, resource_type: f.on.type, resource: f.on.name, arn: f.on.arn, message: f.message, parts: f.parts.map((p) => p[3]).join("; "), change: f.delta || undefined });
