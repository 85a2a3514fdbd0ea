package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rollcall-iam/rollcall/internal/assess"
	"github.com/rollcall-iam/rollcall/internal/browsertest"
	"github.com/rollcall-iam/rollcall/internal/clean"
)

// paired is the page of the sample account and of another that is like it, of
// which there is no credential report.
func paired(t *testing.T) string {
	t.Helper()
	args := sampledAll(t)
	text, err := os.ReadFile(args[2])
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(other, []byte(strings.ReplaceAll(string(text), "111122223333", "444455556666")), 0o600); err != nil {
		t.Fatal(err)
	}
	return paged(t, append(args, other)...)
}

// Whatever the screen, names of sixteen letters are whole, no number or date is
// cut, and what has no column stands below the name.
func TestReportWidths(t *testing.T) {
	b := browsertest.Open(t)
	one, two, framed := paged(t, sampledAll(t)...), paired(t), paged(t, sampled(t)...)
	for _, at := range []string{one + "#/users", two + "#/users", two + "#/findings?by=none", one + "#/findings", one + "#/groups", one + "#/policies",
		two + "#/exceptions", framed + "#/frameworks", sinceBaseline(t) + "#/changes", one + "#/rules", one + "#/rule/user-direct-policies?fix=CLI", one + "#/user/111122223333/amara.okafor", one} {
		b.Go(at)
		_, view, _ := strings.Cut(at, "#")
		for _, width := range []int64{320, 390, 768, 1024, 1280, 1366, 1920} {
			b.Size(width, 900)
			b.Until("document.documentElement.scrollWidth <= innerWidth")
			if wrong := browsertest.Eval[[]string](b, `(() => {
				const cut = (e) => e.scrollWidth > e.clientWidth + 1, out = [];
				for (const e of document.querySelectorAll("table.window thead th, table.window td:not([colspan]):not(:has(.clamp))")) if (cut(e)) out.push("cut: " + e.innerText);
				for (const a of document.querySelectorAll("table.window tbody th[scope=row] a")) {
					const range = document.createRange(), node = a.firstChild;
					range.setStart(node, 0);
					range.setEnd(node, Math.min(16, node.length));
					if (range.getBoundingClientRect().right > a.closest("th").getBoundingClientRect().right) out.push("name: " + a.innerText);
				}
				for (const e of document.querySelectorAll(".scroll th, .card > table th")) if (e.offsetWidth && e.offsetWidth < 60 && e.innerText.length > 5) out.push("narrow: " + e.innerText);
				for (const e of document.querySelectorAll(".block > button")) {
					const x = e.getBoundingClientRect(), y = e.parentElement.querySelector("pre").getBoundingClientRect();
					if (x.left < y.right - 1 && x.right > y.left && x.top < y.bottom - 1 && x.bottom > y.top + 1) out.push("covered: " + e.parentElement.innerText);
				}
				return out.slice(0, 5);
			})()`); len(wrong) > 0 {
				t.Errorf("%s at %d pixels: %s", view, width, strings.Join(wrong, "; "))
			}
			if view == "/users" && width < 1024 && !strings.Contains(b.Text("table.window tbody th[scope=row]"), "Created: ") {
				t.Errorf("%s at %d pixels: what has no column is nowhere: %s", view, width, b.Text("table.window tbody tr:nth-child(2)"))
			}
		}
	}
	// Rows are as high as the list thinks, also of those who have larger letters.
	b.Size(1280, 900)
	b.Go(one + "#/findings?by=none")
	for _, size := range []string{"16px", "26px"} {
		browsertest.Eval[any](b, "document.documentElement.style.fontSize = "+jsString(size)+", dispatchEvent(new Event('resize')), scrollTo(0, 3000)")
		b.Until(`(() => { const [x, y] = document.querySelectorAll("table.window tbody tr[aria-rowindex]"), high = y.getBoundingClientRect().top - x.getBoundingClientRect().top;
			return Math.abs((x.ariaRowIndex - 2) * high - document.querySelector("tr.space td").offsetHeight) < 20 && x.ariaRowIndex > 10; })()`)
	}
	b.Clean()
}

