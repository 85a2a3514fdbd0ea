package file

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/rollcall-iam/rollcall/internal/iam"
	"github.com/rollcall-iam/rollcall/internal/iam/credreport"
)

// A kind is what a file holds.
type kind string

const (
	snapshotFile kind = "snapshot"
	detailsFile  kind = "authorization details"
	reportJSON   kind = "credential report (JSON)"
	reportCSV    kind = "credential report (CSV)"
	usersFile    kind = "list of users"
	summaryFile  kind = "account summary"
	policyFile   kind = "password policy"
	aliasesFile  kind = "account aliases"
	devicesFile  kind = "virtual MFA devices"
	callerFile   kind = "caller identity"

	accessKeysFile         kind = "access keys"
	sshKeysFile            kind = "SSH public keys"
	mfaDevicesFile         kind = "MFA devices"
	serviceCredentialsFile kind = "service-specific credentials"
	certificatesFile       kind = "server certificates"
	loginFile              kind = "login profile"

	featuresFile  kind = "features of central root access"
	contactFile   kind = "alternate contact"
	regionsFile   kind = "regions of the account"
	analyzersFile kind = "analyzers of IAM Access Analyzer"
)

// A finding about a file: its kind and the account it says it is of.
type sniffed struct {
	kind    kind
	account string // "" when the file does not say
	why     string // why kind is ""
}

// errNotJSON is for text that is neither JSON nor a credential report.
var errNotJSON = errors.New("neither JSON nor a credential report")

// sniff tells what a file holds from its beginning, or as much of it as it
// takes to find the account.
func sniff(path string) (sniffed, error) {
	s, err := open(path)
	if err != nil {
		return sniffed{}, err
	}
	defer func() { _ = s.Close() }()
	variable := s.unassign()
	head, _ := s.Peek(peek)
	switch trimmed := bytes.TrimSpace(head); {
	case len(trimmed) == 0:
		return sniffed{why: "it is empty"}, nil
	case trimmed[0] == '{' && bytes.HasPrefix(bytes.TrimSpace(trimmed[1:]), []byte(`"Content"`)):
		return sniffed{kind: reportJSON, account: accountIn(contentHead(trimmed))}, nil
	case trimmed[0] == '{':
		n := sniffer{decoder: newDecoder(s, &documents{}), look: scoutLook{variable: variable}}
		if err := n.object(n.member); err != nil && !errors.Is(err, errKnown) {
			return sniffed{}, variables[variable].broken(located(path, err))
		}
		return n.result(), nil
	case trimmed[0] == '[':
		return sniffed{why: "it is a list, which no output of aws iam is"}, nil
	case isReportHeader(trimmed):
		return sniffed{kind: reportCSV, account: accountIn(string(head))}, nil
	}
	return sniffed{why: errNotJSON.Error()}, nil
}

func isReportHeader(head []byte) bool {
	line, _, _ := strings.Cut(string(head), "\n")
	line = "," + strings.TrimSpace(line) + ","
	return strings.Contains(line, ",user,") && strings.Contains(line, ",arn,")
}

// errKnown ends the look at a file as soon as everything is known.
var errKnown = errors.New("known")

// A sniffer looks at the members of a file's one object.
type sniffer struct {
	*decoder
	sniffed
	names       []string
	accountNext string // the Account of a caller identity
	look        scoutLook
}

// top are the members that tell a kind at once.
var top = map[string]kind{
	"UserDetailList": detailsFile, "GroupDetailList": detailsFile, "RoleDetailList": detailsFile,
	"SummaryMap": summaryFile, "PasswordPolicy": policyFile, "AccountAliases": aliasesFile, "VirtualMFADevices": devicesFile,
	"AccessKeyMetadata": accessKeysFile, "SSHPublicKeys": sshKeysFile, "MFADevices": mfaDevicesFile, "LoginProfile": loginFile,
	"ServiceSpecificCredentials": serviceCredentialsFile, "ServerCertificateMetadataList": certificatesFile,
	"EnabledFeatures": featuresFile, "AlternateContact": contactFile, "analyzers": analyzersFile,
}

func (n *sniffer) member(name string) (bool, error) {
	n.names = append(n.names, name)
	if k, ok := top[name]; ok && n.kind == "" {
		n.kind = k
	}
	if read, err := n.scoutMember(name); read || err != nil {
		return true, err
	}
	switch name {
	case "schema":
		return true, n.schema()
	case "accountId":
		return true, n.savedAccount()
	case "data":
		return true, n.wrapped()
	case "Content":
		return true, n.content()
	case "Account":
		if n.PeekKind() == '"' {
			tok, err := n.ReadToken()
			n.accountNext = tok.String()
			return true, err
		}
	case "Users":
		if n.kind == "" && n.PeekKind() == '[' {
			n.kind = usersFile
		}
	}
	return true, n.value()
}

