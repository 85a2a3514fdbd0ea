package entity

import (
	"github.com/rollcall-iam/rollcall/internal/gsl"
	"github.com/rollcall-iam/rollcall/internal/iam"
)

func (i *Iam) inOrganization() gsl.Value {
	if i.account.View.CentralRoot.State == iam.Unknown {
		return gsl.Unknown(i.account.View.Gap(iam.OrganizationFeatures))
	}
	return gsl.Bool(i.account.View.CentralRoot.State == iam.Known)
}

func (i *Iam) centralRootFeatures() gsl.Value {
	f := &i.account.View.CentralRoot
	if f.State == iam.Unknown {
		return gsl.Unknown(i.account.View.Gap(iam.OrganizationFeatures))
	}
	return gsl.ListOf((*gsl.Texts)(&f.Value))
}

// A Contact is one of the account's alternate contacts; who it is nobody keeps.
type Contact struct {
	kind    string
	account *Account
}

// String is the contact in words.
func (c *Contact) String() string { return c.kind + " contact" }

var contactType = &gsl.Type{Name: "AlternateContact", Doc: "whom AWS writes to beside the owner of the account", Fields: []gsl.Field{
	field("kind", gsl.StringKind, fromContacts, "security, billing or operations", func(c *Contact) gsl.Value { return gsl.String(c.kind) }),
	field("isSet", gsl.BoolKind, fromContacts, "there is such a contact", (*Contact).isSet),
}}

func (i *Iam) alternateContacts() gsl.Value {
	out := make([]Contact, len(iam.ContactKinds))
	for n, kind := range iam.ContactKinds {
		out[n] = Contact{kind, i.account}
	}
	return objects(&out)
}

func (c *Contact) isSet() gsl.Value {
	set, told := c.account.View.Contacts[c.kind]
	if told {
		return gsl.Bool(set)
	}
	gap := c.account.View.Gap(iam.AlternateContacts)
	if gap.State == iam.Read {
		gap.Note = "it does not tell of the " + c.String()
	}
	return gsl.Unknown(gap)
}
