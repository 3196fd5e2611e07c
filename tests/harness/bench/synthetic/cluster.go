package main

import (
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// cluster is all that the API server knows. One lock guards it: what is done under it is short.
type cluster struct {
	settings
	sync.Mutex
	version uint64 // of the last change
	serial  uint64 // of the last pod

	nodes       []node
	nodeNumbers map[string]int
	pods        []pod          // in the order of their creation; those that are gone keep their place
	slots       map[string]int // of the pods, by name
	prototypes  map[likeness]*prototype
	nodeLog     *eventLog
	podLog      *eventLog
	kinds       map[schema.GroupResource]kind
	daemonSets  *kept

	figures figures
}

// kind is a collection of objects.
type kind interface {
	resource() resource
	// page returns at most so many objects from a position on, and the next position; 0: there are no more.
	page(from, most int) ([]source, int)
	find(name string) (source, bool)
	log() *eventLog
}

// resource is what discovery tells of a kind.
type resource struct {
	schema.GroupVersionKind
	plural     string
	namespaced bool
}

func newCluster(chosen settings) *cluster {
	c := &cluster{
		settings: chosen, version: firstVersion, nodeNumbers: map[string]int{}, slots: map[string]int{},
		prototypes: map[likeness]*prototype{}, kinds: map[schema.GroupResource]kind{},
		nodeLog: newEventLog(firstVersion), podLog: newEventLog(firstVersion), figures: newFigures(),
	}
	c.addKinds()
	for number := range chosen.nodes {
		c.nodes = append(c.nodes, node{cluster: c, number: number, version: firstVersion, beat: seededAt.Time})
		c.nodeNumbers[nodeName(number)] = number
	}
	for number := range chosen.daemonSets {
		c.seedDaemonSet(number)
	}
	return c
}

func (c *cluster) seedDaemonSet(number int) {
	set := daemonSet(number, c.settings.nodes, c.seed)
	revision, err := revisionOf(set, uid(c.seed+1, uint64(number)))
	if err != nil {
		panic(err) // it is of our own making
	}
	c.daemonSets.put(set)
	if c.empty {
		return
	}
	c.kinds[schema.GroupResource{Group: "apps", Resource: "controllerrevisions"}].(*kept).put(revision)
	like := seededPrototype(c, set)
	c.prototypes[likeness{set.UID, seededHash, seededManager}] = like
	for node := range c.settings.nodes - c.missing {
		c.serial++
		c.insert(pod{
			like: like, name: seededPodName(set.Name, uint64(node)), node: node, serial: c.serial, version: firstVersion,
			created: seededAt.Time, phase: ready,
		})
	}
}

func (c *cluster) insert(one pod) {
	c.slots[one.name] = len(c.pods)
	c.pods = append(c.pods, one)
}

// next is the version of a change that is about to be made.
func (c *cluster) next() uint64 {
	c.version++
	return c.version
}

// change gives a pod a new version and tells watches of it.
func (c *cluster) change(slot int, kind watch.EventType, why *probe) {
	one := &c.pods[slot]
	one.version = c.next()
	c.podLog.add(event{kind: kind, what: *one, version: one.version, probe: why})
}

func (c *cluster) changeNode(number int, kind watch.EventType, why *probe) {
	one := &c.nodes[number]
	one.version = c.next()
	c.nodeLog.add(event{kind: kind, what: *one, version: one.version, probe: why})
}

// addNode registers one more, whose kubelet is ready at once.
func (c *cluster) addNode(why *probe) int {
	number := len(c.nodes)
	c.nodes = append(c.nodes, node{cluster: c, number: number, beat: time.Now()})
	c.nodeNumbers[nodeName(number)] = number
	c.changeNode(number, watch.Added, why)
	return number
}

// remove lets a pod be gone.
func (c *cluster) remove(slot int, why *probe) {
	one := &c.pods[slot]
	delete(c.slots, one.name)
	c.change(slot, watch.Deleted, why)
	one.phase = gone
}

// generate makes a name that is free.
func (c *cluster) generate(prefix string) string {
	for {
		c.serial++
		name := seededPodName(prefix, c.serial+uint64(len(c.nodes)))
		if _, taken := c.slots[name]; !taken {
			return name
		}
	}
}

func (c *cluster) add(k kind) {
	c.kinds[schema.GroupResource{Group: k.resource().Group, Resource: k.resource().plural}] = k
}

func (r resource) path() string {
	if r.Group == "" {
		return "/api/" + r.Version
	}
	return fmt.Sprintf("/apis/%s/%s", r.Group, r.Version)
}

func (r resource) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.plural}
}
