package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// extra reads into the snapshot what the bulk reads leave out and a rule needs.
func (r *Reader) extra(ctx context.Context, s *iam.Snapshot) {
	for _, name := range slices.Concat(iam.Extra, iam.ForPlans) {
		if !r.needs(name) || s.Source(name).State == iam.Read || ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
			continue
		}
		r.progress(string(name))
		src := iam.Source{Name: name}
		r.settle(&src, r.readExtra(ctx, s, &src))
		s.Sources = append(s.Sources, src)
	}
}

// More reads into a snapshot of this reader what else is needed, of some users.
func (r *Reader) More(ctx context.Context, s *iam.Snapshot, needs func(iam.SourceName) bool, concerned func(*iam.User) bool) error {
	more := *r
	more.options.Needs, more.concerned = needs, concerned
	more.extra(ctx, s)
	return ctx.Err()
}

func (r *Reader) readExtra(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	switch src.Name {
	case iam.ServiceCredentialList:
		return r.serviceCredentials(ctx, s, src)
	case iam.ServerCertificateList:
		return r.serverCertificates(ctx, s, src)
	case iam.OrganizationFeatures:
		return r.organizationFeatures(ctx, s, src)
	case iam.AlternateContacts:
		return r.contacts(ctx, s)
	case iam.RegionList:
		return r.regions(ctx, s, src)
	case iam.AnalyzerList:
		return r.analyzers(ctx, s, src)
	case iam.CertificateList:
		return r.each(ctx, src, r.usersWhere(s, everybody), r.signingCertificates)
	case iam.SSHKeyBody:
		return r.each(ctx, src, r.usersWhere(s, func(u *iam.User) bool { return u.SSHKeys != nil && len(*u.SSHKeys) > 0 }), r.sshKeyBodies)
	case iam.AccessKeyList:
		return r.each(ctx, src, r.usersWhere(s, func(u *iam.User) bool { return u.HasKey() != iam.Is(false) }), r.accessKeys)
	case iam.MFADeviceList:
		return r.each(ctx, src, r.usersWhere(s, func(u *iam.User) bool { return u.Report == nil || u.Report.MFAActive != iam.Is(false) }), r.mfaDevices)
	case iam.LoginProfile:
		return r.each(ctx, src, r.usersWhere(s, func(u *iam.User) bool { return u.Report == nil || u.Report.PasswordEnabled != iam.Is(false) }), r.login)
	}
	return r.each(ctx, src, r.usersWhere(s, everybody), r.sshKeys)
}

func everybody(*iam.User) bool { return true }

// usersWhere are the users that the listings show and a fact concerns. Root's
// own credentials are not for others to list.
func (r *Reader) usersWhere(s *iam.Snapshot, concerned func(*iam.User) bool) (out []*iam.User) {
	listed := s.Source(iam.Details).State == iam.Read || s.Source(iam.UserListing).State == iam.Read
	for i := range s.Users {
		u := &s.Users[i]
		if !u.Root && (u.Grants != nil || u.Listed || !listed) && concerned(u) && (r.concerned == nil || r.concerned(u)) {
			out = append(out, u)
		}
	}
	return out
}

// each reads one thing of each user, a few at a time. What came is kept when
// some of it fails; a denial ends it, since the others would be denied too.
func (r *Reader) each(ctx context.Context, src *iam.Source, users []*iam.User, read func(context.Context, *iam.User) error) error {
	var g errgroup.Group
	g.SetLimit(parallel)
	var denied atomic.Bool
	var done atomic.Int64
	var failed failures
	for _, u := range users {
		if denied.Load() || ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			err := read(ctx, u)
			if c := code(err); c == "NoSuchEntity" { // deleted meanwhile: it stays unknown
				err = nil
			}
			if denials[code(err)] {
				denied.Store(true)
			}
			failed.add(err)
			r.progress(fmt.Sprintf("%s, %d of %d users", src.Name, done.Add(1), len(users)))
			return nil
		})
	}
	_ = g.Wait()
	if failed.first == nil {
		return ctx.Err()
	}
	src.State, src.Note = outcome(failed.first)
	if src.State == iam.Failed {
		src.Note = fmt.Sprintf("for %d of %d users. %s", failed.n, len(users), src.Note)
	}
	return failed.first
}

// failures counts errors and keeps the first.
type failures struct {
	sync.Mutex
	first error
	n     int
}

func (f *failures) add(err error) {
	if err == nil {
		return
	}
	f.Lock()
	defer f.Unlock()
	if f.first == nil {
		f.first = err
	}
	f.n++
}

