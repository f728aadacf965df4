package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Links within the repository lead to files and headings that are there.
func TestLinksLead(t *testing.T) {
	links := 0
	for _, name := range pages(t) {
		text := withoutBlocks(read(t, filepath.Join("..", name), name).text)
		for _, to := range linksIn(text) {
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			links++
			if complaint := leads(t, name, to); complaint != "" {
				t.Errorf("%s: [...](%s): %s", name, to, complaint)
			}
		}
	}
	if links < 50 {
		t.Errorf("%d links were found", links)
	}
}

// pages are what people read: everything in Markdown but reports that are
// tests' expectations.
func pages(t *testing.T) []string {
	t.Helper()
	out := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "goimpl/peers/README.md"}
	for _, pattern := range []string{"docs/*.md", "docs/performance/*/*.md", "examples/*.md", "examples/*/*.md", "examples/*/*/*.md"} {
		names, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			out = append(out, filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator))))
		}
	}
	return out
}

var (
	inlineLink = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	htmlLink   = regexp.MustCompile(`\b(?:src|href|srcset)="([^"]+)"`)
	codeSpan   = regexp.MustCompile("`[^`\n]+`")
)

func linksIn(text string) []string {
	text = codeSpan.ReplaceAllString(text, "")
	var out []string
	for _, pattern := range []*regexp.Regexp{inlineLink, htmlLink} {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

func withoutBlocks(text string) string { return fenced.ReplaceAllString(text, "") }

// leads says what is wrong with a link of a page, "" if nothing is.
func leads(t *testing.T, from, to string) string {
	t.Helper()
	path, heading, _ := strings.Cut(to, "#")
	target := from
	if path != "" {
		target = filepath.ToSlash(filepath.Join(filepath.Dir(from), path))
	}
	if info, err := os.Stat(filepath.Join("..", filepath.FromSlash(target))); err != nil {
		return "there is no " + target
	} else if heading == "" || info.IsDir() {
		return ""
	}
	if !strings.HasSuffix(target, ".md") {
		return target + " has no headings"
	}
	anchors := anchorsOf(read(t, filepath.Join("..", target), target).text)
	if !slices.Contains(anchors, heading) {
		return target + " has no heading #" + heading + "; it has " + strings.Join(anchors, " ")
	}
	return ""
}

var (
	headingLine = regexp.MustCompile(`(?m)^#+ (.*)$`)
	namedAnchor = regexp.MustCompile(`\b(?:id|name)="([^"]+)"`)
	noAnchor    = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// anchorsOf are the names that GitHub gives to headings, and those that a page
// gives itself.
func anchorsOf(text string) []string {
	var out []string
	for _, m := range namedAnchor.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	for _, m := range headingLine.FindAllStringSubmatch(withoutBlocks(text), -1) {
		name := noAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), "")
		out = append(out, strings.ReplaceAll(name, " ", "-"))
	}
	return out
}

func TestAnchors(t *testing.T) {
	got := anchorsOf("# In CI\n## Is this change slower?\n```\n# no heading\n```\n### `each`, and *why*\n<a id=\"x\"></a>")
	if want := []string{"x", "in-ci", "is-this-change-slower", "each-and-why"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if complaint := leads(t, "docs/ci.md", "outputs.md#no-such"); !strings.Contains(complaint, "has no heading #no-such") {
		t.Errorf("a link to nowhere: %q", complaint)
	}
	if complaint := leads(t, "README.md", "docs/none.md"); complaint == "" {
		t.Error("a link to no file is let through")
	}
}
