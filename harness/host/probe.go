package host

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"xbench/harness/record"
)

// Facts are what can be known of a host in a second or two, without changing
// anything. A nil number is one that the system does not tell.
type Facts struct {
	Host     record.Host `json:"host"`
	Online   int         `json:"online_cores"` // of the machine; 0 = not known
	Usable   int         `json:"usable_cores"` // that xbench and what it launches may run on
	Quota    float64     `json:"quota_cores"`  // a control group's limit on CPU time; 0 = none
	Pressure *float64    `json:"pressure"`     // share of the last ten seconds in which some task waited for a core
	Others   *float64    `json:"others_cores"` // cores that other programs kept busy during the probe
	Stolen   *float64    `json:"stolen_cores"` // cores' worth of time that the hypervisor gave to others meanwhile
	Layout   string      `json:"layout"`       // kernel.randomize_va_space; 2 = every launch lies elsewhere in memory, "" = not known
	MemFree  int64       `json:"mem_free_bytes"`
	SwapUsed int64       `json:"swap_used_bytes"`
	Clock    Clock       `json:"clock"`
	SpinsNS  []int64     `json:"spins_ns"`  // times of equal work, one after the other, see [Spin]
	LaunchNS int64       `json:"launch_ns"` // launch to exit of a program that does nothing; 0 = not tried
	PythonNS int64       `json:"python_ns"` // the same of python3; 0 = it did not run, or not answer
	ProbeNS  int64       `json:"probe_ns"`  // how long all of this took
}

// Clock is what the process's own clock costs.
type Clock struct {
	StepNS int64 `json:"step_ns"` // smallest difference seen between two readings that differ
	CallNS int64 `json:"call_ns"` // time of one reading
}

// ProbeOptions say what to probe with.
type ProbeOptions struct {
	TempDir string   // where benchmarks make their files
	Launch  []string // a command that does nothing; nil = not tried
	Python  []string // the same for Python
}

// How often things are repeated: about half a second of spins, and a median
// of launches that one slow one does not move. On a host that is too busy for
// that within the time given, half as many must do.
const (
	probeSpins    = 50
	probeLaunches = 7
	spinsTime     = 1200 * time.Millisecond
	launchesTime  = 800 * time.Millisecond
)

// Probe looks at this host for one second, three at most where it is busy. An
// error is the context's.
func Probe(ctx context.Context, opt ProbeOptions) (Facts, error) {
	began := time.Now()
	s := source{root: os.DirFS("/"), system: systemFacts()}
	f := Facts{Host: Detect(opt.TempDir), Usable: runtime.NumCPU(), Online: s.online(), Quota: s.quota()}
	f.Pressure = s.percent("proc/pressure/cpu")
	f.MemFree, f.SwapUsed = s.memoryFree()
	f.Layout = s.text("proc/sys/kernel/randomize_va_space")
	before, mine := s.cpuTimes(), ownCPU()
	f.Clock = readClock()
	// Before and after the spins: the better of two moments is what the machine
	// can do.
	f.Host.Scaling = Scaling()
	for start := time.Now(); len(f.SpinsNS) < probeSpins; {
		if len(f.SpinsNS) >= probeSpins/2 && time.Since(start) > spinsTime {
			break
		}
		if err := ctx.Err(); err != nil {
			return f, err
		}
		f.SpinsNS = append(f.SpinsNS, int64(Spin()))
	}
	f.Host.SpinNS = slices.Min(f.SpinsNS)
	f.Host.Scaling = max(f.Host.Scaling, Scaling())
	f.LaunchNS, f.PythonNS = launchTime(ctx, opt.Launch), launchTime(ctx, opt.Python)
	f.Others, f.Stolen = s.cpuTimes().since(before, ownCPU()-mine, time.Since(began))
	f.ProbeNS = int64(time.Since(began))
	return f, ctx.Err()
}

// readClock reads the clock many times over. The step is the smallest
// difference, not the typical one, which is the cost of the call.
func readClock() Clock {
	const readings = 20_000
	step := time.Hour
	start := time.Now()
	last := start
	for range readings {
		now := time.Now()
		if d := now.Sub(last); d > 0 {
			step = min(step, d)
		}
		last = now
	}
	return Clock{StepNS: int64(step), CallNS: int64(last.Sub(start)) / readings}
}

// launchPatience is how long a launch may take. A program that takes longer
// does not answer; a shim that waits for a terminal never would.
const launchPatience = 3 * time.Second

