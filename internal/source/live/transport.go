package live

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"golang.org/x/time/rate"
)

// A client sends requests no faster than the limiter allows, and from a copy
// of the body: the SDK closes a body as soon as the answer begins, which a
// server that answers early would turn into a broken connection.
type client struct {
	inner aws.HTTPClient
	limit *limiter
}

// Do sends one request.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	if err := c.limit.Wait(req.Context()); err != nil {
		return nil, err
	}
	if req.Body != nil && req.Body != http.NoBody {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		_ = req.Body.Close()
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return c.inner.Do(req)
}

// A limiter holds one account's calls to a rate that IAM bears, and halves it
// when IAM says it does not.
type limiter struct {
	*rate.Limiter
	mu   sync.Mutex
	last time.Time
}

const (
	firstRate = 10 // calls a second
	leastRate = 0.5
)

func newLimiter() *limiter { return &limiter{Limiter: rate.NewLimiter(firstRate, firstRate)} }

// slow halves the rate, once for each burst of complaints.
func (l *limiter) slow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.last) > time.Second {
		l.last = now
		l.SetLimit(max(l.Limit()/2, leastRate))
	}
}

// A retryer repeats throttled calls until they succeed or time is up, and
// other failures of the service twice.
type retryer struct {
	*retry.Standard
	limit *limiter
}

const (
	serverTries = 3
	maxBackoff  = 20 * time.Second
)

func newRetryer(l *limiter) *retryer {
	return &retryer{limit: l, Standard: retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxBackoff = maxBackoff
		o.RateLimiter = ratelimit.None
	})}
}

// MaxAttempts is 0: RetryDelay ends the tries.
func (r *retryer) MaxAttempts() int { return 0 }

// RetryDelay is how long to wait before the next try. An error ends the tries.
func (r *retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if throttled(err) {
		r.limit.slow()
	} else if attempt >= serverTries {
		return 0, err
	}
	backoff := min(maxBackoff, 100*time.Millisecond<<min(attempt, 10))
	return backoff/2 + rand.N(backoff/2), nil
}

func throttled(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	_, ok := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return ok
}
