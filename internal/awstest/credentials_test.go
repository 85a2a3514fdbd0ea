package awstest_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rollcall-iam/rollcall/internal/awstest"
	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/source/file"
)

func passwordSteps(*testing.T) []step {
	user := p("ivan")
	get := call((*awsiam.Client).GetLoginProfile, &awsiam.GetLoginProfileInput{UserName: user}, func(o *awsiam.GetLoginProfileOutput) string {
		return fmt.Sprint(o.LoginProfile.PasswordResetRequired)
	})
	create := call((*awsiam.Client).CreateLoginProfile, &awsiam.CreateLoginProfileInput{UserName: user, Password: p("Zx9!-only-for-tests")})
	change := call((*awsiam.Client).UpdateLoginProfile, &awsiam.UpdateLoginProfileInput{UserName: user, Password: p("Zx9!-only-for-test2"), PasswordResetRequired: p(true)})
	remove := call((*awsiam.Client).DeleteLoginProfile, &awsiam.DeleteLoginProfileInput{UserName: user})
	policy := call((*awsiam.Client).GetAccountPasswordPolicy, &awsiam.GetAccountPasswordPolicyInput{}, func(o *awsiam.GetAccountPasswordPolicyOutput) string {
		of := o.PasswordPolicy
		return fmt.Sprint(*of.MinimumPasswordLength, of.RequireSymbols, of.RequireNumbers, of.AllowUsersToChangePassword, of.ExpirePasswords)
	})
	removePolicy := call((*awsiam.Client).DeleteAccountPasswordPolicy, &awsiam.DeleteAccountPasswordPolicyInput{})
	set := func(in *awsiam.UpdateAccountPasswordPolicyInput) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).UpdateAccountPasswordPolicy, in)
	}
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: user}), "", false},
		{"none yet", get, noEntity, false},
		{"none to change", change, noEntity, false},
		{"none to delete", remove, noEntity, false},
		{"a password", create, "", false},
		{"two passwords", create, already, false},
		{"it is theirs", get, "false", false},
		{"changed", change, "", false},
		{"to be reset", get, "true", false},
		{"deleted", remove, "", false},
		{"gone", get, noEntity, false},
		{"to be reset from the first", call((*awsiam.Client).CreateLoginProfile, &awsiam.CreateLoginProfileInput{UserName: user,
			Password: p("Zx9!-only-for-tests"), PasswordResetRequired: true}, func(o *awsiam.CreateLoginProfileOutput) string {
			return fmt.Sprint(o.LoginProfile.PasswordResetRequired)
		}), "true", true},

		{"no policy", policy, noEntity, false},
		{"no policy to delete", removePolicy, noEntity, false},
		{"set", set(&awsiam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: p(int32(14)), RequireSymbols: true, MaxPasswordAge: p(int32(90))}), "", false},
		{"as set", policy, "14 true false false true", false},
		{"too long", set(&awsiam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: p(int32(129))}), "ValidationError", false},
		{"set anew", set(&awsiam.UpdateAccountPasswordPolicyInput{RequireNumbers: true, AllowUsersToChangePassword: true}), "", false},
		{"what was not given is off", policy, "6 false true true false", false},
		{"off", removePolicy, "", false},
		{"none again", policy, noEntity, false},
	}
}

