package live

import (
	"bytes"
	"context"
	"errors"
	"time"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/credreport"
)

// patience is how long a credential report may be in the making.
const patience = 3 * time.Minute

// errSlow is for a report that never came.
var errSlow = errors.New("AWS was still making the report after 3 minutes")

// report has a credential report made and reads it. AWS makes a new one every
// four hours at most and answers with the last one in between; where none can
// be made, an older one serves, with its age.
func (r *Reader) report(ctx context.Context, src *iam.Source) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	generation := iam.Source{Name: iam.ReportGeneration}
	err := r.generate(ctx)
	r.settle(&generation, err)
	defer func() { r.parts.Sources = append(r.parts.Sources, generation) }()
	out, err := r.fetch(ctx, generation.State == iam.Read)
	if err != nil {
		return r.noReport(ctx, src, generation, err)
	}
	rows, err := credreport.Read(bytes.NewReader(out.Content), int64(len(out.Content)))
	if err != nil {
		return err
	}
	r.parts.Report = rows
	src.State, src.At = iam.Read, moment(out.GeneratedTime)
	if generation.State != iam.Read {
		src.Note = "an older report, since no new one could be made"
	}
	return nil
}

// noReport tells apart a denial, a report that never was made because making
// one is denied, and a failure.
func (r *Reader) noReport(ctx context.Context, src *iam.Source, generation iam.Source, err error) error {
	if errors.Is(context.Cause(ctx), errSlow) {
		src.State, src.Note = iam.Failed, errSlow.Error()
	} else if absent(err) && generation.State == iam.Denied {
		src.State, src.Permission = iam.Denied, iam.ReportGeneration.Permission()
		src.Note = "there is no credential report, and having one made was denied"
	}
	return err
}

// generate asks for a report until it is made.
func (r *Reader) generate(ctx context.Context) error {
	for n := 0; ; n++ {
		out, err := r.iam.GenerateCredentialReport(ctx, &awsiam.GenerateCredentialReportInput{})
		if err != nil || out.State == types.ReportStateTypeComplete {
			return err
		}
		if err := r.wait(ctx, n); err != nil {
			return err
		}
	}
}

// fetch gets the report; one that was just made may not be there at once.
func (r *Reader) fetch(ctx context.Context, made bool) (*awsiam.GetCredentialReportOutput, error) {
	for n := 0; ; n++ {
		out, err := r.iam.GetCredentialReport(ctx, &awsiam.GetCredentialReportInput{})
		if !made || !absent(err) {
			return out, err
		}
		if waited := r.wait(ctx, n); waited != nil {
			return nil, err
		}
	}
}

// absent reports whether the error says that there is no report, or not yet.
func absent(err error) bool {
	switch code(err) {
	case "ReportNotPresent", "ReportInProgress", "ReportExpired",
		"CredentialReportNotPresentException", "CredentialReportNotReadyException", "CredentialReportExpiredException":
		return true
	}
	return false
}

// The times between looks at a report that is being made: small accounts' are
// there soon.
const (
	firstPoll = 400 * time.Millisecond
	lastPoll  = 3 * time.Second
)

// wait lets some time pass before the next look, more each time.
func (r *Reader) wait(ctx context.Context, n int) error {
	poll := r.options.Poll
	if poll == 0 {
		poll = min(firstPoll<<min(n, 8), lastPoll)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(poll):
		return nil
	}
}
