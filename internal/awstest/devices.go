package awstest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func deviceActions() map[string]action {
	return map[string]action{
		"CreateVirtualMFADevice": (*StandIn).createDevice, "DeleteVirtualMFADevice": (*StandIn).deleteDevice, "ListVirtualMFADevices": (*StandIn).listVirtual,
		"EnableMFADevice": (*StandIn).enableDevice, "DeactivateMFADevice": (*StandIn).deactivateDevice, "ListMFADevices": (*StandIn).listDevices,
	}
}

// A device with no user is a virtual one that is not enabled. The serial of
// others is told from a virtual one's by its form.
type device struct {
	serial, user string
	enabled      time.Time
}

const virtualPrefix = arnPrefix + "mfa/"

func (d *device) virtual() bool { return strings.HasPrefix(d.serial, virtualPrefix) }

func (d *device) of(u *user) bool { return strings.EqualFold(d.user, u.name) }

func (s *state) hasDevice(u *user) bool {
	return slices.ContainsFunc(s.devices, func(d *device) bool { return d.of(u) })
}

// device is the one that a call names, or nil.
func (s *state) device(form url.Values) *device {
	at := slices.IndexFunc(s.devices, func(d *device) bool { return d.serial == form.Get("SerialNumber") })
	if at < 0 {
		return nil
	}
	return s.devices[at]
}

func noDevice(form url.Values) error {
	return &fault{http.StatusNotFound, "NoSuchEntity", "MFA Device with serial number " + form.Get("SerialNumber") + " does not exist."}
}

func (s *StandIn) createDevice(form url.Values) (any, error) {
	d := &device{serial: arnPrefix + "mfa" + pathOf(form) + form.Get("VirtualMFADeviceName")}
	if slices.ContainsFunc(s.devices, func(o *device) bool { return strings.EqualFold(o.serial, d.serial) }) {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "MFADevice entity at the same path and name already exists."}
	}
	s.devices = append(s.devices, d)
	return struct{ VirtualMFADevice struct{ SerialNumber string } }{struct{ SerialNumber string }{d.serial}}, nil
}

// enableDevice takes any serial that is not a virtual device's: of a token, or
// of a security key, which the real IAM takes in its console alone.
func (s *StandIn) enableDevice(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	d := s.device(form)
	if d == nil {
		if d = (&device{serial: form.Get("SerialNumber")}); d.virtual() {
			return nil, noDevice(form)
		}
		s.devices = append(s.devices, d)
	}
	if d.user != "" {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "MFA Device is already in use."}
	}
	d.user, d.enabled = u.name, s.clock
	return nil, nil
}

// deactivateDevice leaves a virtual device without a user.
func (s *StandIn) deactivateDevice(form url.Values) (any, error) {
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	d := s.device(form)
	if d == nil || !d.of(u) {
		return nil, noDevice(form)
	}
	if d.user = ""; !d.virtual() {
		s.devices = slices.DeleteFunc(s.devices, func(o *device) bool { return o == d })
	}
	return nil, nil
}

func (s *StandIn) deleteDevice(form url.Values) (any, error) {
	d := s.device(form)
	if d == nil || !d.virtual() {
		return nil, noDevice(form)
	}
	if d.user != "" {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "MFA Device is currently in use."}
	}
	s.devices = slices.DeleteFunc(s.devices, func(o *device) bool { return o == d })
	return nil, nil
}

type virtualXML struct {
	SerialNumber string
	EnableDate   string   `xml:",omitempty"`
	User         *userXML `xml:",omitempty"`
}

func (s *StandIn) listVirtual(form url.Values) (any, error) {
	asked := form.Get("AssignmentStatus")
	all := slices.DeleteFunc(slices.Clone(s.devices), func(d *device) bool {
		return !d.virtual() || asked == "Assigned" && d.user == "" || asked == "Unassigned" && d.user != ""
	})
	var out struct {
		VirtualMFADevices members[virtualXML]
		listing
	}
	page, end := cut(s, form, all)
	out.VirtualMFADevices, out.listing = each(page, s.virtualXML), end
	return out, nil
}

func (s *state) virtualXML(d *device) virtualXML {
	out := virtualXML{SerialNumber: d.serial}
	if u, err := s.user(url.Values{"UserName": {d.user}}); err == nil {
		x := u.xml()
		out.EnableDate, out.User = stamp(d.enabled), &x
	}
	return out
}

func (s *StandIn) listDevices(form url.Values) (any, error) {
	type deviceXML struct{ UserName, SerialNumber, EnableDate string }
	u, err := s.user(form)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(s.devices), func(d *device) bool { return !d.of(u) })
	var out struct {
		MFADevices members[deviceXML]
		listing
	}
	page, end := cut(s, form, all)
	out.MFADevices, out.listing = each(page, func(d *device) deviceXML { return deviceXML{u.name, d.serial, stamp(d.enabled)} }), end
	return out, nil
}
