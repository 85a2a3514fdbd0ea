package live

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// notTold is what to know where the organization tells this account nothing.
// No permission would change that, so it is no denial.
const notTold = "only the organization's management account, or its delegated administrator for IAM, is told: scan that account"

// organizationFeatures reads which features of central root access are on.
// What AWS answers instead of a list tells something too.
func (r *Reader) organizationFeatures(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	out, err := r.iam.ListOrganizationsFeatures(ctx, &awsiam.ListOrganizationsFeaturesInput{})
	switch code(err) {
	case "OrganizationNotFoundException":
		s.CentralRoot = iam.None[[]string]()
		return nil
	case "ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException": // either must be before any feature can
		s.CentralRoot = iam.Is([]string{})
		return nil
	case "AccountNotManagementOrDelegatedAdministratorException":
		src.State, src.Note = iam.Read, notTold
		return nil
	}
	if err != nil {
		return err
	}
	list := []string{}
	for _, f := range out.EnabledFeatures {
		list = append(list, string(f))
	}
	s.CentralRoot = iam.Is(list)
	return nil
}

// contacts reads which alternate contacts are set. A policy may allow some of
// them alone, so each is asked for whatever became of the others.
func (r *Reader) contacts(ctx context.Context, s *iam.Snapshot) error {
	s.Contacts = map[string]bool{}
	var failed failures
	for _, kind := range iam.ContactKinds {
		_, err := r.account.GetAlternateContact(ctx, &account.GetAlternateContactInput{
			AlternateContactType: types.AlternateContactType(strings.ToUpper(kind))})
		none := code(err) == "ResourceNotFoundException"
		if err == nil || none {
			s.Contacts[kind] = !none
			continue
		}
		failed.add(err)
	}
	return failed.first
}