// wrapped looks into the envelope that some recorders put around an output.
func (n *sniffer) wrapped() error {
	if n.PeekKind() != '{' {
		return n.SkipValue()
	}
	return n.object(n.member)
}

func (n *sniffer) schema() error {
	if n.PeekKind() != '"' {
		return n.SkipValue()
	}
	tok, err := n.ReadToken()
	if err == nil && tok.Kind() == '"' && tok.String() == snapshotSchema {
		n.kind = snapshotFile
	}
	return err
}

func (n *sniffer) savedAccount() error {
	if n.PeekKind() != '"' {
		return n.SkipValue()
	}
	tok, err := n.ReadToken()
	if err != nil || n.kind != snapshotFile {
		return err
	}
	if id := tok.String(); iam.IsAccountID(id) {
		n.account = id
	}
	return errKnown
}

func (n *sniffer) content() error {
	if n.PeekKind() != '"' {
		return n.SkipValue()
	}
	tok, err := n.ReadToken()
	if err != nil {
		return err
	}
	n.kind, n.account = reportJSON, accountIn(csvHead([]byte(tok.String())))
	return errKnown
}

// contentHead is the beginning of the CSV in a credential report that begins
// with its Content, as the CLI prints it. It spares reading all of it twice.
func contentHead(head []byte) string {
	_, after, _ := bytes.Cut(head, []byte(`"Content"`))
	_, text, _ := bytes.Cut(after, []byte(`"`))
	text, _, _ = bytes.Cut(text, []byte(`"`))
	return csvHead(bytes.ReplaceAll(text, []byte(`\n`), nil)) // base64 of other tools is in lines
}

// csvHead decodes the beginning of a Content; what is wrong with it is for
// the reader to say.
func csvHead(content []byte) string {
	head, _ := credreport.Content(content[:min(len(content), peek)])
	return string(head)
}

// value walks a value in search of an ARN of the account's own.
func (n *sniffer) value() error {
	depth := n.StackDepth()
	for {
		name := n.expectsName()
		tok, err := n.ReadToken()
		if err != nil {
			return err
		}
		if name && tok.Kind() == '"' {
			if err := n.search(tok.String()); err != nil {
				return err
			}
		}
		if n.StackDepth() == depth {
			return nil
		}
	}
}

// expectsName reports whether the next token is the name of a member.
func (n *sniffer) expectsName() bool {
	k, length := n.StackIndex(n.StackDepth())
	return k == '{' && length%2 == 0 && n.PeekKind() == '"'
}

func (n *sniffer) search(name string) error {
	switch name {
	case "PolicyDocument", "AssumeRolePolicyDocument", "Document", "PolicyVersionList":
		return n.SkipValue()
	case "RegionOptStatus": // Regions alone would be EC2's, too
		if n.kind == "" {
			n.kind = regionsFile
		}
	case "Arn", "SerialNumber":
		return n.arn("iam")
	case "arn":
		if n.kind == analyzersFile {
			return n.arn("access-analyzer")
		}
	}
	return nil
}

// arn takes the account from an ARN of a service.
func (n *sniffer) arn(service string) error {
	if n.PeekKind() != '"' {
		return nil
	}
	tok, err := n.ReadToken()
	if err != nil {
		return err
	}
	arn, ok := iam.ParseARN(tok.String())
	if ok && iam.IsAccountID(arn.Account) && arn.Service == service && n.kind != "" {
		n.account = arn.Account
		return errKnown
	}
	return nil
}

// result names the kind where only all the members together tell it.
func (n *sniffer) result() sniffed {
	has := func(name string) bool {
		for _, x := range n.names {
			if x == name {
				return true
			}
		}
		return false
	}
	if k, why := n.look.kind(); k != "" || why != "" {
		n.kind, n.why = k, why
		return n.sniffed
	}
	switch {
	case iam.IsAccountID(n.accountNext) && has("Arn") && has("UserId"):
		n.kind, n.account = callerFile, n.accountNext
	case n.kind == usersFile && has("Group"):
		n.kind = ""
	case n.kind == "" && has("GeneratedTime"):
		n.why = "it is a credential report without content"
		return n.sniffed
	}
	if n.kind == "" {
		n.why = "it is of no known kind"
	}
	return n.sniffed
}

var ownARN = regexp.MustCompile(`arn:aws[a-z-]*:iam::([0-9]{12}):`)

// accountIn is the account of the first ARN in a report, which holds no
// other's.
func accountIn(text string) string {
	m := ownARN.FindStringSubmatch(text[:min(len(text), peek)])
	if m == nil {
		return ""
	}
	return m[1]
}
