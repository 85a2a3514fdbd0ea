package cli

import (
	"bytes"
	"context"
	"html"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rollcall-iam/rollcall/examples"
	"github.com/rollcall-iam/rollcall/internal/browsertest"
)

// paged is the page of a scan, as an address.
func paged(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if r := rollcall(t, append([]string{"scan", "-q", "-o", path}, args...)...); r.status != exitOK {
		t.Fatalf("exit %d: %s", r.status, r.stderr)
	}
	return "file://" + path
}

// sampled are the flags that scan the sample account.
func sampled(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	if err := unpack(dir); err != nil {
		t.Fatal(err)
	}
	return []string{"-c", filepath.Join(dir, "rollcall.yaml"), "--framework", "cis-aws-5.0", filepath.Join(dir, "account.json"), filepath.Join(dir, "credential-report.json")}
}

// From the menu a click leads to the users of a risk, from there to one of them
// with what is wrong marked, and from there to the fix with the user's name.
func TestReportClickThrough(t *testing.T) {
	b := browsertest.Open(t)
	b.Go(paged(t, sampledAll(t)...))
	b.Until("document.querySelector('h1').innerText.startsWith('Account 111122223333')")
	b.Click(`nav.risks a[data-risk="user-direct-policies"]`)
	b.Until("document.querySelectorAll('table.window tbody tr:not(.space):not(.group)').length === 6")
	picture(b, "report", 800)
	if got := b.Text(`nav.risks a[aria-current]`); !strings.Contains(got, "Users have policies of their own") {
		t.Errorf("the menu is at %q", got)
	}
	b.Click(`table.window a[href*="grace.wanjiru"]`)
	b.Until("document.querySelector('#view h1')?.innerText === 'grace.wanjiru'")
	picture(b, "report-user", 960)
	if got := b.Text("mark"); got != "inline policy reset-credentials" {
		t.Errorf("marked is %q", got)
	}
	b.Click("#view .finding a")
	b.Until("document.querySelector('#view h1')?.innerText === 'Users get their permissions through groups only'")
	browsertest.Eval[any](b, "[...document.querySelectorAll('[role=tab]')].find((t) => t.innerText === 'CLI').click()")
	b.Until("document.querySelector('[role=tabpanel]').innerText.includes('aws iam delete-user-policy --user-name grace.wanjiru --policy-name reset-credentials')")
	if got := b.Text("#view"); !strings.Contains(got, "rollcall fix plan --rule user-direct-policies") {
		t.Errorf("no plan is offered: %.300s", got)
	}
	b.Clean()
}

// picture keeps what is to be seen for the README, where that was asked for.
func picture(b *browsertest.Browser, name string, height int64) {
	if *update {
		b.Size(1280, height)
		b.Shot(filepath.Join(pictures, name+".png"))
		b.Size(1400, 1000)
	}
}

// pictures is where the README's are. Tests change their folder.
var pictures, _ = filepath.Abs("../../docs")

