package awstest

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// AccountID is the stand-in's account, which is moto's too.
const AccountID = "123456789012"

// A StandIn is an IAM with the habits of the real one. Its fields may be set
// before it is asked anything, and between calls.
type StandIn struct {
	PageSize   int             // most elements of a page; 0 for what the caller asks
	Denied     map[string]bool // actions, such as iam:ListUsers
	Throttle   int             // every so many-th call is throttled; 0 for none
	Broken     map[string]int  // actions that answer 500 so many times
	ReportWait int             // calls of GenerateCredentialReport before the report is made
	Features   []string        // of central root access that are on
	Outside    string          // the code by which the organization tells nothing; "" where it tells
	// Analyzers are those of each enabled region, by type and status; Closed are
	// regions that deny everything.
	Analyzers map[string][]string
	Closed    map[string]bool

	Quotas      map[string]int // in place of AWS's own, by their names in GetAccountSummary
	StaleReport bool           // the credential report stays as it was first made, as AWS has it for four hours
	// Lag is how many calls after a write do not see it yet: reads answer from
	// before it, and a write about a user, group or policy that it made finds none.
	Lag       int
	CallerARN string // of who asks; "" for a role
	// After is told how many writes there were when one has had its effect, or
	// failed, and its answer is yet to be sent. Where it panics with
	// http.ErrAbortHandler none is.
	After func(writes int)

	mu     sync.Mutex
	calls  map[string]int
	total  int
	writes int
	made   int // ids
	asked  int // calls of GenerateCredentialReport
	first  *report
	clock  time.Time
	past   []moment
	state
}

// NewStandIn starts a stand-in for the length of a test.
func NewStandIn(t testing.TB) *Server {
	s := &StandIn{calls: map[string]int{}, clock: time.Now().UTC().Truncate(time.Second),
		Analyzers: map[string][]string{"us-east-1": {}}} // no account is without a region
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &Server{URL: server.URL, StandIn: s}
}

// Calls tells how often an action was asked for, denied and throttled calls
// included; "" for all of them.
func (s *StandIn) Calls(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if action == "" {
		return s.total
	}
	return s.calls[action]
}

// Writes tells how many writes were asked for, those that failed included.
func (s *StandIn) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// action answers one operation with the content of its result element.
type action func(*StandIn, url.Values) (any, error)

// ServeHTTP answers the query protocol of IAM and STS, and what other services
// are asked by path.
func (s *StandIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := paths[r.URL.Path]; ok {
		s.serveJSON(w, r, name)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.Form.Get("Action")
	content, err := s.call(name, r.Form, inside)
	w.Header().Set("Content-Type", "text/xml")
	var f *fault
	if errors.As(err, &f) {
		w.WriteHeader(f.status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type>%s</Error><RequestId>0</RequestId></ErrorResponse>", inside(f.xml()))
		return
	}
	fmt.Fprintf(w, "<%sResponse><%sResult>%s</%sResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></%sResponse>",
		name, name, content, name, name)
}

// call makes one call and tells After of a write.
func (s *StandIn) call(name string, form url.Values, render func(any) string) (string, error) {
	content, writes, after, err := s.locked(name, form, render)
	if after != nil && isWrite(name) {
		after(writes)
	}
	return content, err
}

// locked renders the answer too, since it may hold parts of the state.
func (s *StandIn) locked(name string, form url.Values, render func(any) string) (string, int, func(int), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
	s.total++
	if isWrite(name) {
		s.writes++
	}
	result, err := s.answer(name, form)
	if err != nil {
		return "", s.writes, s.After, err
	}
	return render(result), s.writes, s.After, nil
}

func isWrite(action string) bool {
	for _, read := range []string{"Get", "List", "Generate"} {
		if strings.HasPrefix(action, read) {
			return false
		}
	}
	return true
}

// inside is the XML of a result's fields, without an element around them.
func inside(result any) string {
	if result == nil {
		return ""
	}
	var b strings.Builder
	if err := xml.NewEncoder(&b).EncodeElement(result, xml.StartElement{Name: xml.Name{Local: "x"}}); err != nil {
		panic(err) // the types are ours
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), "<x>"), "</x>")
}

func (s *StandIn) answer(name string, form url.Values) (any, error) {
	service := cmp.Or(services[name], "iam") + ":"
	switch {
	case s.Denied[service+name]:
		return nil, &fault{http.StatusForbidden, "AccessDenied", "not authorized to perform: " + service + name}
	case s.Throttle > 0 && s.total%s.Throttle == 0:
		return nil, &fault{http.StatusBadRequest, "Throttling", "Rate exceeded"}
	case s.Broken[name] > 0:
		s.Broken[name]--
		return nil, &fault{http.StatusInternalServerError, "ServiceFailure", "The request processing has failed"}
	}
	f, ok := actions[name]
	if !ok {
		return nil, &fault{http.StatusBadRequest, "InvalidAction", "the stand-in has no " + name}
	}
	if isWrite(name) {
		return s.write(name, form, f)
	}
	defer s.lookBack()()
	return f(s, form)
}

// page cuts a listing as Marker and MaxItems ask.
func (s *StandIn) page(form url.Values, total int) (from, to int, marker string) {
	size, _ := strconv.Atoi(form.Get("MaxItems"))
	if size == 0 {
		size = 100
	}
	if s.PageSize > 0 {
		size = min(size, s.PageSize)
	}
	from, _ = strconv.Atoi(form.Get("Marker"))
	to = min(from+size, total)
	if to < total {
		marker = strconv.Itoa(to)
	}
	return min(from, total), to, marker
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