func keySteps(*testing.T) []step {
	user, id, none := p("judy"), p(""), p("AKIANONE000000000000")
	list := call((*awsiam.Client).ListAccessKeys, &awsiam.ListAccessKeysInput{UserName: user}, func(o *awsiam.ListAccessKeysOutput) string {
		return names(o.AccessKeyMetadata, func(k types.AccessKeyMetadata) *string { return p(string(k.Status)) })
	})
	status := func(id *string, s types.StatusType) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).UpdateAccessKey, &awsiam.UpdateAccessKeyInput{UserName: user, AccessKeyId: id, Status: s})
	}
	remove := call((*awsiam.Client).DeleteAccessKey, &awsiam.DeleteAccessKeyInput{UserName: user, AccessKeyId: id})
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: user}), "", false},
		{"none", list, "[]", false},
		{"a key", call((*awsiam.Client).CreateAccessKey, &awsiam.CreateAccessKeyInput{UserName: user}, func(o *awsiam.CreateAccessKeyOutput) string {
			*id = *o.AccessKey.AccessKeyId
			return fmt.Sprint((*id)[:4], len(*id))
		}), "AKIA20", false},
		{"shut off", status(id, types.StatusTypeInactive), "", false},
		{"inactive", list, "[Inactive]", false},
		{"on again", status(id, types.StatusTypeActive), "", false},
		{"active", list, "[Active]", false},
		{"no such key", status(none, types.StatusTypeActive), noEntity, false},
		{"of nobody", call((*awsiam.Client).ListAccessKeys, &awsiam.ListAccessKeysInput{UserName: p("nobody")}), noEntity, false},
		{"never used", call((*awsiam.Client).GetAccessKeyLastUsed, &awsiam.GetAccessKeyLastUsedInput{AccessKeyId: id}, func(o *awsiam.GetAccessKeyLastUsedOutput) string {
			return fmt.Sprint(*o.UserName, o.AccessKeyLastUsed.LastUsedDate, *o.AccessKeyLastUsed.Region, *o.AccessKeyLastUsed.ServiceName)
		}), "judy<nil>N/AN/A", true}, // moto leaves out the region
		{"deleted", remove, "", false},
		{"deleted again", remove, noEntity, false},
		{"none left", list, "[]", false},
	}
}

const sshKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7 nobody"

func certificateSteps(t *testing.T) []step {
	user, id, key, first := p("kim"), p(""), p(""), p("")
	body := awstest.NewCertificate(t)
	upload := call((*awsiam.Client).UploadSigningCertificate, &awsiam.UploadSigningCertificateInput{UserName: user, CertificateBody: &body},
		func(o *awsiam.UploadSigningCertificateOutput) string {
			*id = *o.Certificate.CertificateId
			return ""
		})
	list := call((*awsiam.Client).ListSigningCertificates, &awsiam.ListSigningCertificatesInput{UserName: user}, func(o *awsiam.ListSigningCertificatesOutput) string {
		return names(o.Certificates, func(c types.SigningCertificate) *string {
			return p(fmt.Sprint(*c.CertificateId == *id, *c.CertificateBody == body, c.UploadDate != nil, " ", c.Status))
		})
	})
	remove := call((*awsiam.Client).DeleteSigningCertificate, &awsiam.DeleteSigningCertificateInput{UserName: user, CertificateId: id})
	uploadKey := call((*awsiam.Client).UploadSSHPublicKey, &awsiam.UploadSSHPublicKeyInput{UserName: user, SSHPublicKeyBody: p(sshKey)},
		func(o *awsiam.UploadSSHPublicKeyOutput) string {
			*first, *key = *key, *o.SSHPublicKey.SSHPublicKeyId
			return fmt.Sprint(*first != *key)
		})
	removeKey := call((*awsiam.Client).DeleteSSHPublicKey, &awsiam.DeleteSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key})
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: user}), "", false},
		{"no certificate", list, "[]", false},
		{"nonsense", call((*awsiam.Client).UploadSigningCertificate, &awsiam.UploadSigningCertificateInput{UserName: user, CertificateBody: p("none")}), "MalformedCertificate", false},
		{"uploaded", upload, "", false},
		{"there", list, "[true true true Active]", false},
		{"twice", upload, "DuplicateCertificate", true},
		{"shut off", call((*awsiam.Client).UpdateSigningCertificate, &awsiam.UpdateSigningCertificateInput{UserName: user, CertificateId: id, Status: types.StatusTypeInactive}), "", false},
		{"inactive", list, "[true true true Inactive]", false},
		{"deleted", remove, "", false},
		{"deleted again", remove, noEntity, false},

		{"a key", uploadKey, "true", false},
		{"the same", uploadKey, "DuplicateSSHPublicKey", true},
		{"shut off", call((*awsiam.Client).UpdateSSHPublicKey, &awsiam.UpdateSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key, Status: types.StatusTypeInactive}), "", false},
		{"inactive", call((*awsiam.Client).ListSSHPublicKeys, &awsiam.ListSSHPublicKeysInput{UserName: user}, func(o *awsiam.ListSSHPublicKeysOutput) string {
			return names(o.SSHPublicKeys, func(k types.SSHPublicKeyMetadata) *string { return p(string(k.Status)) })
		}), "[Inactive]", false},
		{"its body", call((*awsiam.Client).GetSSHPublicKey, &awsiam.GetSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key, Encoding: types.EncodingTypeSsh},
			func(o *awsiam.GetSSHPublicKeyOutput) string { return *o.SSHPublicKey.SSHPublicKeyBody }), sshKey, false},
		{"deleted", removeKey, "", false},
		{"deleted again", removeKey, noEntity, false},
		{"uploaded again", uploadKey, "true", false},
	}
}