// On paper a name is on one line, and what was asked for is said.
func TestReportPaper(t *testing.T) {
	b := browsertest.Open(t)
	page := paged(t, sampledAll(t)...)
	for at, want := range map[string]string{
		"#/findings?q=severity%3Acritical": "Filter: severity:critical · 2 in all: 1 finding, 1 unknown on 2 resources · judged as of 2026-11-20T06:30:00Z",
		"#/users":                          "All, without a filter · 42 users and root · judged as of 2026-11-20T06:30:00Z",
	} {
		b.Media("", "")
		b.Go(page + at)
		b.Media("print", "")
		b.Size(718, 1000) // A4 without its edges
		browsertest.Eval[any](b, "dispatchEvent(new Event('beforeprint'))")
		if got := b.Text("#view"); !strings.Contains(got, want) {
			t.Errorf("%s: %.300s", at, got)
		}
		if broken := browsertest.Eval[[]string](b, `[...document.querySelectorAll(".paper th[scope=row] a, .paper td:not(:has(.clamp))")].filter((e) => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().height > 25; }).map((e) => e.innerText)`); len(broken) > 0 {
			t.Errorf("%s: broken: %q", at, broken)
		}
		if wide := browsertest.Eval[int](b, "document.documentElement.scrollWidth"); wide > 718 {
			t.Errorf("%s is %d pixels wide", at, wide)
		}
	}
	b.Clean()
}

// What a chip counts is what a click on it shows, whatever is chosen already.
func TestReportFacets(t *testing.T) {
	b := browsertest.Open(t)
	one, two, framed := paged(t, sampledAll(t)...), paired(t), paged(t, sampled(t)...)
	for _, at := range []string{one + "#/findings?by=none", two + "#/findings?by=none", one + "#/findings?q=severity%3Ahigh", two + "#/findings?q=category%3Akeys+-status%3Afail",
		one + "#/findings?q=severity%3Ahigh%2Ccritical+status%3Afail", one + "#/findings?q=sev%3A%3E%3Dmedium", two + "#/users", one + "#/users?q=mfa%3Ano", framed + "#/frameworks?q=status%3Amet", one + "#/exceptions", sinceBaseline(t) + "#/changes", sinceBaseline(t) + "#/changes?q=severity%3Alow+change%3Astill"} {
		b.Go(at)
		browsertest.Eval[any](b, `window.wrong = null, void (async () => {
			const start = location.hash, at = start, out = [], go = (f) => new Promise((done) => { addEventListener("hashchange", () => setTimeout(done), { once: true }); f(); });
			const ids = [...document.querySelectorAll(".facets button")].map((x) => x.id);
			if (!ids.length) out.push("no chips");
			for (const id of ids) {
				const chip = document.getElementById(id), says = Number(chip.innerText.split(" ").at(-1)), on = chip.ariaPressed === "true";
				if (!on) await go(() => chip.click());
				const text = document.querySelector("[role=status]").innerText;
				const [, all] = /^(\d+) in all/.exec(text) || /^0 (?:excepted )?findings, (\d+)/.exec(text) || at.includes("changes") && ["", text.match(/\d+/g).reduce((n, x) => n + Number(x), 0)] || /^(\d+)/.exec(text);
				const is = text.includes("excepted findings") ? text.match(/\d+/g).reduce((n, x) => n + Number(x), 0) : Number(all) + text.includes("and root");
				if (is !== says) out.push(id + " " + says + ", but " + text);
				if (!on) await go(() => { location.hash = start; });
			}
			wrong = out;
		})()`)
		b.Until("wrong !== null")
		if wrong := browsertest.Eval[[]string](b, "wrong"); len(wrong) > 0 {
			_, view, _ := strings.Cut(at, "#")
			t.Errorf("%s: %s", view, strings.Join(wrong, "; "))
		}
	}
	b.Go(one + "#/findings")
	if got := b.Text(".facet"); !regexp.MustCompile(`(?s)critical.*high.*medium.*low`).MatchString(got) {
		t.Errorf("not worst first: %q", got)
	}
	b.Clean()
}

