package main

import (
	"encoding/json"
	"net/http"
	"sort"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	build "k8s.io/apimachinery/pkg/version"
)

var verbs = metav1.Verbs{"create", "delete", "get", "list", "patch", "update", "watch"}

// Discovery is always JSON, and in the form that every client knows.
func tell(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", jsonType)
	json.NewEncoder(w).Encode(what) // fails where the client has gone
}

func (s server) tellVersion(w http.ResponseWriter, _ *http.Request) {
	tell(w, build.Info{Major: "1", Minor: "37", GitVersion: "v1.37.2+synthetic", Platform: "linux/amd64"})
}

func (s server) discover(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api" {
		tell(w, metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}})
		return
	}
	list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
	for group := range s.groups() {
		if group.Group == "" {
			continue
		}
		one := metav1.GroupVersionForDiscovery{GroupVersion: group.String(), Version: group.Version}
		list.Groups = append(list.Groups, metav1.APIGroup{
			Name: group.Group, Versions: []metav1.GroupVersionForDiscovery{one}, PreferredVersion: one,
		})
	}
	sort.Slice(list.Groups, func(i, j int) bool { return list.Groups[i].Name < list.Groups[j].Name })
	tell(w, list)
}

func (s server) groups() map[schema.GroupVersion][]resource {
	found := map[schema.GroupVersion][]resource{}
	for _, one := range s.kinds {
		is := one.resource()
		found[is.GroupVersion()] = append(found[is.GroupVersion()], is)
	}
	return found
}

// groupAt is the group of which the path is the root.
func (s server) groupAt(path string) (schema.GroupVersion, bool) {
	for group, resources := range s.groups() {
		if resources[0].path() == path {
			return group, true
		}
	}
	return schema.GroupVersion{}, false
}

func (s server) tellResources(w http.ResponseWriter, group schema.GroupVersion) {
	list := metav1.APIResourceList{
		TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: group.String(),
	}
	for _, one := range s.groups()[group] {
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: one.plural, Kind: one.Kind, Namespaced: one.namespaced, Verbs: verbs,
		})
	}
	sort.Slice(list.APIResources, func(i, j int) bool { return list.APIResources[i].Name < list.APIResources[j].Name })
	tell(w, list)
}
