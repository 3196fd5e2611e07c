package main

import (
	"bufio"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

const (
	batch          = 500
	bookmarkPeriod = time.Minute
)

// follower is one watch.
type follower struct {
	server
	what    target
	wanted  filter
	how     encoding
	to      *bufio.Writer
	flush   func()
	version uint64 // told up to here
}

func (s server) watch(w http.ResponseWriter, r *http.Request, what target) {
	query := r.URL.Query()
	wanted, err := filterOf(what, query)
	how, acceptable := chosen(r)
	if err != nil || !acceptable {
		fail(w, r, apierrors.NewBadRequest("a watch that this API server does not know"))
		return
	}
	seconds, err := strconv.Atoi(query.Get("timeoutSeconds"))
	if err != nil {
		seconds = 1800
	}
	end := time.After(time.Duration(seconds) * time.Second)
	w.Header().Set("Content-Type", how.contentType+map[bool]string{true: ";stream=watch"}[how.contentType == protobufType])
	w.WriteHeader(http.StatusOK)
	controller := http.NewResponseController(w)
	f := &follower{server: s, what: what, wanted: wanted, how: how, to: bufio.NewWriterSize(w, 64*1024)}
	f.flush = func() { f.to.Flush(); controller.Flush() } // fails where the client has gone, as the context tells
	f.flush()
	begin := query.Get("resourceVersion")
	if f.version, err = strconv.ParseUint(begin, 10, 64); err != nil || f.version == 0 || isTrue(query.Get("sendInitialEvents")) {
		f.tellAll(isTrue(query.Get("sendInitialEvents")))
	}
	f.follow(r, end, isTrue(query.Get("allowWatchBookmarks")))
}

// tellAll tells of what is there. What changes meanwhile may come again.
func (f *follower) tellAll(mark bool) {
	f.Lock()
	f.version = f.cluster.version
	f.Unlock()
	for next := 0; ; {
		f.Lock()
		var sources []source
		sources, next = f.what.page(next, batch)
		f.Unlock()
		for _, one := range f.wanted.of(sources) {
			f.how.writeEvent(f.to, watch.Added, one)
		}
		if f.to.Flush() != nil {
			return
		}
		f.count(func(told *figures) { told.listed[f.what.resource().plural] += len(sources) })
		if next == 0 {
			break
		}
	}
	if mark {
		f.bookmark(map[string]string{metav1.InitialEventsAnnotationKey: "true"})
	}
	f.flush()
}

func (f *follower) follow(r *http.Request, end <-chan time.Time, bookmarks bool) {
	ticker := time.NewTicker(bookmarkPeriod)
	defer ticker.Stop()
	for {
		f.Lock()
		events, known := f.what.log().after(f.version, batch)
		news := f.what.log().news
		if known && len(events) == 0 {
			f.version = f.cluster.version
		}
		f.Unlock()
		if !known {
			gone := apierrors.NewResourceExpired("too old resource version").Status()
			gone.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
			f.how.writeEvent(f.to, watch.Error, &gone)
			f.flush()
			return
		}
		if len(events) > 0 {
			f.tell(events)
			continue
		}
		select {
		case <-news:
		case <-ticker.C:
			if bookmarks {
				f.bookmark(nil)
				f.flush()
			}
		case <-end:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (f *follower) tell(events []event) {
	told := 0
	for _, one := range events {
		made := one.what.object()
		if f.wanted.has(made) {
			f.how.writeEvent(f.to, one.kind, made)
			told++
		}
		f.version = one.version
	}
	now := time.Now()
	f.count(func(figures *figures) {
		figures.told += told
		for _, one := range events {
			if one.probe != nil && one.probe.told.IsZero() {
				one.probe.told = now
			}
		}
	})
	f.flush()
}

func (f *follower) bookmark(annotations map[string]string) {
	is := f.what.resource()
	empty, err := scheme.New(is.GroupVersionKind)
	if err != nil {
		return // all kinds are in the scheme
	}
	empty.GetObjectKind().SetGroupVersionKind(is.GroupVersionKind)
	about := empty.(metav1.Object)
	about.SetResourceVersion(version(f.version))
	about.SetAnnotations(annotations)
	f.how.writeEvent(f.to, watch.Bookmark, empty)
}
