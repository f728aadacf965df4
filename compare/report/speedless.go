package report

// A run may have no speedup to speak of: one implementation was measured alone,
// or no result is valid. What is said of speedups elsewhere is then left out.

// hasSpeedup is whether any result is one.
func (v *View) hasSpeedup() bool {
	if v.Reference == "" {
		return false
	}
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			if !c.invalid() && FormatRatio(c.Speedup.Ratio) != none {
				return true
			}
		}
	}
	return false
}

// alikeText says that no difference was found between the sides.
func (v *View) alikeText() string {
	if v.hasSpeedup() {
		return alikeText
	}
	return "Nothing was found, in what the sides say of themselves or in what their processes did, in which they were not alike."
}

// tailsText says what typical times do not show.
func (v *View) tailsText() string {
	if v.hasSpeedup() {
		return tailsText
	}
	return "A time is the typical one, which a rare long pause does not move. The mean has the pauses in it, and p99 is the sample " +
		"that 99% do not exceed (of fewer than 100 samples the longest). All samples of a side are pooled; a sample is the mean of its iterations. Described, not judged."
}

// took is whether anything is known of what the sides of plain commands took.
func (v *View) took() bool {
	for _, u := range v.Uses {
		if u.WallNS > 0 {
			return true
		}
	}
	return false
}
