package main

import (
	"io"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type server struct{ *cluster }

// target is what a request is about.
type target struct {
	kind
	namespace, name, subresource string
}

func (t target) key() string { return keyOf(t.namespace, t.name) }

func newServer(c *cluster) http.Handler {
	s := server{c}
	mux := http.NewServeMux()
	for _, path := range []string{"/healthz", "/readyz", "/livez"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	}
	mux.HandleFunc("/version", s.tellVersion)
	mux.HandleFunc("/api", s.discover)
	mux.HandleFunc("/apis", s.discover)
	mux.HandleFunc("/control/", s.control)
	mux.HandleFunc("/", s.serve)
	return mux
}

func fail(w http.ResponseWriter, r *http.Request, err error) {
	status, known := err.(apierrors.APIStatus)
	if !known {
		status = apierrors.NewInternalError(err)
	}
	said := status.Status()
	said.Kind, said.APIVersion = "Status", "v1"
	answer(w, r, int(said.Code), &said)
}

// find reads a path such as /apis/apps/v1/namespaces/kube-system/daemonsets/agent/status.
func (s server) find(path string) (target, bool) {
	steps := strings.Split(strings.Trim(path, "/"), "/")
	var found target
	var wanted schema.GroupResource
	switch {
	case len(steps) > 2 && steps[0] == "api":
		steps = steps[2:]
	case len(steps) > 3 && steps[0] == "apis":
		wanted.Group = steps[1]
		steps = steps[3:]
	default:
		return found, false
	}
	if len(steps) > 2 && steps[0] == "namespaces" {
		found.namespace = steps[1]
		steps = steps[2:]
	}
	wanted.Resource = steps[0]
	if len(steps) > 1 {
		found.name = steps[1]
	}
	if len(steps) > 2 {
		found.subresource = steps[2]
	}
	var known bool
	found.kind, known = s.kinds[wanted]
	return found, known && len(steps) <= 3
}

func (s server) serve(w http.ResponseWriter, r *http.Request) {
	if group, known := s.groupAt(r.URL.Path); known {
		s.tellResources(w, group)
		return
	}
	what, known := s.find(r.URL.Path)
	if !known {
		fail(w, r, apierrors.NewGenericServerResponse(http.StatusNotFound, r.Method, schema.GroupResource{}, "",
			"the server could not find the requested resource", 0, true))
		return
	}
	if r.URL.Query().Has("dryRun") {
		fail(w, r, apierrors.NewBadRequest("this API server knows no dry run"))
		return
	}
	switch {
	case r.Method == http.MethodGet && what.name == "" && isTrue(r.URL.Query().Get("watch")):
		s.watch(w, r, what)
	case r.Method == http.MethodGet && what.name == "":
		s.list(w, r, what)
	case r.Method == http.MethodGet:
		s.get(w, r, what)
	default:
		s.write(w, r, what)
	}
}

func isTrue(value string) bool { return value == "1" || value == "true" }

func (s server) get(w http.ResponseWriter, r *http.Request, what target) {
	s.Lock()
	found, known := what.find(what.key())
	s.Unlock()
	if !known {
		fail(w, r, apierrors.NewNotFound(what.resource().groupResource(), what.name))
		return
	}
	answer(w, r, http.StatusOK, found.object())
}
