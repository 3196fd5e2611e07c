package main

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// source makes an object as it was: a value, so that later changes do not show.
type source interface{ object() runtime.Object }

// whole is an object that is kept as it is. Nobody changes it.
type whole struct{ runtime.Object }

func (w whole) object() runtime.Object { return w.Object }

type event struct {
	kind    watch.EventType
	what    source
	version uint64
	probe   *probe // whoever acts on it is timed; usually nil
}

// eventLog has the last events of a kind, for watches that begin where a list ended. The cluster's lock guards it.
type eventLog struct {
	events  []event
	dropped uint64        // the version of the last event that was forgotten
	news    chan struct{} // closed when there is one
}

const mostEvents = 200_000

func newEventLog(since uint64) *eventLog { return &eventLog{dropped: since, news: make(chan struct{})} }

func (l *eventLog) add(one event) {
	l.events = append(l.events, one)
	if len(l.events) >= 2*mostEvents {
		l.dropped = l.events[mostEvents-1].version
		l.events = slices.Clone(l.events[mostEvents:])
	}
	close(l.news)
	l.news = make(chan struct{})
}

// after returns at most so many events after the version. False: some of them are forgotten.
func (l *eventLog) after(version uint64, most int) ([]event, bool) {
	if version < l.dropped {
		return nil, false
	}
	from, _ := slices.BinarySearchFunc(l.events, version+1, func(one event, wanted uint64) int {
		return int(int64(one.version) - int64(wanted))
	})
	return slices.Clone(l.events[from:min(len(l.events), from+most)]), true
}

// probe is an event upon which a controller has to act, once for each DaemonSet.
type probe struct {
	kind string
	told time.Time // when a watch was told; zero: not yet
}
