package host

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"xbench/harness/record"
)

// files is a small root file system; file times play no part.
func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

func TestHost(t *testing.T) {
	check := func(name string, s source, want record.Host) {
		t.Helper()
		got := s.host()
		want.ID = got.ID
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(got.ID) {
			t.Errorf("%s: id %q", name, got.ID)
		}
	}
	check("virtual machine", source{
		root: files(
			"proc/cpuinfo", "processor\t: 0\nmodel name\t: Some  Xeon CPU @ 2.20GHz\nflags\t\t: fpu hypervisor sse\n\nprocessor\t: 1\nmodel name\t: other\n",
			"proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB\n",
			"proc/loadavg", "0.31 0.20 0.10 1/100 1234\n",
			"proc/sys/kernel/osrelease", "6.8.0-1\n",
			"sys/class/dmi/id/sys_vendor", "QEMU\n",
		),
		goos: "linux", goarch: "amd64", cores: 2, fsName: "overlayfs",
	}, record.Host{OS: "linux", Arch: "amd64", CPU: "Some Xeon CPU @ 2.20GHz", Cores: 2, Kernel: "6.8.0-1",
		MemBytes: 8000000 << 10, Load1: 0.31, Governor: "unknown", Turbo: "unknown", Virtual: "kvm", FS: "overlayfs"})
	check("bare metal", source{
		root: files(
			"proc/cpuinfo", "model name : i7\nflags : fpu\n",
			"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n",
			"sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n",
			"sys/devices/system/cpu/cpu10/cpufreq/scaling_governor", "performance\n",
			"sys/devices/system/cpu/intel_pstate/no_turbo", "0\n",
		),
		goos: "linux", goarch: "amd64", cores: 16, fsName: "ext4",
	}, record.Host{OS: "linux", Arch: "amd64", CPU: "i7", Cores: 16, Kernel: "unknown",
		Governor: "powersave, performance", Turbo: "on", Virtual: "none", FS: "ext4"})
	check("Arm board", source{
		root: files(
			"proc/cpuinfo", "processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n",
			"sys/devices/system/cpu/cpufreq/boost", "0\n",
		),
		goos: "linux", goarch: "arm64", cores: 4,
	}, record.Host{OS: "linux", Arch: "arm64", CPU: "implementer 0x41 part 0xd0c", Cores: 4, Kernel: "unknown",
		Governor: "unknown", Turbo: "off", Virtual: "none", FS: "unknown"})
	check("no proc and sys", source{
		root: files(), goos: "darwin", goarch: "arm64", cores: 8,
		system: facts{kernel: "23.0", cpu: "Apple M2", memBytes: 1 << 34, load1: 1.5}, fsName: "apfs",
	}, record.Host{OS: "darwin", Arch: "arm64", CPU: "Apple M2", Cores: 8, Kernel: "23.0", MemBytes: 1 << 34,
		Load1: 1.5, Governor: "unknown", Turbo: "unknown", Virtual: "unknown", FS: "apfs"})
	check("garbage", source{
		root: files("proc/cpuinfo", "\x00:\n:::", "proc/meminfo", "MemTotal: lots", "proc/loadavg", "busy"),
		goos: "linux", goarch: "amd64", cores: 1,
	}, record.Host{OS: "linux", Arch: "amd64", CPU: "unknown", Cores: 1, Kernel: "unknown",
		Governor: "unknown", Turbo: "unknown", Virtual: "none", FS: "unknown"})
}

// The id follows what a machine is, not what it is doing.
func TestID(t *testing.T) {
	base := record.Host{OS: "linux", Arch: "amd64", CPU: "x", Cores: 2, MemBytes: 8 << 30, Virtual: "kvm", Kernel: "6.1"}
	check := func(name string, change func(*record.Host), same bool) {
		t.Helper()
		h := base
		change(&h)
		if (id(h) == id(base)) != same {
			t.Errorf("%s: same id is %v, want %v", name, !same, same)
		}
	}
	check("load", func(h *record.Host) { h.Load1 = 9 }, true)
	check("governor", func(h *record.Host) { h.Governor = "performance" }, true)
	check("temporary directory", func(h *record.Host) { h.FS = "tmpfs" }, true)
	check("kernel update", func(h *record.Host) { h.Kernel = "6.2" }, true)
	check("a few megabytes", func(h *record.Host) { h.MemBytes += 5 << 20 }, true)
	check("cores", func(h *record.Host) { h.Cores = 4 }, false)
	check("processor", func(h *record.Host) { h.CPU = "y" }, false)
	check("memory", func(h *record.Host) { h.MemBytes = 16 << 30 }, false)
	check("virtual", func(h *record.Host) { h.Virtual = "none" }, false)
}

func TestPressure(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		if got := (source{root: files("proc/pressure/cpu", text)}).pressure(); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	check("some avg10=3.47 avg60=1.00 avg300=0.10 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", "3.5%")
	check("full avg10=1.00\n", "unknown")
	check("some avg10=x\n", "unknown")
}

func TestProblems(t *testing.T) {
	check := func(h record.Host, want ...string) {
		t.Helper()
		var got []string
		for _, p := range Problems(h) {
			if p.Remedy == "" {
				t.Errorf("%s: no remedy", p.Text)
			}
			first, _, _ := strings.Cut(p.Text, ":")
			got = append(got, first)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%+v (-want +got):\n%s", h, d)
		}
	}
	check(record.Host{Cores: 2, Load1: 0.9, Governor: "unknown"})
	check(record.Host{Cores: 8, Load1: 3.9, Governor: "performance"})
	check(record.Host{}) // nothing known, nothing said
	check(record.Host{Cores: 2, Load1: 1.1}, "load 1.1 on 2 cores")
	check(record.Host{Cores: 2, Scaling: 1.9})
	check(record.Host{Cores: 2, Scaling: 1.18}, "two threads do only 1.18 times the work of one")
	check(record.Host{Cores: 2, Load1: 1.1, Scaling: 1.18}, "load 1.1 on 2 cores")
	check(record.Host{Cores: 1, Load1: 0.6, Governor: "performance, powersave"},
		"load 0.6 on 1 core", "one core", "cpu governor powersave")
}

// This machine, whatever it is, has a description.
func TestDetect(t *testing.T) {
	h := Detect(t.TempDir())
	if h.OS == "" || h.Arch == "" || h.Cores < 1 || h.ID == "" || h.CPU == "" || h.Kernel == "" || h.FS == "" {
		t.Errorf("got %+v", h)
	}
	if again := Detect(t.TempDir()); again.ID != h.ID {
		t.Errorf("id %s, then %s", h.ID, again.ID)
	}
	load, pressure := Load()
	if load < 0 || pressure == "" {
		t.Errorf("load %v, pressure %q", load, pressure)
	}
	t.Logf("%+v, pressure %s", h, pressure)
}
