package main

import (
	"maps"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// deed is what a controller has to do: a request of this method for this DaemonSet's pod of this node.
type deed struct {
	method string
	owner  types.UID
	node   int
}

// figures are what the server has seen. The cluster's lock guards them.
type figures struct {
	listed    map[string]int // objects, in lists and as initial events of watches
	told      int            // events of watches
	writes    map[string]int // by method and resource
	first     map[types.UID]time.Time
	expected  map[deed]*probe
	latencies map[string][]time.Duration // by the kind of the probe: from telling to the deed
}

func newFigures() figures {
	return figures{
		listed: map[string]int{}, writes: map[string]int{}, first: map[types.UID]time.Time{},
		expected: map[deed]*probe{}, latencies: map[string][]time.Duration{},
	}
}

func (c *cluster) count(note func(*figures)) {
	c.Lock()
	defer c.Unlock()
	note(&c.figures)
}

// acted notes a deed of the controller.
func (f *figures) acted(done deed, arrived time.Time) {
	if _, known := f.first[done.owner]; !known {
		f.first[done.owner] = arrived
	}
	if why := f.expected[done]; why != nil {
		delete(f.expected, done)
		f.latencies[why.kind] = append(f.latencies[why.kind], arrived.Sub(why.told))
	}
}

// report is what the control endpoint tells of them.
type report struct {
	Listed       map[string]int       `json:"listed"`
	Told         int                  `json:"told"`
	Writes       map[string]int       `json:"writes"`
	FirstDeeds   []float64            `json:"firstDeeds"` // of each DaemonSet, in seconds since 1970
	Outstanding  int                  `json:"outstanding"`
	Milliseconds map[string][]float64 `json:"milliseconds"`
	Pods         int                  `json:"pods"`
}

func (c *cluster) report() report {
	c.Lock()
	defer c.Unlock()
	f := &c.figures
	made := report{
		Listed: maps.Clone(f.listed), Told: f.told, Writes: maps.Clone(f.writes), FirstDeeds: []float64{},
		Outstanding: len(f.expected), Milliseconds: map[string][]float64{}, Pods: len(c.slots),
	}
	for _, at := range f.first {
		made.FirstDeeds = append(made.FirstDeeds, float64(at.UnixMicro())/1e6)
	}
	for kind, all := range f.latencies {
		for _, one := range all {
			made.Milliseconds[kind] = append(made.Milliseconds[kind], float64(one.Microseconds())/1e3)
		}
	}
	return made
}

// readyPods looks at all of them, which may take a moment.
func (c *cluster) readyPods() int {
	c.Lock()
	defer c.Unlock()
	count := 0
	for i := range c.pods {
		if c.pods[i].phase == ready && c.pods[i].deleted.IsZero() {
			count++
		}
	}
	return count
}
