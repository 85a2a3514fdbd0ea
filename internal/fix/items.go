package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
)

// An itemKind is a kind of credential of which a user may have several, each
// with an id.
type itemKind struct {
	fact   string // that the user has it, as ID STATUS
	gone   string // that the user does not have it
	all    string // all that the user has of the kind, each as ID STATUS
	arg    string // the argument that names it
	what   string // in words
	update string // the call that changes its status; "" for none
	remove string // the call that takes it away
	source iam.SourceName
}

// The facts that a user has an item, beside FactKey.
const (
	factSSHKey      = "ssh-key"
	factCertificate = "certificate"
	factService     = "service-credential"
	factDevice      = "device"
)

var itemKinds = []itemKind{
	{FactKey, FactNoKey, "keys", argKey, "access key", "UpdateAccessKey", "DeleteAccessKey", iam.AccessKeyList},
	{factSSHKey, "no-ssh-key", "ssh-keys", "SSHPublicKeyId", "SSH key", "UpdateSSHPublicKey", "DeleteSSHPublicKey", iam.SSHKeyList},
	{factCertificate, "no-certificate", "certificates", "CertificateId", "signing certificate", "UpdateSigningCertificate", "DeleteSigningCertificate", iam.CertificateList},
	{factService, "no-service-credential", "service-credentials", "ServiceSpecificCredentialId", "service credential",
		"UpdateServiceSpecificCredential", "DeleteServiceSpecificCredential", iam.ServiceCredentialList},
	{factDevice, "no-device", "devices", argSerial, "MFA device", "", "DeactivateMFADevice", iam.MFADeviceList},
}

// facts are the facts on items of the kind.
func (k *itemKind) facts() []string { return []string{k.fact, k.gone, k.all} }

// A credential is one item of a user's.
type credential struct {
	id, status string
	body       string // what would bring it back; "" for nothing
}

func statusOf(on bool) string {
	if on {
		return active
	}
	return inactive
}

// credentialsOf are a user's items of a kind; ok is false where they were not
// listed.
func credentialsOf(u *iam.User, kind itemKind) (out []credential, ok bool) {
	switch kind.fact {
	case FactKey:
		return converted(u.AccessKeys, func(k *iam.AccessKey) credential { return credential{k.ID, statusOf(k.Active), ""} })
	case factSSHKey:
		return converted(u.SSHKeys, func(k *iam.SSHKey) credential { return credential{k.ID, statusOf(k.Active), k.Body} })
	case factCertificate:
		return converted(u.Certificates, func(c *iam.Certificate) credential { return credential{c.ID, statusOf(c.Active), c.Body} })
	case factService:
		return converted(u.ServiceCredentials, func(c *iam.ServiceCredential) credential { return credential{c.ID, c.Status, ""} })
	}
	return converted(u.MFADevices, func(d *iam.MFADevice) credential { return credential{d.Serial, active, ""} })
}

func converted[T any](list *[]T, f func(*T) credential) (out []credential, ok bool) {
	if list == nil {
		return nil, false
	}
	for i := range *list {
		out = append(out, f(&(*list)[i]))
	}
	return out, true
}

// items are what is known of a user's credentials: the status of each by its
// id, for each kind that was listed.
func items(u *iam.User) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, kind := range itemKinds {
		out[kind.fact] = map[string]string{}
		list, _ := credentialsOf(u, kind)
		for _, c := range list {
			out[kind.fact][c.id] = c.status
		}
	}
	return out
}

// itemCalls are what can be done to items.
func itemCalls() map[string]func(*state, map[string]string) error {
	out := map[string]func(*state, map[string]string) error{}
	for _, kind := range itemKinds {
		onItem := func(do func(list map[string]string, id, status string)) func(*state, map[string]string) error {
			return onHolder(func(_ *state, h *holder, args map[string]string) error {
				list, id := h.items[kind.fact], args[kind.arg]
				if list[id] == "" {
					return fmt.Errorf("the user has no such %s", kind.what)
				}
				do(list, id, args[argStatus])
				return nil
			})
		}
		out[kind.remove] = onItem(func(list map[string]string, id, _ string) { delete(list, id) })
		if kind.update != "" {
			out[kind.update] = onItem(func(list map[string]string, id, status string) { list[id] = status })
		}
	}
	return out
}

// itemReads are the actions that reading the facts on items takes.
func itemReads() map[[2]string][]string {
	out := map[[2]string][]string{}
	for _, kind := range itemKinds {
		for _, fact := range kind.facts() {
			out[[2]string{KindUser, fact}] = []string{kind.source.Permission()}
		}
	}
	return out
}

// kindOf is the kind that a fact is about; nil for another fact.
func kindOf(fact string) *itemKind {
	i := slices.IndexFunc(itemKinds, func(k itemKind) bool { return slices.Contains(k.facts(), fact) })
	if i < 0 {
		return nil
	}
	return &itemKinds[i]
}

// ItemFacts are the facts on a user's credentials, by the source that lists the
// credentials of a kind.
func ItemFacts() map[iam.SourceName][]string {
	out := map[iam.SourceName][]string{}
	for _, kind := range itemKinds {
		out[kind.source] = kind.facts()
	}
	return out
}

// allOf is that a user has these items of a kind and no other.
func allOf(u *iam.User, kind itemKind, list []credential) Condition {
	is := []string{}
	for _, c := range list {
		is = append(is, c.id+" "+c.status)
	}
	slices.Sort(is)
	return Condition{KindUser, u.Name, kind.all, is}
}

func (k *itemKind) has(u *iam.User, id, status string) Condition {
	return Condition{KindUser, u.Name, k.fact, []string{id + " " + status}}
}

func (k *itemKind) hasNot(u *iam.User, id string) Condition {
	return Condition{KindUser, u.Name, k.gone, []string{id}}
}

// isVirtual reports a device that is nothing but its entry at AWS.
func isVirtual(serial string) bool {
	return (&iam.MFADevice{Serial: serial}).Kind() == iam.VirtualKind
}

// ID is the id of the item that a condition is about.
func (c Condition) ID() string {
	if len(c.Is) == 0 {
		return ""
	}
	id, _, _ := strings.Cut(c.Is[0], " ")
	return id
}