// The table fits the terminal; with -update it is the README's first picture.
func TestTerminalWidth(t *testing.T) {
	var out bytes.Buffer
	env := &Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, Getenv: func(name string) string {
		return map[string]string{"TERM": "xterm-256color", "HOME": t.TempDir()}[name]
	},
		Now: time.Now, Terminal: func(any) (int, bool) { return 108, true }}
	if status := Main(context.Background(), env, append([]string{"scan"}, sampledAll(t)...)); status != exitOK {
		t.Fatal("exit ", status)
	}
	narrower(t, out.String(), 108)
	terminal := out.String()
	var byUser bytes.Buffer
	env.Stdout, env.Terminal = &byUser, func(any) (int, bool) { return 80, true }
	if status := Main(context.Background(), env, append([]string{"scan", "--group-by", "user"}, sampledAll(t)...)); status != exitOK {
		t.Fatal("exit ", status)
	}
	narrower(t, byUser.String(), 80)
	if got := regexp.MustCompile(`[a-z]- +│`).FindString(byUser.String()); got != "" {
		t.Errorf("an id is broken: %s", got)
	}
	// Where there is little room, what there is to say stands below the rule.
	for _, width := range []int{36, 45, 60, 70} {
		for _, by := range []string{"rule", "user"} {
			out.Reset()
			env.Stdout, env.Terminal = &out, func(any) (int, bool) { return width, true }
			if status := Main(context.Background(), env, append([]string{"scan", "--group-by", by}, sampledAll(t)...)); status != exitOK {
				t.Fatal("exit ", status)
			}
			narrower(t, out.String(), width)
			if text := escapes.ReplaceAllString(out.String(), ""); by == "rule" && width < 70 && !strings.Contains(text, "\nhigh console-user-without-mfa (3)\n  Users with a console") {
				t.Errorf("in %d columns:\n%.900s", width, text)
			}
		}
	}
	if !*update {
		return
	}
	page := filepath.Join(t.TempDir(), "terminal.html")
	lines := strings.SplitAfter(terminal, "\n")
	if err := os.WriteFile(page, []byte(terminalPage(strings.Join(lines[:min(len(lines), 45)], ""))), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t)
	b.Size(935, 745)
	b.Go("file://" + page)
	b.Shot(filepath.Join(pictures, "terminal.png"))
}

// narrower fails the test for every line that is longer than a width.
func narrower(t *testing.T, text string, width int) {
	t.Helper()
	for line := range strings.Lines(escapes.ReplaceAllString(text, "")) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// terminalPage is what a terminal would show, as a page.
func terminalPage(text string) string {
	colors := map[string]string{"1": "font-weight:bold", "2": "color:#8b95a3", "38;5;8": "color:#4b5563", "38;5;1": "color:#ff8a80", "1;38;5;9": "color:#ff5c7a;font-weight:bold", "38;5;3": "color:#f3bb6b", "38;5;6": "color:#7cc4f4"}
	body := escapes.ReplaceAllStringFunc(html.EscapeString(text), func(code string) string {
		if style := colors[escapes.FindStringSubmatch(code)[1]]; style != "" {
			return "<span style='" + style + "'>"
		}
		return "</span>"
	})
	return "<!doctype html><html data-ready><meta charset=utf-8><body style='background:#14171b;color:#e6e8eb;margin:1rem'><pre style='font:14px/16px monospace'>$ rollcall scan\n" + body + "</pre>"
}

// sampledAll are those of a scan of the rules that are on, without framework.
func sampledAll(t *testing.T) []string {
	t.Helper()
	args := sampled(t)
	return append(args[:2:2], args[4:]...)
}

// Every view shows something, keeps everybody in, by light and in the dark, and
// on a small screen; none has an error or asks for anything.
func TestReportViews(t *testing.T) {
	b := browsertest.Open(t)
	page, framed := paged(t, sampledAll(t)...), paged(t, sampled(t)...)
	several := sampled(t)
	several[3] = "cis-aws-5.0,cis-aws-1.4"
	both := paged(t, several...)
	other := sampled(t)
	other[3] = "nist-800-53-r5"
	nist := paged(t, other...)
	for _, v := range []struct{ page, at, want string }{
		{page, "", "What ends most findings"}, {page, "#/findings", "119 findings, 33 unknown on 30 resources"}, {page, "#/findings?by=user&q=severity%3A%3E%3Dmedium", "tomasz.wrobel"},
		{page, "#/users", "42 users and root"}, {page, "#/groups", "8 groups"}, {page, "#/policies", "LarkspurSupportDesk"}, {page, "#/rules", "bulk reads"}, {page, "#/rule/access-analyzer", "off: "}, {page, "#/rule/password-expiry", "days = 90"}, {page, "#/rule/root-hardware-mfa", "ListVirtualMFADevices not given"},
		{page, "#/rule/key-at-setup?fix=CLI", "within"}, {page, "#/user/111122223333/leo.marchetti", "LarkspurContractorBoundary"}, {page, "#/group/111122223333/AllStaff", "Users"},
		{page, "#/policy/111122223333/LarkspurSupportDesk", "Document"}, {page, "#/exceptions", "2026-12-15"}, {page, "#/frameworks", "None was asked for"},
		{page, "#/user/111122223333/nobody", "is not in this report"}, {page, "#/findings?q=constructor%3Ax", "constructor: is no key"}, {page, "#/findings?by=__proto__", "119 findings"}, {page, "#/%", "is not in this report"}, {framed, "#/frameworks", "CIS"}, {framed, "", "evaluated"}, {both, "#/findings", "findings"}, {both, "#/frameworks", "1.4"},
		{sinceBaseline(t), "#/changes", "no-more"}, {paired(t), "", "By account"}, {paired(t), "", "of 2 accounts are unknown"}, {nist, "#/frameworks", "NIST"},
	} {
		for _, scheme := range []string{"light", "dark"} {
			b.Media("", scheme)
			b.Go(v.page + v.at)
			if got := b.Text("main"); !strings.Contains(got, v.want) {
				t.Errorf("%s does not say %q:\n%.600s", v.at, v.want, got)
			}
			b.Axe(scheme + " " + v.at)
		}
		b.Size(320, 800)
		if wide := browsertest.Eval[int](b, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s is %d pixels wide on a screen of 320: %s", v.at, wide, browsertest.Eval[string](b,
				"[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > 321 && !e.closest('.wide, .scroll, pre')).map((e) => e.outerHTML.slice(0, 120)).slice(0, 4).join('\\n')"))
		}
		b.Size(1400, 1000)
	}
	b.Clean()
}

