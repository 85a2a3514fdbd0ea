package fix

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/policy"
)

// A state is an account as far as plans change it. Calls are done to it as AWS
// would do them, so that a plan can be followed step by step before anybody
// runs it. Names are compared as IAM compares them, in any letter case.
type state struct {
	account  iam.Account
	users    map[string]*holder
	groups   map[string]*holder
	policies map[string]*policy.Document // by ARN; nil where the document was not read
	ids      map[*policy.Document]docID  // worked out so far

	passwords map[string]string // the password policy; nil for none
}

// A holder is a user or a group with what it holds.
type holder struct {
	name     string
	attached map[string]bool // ARNs
	inline   map[string]*policy.Document
	groups   map[string]bool // of a user, in lower case
	members  map[string]bool // of a group, in lower case

	items    map[string]map[string]string // the user's credentials that were listed: their status by kind and id
	password bool
	boundary string
}

func newHolder(name string) *holder {
	return &holder{name: name, attached: map[string]bool{}, inline: map[string]*policy.Document{}, groups: map[string]bool{}, members: map[string]bool{}, items: items(&iam.User{})}
}

func (h *holder) hold(inline []iam.InlinePolicy, attached []iam.PolicyRef) {
	for _, p := range inline {
		h.inline[p.Name] = p.Document
	}
	for _, p := range attached {
		h.attached[p.ARN] = true
	}
}

func (h *holder) empty() bool {
	n := len(h.attached) + len(h.inline) + len(h.groups) + len(h.members)
	for _, ids := range h.items {
		n += len(ids)
	}
	return n == 0 && !h.password
}

func newState(s *iam.Snapshot) *state {
	st := &state{account: s.Account, users: map[string]*holder{}, groups: map[string]*holder{}, policies: map[string]*policy.Document{}, ids: map[*policy.Document]docID{}}
	st.passwords = passwordArgs(s.PasswordPolicy)
	for i := range s.Policies {
		st.policies[s.Policies[i].ARN] = s.Policies[i].Document
	}
	for i := range s.Groups {
		g := newHolder(s.Groups[i].Name)
		g.hold(s.Groups[i].Inline, s.Groups[i].Attached)
		st.groups[fold(g.name)] = g
	}
	for i := range s.Users {
		u := &s.Users[i]
		if u.Root || u.Grants == nil {
			continue
		}
		h := newHolder(u.Name)
		h.hold(u.Grants.Inline, u.Grants.Attached)
		for _, name := range u.Grants.Groups {
			h.groups[fold(name)] = true
			if g := st.groups[fold(name)]; g != nil {
				g.members[fold(u.Name)] = true
			}
		}
		h.credentials(u)
		st.users[fold(u.Name)] = h
	}
	st.seen(s)
	return st
}

// seen notes policies that are attached to somebody and were not listed: they
// exist, whatever they say.
func (st *state) seen(s *iam.Snapshot) {
	note := func(attached []iam.PolicyRef) {
		for _, p := range attached {
			if _, listed := st.policies[p.ARN]; !listed {
				st.policies[p.ARN] = nil
			}
		}
	}
	for i := range s.Users {
		if g := s.Users[i].Grants; g != nil {
			note(g.Attached)
		}
	}
	for i := range s.Groups {
		note(s.Groups[i].Attached)
	}
	for i := range s.Roles {
		note(s.Roles[i].Attached)
	}
}

// credentials takes in what is known of a user's credentials.
func (h *holder) credentials(u *iam.User) {
	h.items, h.boundary = items(u), u.Grants.Boundary.ARN
	h.password = u.Login.State == iam.Known || u.Report != nil && u.Report.PasswordEnabled == iam.Is(true)
}

func fold(name string) string { return strings.ToLower(name) }

// unread is an inline policy whose document was not read. It is never moved, so
// that it does not matter what it says.
const unread docID = "not read"

// A docID stands for what a policy says: two policies with the same statements
// have one. A managed policy whose document was not read goes by its ARN.
type docID string

func (st *state) attachedID(arn string) docID {
	d := st.policies[arn]
	if d == nil {
		d, _ = policy.AWSDocument(arn)
	}
	if d == nil || d.Err() != nil {
		return docID(arn)
	}
	return st.id(d)
}

