// What schedulers and kubelets do.
package main

import (
	"math/rand/v2"
	"time"

	"k8s.io/apimachinery/pkg/watch"
)

// later does something with a pod, unless it has gone by then.
func (c *cluster) later(delay time.Duration, slot int, do func(*cluster, int)) {
	time.AfterFunc(delay, func() {
		c.Lock()
		defer c.Unlock()
		if c.pods[slot].phase != gone {
			do(c, slot)
		}
	})
}

func (c *cluster) bind(slot int) {
	c.pods[slot].phase = starting
	c.change(slot, watch.Modified, nil)
	c.later(c.bindAfter, slot, (*cluster).start)
}

func (c *cluster) start(slot int) {
	if !c.pods[slot].deleted.IsZero() {
		return
	}
	c.pods[slot].phase = ready
	c.change(slot, watch.Modified, nil)
}

// rates are events that mean nothing to a DaemonSet controller, each second.
type rates struct{ heartbeats, podChanges float64 }

// work lets kubelets report at these rates for a time, evenly. Returns how many events that were.
func (c *cluster) work(at rates, span time.Duration) int {
	const step = 10 * time.Millisecond
	begin, beats, changes := time.Now(), 0, 0
	for elapsed := step; elapsed <= span; elapsed += step {
		time.Sleep(time.Until(begin.Add(elapsed)))
		c.Lock()
		for ; float64(beats) < at.heartbeats*elapsed.Seconds(); beats++ {
			number := rand.IntN(len(c.nodes))
			c.nodes[number].beat = time.Now()
			c.changeNode(number, watch.Modified, nil)
		}
		for ; float64(changes) < at.podChanges*elapsed.Seconds(); changes++ {
			if slot := rand.IntN(len(c.pods)); c.pods[slot].phase == ready {
				c.pods[slot].changes++
				c.change(slot, watch.Modified, nil)
			}
		}
		c.Unlock()
	}
	return beats + changes
}