// sinceBaseline is the page of the sample account with a baseline that had something
// else: a user more, a finding less, another severity, and a rule that is no more.
func sinceBaseline(t *testing.T) string {
	t.Helper()
	args, before := sampledAll(t), filepath.Join(t.TempDir(), "before.json")
	a := assessment(t, rollcall(t, append([]string{"scan", "--format", "json"}, args...)...))
	fails := slices.DeleteFunc(slices.Clone(a.Findings), func(f *assess.Finding) bool { return f.Status != assess.Fail })
	fails[1].Severity, fails[1].Message = "low", "something else"
	gone, former := *fails[2], *fails[2]
	gone.Resource.Name, gone.Resource.ARN, gone.Fingerprint = "gone.<b>user</b>", "arn:aws:iam::111122223333:user/gone", "gone"
	former.Rule, former.Fingerprint = "no-more", "former"
	a.Rules = append(a.Rules, assess.Rule{ID: "no-more", Title: "No more", Risk: "No more", Severity: "low"})
	a.Findings = append(slices.DeleteFunc(a.Findings, func(f *assess.Finding) bool { return f == fails[0] }), &gone, &former)
	text, err := json.Marshal(map[string]any{"schema": assess.Schema, "accounts": []assess.Account{a}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(before, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return paged(t, append([]string{"--baseline", before}, args...)...)
}

// What became of each finding since a baseline is a view of its own, to which the
// summary leads.
func TestReportChanges(t *testing.T) {
	b := browsertest.Open(t)
	page := sinceBaseline(t)
	b.Go(page)
	if got := b.Text("#summary"); !strings.Contains(got, "1 new, 1 changed, 117 still, 1 fixed, 1 unclear") {
		t.Errorf("%.2000s", got)
	}
	b.Click(`#summary a[data-changes^="change:fixed"]`)
	b.Until("document.querySelector('#view h1')?.innerText === 'Changes'")
	if got := b.Text("table.window tbody"); !strings.Contains(got, "fixed") || !strings.Contains(got, "gone.<b>user</b>") {
		t.Errorf("%.600s", got)
	}
	if browsertest.Eval[bool](b, "Boolean(document.querySelector('table.window tbody a[href*=gone]'))") {
		t.Error("a link leads to who is not there any more")
	}
	b.Click("#facet-change\\:unclear")
	b.Until("document.querySelector('[role=status]').innerText === '1 unclear'")
	if got := b.Text("table.window tbody"); !strings.Contains(got, "no-more") || !strings.Contains(got, "the rule was not judged") {
		t.Errorf("%.600s", got)
	}
	b.Click("#facet-change\\:changed")
	b.Until("document.querySelector('[role=status]').innerText === '1 changed'")
	if got := b.Text("table.window tbody"); !strings.Contains(got, "was low, it was: something else · now: ") {
		t.Errorf("%.600s", got)
	}
	b.Go(paged(t, sampledAll(t)...) + "#/changes")
	if got := b.Text("body"); !strings.Contains(got, "There is no baseline: rollcall scan --baseline findings.json") || browsertest.Eval[bool](b, "Boolean(document.querySelector('#views a[data-view=changes]'))") {
		t.Errorf("%.600s", got)
	}
	b.Clean()
}

// What somebody comes by through a group is filled in with it, and the console's tab
// says of whom it is.
func TestReportFixThroughGroup(t *testing.T) {
	b := browsertest.Open(t)
	page := paged(t, sampledAll(t)...)
	for at, want := range map[string]string{
		"privilege-escalation?fix=CLI&for=ci-deploy":                   "aws iam detach-group-policy --group-name Developers --policy-arn arn:aws:iam::aws:policy/AWSLambda_FullAccess",
		"user-admin?fix=Console%2C+as+administrator&for=tomasz.wrobel": "Here it is user tomasz.wrobel, with inline policy break-glass-2023; AdministratorAccess through group Administrators.",
		"credentials-of-others?fix=CLI&for=amara.okafor":               "aws iam create-policy-version --policy-arn OWN_POLICY_ARN",
		"long-lived-key?fix=CLI&for=amara.okafor":                      "arn:aws:iam::111122223333:user/amara.okafor",
		"password-expiry": "days = 90",
	} {
		b.Go(page + "#/rule/" + at)
		if got := b.Text("#view"); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q:\n%.900s", at, want, got)
		}
	}
	b.Clean()
}

// Users are filtered by what stands in the columns; what is unknown is neither
// yes nor no, and no number.
func TestReportUserFilter(t *testing.T) {
	b := browsertest.Open(t)
	one, two := paged(t, sampledAll(t)...), paired(t)
	for _, v := range []struct{ page, view, filter, want string }{
		{one, "users", "password:yes mfa:no", "3 users"}, {one, "users", "mfa:no", "10 users"}, {one, "users", "ci-*", "2 users"}, {one, "groups", "All*", "1 group"}, {one, "findings", "ci-* -status:unknown", "on 2 resources"}, {one, "users", "mfa:yes", "31 users and root"}, {one, "users", "mfa:unknown", "1 user"},
		{one, "users", "keys:>1", "2 users"}, {one, "users", "keys:=2", "2 users"}, {one, "users", "findings:>5", "7 users"}, {one, "users", "findings:>5 findings:<8", "4 users"}, {one, "users", "policies:0 groups:>=2", "users"},
		{one, "users", "created:<2019", "4 users and root"}, {one, "users", "mfa:maybe", "expected yes, no, unknown"}, {one, "users", "keys:many", "expected a number, unknown"}, {one, "users", "created:soon", "expected a day"},
		{one, "groups", "members:>30", "1 group"}, {one, "policies", "roles:1", "2 policies"}, {one, "findings", "rule:user-without-mfa mfa:no", "findings"},
		{two, "users", "account:444455556666 mfa:no,yes", "0 users"}, {two, "users", "account:444455556666 keys:<9", "0 users"}, {two, "users", "account:444455556666 keys:unknown", "41 users"},
	} {
		b.Go(v.page + "#/" + v.view + "?q=" + url.QueryEscape(v.filter))
		if got := b.Text("[role=status]"); !strings.Contains(got, v.want) {
			t.Errorf("%s %s: %q, not %q", v.view, v.filter, got, v.want)
		}
	}
	b.Clean()
}

// Days to an end are counted from the reader's today; an expired exception says
// what is back, and stands first.
func TestReportEnds(t *testing.T) {
	args := sampledAll(t)
	today := time.Now().UTC()
	in := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	config := fmt.Sprintf(`exceptions:
  - {rule: IAM-071, user: priya.raman, owner: ann, reason: spring, expires: %s}
  - {rule: IAM-071, user: grace.wanjiru, owner: ann, reason: later, expires: %s}
  - {rule: IAM-071, user: elif.yildiz, owner: ann, reason: over, expires: %s}
  - {rule: IAM-071, user: tomasz.wrobel, owner: ann, reason: works, expires: %s}
`, in(4), in(90), in(-30), in(-3))
	path := filepath.Join(t.TempDir(), "rollcall.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t)
	page := paged(t, "-c", path, "--at", in(-10), args[2])
	b.Go(page + "#/exceptions")
	got := strings.Join(strings.Fields(b.Text("#view")), " ")
	for _, want := range []string{"ends soon 2", "ended since 2", "expired 1", "for elif.yildiz expired 1 back " + in(-30) + " ended 30 days ago", "for priya.raman in use 1 " + in(4) + " in 4 days", in(-3) + " ended 3 days ago"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, got)
		}
	}
	if first := b.Text("#view div[aria-label=Exceptions] tbody tr"); !strings.Contains(first, "elif.yildiz") {
		t.Errorf("first is %q", first)
	}
	b.Go(page + "#/exceptions?q=" + url.QueryEscape(`status:"ends soon"`))
	if got := b.Text("[role=status]"); !strings.Contains(got, "1 excepted finding, 1 entry") {
		t.Errorf("%q", got)
	}
	b.Go(page + "#/user/111122223333/hiro.tanaka")
	if got := b.Text("#view"); strings.Count(got, "ages as of "+in(-10)) != 1 {
		t.Errorf("%.400s", got)
	}
	b.Clean()
}

// The page hides what internal/clean does, and shows it in documents and in what
// is saved.
func TestReportHidden(t *testing.T) {
	source, err := os.ReadFile("../report/page/js/base.js")
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`(?m)^const HIDDEN = (/.*/)g?u;`).FindSubmatch(source)
	if pattern == nil {
		t.Fatal("no pattern")
	}
	args := sampledAll(t)
	text, err := os.ReadFile(args[2])
	if err != nil {
		t.Fatal(err)
	}
	hostile := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(hostile, []byte(strings.ReplaceAll(string(text), `"AtMostThis"`, "\"At\U000e0041Most\u2066This\"")), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t)
	b.Go(paged(t, args[0], args[1], hostile) + "#/policy/111122223333/LarkspurContractorBoundary")
	listed := browsertest.Eval[string](b, `(() => { const out = []; for (let i = 0; i <= 0x10ffff; i++) if ((i < 0xd800 || i > 0xdfff) && `+string(pattern[1])+`u.test(String.fromCodePoint(i))) out.push(i); return JSON.stringify(out); })()`)
	var runes []rune
	if err := json.Unmarshal([]byte(listed), &runes); err != nil {
		t.Fatal(err)
	}
	hidden := map[rune]bool{'\n': true} // which documents have
	for _, r := range runes {
		hidden[r] = true
	}
	for r := range rune(unicode.MaxRune + 1) {
		if clean.Hidden(r) != hidden[r] {
			t.Errorf("%U: hidden is %v here and %v on the page", r, clean.Hidden(r), hidden[r])
		}
	}
	if got := browsertest.Eval[string](b, "document.querySelector('#view pre').textContent"); !strings.Contains(got, `At\udb40\udc41Most\u2066This`) {
		t.Errorf("%.300s", got)
	}
	browsertest.Eval[any](b, "location.hash = '#/policies'")
	b.Until("document.querySelector('.bar button') !== null")
	browsertest.Eval[any](b, "window.saved = []; URL.createObjectURL = (blob) => { blob.text().then((t) => saved.push(t)); return '#saved'; }; HTMLAnchorElement.prototype.click = () => {};")
	browsertest.Eval[any](b, "document.querySelector('.bar button').dispatchEvent(new MouseEvent('click'))")
	b.Until("saved.length === 1")
	if csv := browsertest.Eval[string](b, "saved[0]"); !strings.Contains(csv, `""Sid"":""At Most This""`) {
		t.Errorf("%.900s", csv)
	}
	b.Clean()
}

// A filter of many stars, which anybody may put into an address, is answered at once.
func TestReportStars(t *testing.T) {
	b := browsertest.Open(t)
	page := paged(t, sampledAll(t)...)
	b.Go(page + "#/findings?q=" + url.QueryEscape("user:"+strings.Repeat("*a", 30)+"*b"))
	b.Until("document.querySelector('#view').innerText.includes('Nothing is like that.')")
	b.Go(page + "#/findings?q=" + url.QueryEscape("user:*.O*"))
	b.Until("document.querySelector('#view').innerText.includes('amara.okafor')")
	b.Clean()
}
