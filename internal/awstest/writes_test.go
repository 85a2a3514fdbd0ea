package awstest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/rollcall-iam/rollcall/internal/awstest"
)

// A step is a call, and what it tells or the code of its error.
type step struct {
	name  string
	do    func(*awsiam.Client) (string, error)
	want  string
	alone bool // moto is not as AWS is
}

// call makes a step's call of a method, its input and what of its answer is told.
func call[I, O any](method func(*awsiam.Client, context.Context, *I, ...func(*awsiam.Options)) (*O, error), in *I, tells ...func(*O) string) func(*awsiam.Client) (string, error) {
	return func(c *awsiam.Client) (string, error) {
		out, err := method(c, context.Background(), in)
		if err != nil {
			return "", err
		}
		var told []string
		for _, tell := range tells {
			told = append(told, tell(out))
		}
		return strings.Join(told, " "), nil
	}
}

// run makes the calls one after the other, since each counts on those before.
func run(t *testing.T, s *awstest.Server, steps []step) {
	t.Helper()
	c := s.Client()
	for _, st := range steps {
		if st.alone && s.StandIn == nil {
			continue
		}
		if got := outcome(st.do(c)); got != st.want {
			t.Errorf("%s: %q, want %q", st.name, got, st.want)
		}
	}
}

func outcome(told string, err error) string {
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
		return strings.TrimSuffix(api.ErrorCode(), "Exception")
	case err != nil:
		return err.Error()
	}
	return told
}

// What plans do is answered alike, where moto is right.
func TestWrites(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *awstest.Server{"moto": awstest.Moto, "stand-in": awstest.NewStandIn} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			for noun, steps := range map[string]func(*testing.T) []step{"users": userSteps, "groups": groupSteps, "policies": policySteps,
				"grants": grantSteps, "passwords": passwordSteps, "keys": keySteps, "certificates": certificateSteps, "devices": deviceSteps} {
				t.Run(noun, func(t *testing.T) { run(t, s, steps(t)) })
			}
		})
	}
}

const (
	noEntity = "NoSuchEntity"
	already  = "EntityAlreadyExists"
	conflict = "DeleteConflict"
	limit    = "LimitExceeded"
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`
	another  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}`
	denyAll  = "arn:aws:iam::aws:policy/AWSDenyAll"
)

func p[T any](v T) *T { return &v }

// decoded is a document as it was given, however it was sent.
func decoded(t *testing.T, text *string) string {
	t.Helper()
	out, err := url.PathUnescape(*text)
	if err != nil {
		t.Error(err)
	}
	return out
}

func names[T any](list []T, name func(T) *string) string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = *name(e)
	}
	return fmt.Sprint(out)
}

func groupNames(list []types.Group) string {
	return names(list, func(g types.Group) *string { return g.GroupName })
}

func userSteps(*testing.T) []step {
	create := &awsiam.CreateUserInput{UserName: p("erin"), Path: p("/staff/"), Tags: []types.Tag{{Key: p("team"), Value: p("night & day")}}}
	named := &awsiam.GetUserInput{UserName: p("erin")}
	var first, second string
	id := func(to *string) func(*awsiam.GetUserOutput) string {
		return func(o *awsiam.GetUserOutput) string { *to = *o.User.UserId; return "" }
	}
	tags := func(o *awsiam.GetUserOutput) string {
		return names(o.User.Tags, func(t types.Tag) *string { return p(*t.Key + "=" + *t.Value) })
	}
	return []step{
		{"not yet there", call((*awsiam.Client).GetUser, named), noEntity, false},
		{"created", call((*awsiam.Client).CreateUser, create, func(o *awsiam.CreateUserOutput) string { return *o.User.Arn }), "arn:aws:iam::123456789012:user/staff/erin", false},
		{"twice", call((*awsiam.Client).CreateUser, create), already, false},
		{"in another letter case", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: p("ERIN")}), already, true},
		{"found in another letter case", call((*awsiam.Client).GetUser, &awsiam.GetUserInput{UserName: p("ERIN")}, tags), "[team=night & day]", true},
		{"tagged", call((*awsiam.Client).TagUser, &awsiam.TagUserInput{UserName: p("erin"), Tags: []types.Tag{{Key: p("owner"), Value: p("x")}, {Key: p("team"), Value: p("day")}}}), "", false},
		{"with tags", call((*awsiam.Client).GetUser, named, tags, id(&first)), "[team=day owner=x] ", false},
		{"untagged", call((*awsiam.Client).UntagUser, &awsiam.UntagUserInput{UserName: p("erin"), TagKeys: []string{"team", "none"}}), "", false},
		{"with a tag less", call((*awsiam.Client).GetUser, named, tags), "[owner=x]", false},
		{"deleted", call((*awsiam.Client).DeleteUser, &awsiam.DeleteUserInput{UserName: p("erin")}), "", false},
		{"deleted again", call((*awsiam.Client).DeleteUser, &awsiam.DeleteUserInput{UserName: p("erin")}), noEntity, false},
		{"made again", call((*awsiam.Client).CreateUser, create), "", false},
		{"another one", func(c *awsiam.Client) (string, error) {
			_, err := call((*awsiam.Client).GetUser, named, id(&second))(c)
			return fmt.Sprint(first != "" && second != "" && first != second), err
		}, "true", false},
		{"with an unknown boundary", call((*awsiam.Client).PutUserPermissionsBoundary, &awsiam.PutUserPermissionsBoundaryInput{UserName: p("erin"), PermissionsBoundary: p("arn:aws:iam::123456789012:policy/None")}), noEntity, true},
		{"without a boundary", call((*awsiam.Client).DeleteUserPermissionsBoundary, &awsiam.DeleteUserPermissionsBoundaryInput{UserName: p("erin")}), noEntity, true},
		{"bounded", call((*awsiam.Client).PutUserPermissionsBoundary, &awsiam.PutUserPermissionsBoundaryInput{UserName: p("erin"), PermissionsBoundary: p(denyAll)}), "", true},
		{"with a boundary", call((*awsiam.Client).GetUser, named, func(o *awsiam.GetUserOutput) string {
			return *o.User.PermissionsBoundary.PermissionsBoundaryArn
		}), denyAll, true},
		{"a boundary does not hinder", call((*awsiam.Client).DeleteUser, &awsiam.DeleteUserInput{UserName: p("erin")}), "", false},
		{"made with a boundary", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: p("erin"), PermissionsBoundary: p(denyAll)}), "", true},
		{"the boundary gone", call((*awsiam.Client).DeleteUserPermissionsBoundary, &awsiam.DeleteUserPermissionsBoundaryInput{UserName: p("erin")}), "", true},
	}
}