// launchTime is the median time from launch to exit, 0 when the command does
// not run, or does not answer.
func launchTime(ctx context.Context, command []string) int64 {
	if len(command) == 0 {
		return 0
	}
	var times []int64
	for began := time.Now(); len(times) < probeLaunches; {
		if len(times) >= probeLaunches/2 && time.Since(began) > launchesTime {
			break
		}
		start := time.Now()
		if err := launchOnce(ctx, command); err != nil {
			return 0
		}
		times = append(times, int64(time.Since(start)))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

func launchOnce(ctx context.Context, command []string) error {
	ctx, cancel := context.WithTimeout(ctx, launchPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = launchPatience / 10 // a grandchild may hold the output open
	return cmd.Run()
}

// online counts the cores of the machine.
func (s source) online() int {
	n := 0
	for _, part := range strings.Split(s.text(path.Join(cpus, "online")), ",") {
		from, to, isRange := strings.Cut(part, "-")
		a, err := strconv.Atoi(from)
		if err != nil {
			return 0
		}
		b := a
		if isRange {
			if b, err = strconv.Atoi(to); err != nil || b < a {
				return 0
			}
		}
		n += b - a + 1
	}
	return n
}

// quota is the smallest limit that a control group of this process, or one
// above it, puts on CPU time, in cores; see
// https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max) and, for
// version 1, https://docs.kernel.org/scheduler/sched-bwc.html.
func (s source) quota() float64 {
	limit := 0.0
	take := func(quota, period string) {
		q, err1 := strconv.ParseFloat(quota, 64)
		p, err2 := strconv.ParseFloat(period, 64)
		if err1 == nil && err2 == nil && q > 0 && p > 0 && (limit == 0 || q/p < limit) {
			limit = q / p
		}
	}
	for line := range strings.Lines(s.text("proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		mount := "sys/fs/cgroup"
		if slices.Contains(strings.Split(parts[1], ","), "cpu") {
			mount = "sys/fs/cgroup/cpu"
		} else if parts[1] != "" {
			continue
		}
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) {
			group := path.Join(mount, dir)
			quota, period, _ := strings.Cut(s.text(path.Join(group, "cpu.max")), " ")
			take(quota, period)
			take(s.text(path.Join(group, "cpu.cfs_quota_us")), s.text(path.Join(group, "cpu.cfs_period_us")))
			if dir == "/" {
				break
			}
		}
	}
	return limit
}

// percent is the first average of a pressure file, as a share.
func (s source) percent(file string) *float64 {
	rest, ok := strings.CutPrefix(s.text(file), "some avg10=")
	if !ok {
		return nil
	}
	value, _, _ := strings.Cut(rest, " ")
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return nil
	}
	v /= 100
	return &v
}

// memoryFree is what programs can have without swapping, and what was swapped
// out; 0 when not known.
func (s source) memoryFree() (free, swapped int64) {
	bytes := func(key string) int64 {
		kb, _, _ := strings.Cut(s.field("proc/meminfo", key), " ")
		n, err := strconv.ParseInt(kb, 10, 64)
		if err != nil {
			return 0
		}
		return n << 10
	}
	return bytes("MemAvailable"), bytes("SwapTotal") - bytes("SwapFree")
}

// cpuTimes is the kernel's account of all cores since boot; see proc_stat(5).
type cpuTimes struct {
	known        bool
	busy, stolen time.Duration
}

// tick is the unit of /proc/stat: user space sees a hundredth of a second on
// every architecture that Go runs on.
const tick = 10 * time.Millisecond

func (s source) cpuTimes() cpuTimes {
	data, err := fs.ReadFile(s.root, "proc/stat")
	if err != nil {
		return cpuTimes{}
	}
	first, _, _ := strings.Cut(string(data), "\n")
	fields := strings.Fields(first)
	// cpu user nice system idle iowait irq softirq steal; guest time is in user.
	if len(fields) < 9 || fields[0] != "cpu" {
		return cpuTimes{}
	}
	var ticks [9]time.Duration
	for i, field := range fields[1:9] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return cpuTimes{}
		}
		ticks[i+1] = time.Duration(n) * tick
	}
	return cpuTimes{known: true, busy: ticks[1] + ticks[2] + ticks[3] + ticks[6] + ticks[7], stolen: ticks[8]}
}

// since is how many cores others used since an earlier account, mine being
// the CPU time of this process and its children, and how many the
// hypervisor gave away.
func (t cpuTimes) since(before cpuTimes, mine, wall time.Duration) (others, stolen *float64) {
	if !t.known || !before.known || wall <= 0 {
		return nil, nil
	}
	o := max(0, (t.busy-before.busy-mine).Seconds()/wall.Seconds())
	s := max(0, (t.stolen-before.stolen).Seconds()/wall.Seconds())
	return &o, &s
}
