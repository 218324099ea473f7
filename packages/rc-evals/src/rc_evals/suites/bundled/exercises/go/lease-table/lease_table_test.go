package leasetable

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const ttl = 10 * time.Second

// at returns the moment that many seconds after an arbitrary start.
func at(seconds float64) time.Time {
	return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds * float64(time.Second)))
}

func acquire(t *testing.T, table *Table, key, owner string, seconds float64, want uint64) {
	t.Helper()
	token, ok := table.Acquire(key, owner, at(seconds))
	if token != want || ok != (want != 0) {
		t.Fatalf("Acquire(%s, %s) at %v = %d, %v; want token %d", key, owner, seconds, token, ok, want)
	}
}

func expect(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got error %v, want %v", got, want)
	}
}

func swept(t *testing.T, table *Table, seconds float64, want string) {
	t.Helper()
	if got := strings.Join(table.Sweep(at(seconds)), " "); got != want {
		t.Fatalf("Sweep at %v = %q, want %q", seconds, got, want)
	}
}

func TestAFreeJobIsLeasedToWhoAsksFirst(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "bob", 1, 0)
	acquire(t, table, "b", "bob", 1, 2)
	expect(t, table.Check("a", 1, at(1)), nil)
	expect(t, table.Check("b", 2, at(1)), nil)
}

func TestALeaseHasEndedAtExactlyItsEnd(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	expect(t, table.Check("a", 1, at(9.999)), nil)
	acquire(t, table, "a", "bob", 9.999, 0)
	expect(t, table.Check("a", 1, at(10)), ErrExpired)
	swept(t, table, 9.999, "")
	acquire(t, table, "a", "bob", 10, 2)
}

func TestTheSlowWorkerFindsOut(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "bob", 12, 2)
	expect(t, table.Check("a", 1, at(13)), ErrStale)
	expect(t, table.Renew("a", 1, at(13)), ErrStale)
	expect(t, table.Release("a", 1, at(13)), ErrStale)
	expect(t, table.Check("a", 2, at(13)), nil)
}

func TestTheHolderMayAskAgain(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "ann", 8, 1)
	expect(t, table.Check("a", 1, at(17)), nil)
	expect(t, table.Check("a", 1, at(18)), ErrExpired)
}

func TestTheFormerHolderGetsANewToken(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "ann", 10, 2)
	expect(t, table.Check("a", 1, at(11)), ErrStale)
}

func TestRenewingLastsFromNow(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	expect(t, table.Renew("a", 1, at(4)), nil)
	expect(t, table.Check("a", 1, at(13.5)), nil)
	expect(t, table.Renew("a", 1, at(14)), ErrExpired)
	expect(t, table.Check("a", 1, at(14)), ErrExpired)
	acquire(t, table, "a", "bob", 14, 2)
}

func TestARefusalChangesNothing(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "bob", 9, 0)
	expect(t, table.Renew("a", 7, at(9)), ErrStale)
	expect(t, table.Release("a", 7, at(9)), ErrStale)
	expect(t, table.Check("a", 1, at(9)), nil)
	expect(t, table.Check("a", 1, at(10)), ErrExpired)
	expect(t, table.Release("a", 1, at(10)), ErrExpired)
	swept(t, table, 10, "a")
}

func TestAReleasedJobIsFreeAndItsTokenIsSpent(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	expect(t, table.Release("a", 1, at(1)), nil)
	expect(t, table.Release("a", 1, at(1)), ErrUnknown)
	acquire(t, table, "a", "ann", 2, 2)
	expect(t, table.Check("a", 1, at(2)), ErrStale)
}

func TestStaleComesBeforeExpired(t *testing.T) {
	table := New(ttl)
	acquire(t, table, "a", "ann", 0, 1)
	acquire(t, table, "a", "bob", 10, 2)
	expect(t, table.Check("a", 1, at(30)), ErrStale)
	expect(t, table.Check("a", 2, at(30)), ErrExpired)
	expect(t, table.Check("b", 1, at(30)), ErrUnknown)
}

func TestSweepingRemovesWhatHasEnded(t *testing.T) {
	table := New(ttl)
	for i, key := range []string{"m", "c", "x", "a", "z"} {
		acquire(t, table, key, "ann", 0, uint64(i+1))
	}
	acquire(t, table, "late", "ann", 5, 6)
	expect(t, table.Renew("x", 3, at(9)), nil)
	swept(t, table, 10, "a c m z")
	swept(t, table, 10, "")
	expect(t, table.Check("a", 4, at(10)), ErrUnknown)
	expect(t, table.Check("x", 3, at(10)), nil)
	acquire(t, table, "a", "bob", 10, 7)
	swept(t, table, 100, "a late x")
	acquire(t, table, "a", "bob", 100, 8)
}
