package spell

import "testing"

func TestNearest(t *testing.T) {
	fields := []string{"passwordEnabled", "passwordLastUsed", "mfaActive", "name"}
	for word, want := range map[string]string{
		"paswordEnabled": "passwordEnabled", "PasswordEnabled": "passwordEnabled", "mfaActvie": "mfaActive",
		"nmae": "name", "createDate": "", "": "", "allusers": "",
	} {
		if got := Nearest(word, fields); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Nearest("allusers", []string{"Staff", "AllUsers"}); got != "AllUsers" {
		t.Errorf("letter case counts: %q", got)
	}
}
