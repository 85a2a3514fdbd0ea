package awstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"
)

// services are the prefixes of permissions for actions that are not IAM's.
var services = map[string]string{"GetCallerIdentity": "sts", "GetAlternateContact": "account", "PutAlternateContact": "account",
	"ListRegions": "account", "ListAnalyzers": "access-analyzer"}

// paths are the actions of the services that are asked by path, in JSON.
var paths = map[string]string{"/getAlternateContact": "GetAlternateContact", "/putAlternateContact": "PutAlternateContact",
	"/listRegions": "ListRegions", "/analyzer": "ListAnalyzers"}

// accountActions are the actions on the account as a whole.
func accountActions() map[string]action {
	return map[string]action{
		"ListOrganizationsFeatures": (*StandIn).organizationFeatures,
		"GetAlternateContact":       (*StandIn).getContact, "PutAlternateContact": (*StandIn).putContact,
		"ListRegions": (*StandIn).listRegions, "ListAnalyzers": (*StandIn).listAnalyzers,
	}
}

// serveJSON answers the services that speak JSON.
func (s *StandIn) serveJSON(w http.ResponseWriter, r *http.Request, name string) {
	content, err := s.call(name, asForm(r), inJSON)
	w.Header().Set("Content-Type", "application/json")
	var f *fault
	if errors.As(err, &f) {
		w.Header().Set("X-Amzn-ErrorType", f.code)
		w.WriteHeader(f.status)
		content = inJSON(map[string]string{"message": f.message})
	}
	fmt.Fprint(w, content)
}

func inJSON(result any) string {
	text, err := json.Marshal(result)
	if err != nil {
		panic(err) // the types are ours
	}
	return string(text)
}

// asForm is what such a request asks as IAM would be asked it, with the region
// for which it is signed.
func asForm(r *http.Request) url.Values {
	form := url.Values{"Region": {region(r)}, "Marker": {r.URL.Query().Get("nextToken")}}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body) // a GET has none
	for key, value := range body {
		switch v := value.(type) {
		case string:
			form.Set(key, v)
		case []any:
			for _, each := range v {
				form.Add(key, fmt.Sprint(each))
			}
		}
	}
	if token := form.Get("NextToken"); token != "" {
		form.Set("Marker", token)
	}
	return form
}

func region(r *http.Request) string {
	scope := strings.Split(r.Header.Get("Authorization"), "/")
	if len(scope) < 3 {
		return ""
	}
	return scope[2]
}

func (s *StandIn) organizationFeatures(url.Values) (any, error) {
	if s.Outside != "" {
		return nil, &fault{http.StatusBadRequest, s.Outside, "the request was rejected"}
	}
	return struct {
		OrganizationId  string   //nolint:revive // AWS's spelling
		EnabledFeatures []string `xml:"EnabledFeatures>member"`
	}{"o-exampleorgid", s.Features}, nil
}

// SetContacts sets alternate contacts, such as SECURITY.
func (s *StandIn) SetContacts(kinds ...string) { s.contacts = kinds }

func (s *StandIn) putContact(form url.Values) (any, error) {
	s.contacts = append(s.contacts, form.Get("AlternateContactType"))
	return struct{}{}, nil
}

func (s *StandIn) getContact(form url.Values) (any, error) {
	kind := form.Get("AlternateContactType")
	if !slices.Contains(s.contacts, kind) {
		return nil, &fault{http.StatusNotFound, "ResourceNotFoundException", "no contact of that type"}
	}
	return map[string]any{"AlternateContact": map[string]string{"AlternateContactType": kind, "Name": ContactSecret,
		"Title": ContactSecret, "EmailAddress": ContactSecret + "@example.com", "PhoneNumber": "+1 " + ContactSecret}}, nil
}

// ContactSecret is in all that an alternate contact says of a person.
const ContactSecret = "5550100"

// Contact sets an alternate contact, such as SECURITY.
func (b *Builder) Contact(kind string) {
	_, err := b.account.PutAlternateContact(ctx, &account.PutAlternateContactInput{AlternateContactType: types.AlternateContactType(kind),
		Name: aws.String(ContactSecret), Title: aws.String(ContactSecret), EmailAddress: aws.String(ContactSecret + "@example.com"),
		PhoneNumber: aws.String(ContactSecret)})
	must(b, 0, err)
}

func (s *Server) accountClient() *account.Client {
	return account.New(account.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", "")})
}
