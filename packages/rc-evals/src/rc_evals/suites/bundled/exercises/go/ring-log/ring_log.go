// Package ringlog keeps the newest lines of a log in a bounded space.
package ringlog

// Entry is one line of the log and its number.
type Entry struct {
	Seq  int
	Text string
}

// Log keeps the newest entries.
type Log struct{}

// New returns an empty log that holds at most maxEntries entries and maxBytes bytes of text.
func New(maxEntries, maxBytes int) *Log {
	return &Log{}
}

// Append adds an entry and returns its number.
func (l *Log) Append(text string) int {
	return 0
}

// Since returns the kept entries numbered above seq, and how many such entries were dropped.
func (l *Log) Since(seq int) (entries []Entry, missed int) {
	return nil, 0
}

// Len returns the number of kept entries.
func (l *Log) Len() int {
	return 0
}

// Bytes returns the length of all kept texts.
func (l *Log) Bytes() int {
	return 0
}
