package fix

const (
	byOwner   = "only the owner of the credential can move what uses it over to another"
	bySignIn  = "only the person can enrol a device"
	byRoot    = "only root, or the organization's management account, can change root's credentials"
	byChoice  = "whether it is meant to be so is for people to say"
	byOrg     = "it is a setting of the account or the organization outside IAM users"
	byPolicy  = "what of the policies is needed is for people to say"
	byNewUser = "whether the user is meant to exist is for people to say: rollcall safelist add approves one"
	byAllowed = "joining a group gives what the group grants: who is to join is for people to say"
)

// people says, of each rule that no plan answers, why people must.
var people = map[string]string{
	"access-analyzer": byOrg, "alternate-contacts": byOrg, "central-root": byOrg, "identity-provider": byOrg,
	"audit-role": byChoice, "support-role": byChoice, "admin-group": byChoice,
	"admin-without-mfa": bySignIn, "console-user-without-mfa": bySignIn, "user-without-mfa": bySignIn, "user-hardware-mfa": bySignIn,
	"category-group": byAllowed, "user-in-group": byAllowed, "user-without-permissions": byAllowed,
	"cloudshell-access": byPolicy, "credentials-of-others": byPolicy, "group-admin": byPolicy,
	"group-mfa": byPolicy, "policy-editor": byPolicy, "privilege-escalation": byPolicy,
	"user-admin": byPolicy, "user-without-boundary": byPolicy,
	"headless-user": byOwner, "key-and-password": byOwner, "long-lived-key": byOwner, "service-credential": byOwner,
	"several-ssh-keys": byOwner, "signing-certificate": byOwner, "ssh-key-rotation": byOwner, "server-certificate-expiry": byOwner,
	"new-admin": byNewUser, "new-user": byNewUser, "user-name": byNewUser,
	"quarantined-user":  byNewUser,
	"password-expiring": "only the user can choose a new password",
	"required-tags":     "what the tags say is for people to know", "user-without-owner": "who owns the user is for people to know",
	"root-certificate": byRoot, "root-hardware-mfa": byRoot, "root-key": byRoot, "root-mfa": byRoot,
	"root-used":        "what root did is for people to look at",
	"stale-report":     "reading the account anew is all it takes",
	"user-in-one-list": "reading the account anew is all it takes",
}
