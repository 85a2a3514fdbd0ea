package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/account"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// Options say which account to read and how. The zero value reads that of the
// default credentials.
type Options struct {
	Profile    string
	Region     string
	Endpoint   string // instead of AWS's
	RoleARN    string // assumed with the credentials found
	ExternalID string
	MFASerial  string
	// MFACode is asked for a code when the role or the profile needs one.
	MFACode func() (string, error)
	// Needs says which of iam.Extra, and whether the documents of AWS-managed
	// policies in use (iam.ManagedDocuments), are wanted; nil for none.
	Needs func(iam.SourceName) bool
	// Progress is told what is being read; nil for silence.
	Progress func(string)
	// Poll is the time between looks at a credential report in the making; 0
	// for longer and longer ones, from 0.4 to 3 seconds.
	Poll time.Duration
}

// A Reader reads one account.
type Reader struct {
	options  Options
	iam      *awsiam.Client
	sts      *sts.Client
	account  *account.Client
	analyzer *accessanalyzer.Client
	parts    parts

	concerned func(*iam.User) bool // whom reads of single users are about; nil for all
}

// Open finds credentials as the aws CLI does: flags, environment, profiles,
// SSO, web identity, instance and container roles. It makes no call to IAM.
func Open(ctx context.Context, o Options) (*Reader, error) {
	cfg, err := Config(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Reader{options: o, iam: awsiam.NewFromConfig(cfg), sts: sts.NewFromConfig(cfg),
		account: account.NewFromConfig(cfg), analyzer: accessanalyzer.NewFromConfig(cfg)}, nil
}

// Config is how AWS is called: with which credentials, how fast, and how often
// again. Reading and applying share it.
func Config(ctx context.Context, o Options) (aws.Config, error) {
	if o.MFACode == nil {
		o.MFACode = func() (string, error) { return "", errors.New("an MFA code is needed, and there is nobody to ask") }
	}
	cfg, err := config.LoadDefaultConfig(ctx, loadOptions(o)...)
	if err != nil {
		return cfg, fmt.Errorf("finding AWS credentials: %w", err)
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	limit := newLimiter()
	cfg.HTTPClient = &client{inner: cfg.HTTPClient, limit: limit}
	cfg.Retryer = func() aws.Retryer { return newRetryer(limit) }
	if o.RoleARN != "" {
		cfg.Credentials = aws.NewCredentialsCache(assumed(cfg, o))
	}
	return cfg, nil
}

func loadOptions(o Options) []func(*config.LoadOptions) error {
	out := []func(*config.LoadOptions) error{
		// IAM has one endpoint in each partition: any region of it will do.
		config.WithDefaultRegion("us-east-1"),
		config.WithAssumeRoleCredentialOptions(func(a *stscreds.AssumeRoleOptions) { a.TokenProvider = o.MFACode }),
		config.WithAppID("rollcall"),
		config.WithLogger(logging.Nop{}), // what the SDK remarks on is in its errors too
	}
	if o.Profile != "" {
		out = append(out, config.WithSharedConfigProfile(o.Profile))
	}
	if o.Region != "" {
		out = append(out, config.WithRegion(o.Region))
	}
	if o.Endpoint != "" {
		out = append(out, config.WithBaseEndpoint(o.Endpoint))
	}
	return out
}

func assumed(cfg aws.Config, o Options) aws.CredentialsProvider {
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), o.RoleARN, func(a *stscreds.AssumeRoleOptions) {
		a.RoleSessionName = "rollcall"
		if o.ExternalID != "" {
			a.ExternalID = aws.String(o.ExternalID)
		}
		if o.MFASerial != "" {
			a.SerialNumber, a.TokenProvider = aws.String(o.MFASerial), o.MFACode
		}
	})
}