// On a small screen the reason stands below the name, and nothing is scrolled
// sideways.
func TestReportSmall(t *testing.T) {
	b := browsertest.Open(t)
	b.Size(360, 800)
	page := paged(t, sampledAll(t)...)
	for _, at := range []string{"#/findings?q=rule%3AIAM-071+status%3Afail", "#/findings?q=rule%3AIAM-071+status%3Afail&by=user"} {
		b.Go(page + at)
		if got := b.Text("table.window"); !strings.Contains(got, "has policies of its own: inline policy reset-credentials") {
			t.Errorf("%s:\n%s", at, got)
		}
		if wide := browsertest.Eval[int](b, "document.querySelector('.wide').scrollWidth - document.querySelector('.wide').clientWidth"); wide > 0 {
			t.Errorf("%s: %d pixels are to be scrolled to", at, wide)
		}
		if left := browsertest.Eval[int](b, "document.querySelector('.wide').clientWidth - document.querySelector('td').clientWidth - document.querySelector('tbody th[scope=row]').clientWidth"); left > 2 {
			t.Errorf("%s: %d pixels are for nothing", at, left)
		}
		b.Axe("small " + at)
	}
	b.Clean()
}

// What is filtered, sorted and grouped is in the address, which brings it back.
func TestReportFilter(t *testing.T) {
	b := browsertest.Open(t)
	page := paged(t, sampledAll(t)...)
	b.Go(page + "#/findings")
	rows := "document.querySelectorAll('table.window tbody tr:not(.space):not(.group)').length"
	for filter, want := range map[string]string{
		"rule:IAM-071": "6 findings, 1 unknown", "rule:user-direct-policies user:*.*": "5 findings", "rule:IAM-071 -user:grace*": "5 findings", "severity:critical status:fail": "1 finding on",
		"status:unknown": "finding", "severity:>=high status:fail": "15 findings on", `group:Administrators rule:IAM-071`: "2 findings", "reset-credentials rule:IAM-071": "1 finding on",
		"nosuch:thing": "nosuch: is no key", "severity:awful": "not understood: severity:awful, expected", "severity:>=awful": "0 findings",
		"severity:critical severity:high status:fail": "15 findings on", "severity:critical,high status:fail": "15 findings on", `rule:IAM-071 group:"Administrators`: "2 findings", "rule:": "119 findings",
		"user:Support": "0 findings", "name:Support": "on 1 resource", "iam:PassRole status:fail": "11 findings", "status:failed": "expected fail, ", "arn:aws:iam::111122223333:user/staff/grace.wanjiru": "on 1 resource",
	} {
		b.Press("/")
		b.Until("document.activeElement.id === 'filter'")
		browsertest.Eval[any](b, "document.activeElement.value = ''")
		b.Press(filter)
		b.Until("document.querySelector('[role=status]').innerText.includes(" + jsString(want) + ")")
		b.Press("\x1b")
	}
	b.Go(page + "#/findings?q=rule%3AIAM-071&by=none&sort=-who")
	if got := b.Text("table.window tbody th[scope=row]"); got != "tomasz.wrobel" {
		t.Errorf("restored, the first is %q", got)
	}
	// Of users, one finding is like all that is asked of findings.
	for filter, want := range map[string]string{"rule:IAM-071 severity:critical": "0 users", "rule:IAM-071 severity:medium": "6 users", "-rule:IAM-071": "36 users and root", "status:excepted": "0 users"} {
		b.Go(page + "#/users?q=" + url.QueryEscape(filter))
		if got := b.Text("[role=status]"); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", filter, got, want)
		}
	}
	b.Go(page + "#/findings?q=rule%3AIAM-071&by=none&sort=-who")
	who := "document.querySelector('table.window thead th:nth-child(2) button')"
	browsertest.Eval[any](b, who+".focus(), "+who+".click()")
	b.Until("!location.hash.includes('sort=') && document.activeElement === " + who)
	browsertest.Eval[any](b, who+".click()")
	b.Until("document.querySelector('table.window tbody th[scope=row]').innerText === 'amara.okafor' && location.hash.includes('sort=who')")
	b.Press("jjj")
	b.Until("document.activeElement.innerText === 'elif.yildiz'")
	b.Press("k\r")
	b.Until("document.querySelector('#view h1')?.innerText === 'BedrockAPIKey-x1'")
	browsertest.Eval[any](b, "history.back()")
	b.Until(rows + " === 7 && document.querySelector('tr.at a')?.innerText === 'BedrockAPIKey-x1'") // where it was left
	// Tab goes through all of a long list, whatever is drawn anew meanwhile.
	b.Go(page + "#/findings?by=none")
	browsertest.Eval[any](b, "document.querySelector('table.window tbody th a').focus()")
	b.Press(strings.Repeat("\t", 120))
	b.Until("document.activeElement.closest('table.window tr')?.ariaRowIndex > 50")
	b.Go(page + "#/findings?q=rule%3AIAM-071&by=none&sort=-who")
	// The address has the state, and the skip link leaves it alone.
	browsertest.Eval[any](b, "document.querySelector('.skip').click()")
	b.Until("document.activeElement.id === 'content' && location.hash.startsWith('#/findings?')")
	// Back from a filter that somebody types in is back.
	b.Go(page + "#/users")
	browsertest.Eval[any](b, "location.hash = '#/findings'")
	b.Until("document.querySelector('#by') !== null")
	browsertest.Eval[any](b, "document.querySelector('#filter').focus(), location.hash = '#/users'")
	b.Until("!document.querySelector('#by') && document.querySelector('#view h1').innerText === 'Users'")
	b.Go(page + "#/findings?q=rule%3AIAM-071&by=none&sort=-who")
	b.Press("?")
	b.Until("document.querySelector('#help').open")
	b.Axe("help")
	b.Press("\x1b")

	// Groups of rows are not sorted: the rule is a column then.
	b.Go(page + "#/findings")
	browsertest.Eval[any](b, who+".click()")
	b.Until("location.hash.includes('by=none') && document.querySelector('thead')?.innerText.includes('Rule')")
	b.Until("document.querySelector('thead th:nth-child(2)')?.getAttribute('aria-sort') === 'ascending'")
	browsertest.Eval[any](b, "document.querySelector('#sort-all').click()")
	b.Until("document.querySelector('#sort-all')?.parentElement.getAttribute('aria-sort') === 'descending'")
	// Whoever comes back is where they were.
	b.Size(900, 500)
	b.Go(page + "#/findings?by=none")
	browsertest.Eval[any](b, "scrollTo(0, 2000)")
	b.Until("history.state?.y === 2000")
	browsertest.Eval[any](b, "[...document.querySelectorAll('table.window tbody th a')].at(-1).click()")
	b.Until("location.hash.startsWith('#/user/') && scrollY === 0 && document.activeElement.id === 'content'")
	browsertest.Eval[any](b, "history.back()")
	b.Until("location.hash.startsWith('#/findings') && scrollY === 2000")
	b.Clean()
}

