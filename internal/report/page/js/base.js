// What the page carries is from an account and may be hostile: it becomes text
// and attributes of known names, never markup. All state is in the address.

const SEVERITIES = ["low", "medium", "high", "critical"];
const STATUSES = ["fail", "excepted", "unknown", "pass", "not-applicable", "match"];
const narrowed = matchMedia("(max-width: 69rem)"); // where the menu stands above what it leads to
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize); // which people set larger
const $ = (id) => document.getElementById(id);

// h makes an element; children may be nested lists, and what is empty is left out.
function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.flat(5).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return el;
}
const badge = (word) => h("span", { class: "badge " + word }, word);
const plural = (noun) => /[^aeiou]y$/.test(noun) ? noun.slice(0, -1) + "ies" : noun + (noun.endsWith("ch") ? "es" : "s");
const firstOf = (names, n) => names.slice(0, n).join(", ") + (names.length > n ? " and " + (names.length - n) + " more" : "");
const count = (n, noun) => n + " " + (n === 1 ? noun : plural(noun));
// HIDDEN are letters that nobody sees, or that turn what follows them round, as in
// internal/clean; ends of lines are no such letters here. visible shows them as JSON's
// escapes.
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const visible = (text) => text.replace(HIDDEN, (c) => c.split("").map((unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0")).join(""));
const day = (text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? text.slice(0, 10) : text);
const fold = (text) => text.toLowerCase();
const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
