package charts

import (
	"fmt"
	"io"
)

// DistributionData is every sample of one benchmark, by implementation and by
// process.
type DistributionData struct {
	Benchmark string
	Time      string             // what the time is of; "" is "time of one iteration"
	Sides     []DistributionSide // reference first
}

// A DistributionSide is one implementation's samples.
type DistributionSide struct {
	Name      string
	Note      string  // at the right, printed as it is: "median 12.5 ms, p99 14.1 ms"
	MedianNS  float64 // over processes; 0 for none
	Processes []DistributionProcess
}

// A DistributionProcess is what one process measured. Processes are drawn in
// their order, the first on top.
type DistributionProcess struct {
	Round     int
	MedianNS  float64   // 0 for none
	SamplesNS []float64 // per iteration, all positive; may be empty
	Text      string    // for a pointer: "round 3: 12.4 ms, 10 samples"
}

// Bounds of a picture: beyond them nobody reads strips, lanes or points.
const (
	maxSides     = 40
	maxProcesses = 1000   // of a side
	maxSamples   = 200000 // of a side
)

// Distribution draws each implementation's samples as a strip with a lane per
// process, above the share of samples at or below a time; both on one
// logarithmic axis. Two modes show as two clouds and as a step, whether they
// are within processes or between them.
func Distribution(w io.Writer, data DistributionData, opt Options) error {
	if err := data.check(); err != nil {
		return fmt.Errorf("distribution chart: %w", err)
	}
	if err := render(w, &distributionFigure{DistributionData: data, opt: opt}, opt); err != nil {
		return fmt.Errorf("distribution chart: %w", err)
	}
	return nil
}

// check refuses what cannot be drawn.
func (d DistributionData) check() error {
	total := 0
	for _, s := range d.Sides {
		n, err := s.check()
		if err != nil {
			return fmt.Errorf("implementation %q: %w", s.Name, err)
		}
		total += n
	}
	switch {
	case total == 0:
		return fmt.Errorf("no samples")
	case len(d.Sides) > maxSides:
		return fmt.Errorf("%d implementations, at most %d", len(d.Sides), maxSides)
	}
	return nil
}

// check returns the number of samples.
func (s DistributionSide) check() (samples int, err error) {
	if s.MedianNS != 0 {
		if err := drawable("median", s.MedianNS); err != nil {
			return 0, err
		}
	}
	for _, p := range s.Processes {
		if err := p.check(); err != nil {
			return 0, fmt.Errorf("round %d: %w", p.Round, err)
		}
		samples += len(p.SamplesNS)
	}
	switch {
	case len(s.Processes) > maxProcesses:
		return 0, fmt.Errorf("%d processes, at most %d", len(s.Processes), maxProcesses)
	case samples > maxSamples:
		return 0, fmt.Errorf("%d samples, at most %d", samples, maxSamples)
	}
	return samples, nil
}

func (p DistributionProcess) check() error {
	if p.MedianNS != 0 {
		if err := drawable("median", p.MedianNS); err != nil {
			return err
		}
	}
	for i, v := range p.SamplesNS {
		if err := drawable(fmt.Sprintf("sample %d", i+1), v); err != nil {
			return err
		}
	}
	return nil
}
