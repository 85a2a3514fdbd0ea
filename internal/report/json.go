package report

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rollcall-iam/rollcall/internal/assess"
)

// jsonWriter writes the assessment as one object, account by account.
type jsonWriter struct {
	enc  *jsontext.Encoder
	open bool
	o    Options
}

func newJSON(w io.Writer, o Options) Writer {
	return &jsonWriter{o: o, enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))}
}

func (j *jsonWriter) begin() error {
	if j.open {
		return nil
	}
	j.open = true
	for _, t := range []jsontext.Token{jsontext.BeginObject, jsontext.String("schema"), jsontext.String(assess.Schema),
		jsontext.String("version"), jsontext.String(j.o.Version), jsontext.String("accounts"), jsontext.BeginArray} {
		if err := j.enc.WriteToken(t); err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonWriter) Account(a *assess.Account) error {
	if err := j.begin(); err != nil {
		return err
	}
	return json.MarshalEncode(j.enc, a, json.Deterministic(true))
}

func (j *jsonWriter) Close(f assess.Footer) error {
	if err := j.begin(); err != nil {
		return err
	}
	if err := j.enc.WriteToken(jsontext.EndArray); err != nil {
		return err
	}
	type member struct {
		name  string
		value any
	}
	members := []member{{"staleSafelist", f.StaleSafelist}, {"staleExceptions", f.StaleExceptions}, {"expired", f.Expired}, {"off", f.Off}, {"entries", f.Entries}}
	if len(f.NotScanned) > 0 {
		members = append(members, member{"notScanned", f.NotScanned})
	}
	for _, member := range members {
		if err := j.enc.WriteToken(jsontext.String(member.name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(j.enc, member.value, json.Deterministic(true)); err != nil {
			return err
		}
	}
	return j.enc.WriteToken(jsontext.EndObject)
}

// jsonlWriter writes one finding a line, with its account.
type jsonlWriter struct{ enc *jsontext.Encoder }

func newJSONL(w io.Writer, _ Options) Writer {
	return &jsonlWriter{jsontext.NewEncoder(w, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))} // there are none, and to look takes its time
}

// A jsonLine is a finding with its account.
type jsonLine struct {
	Account        string `json:"account"`
	Alias          string `json:"alias,omitempty"`
	AssessedAt     string `json:"assessedAt"`
	assess.Finding `json:",inline"`
}

func (j *jsonlWriter) Account(a *assess.Account) error {
	line := jsonLine{Account: a.ID, Alias: a.Alias, AssessedAt: a.AssessedAt}
	for _, f := range found(a) {
		line.Finding = *f
		if err := json.MarshalEncode(j.enc, &line); err != nil {
			return err
		}
	}
	for _, m := range a.Unknown {
		line := struct {
			Account        string        `json:"account"`
			Alias          string        `json:"alias,omitempty"`
			Status         assess.Status `json:"status"`
			assess.Missing `json:",inline"`
		}{a.ID, a.Alias, assess.Unknown, m}
		if err := json.MarshalEncode(j.enc, &line); err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonlWriter) Close(assess.Footer) error { return nil }
