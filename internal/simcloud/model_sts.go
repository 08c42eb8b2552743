// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

var providerPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// OIDCProvider is an identity provider that an account has registered in RAM. Its tokens are opaque: those that are listed are
// good, and no others.
type OIDCProvider struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	// Issuer is the URL that the provider is known by.
	Issuer string `json:"issuer,omitempty"`
	// Audiences are the client IDs that tokens may be made out to; sts.aliyuncs.com when there are none.
	Audiences []string    `json:"audiences,omitempty"`
	Tokens    []OIDCToken `json:"tokens,omitempty"`
}

// OIDCToken is a token of a provider, and what stands in it.
type OIDCToken struct {
	Token    string `json:"token"`
	Subject  string `json:"subject,omitempty"`
	Audience string `json:"audience,omitempty"`
	// Expires is never when zero.
	Expires time.Time `json:"expires,omitzero"`
}

// usualAudience is whom pod identity has its tokens made out to (vendor docs, use RRSA).
const usualAudience = "sts.aliyuncs.com"

func (p *OIDCProvider) arn() string { return "acs:ram::" + p.Account + ":oidc-provider/" + p.Name }

// token finds a token; nil means that the provider never gave it out.
func (p *OIDCProvider) token(text string) *OIDCToken {
	i := slices.IndexFunc(p.Tokens, func(t OIDCToken) bool { return t.Token == text })
	if i < 0 {
		return nil
	}
	return &p.Tokens[i]
}

// provider finds a provider by its ARN; nil means that there is none.
func (d *Document) provider(arn string) *OIDCProvider {
	i := slices.IndexFunc(d.OIDCProviders, func(p OIDCProvider) bool { return p.arn() == arn })
	if i < 0 {
		return nil
	}
	return &d.OIDCProviders[i]
}

func (d *Document) completeProviders() error {
	seen := map[string]bool{}
	for i := range d.OIDCProviders {
		p := &d.OIDCProviders[i]
		if err := d.completeProvider(p); err != nil {
			return fmt.Errorf("oidcProviders[%d].%w", i, err)
		}
		if seen[p.arn()] {
			return fmt.Errorf("oidcProviders[%d].name: %q is there twice", i, p.Name)
		}
		seen[p.arn()] = true
	}
	return nil
}

func (d *Document) completeProvider(p *OIDCProvider) error {
	switch {
	case d.account(p.Account) == nil:
		return fmt.Errorf("account: %q is not among the accounts", p.Account)
	case !providerPattern.MatchString(p.Name):
		return fmt.Errorf("name: %q is no name of an identity provider", p.Name)
	}
	if len(p.Audiences) == 0 {
		p.Audiences = []string{usualAudience}
	}
	p.Tokens = slices.Clone(p.Tokens) // they may be those of another document
	for i := range p.Tokens {
		t := &p.Tokens[i]
		if t.Token == "" {
			return errors.New("tokens: one is empty")
		}
		if t.Audience == "" {
			t.Audience = usualAudience
		}
	}
	return nil
}

// AddOIDCProvider registers a provider by hand.
func (w *World) AddOIDCProvider(p OIDCProvider) error {
	return w.byHand(Entry{Action: "AddOIDCProvider", Account: p.Account}, func(next *Document) error {
		if next.provider(p.arn()) != nil {
			return fmt.Errorf("identity provider %s of %s: there is one already", p.Name, p.Account)
		}
		if err := next.completeProvider(&p); err != nil {
			return fmt.Errorf("identity provider %s: %w", p.Name, err)
		}
		next.OIDCProviders = append(next.OIDCProviders, p)
		return nil
	})
}

// SetOIDCTokens replaces the tokens of a provider by hand: those that were there are good no more.
func (w *World) SetOIDCTokens(account, provider string, tokens ...OIDCToken) error {
	return w.byHand(Entry{Action: "SetOIDCTokens", Account: account}, func(next *Document) error {
		p := next.provider((&OIDCProvider{Account: account, Name: provider}).arn())
		if p == nil {
			return fmt.Errorf("identity provider %s of %s: there is none", provider, account)
		}
		p.Tokens = tokens
		return next.completeProvider(p)
	})
}
