package awstest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// MirrorVariable names the folder that holds Terraform's providers, above
// registry.terraform.io; where it is not set, the usual places are looked at.
const MirrorVariable = "ROLLCALL_TERRAFORM_MIRROR"

// A Terraform runs the terraform of this machine against a server, in a folder
// of its own, with providers from the disk alone.
type Terraform struct {
	t    testing.TB
	path string
	dir  string
	env  []string
}

// Terraform begins an empty module; the server has been set by Setenv.
func (s *Server) Terraform(t testing.TB) *Terraform {
	t.Helper()
	path, dir := Need(t, "terraform", "see https://developer.hashicorp.com/terraform/install"), t.TempDir()
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path    = %q\n    include = [\"registry.terraform.io/hashicorp/*\"]\n  }\n}\n", mirror(t))
	f := &Terraform{t, path, dir, append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraform.rc"))}
	f.write("terraform.rc", config)
	f.write("provider.tf", "provider \"aws\" {\n  skip_region_validation = true\n  skip_requesting_account_id = true\n  skip_metadata_api_check = true\n}\n")
	return f
}

func (f *Terraform) write(name, text string) {
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Configure puts a configuration in the place of the one before.
func (f *Terraform) Configure(text string) { f.write("main.tf", text) }

// Run runs terraform, which must succeed, and returns what it said.
func (f *Terraform) Run(args ...string) string {
	f.t.Helper()
	cmd := exec.Command(f.path, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = f.dir, f.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		f.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// mirror is the folder of providers.
func mirror(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(MirrorVariable); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	for _, root := range []string{filepath.Join(home, ".terraform.d"), "/usr/share/terraform", "/usr/local/share/terraform", "/opt", home, "/usr/local", "/var/lib", "/root"} {
		if dir := mirrorUnder(root); dir != "" {
			return dir
		}
	}
	message := "terraform's AWS provider is not on the disk, so this is not tested: set " + MirrorVariable + " to a folder made by terraform providers mirror"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

var errFound = errors.New("found")

// deepest is how many folders below a usual place are looked at.
const deepest = 6

func mirrorUnder(root string) (dir string) {
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return fs.SkipDir // what cannot be read holds nothing for us
		case !d.IsDir():
			return nil
		case d.Name() == "aws" && strings.HasSuffix(filepath.Dir(path), filepath.Join("registry.terraform.io", "hashicorp")):
			dir = strings.TrimSuffix(path, filepath.Join("registry.terraform.io", "hashicorp", "aws"))
			return errFound
		case strings.Count(rel, string(filepath.Separator)) > deepest, d.Name() == "node_modules":
			return fs.SkipDir
		}
		return nil
	})
	return dir
}
