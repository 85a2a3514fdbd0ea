package awstest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

func grantActions() map[string]action {
	return map[string]action{
		"PutUserPolicy": (*StandIn).putInline, "PutGroupPolicy": (*StandIn).putInline,
		"GetUserPolicy": (*StandIn).getInline, "GetGroupPolicy": (*StandIn).getInline,
		"DeleteUserPolicy": (*StandIn).deleteInline, "DeleteGroupPolicy": (*StandIn).deleteInline,
		"ListUserPolicies": (*StandIn).listInline, "ListGroupPolicies": (*StandIn).listInline,
		"AttachUserPolicy": (*StandIn).attach, "AttachGroupPolicy": (*StandIn).attach,
		"DetachUserPolicy": (*StandIn).detach, "DetachGroupPolicy": (*StandIn).detach,
		"ListAttachedUserPolicies": (*StandIn).listAttached, "ListAttachedGroupPolicies": (*StandIn).listAttached,
	}
}

// A holder is the user or group that a policy is for. Its kind is as in the
// names of quotas.
type holder struct {
	*grants
	kind, name string
}

func (s *StandIn) holder(form url.Values) (holder, error) {
	if form.Has("GroupName") {
		g, err := s.group(form)
		if err != nil {
			return holder{}, err
		}
		return holder{&g.grants, "Group", g.name}, nil
	}
	u, err := s.user(form)
	if err != nil {
		return holder{}, err
	}
	return holder{&u.grants, "User", u.name}, nil
}

// encode is how AWS sends documents.
func encode(document string) string { return url.PathEscape(document) }

// size is what quotas count: characters that are not white space.
func size(document string) (n int) {
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// at is the place of the inline policy that a call names, or -1.
func (g *grants) at(form url.Values) int {
	return slices.IndexFunc(g.inline, func(p inline) bool { return strings.EqualFold(p.name, form.Get("PolicyName")) })
}

func (s *StandIn) putInline(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err != nil {
		return nil, err
	}
	document := form.Get("PolicyDocument")
	if err := checkDocument(document); err != nil {
		return nil, err
	}
	list := slices.Clone(h.inline)
	if at := h.at(form); at >= 0 {
		list[at].document = document
	} else {
		list = append(list, inline{form.Get("PolicyName"), document})
	}
	if err := s.tooLarge(h, list); err != nil {
		return nil, err
	}
	h.inline = list
	return nil, nil
}

func (s *StandIn) tooLarge(h holder, list []inline) error {
	total := 0
	for _, p := range list {
		total += size(p.document)
	}
	if most := s.quota(h.kind + "PolicySizeQuota"); total > most {
		return &fault{http.StatusConflict, "LimitExceeded", fmt.Sprintf("Maximum policy size of %d bytes exceeded for %s %s", most, strings.ToLower(h.kind), h.name)}
	}
	return nil
}

// named finds the inline policy that a call is about.
func (s *StandIn) named(form url.Values) (h holder, at int, err error) {
	if h, err = s.holder(form); err != nil {
		return h, 0, err
	}
	if at = h.at(form); at < 0 {
		return h, at, noSuch(strings.ToLower(h.kind)+" policy", form.Get("PolicyName"))
	}
	return h, at, nil
}

func (s *StandIn) getInline(form url.Values) (any, error) {
	h, at, err := s.named(form)
	if err != nil {
		return nil, err
	}
	out := struct {
		UserName  string `xml:",omitempty"`
		GroupName string `xml:",omitempty"`
		inlineXML
	}{inlineXML: h.inline[at].xml()}
	if h.kind == "User" {
		out.UserName = h.name
	} else {
		out.GroupName = h.name
	}
	return out, nil
}

func (s *StandIn) deleteInline(form url.Values) (any, error) {
	h, at, err := s.named(form)
	if err != nil {
		return nil, err
	}
	h.inline = slices.Delete(h.inline, at, at+1)
	return nil, nil
}

func (s *StandIn) listInline(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		PolicyNames members[string]
		listing
	}
	page, end := cut(s, form, h.inline)
	out.PolicyNames, out.listing = each(page, func(p inline) string { return p.name }), end
	return out, nil
}

type inlineXML struct{ PolicyName, PolicyDocument string }

func (p inline) xml() inlineXML { return inlineXML{p.name, encode(p.document)} }

type attachedXML struct{ PolicyName, PolicyArn string }

func attachedPolicy(arn string) attachedXML {
	return attachedXML{arn[strings.LastIndexByte(arn, '/')+1:], arn}
}

// attach is content with what is attached already.
func (s *StandIn) attach(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err != nil {
		return nil, err
	}
	p, err := s.policy(form.Get("PolicyArn"))
	if err != nil || slices.Contains(h.attached, p.arn()) {
		return nil, err
	}
	if err := s.full("AttachedPoliciesPer"+h.kind+"Quota", "PoliciesPer"+h.kind, len(h.attached)); err != nil {
		return nil, err
	}
	h.attached = append(h.attached, p.arn())
	return nil, nil
}

func (s *StandIn) detach(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err != nil {
		return nil, err
	}
	at := slices.Index(h.attached, form.Get("PolicyArn"))
	if at < 0 {
		return nil, &fault{http.StatusNotFound, "NoSuchEntity", "Policy " + form.Get("PolicyArn") + " was not found."}
	}
	h.attached = slices.Delete(h.attached, at, at+1)
	return nil, nil
}

func (s *StandIn) listAttached(form url.Values) (any, error) {
	h, err := s.holder(form)
	if err != nil {
		return nil, err
	}
	var out struct {
		AttachedPolicies members[attachedXML]
		listing
	}
	page, end := cut(s, form, h.attached)
	out.AttachedPolicies, out.listing = each(page, attachedPolicy), end
	return out, nil
}
