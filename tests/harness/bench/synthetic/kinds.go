package main

import (
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

func resourceOf(version schema.GroupVersion, kind, plural string, namespaced bool) resource {
	return resource{GroupVersionKind: version.WithKind(kind), plural: plural, namespaced: namespaced}
}

func (c *cluster) addKinds() {
	c.add(nodes{c})
	c.add(pods{c})
	c.daemonSets = c.keep(resourceOf(appsv1.SchemeGroupVersion, "DaemonSet", "daemonsets", true))
	c.keep(resourceOf(appsv1.SchemeGroupVersion, "ControllerRevision", "controllerrevisions", true))
	c.keep(resourceOf(coordinationv1.SchemeGroupVersion, "Lease", "leases", true))
	for _, version := range []schema.GroupVersion{corev1.SchemeGroupVersion, eventsv1.SchemeGroupVersion} {
		c.keep(resourceOf(version, "Event", "events", true)).forgets = true
	}
}

type nodes struct{ *cluster }

func (n nodes) resource() resource {
	return resourceOf(corev1.SchemeGroupVersion, "Node", "nodes", false)
}

func (n nodes) page(from, most int) ([]source, int) {
	to := min(len(n.cluster.nodes), from+most)
	made := make([]source, 0, to-from)
	for _, one := range n.cluster.nodes[from:to] {
		made = append(made, one)
	}
	if to == len(n.cluster.nodes) {
		return made, 0
	}
	return made, to
}

func (n nodes) find(name string) (source, bool) {
	number, known := n.nodeNumbers[name]
	if !known {
		return nil, false
	}
	return n.cluster.nodes[number], true
}

func (n nodes) log() *eventLog { return n.nodeLog }

type pods struct{ *cluster }

func (p pods) resource() resource { return resourceOf(corev1.SchemeGroupVersion, "Pod", "pods", true) }

func (p pods) page(from, most int) ([]source, int) {
	made := make([]source, 0, min(most, len(p.cluster.pods)))
	for at := from; at < len(p.cluster.pods); at++ {
		if p.cluster.pods[at].phase == gone {
			continue
		}
		if len(made) == most {
			return made, at
		}
		made = append(made, p.cluster.pods[at])
	}
	return made, 0
}

func (p pods) find(key string) (source, bool) {
	slot, known := p.slot(key)
	if !known {
		return nil, false
	}
	return p.cluster.pods[slot], true
}

func (p pods) slot(key string) (int, bool) {
	if len(key) <= len(namespace) {
		return 0, false
	}
	slot, known := p.slots[key[len(namespace)+1:]]
	return slot, known && key[:len(namespace)+1] == namespace+"/"
}

func (p pods) log() *eventLog { return p.podLog }

// object is what the generic kinds keep.
type object interface {
	runtime.Object
	metav1.Object
}

// kept is a kind of which there are few: its objects are kept as they are.
type kept struct {
	cluster *cluster
	is      resource
	objects map[string]object
	events  *eventLog
	forgets bool // answers as if it kept what is written
}

func (c *cluster) keep(is resource) *kept {
	k := &kept{cluster: c, is: is, objects: map[string]object{}, events: newEventLog(c.version)}
	c.add(k)
	return k
}

func (k *kept) resource() resource { return k.is }
func (k *kept) log() *eventLog     { return k.events }

func keyOf(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

func (k *kept) page(from, most int) ([]source, int) {
	keys := slices.Sorted(maps.Keys(k.objects))
	to := min(len(keys), from+most)
	var made []source
	for _, key := range keys[from:to] {
		made = append(made, whole{k.objects[key]})
	}
	if to == len(keys) {
		return made, 0
	}
	return made, to
}

func (k *kept) find(key string) (source, bool) {
	one, known := k.objects[key]
	return whole{one}, known
}

// put keeps an object without telling watches of it.
func (k *kept) put(one object) {
	one.GetObjectKind().SetGroupVersionKind(k.is.GroupVersionKind)
	if !k.forgets {
		k.objects[keyOf(one.GetNamespace(), one.GetName())] = one
	}
}

// write keeps a new version of an object, which nobody else changes any more.
func (k *kept) write(how watch.EventType, one object) {
	number := k.cluster.next()
	one.SetResourceVersion(version(number))
	k.put(one)
	k.events.add(event{kind: how, what: whole{one}, version: number})
}

func (k *kept) remove(key string) object {
	gone := k.objects[key].DeepCopyObject().(object)
	delete(k.objects, key)
	number := k.cluster.next()
	gone.SetResourceVersion(version(number))
	k.events.add(event{kind: watch.Deleted, what: whole{gone}, version: number})
	return gone
}
