package main

import (
	"encoding/binary"
	"io"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
)

const (
	jsonType     = "application/json"
	protobufType = "application/vnd.kubernetes.protobuf"
)

var (
	scheme   = newScheme()
	codecs   = serializer.NewCodecFactory(scheme)
	asJSON   = encoding{jsonType, json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{})}
	asBinary = encoding{protobufType, protobuf.NewSerializer(scheme, scheme)}
)

func newScheme() *runtime.Scheme {
	made := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, coordinationv1.AddToScheme, eventsv1.AddToScheme,
	} {
		utilruntime.Must(add(made))
	}
	return made
}

// encoding writes answers. Kubernetes' own code makes the bytes.
type encoding struct {
	contentType string
	runtime.Serializer
}

// chosen takes the first type that the client accepts and we know; kubectl falls back from tables to objects.
func chosen(r *http.Request) (encoding, bool) {
	accept := r.Header.Get("Accept")
	if accept == "" {
		return asJSON, true
	}
	for _, one := range strings.Split(accept, ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(one), ";")
		switch {
		case strings.Contains(parameters, "as="):
		case name == protobufType:
			return asBinary, true
		case name == jsonType, name == "*/*", name == "application/*":
			return asJSON, true
		}
	}
	return asJSON, false
}

func answer(w http.ResponseWriter, r *http.Request, status int, what runtime.Object) {
	how, known := chosen(r)
	if !known {
		http.Error(w, "not acceptable", http.StatusNotAcceptable)
		return
	}
	w.Header().Set("Content-Type", how.contentType)
	w.WriteHeader(status)
	how.Encode(what, w) // fails where the client has gone
}

// listOf has the objects in a list of their kind.
func listOf(is resource, objects []runtime.Object, about metav1.ListMeta) (runtime.Object, error) {
	list, err := scheme.New(is.GroupVersion().WithKind(is.Kind + "List"))
	if err != nil {
		return nil, err
	}
	list.GetObjectKind().SetGroupVersionKind(is.GroupVersion().WithKind(is.Kind + "List"))
	if err := meta.SetList(list, objects); err != nil {
		return nil, err
	}
	set := list.(metav1.ListMetaAccessor).GetListMeta()
	set.SetResourceVersion(about.ResourceVersion)
	set.SetContinue(about.Continue)
	set.SetRemainingItemCount(about.RemainingItemCount)
	return list, nil
}

// writeEvent writes a line of JSON, or a frame of protobuf.
func (e encoding) writeEvent(w io.Writer, kind watch.EventType, what runtime.Object) error {
	raw, err := runtime.Encode(e, what)
	if err != nil {
		return err
	}
	one := metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: raw}}
	if e.contentType == jsonType {
		return e.Encode(&one, w)
	}
	frame, err := one.Marshal()
	if err != nil {
		return err
	}
	if err := binary.Write(w, binary.BigEndian, uint32(len(frame))); err != nil {
		return err
	}
	_, err = w.Write(frame)
	return err
}