func (st *state) id(d *policy.Document) docID {
	id, ok := st.ids[d]
	if !ok {
		id = idOf(d)
		st.ids[d] = id
	}
	return id
}

// idOf is the digest of a document's canonical form; of one that cannot be
// understood, of its text.
func idOf(d *policy.Document) docID {
	if d == nil {
		return unread
	}
	text := d.Canonical()
	if d.Err() != nil {
		text = "text\n" + d.Text()
	}
	sum := sha256.Sum256([]byte(text))
	return docID("sha256:" + hex.EncodeToString(sum[:]))
}

// holds are what a user or group is granted by its own policies.
func (st *state) holds(h *holder) map[docID]bool {
	out := map[docID]bool{}
	for arn := range h.attached {
		out[st.attachedID(arn)] = true
	}
	for _, d := range h.inline {
		out[st.id(d)] = true
	}
	return out
}

// effective is the set of documents that apply to a user, whatever the way.
func (st *state) effective(user string) map[docID]bool {
	u := st.users[fold(user)]
	out := st.holds(u)
	for name := range u.groups {
		if g := st.groups[name]; g != nil {
			maps.Copy(out, st.holds(g))
		}
	}
	return out
}

// text is that of the inline policy that a call names, "" where it was not read.
func (st *state) text(c Call) string {
	h, err := st.find(c.Args)
	if err != nil || h.inline[c.Args[argPolicy]] == nil {
		return ""
	}
	return h.inline[c.Args[argPolicy]].Text()
}