func (r *Reader) accessKeys(ctx context.Context, u *iam.User) error {
	list := []iam.AccessKey{}
	err := pages(&iam.Source{}, func(marker *string) (*string, error) {
		out, err := r.iam.ListAccessKeys(ctx, &awsiam.ListAccessKeysInput{UserName: &u.Name, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, k := range out.AccessKeyMetadata {
			list = append(list, iam.AccessKey{ID: aws.ToString(k.AccessKeyId), Active: k.Status == "Active", Created: moment(k.CreateDate)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	return keep(&u.AccessKeys, list, err)
}

func (r *Reader) sshKeys(ctx context.Context, u *iam.User) error {
	list := []iam.SSHKey{}
	err := pages(&iam.Source{}, func(marker *string) (*string, error) {
		out, err := r.iam.ListSSHPublicKeys(ctx, &awsiam.ListSSHPublicKeysInput{UserName: &u.Name, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, k := range out.SSHPublicKeys {
			list = append(list, iam.SSHKey{ID: aws.ToString(k.SSHPublicKeyId), Active: k.Status == "Active", Uploaded: moment(k.UploadDate)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	return keep(&u.SSHKeys, list, err)
}

// sshKeyBodies reads the public keys themselves.
func (r *Reader) sshKeyBodies(ctx context.Context, u *iam.User) error {
	for i := range *u.SSHKeys {
		k := &(*u.SSHKeys)[i]
		out, err := r.iam.GetSSHPublicKey(ctx, &awsiam.GetSSHPublicKeyInput{UserName: &u.Name, SSHPublicKeyId: &k.ID, Encoding: types.EncodingTypeSsh})
		if err != nil {
			return err
		}
		k.Body = aws.ToString(out.SSHPublicKey.SSHPublicKeyBody)
	}
	return nil
}

func (r *Reader) signingCertificates(ctx context.Context, u *iam.User) error {
	list := []iam.Certificate{}
	err := pages(&iam.Source{}, func(marker *string) (*string, error) {
		out, err := r.iam.ListSigningCertificates(ctx, &awsiam.ListSigningCertificatesInput{UserName: &u.Name, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, c := range out.Certificates {
			list = append(list, iam.Certificate{ID: aws.ToString(c.CertificateId), Active: c.Status == "Active", Uploaded: moment(c.UploadDate), Body: aws.ToString(c.CertificateBody)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	return keep(&u.Certificates, list, err)
}

func (r *Reader) mfaDevices(ctx context.Context, u *iam.User) error {
	list := []iam.MFADevice{}
	err := pages(&iam.Source{}, func(marker *string) (*string, error) {
		out, err := r.iam.ListMFADevices(ctx, &awsiam.ListMFADevicesInput{UserName: &u.Name, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, d := range out.MFADevices {
			list = append(list, iam.MFADevice{Serial: aws.ToString(d.SerialNumber), Enabled: moment(d.EnableDate)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	return keep(&u.MFADevices, list, err)
}

// keep puts a list in its place once it is whole.
func keep[T any](to **[]T, list []T, err error) error {
	if err == nil {
		*to = &list
	}
	return err
}

// login reads a user's login profile; there is none without a password. Only a
// user who exists can be said to have none.
func (r *Reader) login(ctx context.Context, u *iam.User) error {
	out, err := r.iam.GetLoginProfile(ctx, &awsiam.GetLoginProfileInput{UserName: &u.Name})
	switch {
	case code(err) == "NoSuchEntity" && strings.Contains(strings.ToLower(err.Error()), "login profile"):
		u.Login = iam.None[iam.Login]()
	case err == nil:
		u.Login = iam.Is(iam.Login{Created: moment(out.LoginProfile.CreateDate), ResetRequired: out.LoginProfile.PasswordResetRequired})
	}
	return err
}

// serviceCredentials reads those of all users at once; who is not named has none.
func (r *Reader) serviceCredentials(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	byName := map[string][]iam.ServiceCredential{}
	err := pages(src, func(marker *string) (*string, error) {
		out, err := r.iam.ListServiceSpecificCredentials(ctx, &awsiam.ListServiceSpecificCredentialsInput{
			AllUsers: aws.Bool(true), MaxItems: aws.Int32(pageSize), Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, c := range out.ServiceSpecificCredentials {
			name := strings.ToLower(aws.ToString(c.UserName))
			byName[name] = append(byName[name], iam.ServiceCredential{ID: aws.ToString(c.ServiceSpecificCredentialId), Service: aws.ToString(c.ServiceName),
				UserName: aws.ToString(c.ServiceUserName), Status: string(c.Status), Created: moment(c.CreateDate),
				Expires: moment(c.ExpirationDate), Alias: aws.ToString(c.ServiceCredentialAlias)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	if err != nil {
		return err
	}
	for _, u := range r.usersWhere(s, everybody) {
		list := byName[strings.ToLower(u.Name)]
		u.ServiceCredentials = &list
	}
	return nil
}

func (r *Reader) serverCertificates(ctx context.Context, s *iam.Snapshot, src *iam.Source) error {
	list := []iam.ServerCertificate{}
	err := pages(src, func(marker *string) (*string, error) {
		out, err := r.iam.ListServerCertificates(ctx, &awsiam.ListServerCertificatesInput{MaxItems: aws.Int32(pageSize), Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, c := range out.ServerCertificateMetadataList {
			list = append(list, iam.ServerCertificate{Name: aws.ToString(c.ServerCertificateName), ARN: aws.ToString(c.Arn), ID: aws.ToString(c.ServerCertificateId),
				Path: aws.ToString(c.Path), Uploaded: moment(c.UploadDate), Expires: moment(c.Expiration)})
		}
		return more(out.IsTruncated, out.Marker), nil
	})
	return keep(&s.Certificates, list, err)
}
