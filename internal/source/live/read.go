package live

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// parallel is how many calls of one account are under way at once.
const parallel = 4

// pageSize is the most that IAM takes; it may answer with fewer.
const pageSize = 1000

// parts is what the reading fills in; each source has fields of its own, so
// sources may be read side by side.
type parts struct {
	iam.Parts
	docs policy.Table
}

// A part reads one source, and says in src how that went.
type part struct {
	name iam.SourceName
	read func(ctx context.Context, src *iam.Source) error
}

// Read reads the account. It fails only when there is nobody to read as,
// nothing to read from, or the context was cancelled.
func (r *Reader) Read(ctx context.Context) (*iam.Snapshot, error) {
	r.parts = parts{}
	r.parts.CollectedAt = now()
	if err := r.identify(ctx); err != nil {
		return nil, err
	}
	jobs := []part{
		{iam.Details, r.details}, {iam.CredentialReport, r.report}, {iam.UserListing, r.users}, {iam.VirtualMFA, r.devices},
		{iam.AccountSummary, r.summary}, {iam.PasswordPolicyGet, r.passwordPolicy}, {iam.AccountAliases, r.aliases},
	}
	sources := make([]iam.Source, len(jobs))
	var g errgroup.Group
	g.SetLimit(parallel)
	for i, job := range jobs {
		g.Go(func() error {
			r.progress(string(job.name))
			sources[i] = iam.Source{Name: job.name}
			r.settle(&sources[i], job.read(ctx, &sources[i]))
			return nil
		})
	}
	_ = g.Wait()
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return nil, err
	}
	r.parts.Sources = append(r.parts.Sources, sources...)
	r.managed(sources[0])
	s := r.parts.Snapshot()
	r.extra(ctx, s)
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return nil, err
	}
	return s, nil
}

func (r *Reader) needs(name iam.SourceName) bool {
	return r.options.Needs != nil && r.options.Needs(name)
}

func now() iam.Time { return iam.At(time.Now()) }

func (r *Reader) progress(what string) {
	if r.options.Progress != nil {
		r.options.Progress(what)
	}
}

// settle records how a source went, unless its reader already did.
func (r *Reader) settle(src *iam.Source, err error) {
	if src.State == "" {
		src.State, src.Note = outcome(err)
	}
	if src.State == iam.Read && src.At == 0 {
		src.At = now()
	}
}

// identify finds out whose account this is.
func (r *Reader) identify(ctx context.Context) error {
	r.progress(string(iam.CallerIdentity))
	src := iam.Source{Name: iam.CallerIdentity}
	out, err := r.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		if err := fatal(err); err != nil {
			return err
		}
	} else {
		r.parts.Account.ID = aws.ToString(out.Account)
		if a, ok := iam.ParseARN(aws.ToString(out.Arn)); ok {
			r.parts.Account.Partition = a.Partition
		}
	}
	r.settle(&src, err)
	r.parts.Sources = append(r.parts.Sources, src)
	return nil
}

// managed says what became of the documents of AWS's own policies, which come
// with the details when they are asked for.
func (r *Reader) managed(details iam.Source) {
	src := details
	src.Name = iam.ManagedDocuments
	if !r.needs(iam.ManagedDocuments) {
		src = iam.Source{Name: iam.ManagedDocuments, State: iam.NotGiven, Note: "no enabled rule needs them"}
	}
	r.parts.Sources = append(r.parts.Sources, src)
	if r.parts.Account.ID == "" {
		r.accountFromDetails()
	}
}

// accountFromDetails finds the account in the ARNs when STS did not tell.
func (r *Reader) accountFromDetails() {
	for _, u := range r.parts.Details {
		if a, ok := iam.ParseARN(u.ARN); ok && iam.IsAccountID(a.Account) {
			r.parts.Account.ID, r.parts.Account.Partition = a.Account, a.Partition
			return
		}
	}
}

func (r *Reader) summary(ctx context.Context, _ *iam.Source) error {
	out, err := r.iam.GetAccountSummary(ctx, &awsiam.GetAccountSummaryInput{})
	if err != nil {
		return err
	}
	r.parts.Summary = make(map[string]int, len(out.SummaryMap))
	for k, v := range out.SummaryMap {
		r.parts.Summary[k] = int(v)
	}
	return nil
}

func (r *Reader) passwordPolicy(ctx context.Context, _ *iam.Source) error {
	out, err := r.iam.GetAccountPasswordPolicy(ctx, &awsiam.GetAccountPasswordPolicyInput{})
	if code(err) == "NoSuchEntity" {
		r.parts.PasswordPolicy = iam.None[iam.PasswordPolicy]()
		return nil
	}
	if err != nil {
		return err
	}
	r.parts.PasswordPolicy = iam.Is(PasswordPolicy(out.PasswordPolicy))
	return nil
}

// PasswordPolicy is the account's password policy as AWS tells it.
func PasswordPolicy(p *types.PasswordPolicy) iam.PasswordPolicy {
	return iam.PasswordPolicy{
		MinimumLength: int(aws.ToInt32(p.MinimumPasswordLength)), MaxAge: int(aws.ToInt32(p.MaxPasswordAge)),
		ReusePrevention: int(aws.ToInt32(p.PasswordReusePrevention)), HardExpiry: aws.ToBool(p.HardExpiry),
		RequireSymbols: p.RequireSymbols, RequireNumbers: p.RequireNumbers, RequireUppercase: p.RequireUppercaseCharacters,
		RequireLowercase: p.RequireLowercaseCharacters, AllowUsersToChange: p.AllowUsersToChangePassword, ExpirePasswords: p.ExpirePasswords}
}

func (r *Reader) aliases(ctx context.Context, _ *iam.Source) error {
	out, err := r.iam.ListAccountAliases(ctx, &awsiam.ListAccountAliasesInput{})
	if err == nil && len(out.AccountAliases) > 0 {
		r.parts.Account.Alias = out.AccountAliases[0]
	}
	return err
}