// do does a call as AWS would, or says why AWS would refuse it.
func (st *state) do(c Call) error {
	act, ok := calls[c.Action]
	if !ok {
		return fmt.Errorf("%s is not known here", c.Action)
	}
	if err := act(st, c.Args); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// find is the user or group that the arguments name.
func (st *state) find(args map[string]string) (*holder, error) {
	all, name := st.users, args[argUser]
	if name == "" {
		all, name = st.groups, args[argGroup]
	}
	if h := all[fold(name)]; h != nil {
		return h, nil
	}
	return nil, fmt.Errorf("there is no %q", name)
}

// onHolder makes a call of what it does to the user or group that it names.
func onHolder(f func(st *state, h *holder, args map[string]string) error) func(*state, map[string]string) error {
	return func(st *state, args map[string]string) error {
		h, err := st.find(args)
		if err != nil {
			return err
		}
		return f(st, h, args)
	}
}

var (
	attach = onHolder(func(st *state, h *holder, args map[string]string) error {
		arn := args[argARN]
		if _, known := st.policies[arn]; !known && !policy.IsAWSManaged(arn) {
			return fmt.Errorf("there is no policy %q", arn)
		}
		h.attached[arn] = true
		return nil
	})
	detach = onHolder(func(_ *state, h *holder, args map[string]string) error {
		if !h.attached[args[argARN]] {
			return fmt.Errorf("it is not attached")
		}
		delete(h.attached, args[argARN])
		return nil
	})
	put = onHolder(func(_ *state, h *holder, args map[string]string) error {
		h.inline[args[argPolicy]] = policy.New(args[argDocument])
		return nil
	})
	remove = onHolder(func(_ *state, h *holder, args map[string]string) error {
		if _, ok := h.inline[args[argPolicy]]; !ok {
			return fmt.Errorf("it has no such policy")
		}
		delete(h.inline, args[argPolicy])
		return nil
	})
)

var (
	deletePassword = onHolder(func(_ *state, h *holder, _ map[string]string) error {
		if !h.password {
			return fmt.Errorf("the user has no password")
		}
		h.password = false
		return nil
	})
	makePassword = onHolder(func(_ *state, h *holder, _ map[string]string) error {
		if h.password {
			return fmt.Errorf("the user has one already")
		}
		h.password = true
		return nil
	})
	setBoundary = onHolder(func(_ *state, h *holder, args map[string]string) error {
		h.boundary = args[argBoundary] // none in the call that takes it away
		return nil
	})
)

// nothing is what calls do that change nothing which plans go by: uploads, whose
// new ids only AWS knows, and virtual devices that nobody has any more.
func nothing(*state, map[string]string) error { return nil }

// calls are what can be done to a state.
var calls = func() map[string]func(st *state, args map[string]string) error {
	out := itemCalls()
	maps.Copy(out, accountCalls)
	return out
}()

var accountCalls = map[string]func(st *state, args map[string]string) error{
	"AttachUserPolicy": attach, "AttachGroupPolicy": attach,
	"DetachUserPolicy": detach, "DetachGroupPolicy": detach,
	"PutUserPolicy": put, "PutGroupPolicy": put,
	"DeleteUserPolicy": remove, "DeleteGroupPolicy": remove,
	"DeleteLoginProfile": deletePassword, "CreateLoginProfile": makePassword,
	"PutUserPermissionsBoundary": setBoundary, "DeleteUserPermissionsBoundary": setBoundary,
	"UploadSSHPublicKey": nothing, "UploadSigningCertificate": nothing, "DeleteVirtualMFADevice": nothing,
	"CreateUser": func(st *state, args map[string]string) error {
		if st.users[fold(args[argUser])] != nil {
			return fmt.Errorf("there is one already")
		}
		st.users[fold(args[argUser])] = newHolder(args[argUser])
		return nil
	},
	"DeleteUser": func(st *state, args map[string]string) error {
		name := fold(args[argUser])
		if u := st.users[name]; u == nil || !u.empty() {
			return fmt.Errorf("the user is not there, or still has something")
		}
		delete(st.users, name)
		return nil
	},
	"UpdateAccountPasswordPolicy": func(st *state, args map[string]string) error {
		st.passwords = maps.Clone(args)
		return nil
	},
	"DeleteAccountPasswordPolicy": func(st *state, _ map[string]string) error {
		st.passwords = nil
		return nil
	},
	"CreateGroup": func(st *state, args map[string]string) error {
		if st.groups[fold(args[argGroup])] != nil {
			return fmt.Errorf("there is one already")
		}
		st.groups[fold(args[argGroup])] = newHolder(args[argGroup])
		return nil
	},
	"DeleteGroup": func(st *state, args map[string]string) error {
		name := fold(args[argGroup])
		if g := st.groups[name]; g == nil || !g.empty() {
			return fmt.Errorf("it is not there, or not empty")
		}
		delete(st.groups, name)
		return nil
	},
	"AddUserToGroup": func(st *state, args map[string]string) error {
		u, g := st.users[fold(args[argUser])], st.groups[fold(args[argGroup])]
		if u == nil || g == nil {
			return fmt.Errorf("there is no such user or group")
		}
		u.groups[fold(g.name)], g.members[fold(u.name)] = true, true
		return nil
	},
	"RemoveUserFromGroup": func(st *state, args map[string]string) error {
		u, g := st.users[fold(args[argUser])], st.groups[fold(args[argGroup])]
		if u == nil || g == nil || !u.groups[fold(g.name)] {
			return fmt.Errorf("the user is not in it")
		}
		delete(u.groups, fold(g.name))
		delete(g.members, fold(u.name))
		return nil
	},
	"CreatePolicy": func(st *state, args map[string]string) error {
		arn := st.account.ARN("policy/" + args[argPolicy])
		for old := range st.policies {
			if fold(short(old)) == fold(args[argPolicy]) && !policy.IsAWSManaged(old) {
				return fmt.Errorf("there is one already")
			}
		}
		st.policies[arn] = policy.New(args[argDocument])
		return nil
	},
	"DeletePolicy": func(st *state, args map[string]string) error {
		for _, all := range []map[string]*holder{st.users, st.groups} {
			for _, h := range all {
				if h.attached[args[argARN]] {
					return fmt.Errorf("%s has it", h.name)
				}
			}
		}
		delete(st.policies, args[argARN])
		return nil
	},
}

// sorted are the members of a set in order.
func sorted[K ~string](set map[K]bool) []K { return slices.Sorted(maps.Keys(set)) }

// Digest is the digest of a policy document, as conditions have it.
func Digest(text string) string { return string(idOf(policy.New(text))) }
