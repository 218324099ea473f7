package ignorerules

import (
	"strings"
	"testing"
	"time"
)

// expect checks that of the paths exactly those in ignored are left out.
func expect(t *testing.T, text string, ignored, kept []string) {
	t.Helper()
	rules := Parse(text)
	for _, path := range ignored {
		if !rules.Ignored(path) {
			t.Errorf("rules %q keep %q", text, path)
		}
	}
	for _, path := range kept {
		if rules.Ignored(path) {
			t.Errorf("rules %q ignore %q", text, path)
		}
	}
}

func TestAPlainNameMatchesAtAnyDepth(t *testing.T) {
	expect(t, "build",
		[]string{"build", "build/a.o", "src/build", "src/build/deep/a.o"},
		[]string{"builds", "rebuild", "src/build.go", "Build"})
}

func TestBlankLinesCommentsAndBlanksAtTheEndAreNoRules(t *testing.T) {
	expect(t, "# note\r\n\r\n   \na.txt \t\r\nb c\n  d\n",
		[]string{"a.txt", "b c", "  d"},
		[]string{"# note", "note", "b", "c", "d", "x"})
}

func TestTheLastRuleThatCoversThePathDecides(t *testing.T) {
	expect(t, "*.log\n!keep.log\n/old/keep.log\n",
		[]string{"a.log", "x/a.log", "old/keep.log"},
		[]string{"keep.log", "x/keep.log", "a.txt"})
	expect(t, "!a\na", []string{"a"}, nil)
}

func TestAKeptFileInAnIgnoredFolderIsKept(t *testing.T) {
	expect(t, "vendor/\n!vendor/ours/\n", []string{"vendor/x.go", "vendor/a/b"}, []string{"vendor/ours/x.go"})
}

func TestASlashAtTheEndMeansFolders(t *testing.T) {
	expect(t, "tmp/", []string{"tmp/a", "x/tmp/y/z"}, []string{"tmp", "x/tmp", "tmp.d/a"})
	expect(t, "/a/b/", []string{"a/b/c"}, []string{"a/b", "x/a/b/c"})
}

func TestASlashElsewhereMeansTheRoot(t *testing.T) {
	expect(t, "/todo", []string{"todo", "todo/a"}, []string{"x/todo"})
	expect(t, "doc/*.txt", []string{"doc/a.txt", "doc/a.txt/b"}, []string{"doc/x/a.txt", "x/doc/a.txt", "doc"})
}

func TestStarsAndQuestionMarksStayWithinASegment(t *testing.T) {
	expect(t, "/a*z", []string{"az", "abcz", "abz/c"}, []string{"a/z", "ab/cz", "azy"})
	expect(t, "/a?z", []string{"abz", "a\u00e9z", "a\U0001F600z", "a?z"}, []string{"az", "abbz", "a/z"})
	expect(t, "*a*b*", []string{"ab", "xaxbx", "d/aab"}, []string{"ba", "a/b"})
}

func TestOtherCharactersStandForThemselves(t *testing.T) {
	expect(t, "/[ab]\n/x\\*\n/(+.)", []string{"[ab]", "x\\", "x\\y", "(+.)"}, []string{"a", "b", "x*", "(++)"})
}

func TestADoubleStarStandsForAnyNumberOfSegments(t *testing.T) {
	expect(t, "a/**/z", []string{"a/z", "a/b/z", "a/b/c/z", "a/b/z/y"}, []string{"z", "a/zz", "b/a/z"})
	expect(t, "**/cache/x", []string{"cache/x", "a/b/cache/x"}, []string{"cache/y", "acache/x"})
	expect(t, "/a**/z", []string{"a/z", "abc/z"}, []string{"a/b/z"})
}

func TestADoubleStarAtTheEndStandsForAtLeastOne(t *testing.T) {
	expect(t, "/logs/**", []string{"logs/a", "logs/a/b"}, []string{"logs", "x/logs/a"})
	expect(t, "/logs/**/", []string{"logs/a/b"}, []string{"logs", "logs/a"})
	expect(t, "**", []string{"a", "a/b"}, nil)
}

func TestARuleOfWhichNothingIsLeftCoversNothing(t *testing.T) {
	expect(t, "!\n/\n!/\n", nil, []string{"a", "a/b"})
	expect(t, "a\n!\n/", []string{"a"}, nil)
}

func TestHostileRulesDoNotTakeForever(t *testing.T) {
	done := make(chan bool, 2)
	go func() {
		done <- Parse(strings.Repeat("a*", 40) + "b").Ignored(strings.Repeat("a", 200))
	}()
	go func() {
		done <- Parse(strings.Repeat("**/a/", 20) + "b").Ignored(strings.Repeat("a/", 60) + "c")
	}()
	limit := time.After(5 * time.Second)
	for i := 0; i < 2; i++ {
		select {
		case ignored := <-done:
			if ignored {
				t.Error("a path that does not match was ignored")
			}
		case <-limit:
			t.Fatal("matching takes too long")
		}
	}
}