// Rules, controls and exceptions are filtered, sorted and gone through like findings.
func TestReportShortLists(t *testing.T) {
	b := browsertest.Open(t)
	page, framed := paged(t, sampledAll(t)...), paged(t, sampled(t)...)
	for at, want := range map[string]string{
		page + "#/rules?q=severity%3Acritical":                   "4 rules",
		page + "#/rules?q=rule%3AIAM-071":                        "1 rule",
		page + "#/rules?q=status%3Aoff":                          "0 rules and",
		page + "#/rules?q=nothing-like-that":                     "0 rules",
		page + "#/rules?q=user%3Aann":                            "expected nothing: it is not asked here",
		page + "#/rules?q=rule%3Anosuch":                         "expected one of these rules",
		framed + "#/frameworks?q=status%3A%22not+met%22":         "8 controls",
		framed + "#/frameworks?q=status%3A%22not+met%22+root":    "0 controls",
		framed + "#/frameworks?q=rule%3Aroot-key":                "1 control",
		framed + "#/frameworks?q=status%3Agood":                  "expected manual, met, not met",
		framed + "#/frameworks?q=-status%3A%22not+met%22+-root*": "controls",
		page + "#/exceptions?q=pavel":                            "0 excepted findings, 1 entry",
		page + "#/exceptions?q=-status%3Aused":                   "entries",
	} {
		b.Go(at)
		if got := b.Text("[role=status]"); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", at, got, want)
		}
	}
	b.Go(page + "#/rules")
	browsertest.Eval[any](b, "document.querySelector('#sort-Rules-pass').click()")
	b.Until("location.hash.includes('sort=pass')")
	passes := browsertest.Eval[[]int](b, "[...document.querySelector('#view tbody').rows].map((r) => Number(r.cells[5].innerText))")
	if !slices.IsSortedFunc(passes, func(x, y int) int { return y - x }) || passes[0] == 0 {
		t.Errorf("by pass: %v", passes)
	}
	b.Press("j")
	b.Press("j")
	second := browsertest.Eval[string](b, "document.querySelectorAll('#view tbody tr a')[1].innerText")
	b.Until("document.activeElement.innerText === " + jsString(second))
	b.Press("\r")
	b.Until("document.querySelector('#view h1')?.innerText === " + jsString(second))
	browsertest.Eval[any](b, "history.back()")
	b.Until("document.querySelector('tr.at a')?.innerText === " + jsString(second))
	b.Go(framed + "#/frameworks")
	browsertest.Eval[any](b, "document.getElementById('facet-status:\"not met\"').click()")
	b.Until("document.querySelectorAll('#view tbody tr').length === 8 && document.getElementById('facet-status:\"not met\"').ariaPressed === 'true'")
	browsertest.Eval[any](b, "document.getElementById('facet-status:\"not met\"').click()")
	b.Until("document.querySelectorAll('#view tbody tr').length === 21 && !location.hash.includes('q=')")
	// On smaller screens the menu opens above what it leads to.
	b.Size(800, 900)
	b.Go(page + "#/users")
	if browsertest.Eval[bool](b, "document.querySelector('#menu').open") {
		t.Error("the menu hides the view")
	}
	b.Click("#menu summary")
	b.Click("nav.risks a")
	b.Until("location.hash.startsWith('#/findings') && !document.querySelector('#menu').open")
	b.Clean()
}

