package main

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// filter is what a list or a watch leaves in.
type filter struct {
	namespace, name string
	labels          labels.Selector
}

func filterOf(what target, query url.Values) (filter, error) {
	wanted := filter{namespace: what.namespace}
	if fields := query.Get("fieldSelector"); fields != "" {
		name, known := strings.CutPrefix(fields, metav1.ObjectNameField+"=")
		if !known {
			return wanted, apierrors.NewBadRequest("this API server selects by metadata.name only, not by " + fields)
		}
		wanted.name = name
	}
	var err error
	wanted.labels, err = labels.Parse(query.Get("labelSelector"))
	if err != nil {
		return wanted, apierrors.NewBadRequest(err.Error())
	}
	return wanted, nil
}

func (f filter) has(one runtime.Object) bool {
	about, err := meta.Accessor(one)
	if err != nil {
		return false
	}
	return (f.namespace == "" || f.namespace == about.GetNamespace()) && (f.name == "" || f.name == about.GetName()) &&
		f.labels.Matches(labels.Set(about.GetLabels()))
}

func (f filter) of(sources []source) []runtime.Object {
	objects := make([]runtime.Object, 0, len(sources))
	for _, one := range sources {
		if made := one.object(); f.has(made) {
			objects = append(objects, made)
		}
	}
	return objects
}

// list answers one page. Its objects may be newer than the version that it tells, which is that of the first page: a
// watch from there repeats them.
func (s server) list(w http.ResponseWriter, r *http.Request, what target) {
	query := r.URL.Query()
	wanted, err := filterOf(what, query)
	if err != nil {
		fail(w, r, err)
		return
	}
	most, err := strconv.Atoi(query.Get("limit"))
	if err != nil || most <= 0 {
		most = 1 << 31
	}
	about, from := s.begin(query.Get("continue"))
	s.Lock()
	sources, next := s.some(what, wanted, from, most)
	s.Unlock()
	if next != 0 {
		about.Continue = about.ResourceVersion + "-" + strconv.Itoa(next)
	}
	s.count(func(f *figures) { f.listed[what.resource().plural] += len(sources) })
	list, err := listOf(what.resource(), wanted.of(sources), about)
	if err != nil {
		fail(w, r, err)
		return
	}
	answer(w, r, http.StatusOK, list)
}

// some finds by name what is asked for by name.
func (s server) some(what target, wanted filter, from, most int) ([]source, int) {
	if wanted.name == "" || (what.resource().namespaced && wanted.namespace == "") {
		return what.page(from, most)
	}
	one, known := what.find(keyOf(wanted.namespace, wanted.name))
	if !known {
		return nil, 0
	}
	return []source{one}, 0
}

// begin reads a token: the version of the first page, and the position of the next one.
func (s server) begin(token string) (metav1.ListMeta, int) {
	known, position, found := strings.Cut(token, "-")
	from, err := strconv.Atoi(position)
	if found && err == nil {
		return metav1.ListMeta{ResourceVersion: known}, from
	}
	s.Lock()
	defer s.Unlock()
	return metav1.ListMeta{ResourceVersion: version(s.version)}, 0
}
