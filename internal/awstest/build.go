package awstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5" //nolint:gosec // AWS's fingerprint
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// sshKeyText is a public key whose private half is nowhere.
const sshKeyText = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDTbMVnVkMJxYPEAqzXVRG7ADfE8JfYQv0G5cyL2BJ1kZQnqkYgBHyzGXwzrPiaeyEiXx9Gqi8XLTLPXXWZkMZkF5zZ0kQZLsV3Uj9DpmwJgkPtbWQcrhC9eZzNQwYvQYvXnXRmGmRkqXNzkaNAVgPV2T4PyEFGW0kdlJtyEhVQ8w== nobody"

// SSHKey gives a user an SSH public key.
func (b *Builder) SSHKey(user string) {
	_, err := b.iam.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: &user, SSHPublicKeyBody: aws.String(sshKeyText)})
	must(b, 0, err)
}

// ServerCertificate keeps a certificate, which is none, under a name.
func (b *Builder) ServerCertificate(name string) {
	_, err := b.iam.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{ServerCertificateName: &name,
		CertificateBody: aws.String("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"), PrivateKey: aws.String("none")})
	must(b, 0, err)
}

// ServiceCredential gives a user a credential for a service. Moto cannot.
func (b *Builder) ServiceCredential(user, service string) {
	_, err := b.iam.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: &user, ServiceName: &service})
	must(b, 0, err)
}

// Certificate gives a user a signing certificate and returns its id.
func (b *Builder) Certificate(user string) string {
	out, err := b.iam.UploadSigningCertificate(ctx, &iam.UploadSigningCertificateInput{UserName: &user, CertificateBody: aws.String(NewCertificate(b.t))})
	return *must(b, out, err).Certificate.CertificateId
}

// NewCertificate makes a certificate of its own maker, in PEM. No two are the
// same, since AWS takes each but once.
func NewCertificate(t testing.TB) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nobody"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func isCertificate(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	_, err := x509.ParseCertificate(block.Bytes)
	return err == nil
}

// fingerprint is that of an SSH key's text, in AWS's form.
func fingerprint(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // as above
	var pairs []string
	for _, b := range sum {
		pairs = append(pairs, hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

// Tag tags a user.
func (b *Builder) Tag(user, key, value string) {
	_, err := b.iam.TagUser(ctx, &iam.TagUserInput{UserName: &user, Tags: []types.Tag{{Key: &key, Value: &value}}})
	must(b, 0, err)
}

// Boundary sets a user's permissions boundary. Moto cannot.
func (b *Builder) Boundary(user, arn string) {
	_, err := b.iam.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: &user, PermissionsBoundary: &arn})
	must(b, 0, err)
}

// Role makes a role that some principals may assume.
func (b *Builder) Role(name, trustDocument string) {
	_, err := b.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trustDocument})
	must(b, 0, err)
}

// GroupIn makes an empty group in a path.
func (b *Builder) GroupIn(name, path string) {
	_, err := b.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name, Path: &path})
	must(b, 0, err)
}

// PolicyVersion gives a customer policy a new default version.
func (b *Builder) PolicyVersion(arn, document string) {
	_, err := b.iam.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &document, SetAsDefault: true})
	must(b, 0, err)
}
