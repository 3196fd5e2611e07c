// What the benchmark asks for: it is no part of the Kubernetes API.
package main

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/watch"
)

func (s server) control(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch r.URL.Path {
	case "/control/figures":
		tell(w, s.report())
	case "/control/ready":
		tell(w, s.readyPods())
	case "/control/work":
		at := rates{number(query, "heartbeats"), number(query, "podChanges")}
		tell(w, s.work(at, time.Duration(number(query, "seconds")*float64(time.Second))))
	case "/control/probe":
		for range int(number(query, "count")) {
			s.probe(query.Get("kind"))
			time.Sleep(time.Duration(number(query, "pause") * float64(time.Second)))
		}
		tell(w, s.report())
	case "/control/forget":
		s.count(func(f *figures) { *f = newFigures() })
		tell(w, s.report())
	case "/control/lack":
		s.lack(int(number(query, "pods")))
		tell(w, s.report())
	default:
		http.NotFound(w, r)
	}
}

func number(query url.Values, name string) float64 {
	value, err := strconv.ParseFloat(query.Get(name), 64)
	if err != nil {
		return 0
	}
	return value
}

// probe does something upon which the controller has to act, and times it.
func (s server) probe(kind string) {
	s.Lock()
	defer s.Unlock()
	why := &probe{kind: kind}
	switch kind {
	case "node":
		s.expect(why, http.MethodPost, s.addNode(why))
	case "taint":
		number := s.cluster.pods[s.somePod()].node
		s.expect(why, http.MethodDelete, number)
		s.cluster.nodes[number].evicted = true
		s.changeNode(number, watch.Modified, why)
	case "pod":
		slot := s.somePod()
		one := s.cluster.pods[slot]
		s.figures.expected[deed{http.MethodPost, one.like.owner, one.node}] = why
		s.remove(slot, why)
	}
}

// expect waits for a deed of each DaemonSet.
func (s server) expect(why *probe, method string, node int) {
	for _, set := range s.daemonSets.objects {
		s.figures.expected[deed{method, set.GetUID(), node}] = why
	}
}

// somePod is a ready one of a node that is well.
func (s server) somePod() int {
	for {
		slot := rand.IntN(len(s.cluster.pods))
		one := s.cluster.pods[slot]
		if one.phase == ready && one.deleted.IsZero() && !s.cluster.nodes[one.node].evicted {
			return slot
		}
	}
}

// lack lets each DaemonSet lack some pods.
func (s server) lack(count int) {
	s.Lock()
	defer s.Unlock()
	lacking := map[*prototype]int{}
	for slot := range s.cluster.pods {
		one := &s.cluster.pods[slot]
		if one.phase == ready && one.deleted.IsZero() && lacking[one.like] < count {
			lacking[one.like]++
			s.remove(slot, nil)
		}
	}
}
