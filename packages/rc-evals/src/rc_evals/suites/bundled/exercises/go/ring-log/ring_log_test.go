package ringlog

import (
	"reflect"
	"sync"
	"testing"
)

func filled(maxEntries, maxBytes int, texts ...string) *Log {
	log := New(maxEntries, maxBytes)
	for _, text := range texts {
		log.Append(text)
	}
	return log
}

func expectSince(t *testing.T, log *Log, seq int, wantMissed int, want ...Entry) {
	t.Helper()
	entries, missed := log.Since(seq)
	if missed != wantMissed {
		t.Errorf("Since(%d) missed %d, want %d", seq, missed, wantMissed)
	}
	if len(entries) != len(want) || (len(want) > 0 && !reflect.DeepEqual(entries, want)) {
		t.Errorf("Since(%d) = %q, want %q", seq, entries, want)
	}
}

func TestEntriesAreNumberedFromOne(t *testing.T) {
	log := New(2, 100)
	for want := 1; want <= 5; want++ {
		if got := log.Append("x"); got != want {
			t.Fatalf("Append returned %d, want %d", got, want)
		}
	}
}

func TestANewLogIsEmpty(t *testing.T) {
	log := New(2, 100)
	expectSince(t, log, 0, 0)
	log.Append("first")
	expectSince(t, log, 0, 0, Entry{1, "first"})
}

func TestReadersGetOnlyWhatIsNew(t *testing.T) {
	log := filled(5, 100, "a", "b", "c")
	expectSince(t, log, 1, 0, Entry{2, "b"}, Entry{3, "c"})
	expectSince(t, log, 3, 0)
	expectSince(t, log, 99, 0)
	expectSince(t, log, -7, 0, Entry{1, "a"}, Entry{2, "b"}, Entry{3, "c"})
}

func TestTheOldestEntriesGoWhenThereAreTooMany(t *testing.T) {
	log := filled(2, 100, "a", "b", "c", "d")
	expectSince(t, log, 0, 2, Entry{3, "c"}, Entry{4, "d"})
}

func TestMissedCountsOnlyWhatTheReaderHasNotSeen(t *testing.T) {
	log := filled(2, 100, "a", "b", "c", "d", "e")
	expectSince(t, log, 1, 2, Entry{4, "d"}, Entry{5, "e"})
	expectSince(t, log, 3, 0, Entry{4, "d"}, Entry{5, "e"})
	expectSince(t, log, 4, 0, Entry{5, "e"})
	expectSince(t, log, -3, 3, Entry{4, "d"}, Entry{5, "e"})
}

func TestTheOldestEntriesGoWhenThereAreTooManyBytes(t *testing.T) {
	log := filled(10, 10, "aaaa", "bbb", "ccc")
	if log.Len() != 3 || log.Bytes() != 10 {
		t.Fatalf("holds %d entries and %d bytes, want 3 and 10", log.Len(), log.Bytes())
	}
	log.Append("ddddd")
	expectSince(t, log, 0, 2, Entry{3, "ccc"}, Entry{4, "ddddd"})
	if log.Len() != 2 || log.Bytes() != 8 {
		t.Errorf("holds %d entries and %d bytes, want 2 and 8", log.Len(), log.Bytes())
	}
}

func TestEmptyTextsAreEntries(t *testing.T) {
	log := filled(3, 1, "a", "", "")
	expectSince(t, log, 0, 0, Entry{1, "a"}, Entry{2, ""}, Entry{3, ""})
	log.Append("b")
	expectSince(t, log, 0, 1, Entry{2, ""}, Entry{3, ""}, Entry{4, "b"})
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		max        int
		text, want string
	}{
		{4, "abcdef", "abcd"},
		{4, "abcd", "abcd"},
		{4, "abc\u00e9", "abc"},
		{5, "abc\u00e9f", "abc\u00e9"},
		{5, "\u20ac\u20ac", "\u20ac"},
		{3, "\U0001F600", ""},
		{6, "ab\U0001F600", "ab\U0001F600"},
	} {
		log := filled(3, c.max, c.text)
		expectSince(t, log, 0, 0, Entry{1, c.want})
		if log.Bytes() != len(c.want) {
			t.Errorf("%q in %d bytes: Bytes() = %d, want %d", c.text, c.max, log.Bytes(), len(c.want))
		}
	}
}

func TestWhatAReaderHoldsIsItsOwn(t *testing.T) {
	log := filled(2, 100, "a", "b")
	before, _ := log.Since(0)
	for i := 0; i < 5; i++ {
		log.Append("later")
	}
	want := []Entry{{1, "a"}, {2, "b"}}
	if !reflect.DeepEqual(before, want) {
		t.Fatalf("the reader's entries became %v", before)
	}
	after, _ := log.Since(0)
	after[0].Text = "changed"
	expectSince(t, log, 5, 0, Entry{6, "later"}, Entry{7, "later"})
}

func TestGoroutinesCanShareALog(t *testing.T) {
	const writers, each = 4, 20000
	log := New(writers*each, 1<<20)
	start := make(chan bool)
	var wait sync.WaitGroup
	for w := 0; w < writers; w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			<-start
			for i := 0; i < each; i++ {
				log.Append("line")
				if i%1000 == 0 {
					log.Since(0)
				}
			}
		}()
	}
	close(start)
	wait.Wait()
	entries, missed := log.Since(0)
	if len(entries) != writers*each || missed != 0 {
		t.Fatalf("kept %d and missed %d, want %d and 0", len(entries), missed, writers*each)
	}
	for i, entry := range entries {
		if entry != (Entry{i + 1, "line"}) {
			t.Fatalf("entry %d is %v", i, entry)
		}
	}
}

func TestLimitsBelowOnePanic(t *testing.T) {
	for _, limits := range [][2]int{{0, 1}, {1, 0}, {-1, 5}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%d, %d) did not panic", limits[0], limits[1])
				}
			}()
			New(limits[0], limits[1])
		}()
	}
}
