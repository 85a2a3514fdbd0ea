package awstest_test

import "github.com/rollcall-iam/rollcall/internal/awstest"

// populate makes an account with everything that reading knows, and documents
// that are hard to carry.
func populate(b *awstest.Builder) {
	b.User("alice", "/staff/dev/")
	b.User("bob", "/")
	b.User("c+m=x,y.@_-", "/")
	b.User("dora", "/")
	document := `{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/100%25/${aws:username}+\u00e9\"<&>"}]}`
	b.Group("Staff", document, "alice", "bob")
	b.AttachGroup("Staff", "arn:aws:iam::aws:policy/ReadOnlyAccess")
	own := b.Policy("Own", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	b.PolicyVersion(own, document)
	b.Attach("alice", own)
	b.Tag("alice", "team", "night & day")
	b.GroupIn("Empty", "/teams/")
	b.Role("Audit", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}`)
	b.Inline("bob", "in line", document)
	b.Password("alice")
	b.MFA("alice")
	b.Key("bob")
	b.Key("bob")
	b.Key("c+m=x,y.@_-")
}
