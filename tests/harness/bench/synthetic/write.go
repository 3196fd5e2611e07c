package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/watch"
)

// write does what the request wants, and answers with the object.
func (s server) write(w http.ResponseWriter, r *http.Request, what target) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	arrived := time.Now()
	s.Lock()
	written, err := s.carryOut(r, what, body, arrived)
	s.Unlock()
	if err != nil {
		fail(w, r, err)
		return
	}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusCreated
	}
	answer(w, r, status, written.object())
}

func (s server) carryOut(r *http.Request, what target, body []byte, arrived time.Time) (source, error) {
	s.figures.writes[r.Method+" "+what.resource().plural]++
	_, podsMeant := what.kind.(pods)
	generic, keeps := what.kind.(*kept)
	switch {
	case r.Method == http.MethodPost && podsMeant:
		manager, _, _ := strings.Cut(r.UserAgent(), "/")
		return s.createPod(what, body, manager, arrived)
	case r.Method == http.MethodDelete && podsMeant:
		return s.deletePod(what, body, arrived)
	case !keeps:
		return nil, apierrors.NewMethodNotSupported(what.resource().groupResource(), r.Method)
	case r.Method == http.MethodPost:
		return generic.create(what, body)
	case r.Method == http.MethodPut:
		return generic.update(what, body)
	case r.Method == http.MethodPatch:
		return generic.patch(what, body, types.PatchType(r.Header.Get("Content-Type")))
	default:
		return generic.delete(what)
	}
}

func decoded(body []byte) (object, error) {
	made, _, err := codecs.UniversalDeserializer().Decode(body, nil, nil)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	one, named := made.(object)
	if !named {
		return nil, apierrors.NewBadRequest("an object without a name")
	}
	return one, nil
}

func (k *kept) create(what target, body []byte) (source, error) {
	one, err := decoded(body)
	if err != nil {
		return nil, err
	}
	one.SetNamespace(what.namespace)
	if _, known := k.objects[keyOf(what.namespace, one.GetName())]; known {
		return nil, apierrors.NewAlreadyExists(k.is.groupResource(), one.GetName())
	}
	k.cluster.serial++
	one.SetUID(uid(k.cluster.seed+4, k.cluster.serial))
	one.SetCreationTimestamp(metav1.Now())
	k.write(watch.Added, one)
	return whole{one}, nil
}

func (k *kept) update(what target, body []byte) (source, error) {
	wanted, err := decoded(body)
	if err != nil {
		return nil, err
	}
	return k.replace(what, wanted)
}

// replace takes what the request may change: the status, or all but the status.
func (k *kept) replace(what target, wanted object) (source, error) {
	before, known := k.objects[what.key()]
	if !known {
		return nil, apierrors.NewNotFound(k.is.groupResource(), what.name)
	}
	if v := wanted.GetResourceVersion(); v != "" && v != before.GetResourceVersion() {
		return nil, apierrors.NewConflict(k.is.groupResource(), what.name, errConflict)
	}
	merged, err := mergeParts(before, wanted, what.subresource)
	if err != nil {
		return nil, err
	}
	k.write(watch.Modified, merged)
	return whole{merged}, nil
}

func (k *kept) patch(what target, body []byte, how types.PatchType) (source, error) {
	before, known := k.objects[what.key()]
	if !known {
		return nil, apierrors.NewNotFound(k.is.groupResource(), what.name)
	}
	text, err := json.Marshal(before)
	if err != nil {
		return nil, err
	}
	switch how {
	case types.StrategicMergePatchType:
		text, err = strategicpatch.StrategicMergePatch(text, body, before)
	case types.MergePatchType:
		text, err = mergePatch(text, body)
	default:
		return nil, apierrors.NewBadRequest("this API server knows no patch of type " + string(how))
	}
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	wanted, err := decoded(text)
	if err != nil {
		return nil, err
	}
	return k.replace(what, wanted)
}

func (k *kept) delete(what target) (source, error) {
	if _, known := k.objects[what.key()]; !known {
		return nil, apierrors.NewNotFound(k.is.groupResource(), what.name)
	}
	return whole{k.remove(what.key())}, nil
}

func (s server) createPod(what target, body []byte, manager string, arrived time.Time) (source, error) {
	made, err := decoded(body)
	if err != nil {
		return nil, err
	}
	sent, isPod := made.(*corev1.Pod)
	if !isPod || len(sent.OwnerReferences) != 1 {
		return nil, apierrors.NewBadRequest("this API server makes pods of DaemonSets only")
	}
	number, known := s.nodeNumbers[pinnedTo(sent.Spec.Affinity)]
	if !known || what.namespace != namespace {
		return nil, apierrors.NewBadRequest("the pod is for no node of the cluster, or not in " + namespace)
	}
	name := sent.Name
	if name == "" {
		name = s.generate(strings.TrimSuffix(sent.GenerateName, "-"))
	}
	if _, taken := s.slots[name]; taken {
		return nil, apierrors.NewAlreadyExists(what.resource().groupResource(), name)
	}
	owner := sent.OwnerReferences[0].UID
	s.figures.acted(deed{http.MethodPost, owner, number}, arrived)
	s.serial++
	slot := len(s.cluster.pods)
	s.insert(pod{like: s.prototypeOf(sent, owner, manager), name: name, node: number, serial: s.serial, created: arrived})
	s.change(slot, watch.Added, nil)
	s.later(s.bindAfter, slot, (*cluster).bind)
	return s.cluster.pods[slot], nil
}

func (s server) prototypeOf(sent *corev1.Pod, owner types.UID, manager string) *prototype {
	key := likeness{owner, sent.Labels[hashLabel], manager}
	like, known := s.prototypes[key]
	if !known {
		like = &prototype{cluster: s.cluster, owner: owner, pod: admitted(*sent, manager)}
		s.prototypes[key] = like
	}
	return like
}

func (s server) deletePod(what target, body []byte, arrived time.Time) (source, error) {
	slot, known := pods{s.cluster}.slot(what.key())
	if !known {
		return nil, apierrors.NewNotFound(what.resource().groupResource(), what.name)
	}
	one := &s.cluster.pods[slot]
	var options metav1.DeleteOptions
	if len(body) > 0 {
		if err := runtime.DecodeInto(codecs.UniversalDeserializer(), body, &options); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
	}
	if wanted := options.Preconditions; wanted != nil && wanted.UID != nil && *wanted.UID != one.uid() {
		return nil, apierrors.NewConflict(what.resource().groupResource(), what.name, errConflict)
	}
	s.figures.acted(deed{http.MethodDelete, one.like.owner, one.node}, arrived)
	if now := options.GracePeriodSeconds; (now != nil && *now == 0) || one.phase == unbound {
		s.remove(slot, nil)
	} else if one.deleted.IsZero() {
		one.deleted = arrived.Add(30 * time.Second)
		s.change(slot, watch.Modified, nil)
		s.later(s.goneAfter, slot, func(c *cluster, slot int) { c.remove(slot, nil) })
	}
	return s.cluster.pods[slot], nil
}
