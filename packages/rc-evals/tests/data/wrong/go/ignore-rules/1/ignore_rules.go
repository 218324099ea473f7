// Wrong: lets the first rule decide.

// Package ignorerules decides which files a backup leaves out.
package ignorerules

import "strings"

type rule struct {
	keeps      bool
	folderOnly bool
	segments   []string
}

// Rules is a parsed rule file.
type Rules struct {
	rules []rule
}

// Parse reads a rule file.
func Parse(text string) *Rules {
	parsed := &Rules{}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(strings.TrimSuffix(line, "\r"), " \t")
		if !strings.HasPrefix(line, "#") {
			parsed.add(line)
		}
	}
	return parsed
}

func (r *Rules) add(line string) {
	text := strings.TrimPrefix(line, "!")
	pattern := strings.TrimSuffix(text, "/")
	fromRoot := strings.Contains(pattern, "/")
	pattern = strings.TrimPrefix(pattern, "/")
	if pattern == "" {
		return
	}
	segments := strings.Split(pattern, "/")
	if !fromRoot {
		segments = append([]string{"**"}, segments...)
	}
	if segments[len(segments)-1] == "**" {
		segments = append(segments, "*")
	}
	r.rules = append(r.rules, rule{
		keeps:      text != line,
		folderOnly: strings.HasSuffix(text, "/"),
		segments:   segments,
	})
}

// Ignored tells whether the file with this relative path is left out.
func (r *Rules) Ignored(path string) bool {
	segments := strings.Split(path, "/")
	for i := range r.rules {
		if r.rules[i].covers(segments) {
			return !r.rules[i].keeps
		}
	}
	return false
}

// covers walks the path once; reached[i] tells whether the first i segments of the rule can match what was walked.
func (r rule) covers(path []string) bool {
	reached := make([]bool, len(r.segments)+1)
	reached[0] = true
	for at, name := range path {
		next := make([]bool, len(reached))
		for i, pattern := range r.segments {
			if pattern == "**" {
				reached[i+1] = reached[i+1] || reached[i]
				next[i] = next[i] || reached[i]
			} else if reached[i] && matches([]rune(pattern), []rune(name)) {
				next[i+1] = true
			}
		}
		reached = next
		if reached[len(r.segments)] && !(r.folderOnly && at == len(path)-1) {
			return true
		}
	}
	return false
}

// matches goes back to the latest star only: an earlier one could not do better.
func matches(pattern, name []rune) bool {
	p, n, star, resume := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