func deviceSteps(*testing.T) []step {
	user, serial := p("liam"), p("arn:aws:iam::123456789012:mfa/liam")
	list := call((*awsiam.Client).ListMFADevices, &awsiam.ListMFADevicesInput{UserName: user}, func(o *awsiam.ListMFADevicesOutput) string {
		return names(o.MFADevices, func(d types.MFADevice) *string { return d.SerialNumber })
	})
	enable := func(serial *string) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).EnableMFADevice, &awsiam.EnableMFADeviceInput{UserName: user, SerialNumber: serial, AuthenticationCode1: p("123456"), AuthenticationCode2: p("654321")})
	}
	deactivate := func(serial *string) func(*awsiam.Client) (string, error) {
		return call((*awsiam.Client).DeactivateMFADevice, &awsiam.DeactivateMFADeviceInput{UserName: user, SerialNumber: serial})
	}
	remove := call((*awsiam.Client).DeleteVirtualMFADevice, &awsiam.DeleteVirtualMFADeviceInput{SerialNumber: serial})
	unassigned := call((*awsiam.Client).ListVirtualMFADevices, &awsiam.ListVirtualMFADevicesInput{AssignmentStatus: types.AssignmentStatusTypeUnassigned},
		func(o *awsiam.ListVirtualMFADevicesOutput) string {
			return names(o.VirtualMFADevices, func(d types.VirtualMFADevice) *string { return d.SerialNumber })
		})
	token := p("GAKT12345678")
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: user}), "", false},
		{"created", call((*awsiam.Client).CreateVirtualMFADevice, &awsiam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: user}), "", false},
		{"created twice", call((*awsiam.Client).CreateVirtualMFADevice, &awsiam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: user}), already, false},
		{"enabled", enable(serial), "", false},
		{"theirs", list, "[" + *serial + "]", false},
		{"of somebody", unassigned, "[]", false},
		{"in use", remove, conflict, true},
		{"deactivated", deactivate(serial), "", false},
		{"deactivated again", deactivate(serial), noEntity, false},
		{"of nobody", unassigned, "[" + *serial + "]", false},
		{"deleted", remove, "", false},
		{"deleted again", remove, noEntity, false},
		{"a token", enable(token), "", false},
		{"that is theirs", list, "[" + *token + "]", false},
		{"deactivated", deactivate(token), "", false},
		{"and gone", list, "[]", false},
	}
}

// What only plans need is read, and kept in a file.
func TestContractPlans(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *awstest.Server{"moto": awstest.Moto, "stand-in": awstest.NewStandIn} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Setenv(t, "testing", "testing")
			b := s.Build(t)
			b.User("nina", "/")
			b.Certificate("nina")
			b.SSHKey("nina")
			got := readNeeding(t, append([]iam.SourceName{iam.SSHKeyList}, iam.ForPlans...)...)
			nina := got.Users[slices.IndexFunc(got.Users, func(u iam.User) bool { return u.Name == "nina" })]
			if nina.SSHKeys == nil || !strings.HasPrefix((*nina.SSHKeys)[0].Body, "ssh-rsa ") || nina.Certificates == nil || !(*nina.Certificates)[0].Active {
				t.Errorf("SSH keys %v, certificates %v", nina.SSHKeys, nina.Certificates)
			}
			path := filepath.Join(t.TempDir(), "saved.json")
			if err := file.Save(path, got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, readFiles(t, path), same, cmpopts.IgnoreTypes(iam.Source{})); diff != "" {
				t.Errorf("(-live +saved)\n%s", diff)
			}
		})
	}
}
