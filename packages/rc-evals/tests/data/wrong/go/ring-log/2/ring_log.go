// Wrong: counts everything that was ever dropped as missed.

// Package ringlog keeps the newest lines of a log in a bounded space.
package ringlog

import (
	"sync"
	"unicode/utf8"
)

// Entry is one line of the log and its number.
type Entry struct {
	Seq  int
	Text string
}

// Log keeps the newest entries.
type Log struct {
	maxEntries, maxBytes int

	mu      sync.Mutex
	entries []Entry // oldest first, without holes
	bytes   int
	last    int // number of the newest entry
}

// New returns an empty log that holds at most maxEntries entries and maxBytes bytes of text.
func New(maxEntries, maxBytes int) *Log {
	if maxEntries < 1 || maxBytes < 1 {
		panic("ringlog: a limit is below 1")
	}
	return &Log{maxEntries: maxEntries, maxBytes: maxBytes}
}

// Append adds an entry and returns its number.
func (l *Log) Append(text string) int {
	text = cut(text, l.maxBytes)
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.entries) == l.maxEntries || l.bytes+len(text) > l.maxBytes {
		l.bytes -= len(l.entries[0].Text)
		l.entries = l.entries[1:]
	}
	l.last++
	l.bytes += len(text)
	l.entries = append(l.entries, Entry{l.last, text})
	return l.last
}

// Since returns the kept entries numbered above seq, and how many such entries were dropped.
func (l *Log) Since(seq int) (entries []Entry, missed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	dropped := l.last - len(l.entries)
	seen := min(max(seq, 0), l.last)
	start := max(seen, dropped)
	return append([]Entry(nil), l.entries[start-dropped:]...), dropped
}

// Len returns the number of kept entries.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Bytes returns the length of all kept texts.
func (l *Log) Bytes() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bytes
}

func cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
