package file

import (
	"github.com/rollcall-iam/rollcall/internal/iam"
)

// small reads the outputs that hold one thing.
func (r *reader) small(d *decoder, f input) error {
	read := map[kind]struct {
		member string
		source iam.SourceName
		value  func(*decoder) error
	}{
		summaryFile: {"SummaryMap", iam.AccountSummary, func(d *decoder) error { return d.into(&r.parts.Summary) }},
		policyFile:  {"PasswordPolicy", iam.PasswordPolicyGet, r.passwordPolicy},
		aliasesFile: {"AccountAliases", iam.AccountAliases, r.aliases},
		devicesFile: {"VirtualMFADevices", iam.VirtualMFA, func(d *decoder) error { return d.array(func() error { return r.device(d) }) }},
		callerFile:  {"Arn", iam.CallerIdentity, r.caller},

		accessKeysFile:         {"AccessKeyMetadata", iam.AccessKeyList, r.accessKeys},
		sshKeysFile:            {"SSHPublicKeys", iam.SSHKeyList, r.sshKeys},
		mfaDevicesFile:         {"MFADevices", iam.MFADeviceList, r.mfaDevices},
		loginFile:              {"LoginProfile", iam.LoginProfile, r.login},
		serviceCredentialsFile: {"ServiceSpecificCredentials", iam.ServiceCredentialList, r.serviceCredentials},
		certificatesFile:       {"ServerCertificateMetadataList", iam.ServerCertificateList, r.certificates},

		featuresFile:  {"EnabledFeatures", iam.OrganizationFeatures, r.features},
		contactFile:   {"AlternateContact", iam.AlternateContacts, r.contact},
		regionsFile:   {"Regions", iam.RegionList, r.regions},
		analyzersFile: {"analyzers", iam.AnalyzerList, r.analyzers},
	}[f.kind]
	src := iam.Source{Name: read.source, State: iam.Read, At: f.modified}
	r.keep = nil
	err := d.listing(&src, func(name string) (bool, error) {
		if name != read.member {
			return false, nil
		}
		return true, read.value(d)
	})
	r.add(src)
	if err == nil && r.keep != nil {
		r.keep(r.state(src.Name) == iam.Read)
	}
	return err
}

func (r *reader) passwordPolicy(d *decoder) error {
	var w struct {
		MinimumPasswordLength, MaxPasswordAge, PasswordReusePrevention int
		RequireSymbols, RequireNumbers                                 bool
		RequireUppercaseCharacters, RequireLowercaseCharacters         bool
		AllowUsersToChangePassword, ExpirePasswords, HardExpiry        bool
	}
	if err := d.into(&w); err != nil {
		return err
	}
	r.parts.PasswordPolicy = iam.Is(iam.PasswordPolicy{MinimumLength: w.MinimumPasswordLength, MaxAge: w.MaxPasswordAge,
		ReusePrevention: w.PasswordReusePrevention, RequireSymbols: w.RequireSymbols, RequireNumbers: w.RequireNumbers,
		RequireUppercase: w.RequireUppercaseCharacters, RequireLowercase: w.RequireLowercaseCharacters,
		AllowUsersToChange: w.AllowUsersToChangePassword, ExpirePasswords: w.ExpirePasswords, HardExpiry: w.HardExpiry})
	return nil
}

func (r *reader) aliases(d *decoder) error {
	var aliases []string
	if err := d.into(&aliases); err != nil {
		return err
	}
	if len(aliases) > 0 {
		r.parts.Account.Alias = aliases[0]
	}
	return nil
}

func (r *reader) device(d *decoder) error {
	var w struct {
		SerialNumber string
		EnableDate   iam.Time
		User         struct{ Arn string }
	}
	if err := d.into(&w); err != nil {
		return err
	}
	r.parts.Devices = append(r.parts.Devices, iam.Device{
		VirtualDevice: iam.VirtualDevice{Serial: w.SerialNumber, Enabled: w.EnableDate}, UserARN: w.User.Arn})
	return nil
}

func (r *reader) caller(d *decoder) error {
	var arn string
	if err := d.into(&arn); err != nil {
		return err
	}
	if a, ok := iam.ParseARN(arn); ok {
		r.parts.Account.Partition = a.Partition
	}
	return nil
}