func groupSteps(*testing.T) []step {
	create := &awsiam.CreateGroupInput{GroupName: p("Team"), Path: p("/teams/")}
	in := &awsiam.RemoveUserFromGroupInput{GroupName: p("Team"), UserName: p("frank")}
	members := func(o *awsiam.GetGroupOutput) string {
		return names(o.Users, func(u types.User) *string { return u.UserName })
	}
	groupsOf := call((*awsiam.Client).ListGroupsForUser, &awsiam.ListGroupsForUserInput{UserName: p("frank")},
		func(o *awsiam.ListGroupsForUserOutput) string { return groupNames(o.Groups) })
	return []step{
		{"made", call((*awsiam.Client).CreateUser, &awsiam.CreateUserInput{UserName: p("frank")}), "", false},
		{"not yet there", call((*awsiam.Client).GetGroup, &awsiam.GetGroupInput{GroupName: p("Team")}), noEntity, false},
		{"created", call((*awsiam.Client).CreateGroup, create, func(o *awsiam.CreateGroupOutput) string { return *o.Group.Arn }), "arn:aws:iam::123456789012:group/teams/Team", false},
		{"twice", call((*awsiam.Client).CreateGroup, create), already, false},
		{"in another letter case", call((*awsiam.Client).CreateGroup, &awsiam.CreateGroupInput{GroupName: p("team")}), already, true},
		{"not a member", call((*awsiam.Client).RemoveUserFromGroup, in), noEntity, false},
		{"joined", call((*awsiam.Client).AddUserToGroup, &awsiam.AddUserToGroupInput{GroupName: p("Team"), UserName: p("frank")}), "", false},
		{"joined again", call((*awsiam.Client).AddUserToGroup, &awsiam.AddUserToGroupInput{GroupName: p("Team"), UserName: p("frank")}), "", false},
		{"nobody joins", call((*awsiam.Client).AddUserToGroup, &awsiam.AddUserToGroupInput{GroupName: p("Team"), UserName: p("nobody")}), noEntity, false},
		{"joins nothing", call((*awsiam.Client).AddUserToGroup, &awsiam.AddUserToGroupInput{GroupName: p("None"), UserName: p("frank")}), noEntity, false},
		{"members", call((*awsiam.Client).GetGroup, &awsiam.GetGroupInput{GroupName: p("Team")}, members), "[frank]", false},
		{"groups", groupsOf, "[Team]", false},
		{"not empty", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("Team")}), conflict, true},
		{"left", call((*awsiam.Client).RemoveUserFromGroup, in), "", false},
		{"no groups", groupsOf, "[]", false},
		{"deleted", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("Team")}), "", false},
		{"deleted again", call((*awsiam.Client).DeleteGroup, &awsiam.DeleteGroupInput{GroupName: p("Team")}), noEntity, false},
	}
}
