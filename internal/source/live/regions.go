package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// enabled are the statuses of a region that can be used.
var enabled = []types.RegionOptStatus{types.RegionOptStatusEnabled, types.RegionOptStatusEnabledByDefault}

// regions reads which regions the account has enabled.
func (r *Reader) regions(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	list := []string{}
	err := pages(src, func(token *string) (*string, error) {
		out, err := r.account.ListRegions(ctx, &account.ListRegionsInput{RegionOptStatusContains: enabled, MaxResults: aws.Int32(50), NextToken: token})
		if err != nil {
			return nil, err
		}
		for _, region := range out.Regions {
			list = append(list, aws.ToString(region.RegionName))
		}
		return more(true, out.NextToken), nil
	})
	if err == nil && len(list) == 0 { // no account is like that
		return errors.New("AWS names no enabled region")
	}
	if err == nil || src.Cut {
		s.Regions = &list
	}
	return err
}

// analyzers reads the analyzers of each region. A policy of the organization
// may close some regions, so each is asked whatever became of the others.
func (r *Reader) analyzers(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	if s.Regions == nil {
		src.State, src.Note = iam.NotGiven, "the account's regions are not known"
		return nil
	}
	names := *s.Regions
	found, failed := make([]iam.RegionAnalyzers, len(names)), make([]error, len(names))
	var g errgroup.Group
	g.SetLimit(parallel)
	for i, region := range names {
		g.Go(func() error {
			failed[i] = r.analyzersIn(ctx, region, &found[i])
			return nil
		})
	}
	_ = g.Wait()
	s.Analyzers = map[string]iam.RegionAnalyzers{}
	for i, region := range names {
		s.Analyzers[region] = found[i]
	}
	return unreadRegions(src, names, failed)
}

func (r *Reader) analyzersIn(ctx context.Context, region string, in *iam.RegionAnalyzers) error {
	in.List = []iam.Analyzer{}
	err := pages(&iam.Source{}, func(token *string) (*string, error) {
		out, err := r.analyzer.ListAnalyzers(ctx, &accessanalyzer.ListAnalyzersInput{NextToken: token},
			func(o *accessanalyzer.Options) { o.Region = region })
		if err != nil {
			return nil, err
		}
		for i := range out.Analyzers {
			a := &out.Analyzers[i]
			in.List = append(in.List, iam.Analyzer{ARN: aws.ToString(a.Arn), Type: string(a.Type), Status: string(a.Status)})
		}
		return more(true, out.NextToken), nil
	})
	in.Whole = err == nil
	return err
}

// unreadRegions says of which regions a source could not tell, and why not of
// the first.
func unreadRegions(src *iam.Source, names []string, failed []error) error {
	var first error
	var unread []string
	for i, err := range failed {
		if err == nil {
			continue
		}
		if first == nil {
			first = err
		}
		unread = append(unread, names[i])
	}
	if first == nil {
		return nil
	}
	src.State, src.Note = outcome(first)
	src.Note = strings.TrimSuffix(fmt.Sprintf("in %d of %d regions: %s. %s", len(unread), len(names), strings.Join(unread, ", "), src.Note), ". ")
	return first
}
