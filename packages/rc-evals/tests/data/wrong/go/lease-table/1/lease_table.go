// Wrong: a lease is still live at its end.

// Package leasetable lends jobs to workers for a limited time.
package leasetable

import (
	"errors"
	"sort"
	"time"
)

var (
	// ErrUnknown means that the table has no lease for the key.
	ErrUnknown = errors.New("no lease for this key")
	// ErrStale means that the key was leased anew since the token was given out.
	ErrStale = errors.New("the token is not that of the present lease")
	// ErrExpired means that the lease has ended.
	ErrExpired = errors.New("the lease has ended")
)

type lease struct {
	owner string
	token uint64
	until time.Time
}

func (l *lease) live(now time.Time) bool {
	return !now.After(l.until)
}

// Table holds the present lease of every job.
type Table struct {
	ttl       time.Duration
	leases    map[string]*lease
	lastToken uint64
}

// New returns an empty table whose leases last ttl.
func New(ttl time.Duration) *Table {
	return &Table{ttl: ttl, leases: map[string]*lease{}}
}

// Acquire leases the job to the owner, unless somebody else holds it.
func (t *Table) Acquire(key, owner string, now time.Time) (token uint64, ok bool) {
	present := t.leases[key]
	if present == nil || !present.live(now) {
		t.lastToken++
		present = &lease{owner: owner, token: t.lastToken}
		t.leases[key] = present
	} else if present.owner != owner {
		return 0, false
	}
	present.until = now.Add(t.ttl)
	return present.token, true
}

// Renew makes the lease last its full time from now.
func (t *Table) Renew(key string, token uint64, now time.Time) error {
	if err := t.Check(key, token, now); err != nil {
		return err
	}
	t.leases[key].until = now.Add(t.ttl)
	return nil
}

// Release ends the lease.
func (t *Table) Release(key string, token uint64, now time.Time) error {
	if err := t.Check(key, token, now); err != nil {
		return err
	}
	delete(t.leases, key)
	return nil
}

// Check returns nil if the lease is live.
func (t *Table) Check(key string, token uint64, now time.Time) error {
	present := t.leases[key]
	switch {
	case present == nil:
		return ErrUnknown
	case present.token != token:
		return ErrStale
	case !present.live(now):
		return ErrExpired
	}
	return nil
}

// Sweep removes all leases that have ended and returns their keys, sorted.
func (t *Table) Sweep(now time.Time) []string {
	var keys []string
	for key, present := range t.leases {
		if !present.live(now) {
			delete(t.leases, key)
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	return keys
}
