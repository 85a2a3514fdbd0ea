// Package browsertest opens pages in a real browser: Debian's Chromium, and axe
// to look for what keeps people out. scripts/browser gets both.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// A Browser shows one page at a time, and remembers what went wrong.
type Browser struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	wrong    []string // errors on the console, of scripts and of the page's policy
	requests []string // but for pages themselves
}

// limit is how long a test may take in the browser.
const limit = 3 * time.Minute

// Open starts a browser for the length of a test. Files that are saved land in
// downloads, "" for nowhere.
func Open(t testing.TB) *Browser {
	t.Helper()
	path := awstest.Need(t, "chromium", "scripts/browser")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	for _, off := range []string{"disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "no-first-run"} {
		options = append(options, chromedp.Flag(off, true))
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &Browser{t: t, ctx: ctx}
	b.do(chromedp.Navigate("about:blank"), chromedp.EmulateViewport(1400, 1000))
	b.listen()
	return b
}

// listen takes down what goes wrong.
func (b *Browser) listen() {
	if _, err := chromedp.Call(b.ctx, log.Enable, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	entries, exceptions, requests := chromedp.Events(b.ctx, log.EntryAdded), chromedp.Events(b.ctx, runtime.ExceptionThrown), chromedp.Events(b.ctx, network.RequestWillBeSent)
	go func() {
		for e, err := range entries {
			if err != nil {
				return
			}
			b.note(&b.wrong, string(e.Entry.Level)+": "+e.Entry.Text)
		}
	}()
	go func() {
		for e, err := range exceptions {
			if err != nil {
				return
			}
			b.note(&b.wrong, e.ExceptionDetails.Text)
		}
	}()
	go func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			if u := e.Request.URL; e.Type != network.ResourceTypeDocument && !strings.HasPrefix(u, "blob:") {
				b.note(&b.requests, u)
			}
		}
	}()
}

func (b *Browser) note(to *[]string, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*to = append(*to, text)
}

func (b *Browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Go opens an address and waits until a script of the page sets data-ready.
func (b *Browser) Go(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("html[data-ready]")))
}

// Eval is what an expression comes to.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// Text is the text of the first element that a selector finds.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	return Eval[string](b, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

// Count is how many elements a selector finds.
func (b *Browser) Count(selector string) int {
	b.t.Helper()
	return Eval[int](b, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

// Click clicks what a selector finds.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Press presses keys, one after the other.
func (b *Browser) Press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// Until waits for an expression to be true.
func (b *Browser) Until(expression string) {
	b.t.Helper()
	for range 100 {
		if Eval[bool](b, expression) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("never: %s\nat %s\n%.2000s", expression, Eval[string](b, "location.href"), b.Text("main"))
}

// Media makes the page believe in a medium, such as print, and a colour scheme,
// such as dark; "" for the browser's own.
func (b *Browser) Media(medium, scheme string) {
	b.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	if scheme != "" {
		p.Features = []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, p); err != nil {
		b.t.Fatal(err)
	}
}

// Size is that of the window, in pixels; the page has been laid out for it.
func (b *Browser) Size(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	const frames = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](frames, chromedp.EvalAwaitPromise)); err != nil {
		b.t.Fatal(err)
	}
}

// PDF prints the page.
func (b *Browser) PDF() []byte {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// Shot keeps what is to be seen as a PNG file.
func (b *Browser) Shot(path string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o644) //nolint:gosec // a picture for all
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// Clean fails the test for every error and request there was.
func (b *Browser) Clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.t.Errorf("console: %s", w)
	}
	for _, r := range b.requests {
		b.t.Errorf("the page asked for %s", r)
	}
}

// axePath is where scripts/browser puts axe.
const axePath = "bin/axe.min.js"

// Axe fails the test for every violation of WCAG 2.2 A and AA that axe finds in
// the page as it is.
func (b *Browser) Axe(what string) {
	b.t.Helper()
	source := axe(b.t)
	if !Eval[bool](b, "typeof axe === 'object'") {
		Eval[chromedp.Void](b, string(source))
	}
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then((r) => JSON.stringify(r.violations.map((v) => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " " + n.failureSummary)}))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	var found []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		b.t.Errorf("%s: axe: %s: %s\n%s", what, v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}

func axe(t testing.TB) []byte {
	t.Helper()
	for dir := "."; ; dir = filepath.Join(dir, "..") {
		if source, err := os.ReadFile(filepath.Join(dir, axePath)); err == nil {
			return source
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("axe is missing: scripts/browser gets it")
	}
	t.Skip("axe is missing: scripts/browser gets it")
	return nil
}

// Timed goes to a place in the page and tells how many milliseconds that took,
// until it was laid out.
func (b *Browser) Timed(hash string) float64 {
	b.t.Helper()
	ms, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](fmt.Sprintf(`new Promise((done) => {
		const start = performance.now();
		addEventListener("hashchange", () => { document.body.offsetHeight; done(performance.now() - start); }, { once: true });
		location.hash = %q;
	})`, hash), chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return ms
}