// What a query lists is counted, and a click leads to it.
func TestReportMatches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "query.html")
	args := sampledAll(t)
	if r := rollcall(t, "query", "IamUser where managedPolicies", args[2], "-o", path); r.status != exitOK {
		t.Fatal(r.stderr)
	}
	b := browsertest.Open(t)
	b.Go("file://" + path)
	if got := b.Text(".tiles"); !strings.Contains(got, "5\nmatches") {
		t.Errorf("%q", got)
	}
	b.Click("nav.risks a")
	b.Until("document.querySelectorAll('table.window tbody tr:not(.space):not(.group)').length === 5")
	b.Clean()
}

// Of two accounts' users of one name, each fix has its own account's names, and a
// policy that is an example has nobody's.
func TestReportFixOfTwo(t *testing.T) {
	args := sampledAll(t)
	other := t.TempDir()
	for _, path := range args[2:] {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(b), "111122223333", "444455556666")
		text = regexp.MustCompile(`\{\s*"PolicyName": "AmazonRDSReadOnlyAccess",[^}]*\}`).ReplaceAllString(text, `$0, {"PolicyName": "AmazonSQSReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"}`)
		if err := os.WriteFile(filepath.Join(other, filepath.Base(path)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := browsertest.Open(t)
	page := paged(t, append(args[:3:3], filepath.Join(other, "account.json"))...)
	b.Go(page + "#/user/444455556666/amara.okafor?rule=user-direct-policies")
	b.Click(`.finding a[href^="#/rule/user-direct-policies"]`)
	b.Until("location.hash.includes('for=444455556666%2Famara.okafor') && document.querySelector('#for')?.value === '444455556666/amara.okafor'")
	b.Go(page + "#/rule/IAM-071")
	b.Until("document.querySelector('#view h1')?.innerText === 'Users get their permissions through groups only'")
	b.Go(page + "#/rule/user-admin?fix=CLI&for=" + url.QueryEscape("444455556666/amara.okafor"))
	b.Until("document.querySelector('[role=tabpanel]')?.innerText.includes('arn:aws:iam::444455556666:mfa/amara.okafor')")
	// A plan is for whom the fix is filled in, and what is not theirs is said.
	b.Go(page + "#/rule/IAM-071?fix=CLI&for=" + url.QueryEscape("111122223333/priya.raman"))
	b.Until("document.querySelector('[role=tabpanel]')?.innerText.includes('--policy-name queue-debug')")
	if got := b.Text("#view"); !strings.Contains(got, "--policy-arn arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess") || !strings.Contains(got, "--rule user-direct-policies --user priya.raman -o plan.json\nrollcall fix show plan.json --format shell") ||
		!strings.Contains(got, "For you to fill in: GROUP.") || strings.Contains(got, "Leave out") {
		t.Errorf("%s", got)
	}
	// Of several policies of a kind each may be chosen.
	b.Go(page + "#/rule/IAM-071?fix=CLI&for=" + url.QueryEscape("444455556666/priya.raman"))
	b.Until("document.querySelector('[role=tabpanel]')?.innerText.includes('--policy-arn arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess')")
	browsertest.Eval[any](b, "{const s = document.querySelector('#part'); s.selectedIndex = [...s.options].findIndex((o) => o.text.includes('SQS')); s.dispatchEvent(new Event('change'))}")
	b.Until("document.querySelector('[role=tabpanel]')?.innerText.includes('--policy-arn arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess')")
	b.Go(page + "#/rule/IAM-071?fix=Terraform&for=" + url.QueryEscape("111122223333/tomasz.wrobel"))
	b.Until("document.querySelector('[role=tabpanel]')?.innerText.includes('Leave out what is about POLICY_ARN: tomasz.wrobel has no such policy.')")
	b.Go(page + "#/rule/group-inline-policies?fix=CloudFormation+%28YAML%29")
	if got := b.Text("#view [role=tabpanel]"); !strings.Contains(got, "Statement") || strings.Contains(got, "AWSSESSendingGroupDoNotRename") {
		t.Errorf("%s", got)
	}
	// Whom a policy trusts is the account concerned, and never that of the examples.
	b.Go(page + "#/rule/user-admin?fix=CLI&for=" + url.QueryEscape("444455556666/amara.okafor"))
	if got := b.Text("#view [role=tabpanel]"); !strings.Contains(got, "arn:aws:iam::444455556666:root") || strings.Contains(got, "111122223333") {
		t.Errorf("%s", got)
	}
	b.Go(page + "#/rule/user-admin?fix=CLI&for=nobody")
	if got := b.Text("#view"); !strings.Contains(got, "nobody has no such finding here") || strings.Contains(got, "amara.okafor --") || strings.Contains(got, "iam::111122223333") {
		t.Errorf("%s", got)
	}
	b.Clean()
}

// What lacks a source is said of everybody whom it is about, and cards lead on.
func TestReportCards(t *testing.T) {
	b := browsertest.Open(t)
	args := sampledAll(t)
	page, whole := paged(t, args[:3]...), paged(t, args...) // without and with the credential report
	// Every card that a finding leads to has what breaks the rule marked.
	for _, at := range []string{"amara.okafor?rule=user-admin", "ingrid.solberg?rule=credentials-of-others", "jdoe2?rule=unapproved-user", "tmp-migration?rule=self-managed-credentials",
		"testuser?rule=user-without-permissions", "testuser?rule=user-without-owner", "jdoe2?rule=console-user-without-mfa", "viktor.hansen?rule=quarantined-user"} {
		b.Go(whole + "#/user/111122223333/" + at)
		if b.Count("mark") == 0 {
			t.Errorf("%s: nothing is marked", at)
		}
	}
	b.Go(page + "#/user/111122223333/hiro.tanaka")
	if got := b.Text("#view"); !strings.Contains(got, "Unknown for want of facts: ") || !strings.Contains(got, "console-user-without-mfa") {
		t.Errorf("%.400s", got)
	}
	b.Go(page + "#/user/111122223333/hiro.tanaka?rule=privilege-escalation")
	if got := b.Text("mark"); got != "Developers" { // which the way to more comes by
		t.Errorf("marked is %q", got)
	}
	b.Go(page + "#/user/111122223333/hiro.tanaka")
	if got := b.Text("#view"); !regexp.MustCompile(`Created\s+\S+Z \(\d+ days ago\)`).MatchString(got) {
		t.Errorf("no age: %.300s", got)
	}
	b.Click(`a[href="#/group/111122223333/AllStaff"]`)
	b.Until("document.querySelector('#view h1')?.innerText === 'AllStaff'")
	b.Click(`a[href="#/user/111122223333/amara.okafor"]`)
	b.Until("document.querySelector('#view h1')?.innerText === 'amara.okafor'")
	b.Go(page + "#/findings?q=status%3Aunknown+rule%3Aconsole-user-without-mfa")
	if got := b.Text("[role=status]"); !strings.Contains(got, "41 unknown") {
		t.Errorf("%q", got)
	}
	b.Go(page + "#/users")
	if got := b.Text("thead"); !strings.Contains(got, "Unknown") {
		t.Errorf("%q", got)
	}
	b.Clean()
}

func jsString(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// What is shown can be saved, without formulas; printed, all of it is there.
func TestReportExport(t *testing.T) {
	b := browsertest.Open(t)
	b.Go(paged(t, sampledAll(t)...) + "#/findings?q=rule%3AIAM-071+status%3Afail")
	browsertest.Eval[any](b, "window.saved = []; URL.createObjectURL = (blob) => { blob.text().then((t) => saved.push(t)); return '#saved'; }; HTMLAnchorElement.prototype.click = () => {};")
	browsertest.Eval[any](b, "[...document.querySelectorAll('.bar button')].forEach((b) => b.dispatchEvent(new MouseEvent('click')))")
	b.Until("saved.length === 2")
	csv, list := browsertest.Eval[string](b, "saved.find((t) => t.startsWith('\"account'))"), browsertest.Eval[int](b, "JSON.parse(saved.find((t) => t.startsWith('['))).length")
	if lines := strings.Count(csv, "\r\n"); lines != 7 || list != 6 || !strings.Contains(csv, `"grace.wanjiru"`) {
		t.Errorf("%d lines, %d objects:\n%s", lines, list, csv)
	}
	// What is shown of all frameworks is saved together.
	several := sampled(t)
	several[3] = "cis-aws-5.0,cis-aws-1.4"
	b.Go(paged(t, several...) + "#/frameworks")
	browsertest.Eval[any](b, "window.saved = []; URL.createObjectURL = (blob) => { blob.text().then((t) => saved.push(t)); return '#saved'; }; HTMLAnchorElement.prototype.click = () => {};")
	browsertest.Eval[any](b, "[...document.querySelectorAll('.bar button')].filter((b) => b.innerText === 'JSON').forEach((b) => b.dispatchEvent(new MouseEvent('click')))")
	b.Until("saved.length === 1 && new Set(JSON.parse(saved[0]).map((c) => c.framework)).size === 2")

	b.Go(paged(t, sampledAll(t)...) + "#/findings")
	b.Size(800, 400)
	browsertest.Eval[any](b, "dispatchEvent(new Event('beforeprint'))")
	if rows := b.Count(".paper tbody tr:not(.group)"); rows < 119 {
		t.Errorf("%d findings are printed", rows)
	}
	if pdf := b.PDF(); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Error("no PDF")
	}
	b.Clean()
}

// Names and documents that would be markup are text wherever they appear.
func TestReportHostile(t *testing.T) {
	const evil = `<img src=x onerror=alert(1)><script>alert(2)</script>"'&${x}` + "\u202e"
	dir := t.TempDir()
	text, err := examples.FS.ReadFile("account.json")
	if err != nil {
		t.Fatal(err)
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(evil)
	account := strings.NewReplacer(`"grace.wanjiru"`, `"`+quoted+`"`, "reset-credentials", quoted, "LarkspurSupportDesk", quoted).Replace(string(text))
	if err := os.WriteFile(filepath.Join(dir, "account.json"), []byte(account), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t)
	page := paged(t, dir)
	for _, at := range []string{"", "#/findings", "#/users", "#/policies", "#/rule/user-direct-policies?for=x", "#/findings?q=" + "img"} {
		b.Go(page + at)
		if got := b.Text("body"); strings.Contains(got, "\u202e") {
			t.Errorf("%s: a name turns the text after it round", at)
		}
		if b.Count("img, main script") > 0 {
			t.Errorf("%s: a name became an element", at)
		}
	}
	browsertest.Eval[any](b, "[...document.querySelectorAll('table.window th a')].find((a) => a.innerText.startsWith('<img src=x')).click()")
	b.Until("document.querySelector('#view h1')?.innerText.startsWith('<img src=x')")
	b.Clean()
}

// closed is what nobody reads any more.
type closed struct{}

func (closed) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
}

// Whoever has read enough of the table, as head has, gets the files all the same.
func TestReportUnheard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	for _, tt := range []struct {
		args   []string
		status int
	}{{[]string{"-o", path}, exitOK}, {nil, exitError}} {
		var errs bytes.Buffer
		env := &Env{Stdin: strings.NewReader(""), Stdout: closed{}, Stderr: &errs, Getenv: os.Getenv, Now: time.Now, Terminal: func(any) (int, bool) { return 0, false }}
		if status := Main(context.Background(), env, slices.Concat([]string{"scan"}, sampledAll(t), tt.args)); status != tt.status || errs.Len() > 0 {
			t.Errorf("%v: exit %d, %s", tt.args, status, errs.String())
		}
	}
	if text, err := os.ReadFile(path); err != nil || !bytes.Contains(text, []byte("</html>")) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
