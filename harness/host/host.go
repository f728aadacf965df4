// Package host says what machine a run is made on and whether it is fit to
// measure on.
//
// Facts come from /proc and /sys; what a system does not tell is "unknown" or
// 0, never a guess. Nothing here changes a setting: a benchmark that turns
// off turbo answers for a machine nobody has.
package host

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"

	"xbench/harness/record"
)

// Unknown stands for a fact that the system does not tell.
const Unknown = "unknown"

// Detect describes this machine. tempDir is where benchmarks make their
// files; its file system is part of the description.
func Detect(tempDir string) record.Host {
	return source{
		root:   os.DirFS("/"),
		goos:   runtime.GOOS,
		goarch: runtime.GOARCH,
		cores:  runtime.NumCPU(),
		system: systemFacts(),
		fsName: fileSystem(tempDir),
	}.host()
}

// Load returns the load average over the last minute, 0 when the system does
// not tell, and the share of the last ten seconds in which some task waited
// for a core, e.g. "3.5%", or "unknown".
func Load() (load1 float64, pressure string) {
	s := source{root: os.DirFS("/"), system: systemFacts()}
	return s.load(), s.pressure()
}

// A source is where facts come from: the root of a file system with proc and
// sys in it, and what Go and the kernel's calls tell.
type source struct {
	root   fs.FS
	goos   string
	goarch string
	cores  int
	system facts
	fsName string
}

// facts are what a system tells through calls instead of files. Empty fields
// are not known.
type facts struct {
	kernel   string
	cpu      string
	memBytes int64
	load1    float64
}

func (s source) host() record.Host {
	h := record.Host{
		OS:       s.goos,
		Arch:     s.goarch,
		CPU:      orUnknown(s.cpu()),
		Cores:    s.cores,
		Kernel:   orUnknown(firstOf(s.text("proc/sys/kernel/osrelease"), s.system.kernel)),
		MemBytes: s.memory(),
		Load1:    s.load(),
		Governor: orUnknown(s.governor()),
		Turbo:    orUnknown(s.turbo()),
		Virtual:  orUnknown(s.virtual()),
		FS:       orUnknown(s.fsName),
	}
	h.ID = id(h)
	return h
}

// id tells hosts apart: a hash of what stays the same from run to run. Two
// equal machines share it, which is what a comparison needs to know. The
// kernel is left out so that an update does not orphan every baseline; it is
// in the record, where a reader sees it change.
func id(h record.Host) string {
	// The kernel keeps a little of the memory, and not always the same.
	gib := (h.MemBytes + 1<<29) >> 30
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%d\n%s\n",
		h.OS, h.Arch, h.CPU, h.Cores, gib, h.Virtual))
	return hex.EncodeToString(sum[:6])
}

func orUnknown(s string) string { return firstOf(s, Unknown) }

func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// text returns a file's trimmed content, "" when there is none.
func (s source) text(name string) string {
	data, err := fs.ReadFile(s.root, name)
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(data))
}

// field returns the value of the first "key : value" line of a file.
func (s source) field(name, key string) string {
	for line := range strings.Lines(s.text(name)) {
		k, v, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// cpu is the processor's name. On Arm the kernel gives numbers only, which
// still tell two machines apart.
func (s source) cpu() string {
	const file = "proc/cpuinfo"
	if name := firstOf(s.field(file, "model name"), s.field(file, "Model"), s.field(file, "Hardware")); name != "" {
		return strings.Join(strings.Fields(name), " ")
	}
	if part := s.field(file, "CPU part"); part != "" {
		return fmt.Sprintf("implementer %s part %s", s.field(file, "CPU implementer"), part)
	}
	return s.system.cpu
}

func (s source) memory() int64 {
	kb, _, _ := strings.Cut(s.field("proc/meminfo", "MemTotal"), " ")
	if n, err := strconv.ParseInt(kb, 10, 64); err == nil {
		return n << 10
	}
	return s.system.memBytes
}

func (s source) load() float64 {
	first, _, _ := strings.Cut(s.text("proc/loadavg"), " ")
	if v, err := strconv.ParseFloat(first, 64); err == nil {
		return v
	}
	return s.system.load1
}

// pressure reads the kernel's account of stalled tasks; see
// https://docs.kernel.org/accounting/psi.html.
func (s source) pressure() string {
	for line := range strings.Lines(s.text("proc/pressure/cpu")) {
		rest, ok := strings.CutPrefix(line, "some avg10=")
		if !ok {
			continue
		}
		value, _, _ := strings.Cut(rest, " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			return strconv.FormatFloat(v, 'f', 1, 64) + "%"
		}
	}
	return Unknown
}

const cpus = "sys/devices/system/cpu"

// governor is the frequency policy of the cores: one name, or all that are in
// use, in order of appearance.
func (s source) governor() string {
	entries, err := fs.Glob(s.root, path.Join(cpus, "cpu[0-9]*/cpufreq/scaling_governor"))
	if err != nil {
		return ""
	}
	var names []string
	seen := make(map[string]bool)
	for _, e := range entries {
		if g := s.text(e); g != "" && !seen[g] {
			seen[g] = true
			names = append(names, g)
		}
	}
	return strings.Join(names, ", ")
}

// turbo is "on" or "off". Intel's driver has a switch of the opposite sense.
func (s source) turbo() string {
	switch s.text(path.Join(cpus, "intel_pstate/no_turbo")) {
	case "0":
		return "on"
	case "1":
		return "off"
	}
	switch s.text(path.Join(cpus, "cpufreq/boost")) {
	case "0":
		return "off"
	case "1":
		return "on"
	}
	return ""
}

// virtual names the hypervisor or container, "none" on what looks like bare
// metal.
func (s source) virtual() string {
	if t := s.text("sys/hypervisor/type"); t != "" {
		return t
	}
	product := strings.ToLower(s.text("sys/class/dmi/id/sys_vendor") + " " + s.text("sys/class/dmi/id/product_name"))
	for _, v := range []struct{ word, name string }{
		{"qemu", "kvm"}, {"kvm", "kvm"}, {"amazon ec2", "ec2"}, {"google compute", "gce"}, {"virtualbox", "virtualbox"},
		{"vmware", "vmware"}, {"virtual machine", "hyper-v"}, {"xen", "xen"}, {"bochs", "bochs"}, {"parallels", "parallels"},
	} {
		if strings.Contains(product, v.word) {
			return v.name
		}
	}
	if strings.Contains(" "+s.field("proc/cpuinfo", "flags")+" ", " hypervisor ") {
		return "hypervisor"
	}
	if s.text("proc/cpuinfo") == "" {
		return "" // no system that we know how to ask
	}
	return "none"
}
