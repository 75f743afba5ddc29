// Package mfa is for AWS profiles with a role that is assumed with a code of an MFA
// device. It asks for the code, and keeps the session where the AWS command line keeps
// its own (~/.aws/cli/cache), so that either finds what the other has begun. The SDK does
// neither.
package mfa

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// ErrNoTerminal is wrapped in the error of a session that needs a code if nobody can be
// asked.
var ErrNoTerminal = errors.New("the profile wants a code of an MFA device, and there's no terminal to ask for it")

// sessionLength is that of the AWS command line, unless the profile sets another.
const sessionLength = time.Hour

// Profile asks for codes. Its method Options is for config.WithAssumeRoleCredentialOptions.
type Profile struct {
	// Ask returns a code of the device with this serial number, or [ErrNoTerminal].
	Ask func(device string) (string, error)
	// Dir is where sessions are kept; empty for nowhere.
	Dir string

	wanted bool // some role of the profile wants a code
	role   stscreds.AssumeRoleOptions
	asking error // why there was no code
}

// Options sets what the SDK lacks. It is called for each role in turn, the profile's own
// last.
func (p *Profile) Options(o *stscreds.AssumeRoleOptions) {
	p.role = *o
	if o.SerialNumber == nil {
		return
	}
	p.wanted = true
	device := *o.SerialNumber
	o.TokenProvider = func() (code string, err error) {
		code, err = p.Ask(device)
		p.asking = err
		return strings.TrimSpace(code), err
	}
	if o.Duration == 0 {
		o.Duration = sessionLength
	}
}

// Begin returns the credentials of the profile's session, a kept one or a new one, or the
// given ones if no code is wanted. It asks for the code at once: later a progress bar
// would be in the way.
func (p *Profile) Begin(ctx context.Context, given aws.CredentialsProvider) (aws.CredentialsProvider, error) {
	if !p.wanted {
		return given, nil
	}
	kept := aws.NewCredentialsCache(&session{fresh: given, file: p.file()})
	_, err := kept.Retrieve(ctx)
	switch {
	case err == nil:
		return kept, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case p.asking != nil:
		return nil, p.asking
	}
	r := awserror.Of(err)
	if r.Cause == awserror.Denied && r.Text != "" { // a code that is wrong or was used is told so
		return nil, fmt.Errorf("assume %s: %s", p.role.RoleARN, r.Text)
	}
	return nil, fmt.Errorf("assume %s: %s", p.role.RoleARN, r.Why("sts:AssumeRole on "+p.role.RoleARN))
}
