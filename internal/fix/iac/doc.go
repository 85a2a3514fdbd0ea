// Package iac writes plans as infrastructure as code: as Terraform
// configurations and as CloudFormation templates, whole and valid. What these
// cannot say stands in them as a note, with the step in words. It runs nothing
// and reads nobody's own code: what that should say is for its owners.
package iac
