// A synthetic API server: clusters of any size, made from a seed, in the real protocol (protobuf and JSON, lists in
// pages, watches with bookmarks and initial events). It also plays scheduler and kubelets, and measures how soon a
// controller acts on what it tells. It knows what a DaemonSet controller asks for, and refuses the rest.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"
)

type settings struct {
	nodes, daemonSets int
	missing           int           // pods that each DaemonSet lacks at the start
	empty             bool          // no pods at the start
	seed              uint64        // of UIDs and of the choice of nodes
	bindAfter         time.Duration // from the creation of a pod, and from there until it is ready
	goneAfter         time.Duration // from the deletion of a pod
}

func main() {
	var chosen settings
	flag.IntVar(&chosen.nodes, "nodes", 20, "nodes at the start")
	flag.IntVar(&chosen.daemonSets, "daemonsets", 1, "DaemonSets, each with a pod on each node")
	flag.IntVar(&chosen.missing, "missing", 0, "pods that each DaemonSet lacks at the start")
	flag.BoolVar(&chosen.empty, "empty", false, "no pods at the start")
	flag.Uint64Var(&chosen.seed, "seed", 1, "of UIDs and of the choice of nodes")
	flag.DurationVar(&chosen.bindAfter, "bind-after", 20*time.Millisecond, "until a pod is bound, and until it is ready")
	flag.DurationVar(&chosen.goneAfter, "gone-after", 100*time.Millisecond, "until a deleted pod has gone")
	kubeconfig := flag.String("kubeconfig", "", "the file to write once requests are answered")
	flag.Parse()
	if err := run(chosen, *kubeconfig); err != nil {
		log.Fatal(err)
	}
}

func run(chosen settings, kubeconfig string) error {
	debug.SetGCPercent(400) // a million pods are many to mark, and memory is not what is measured here
	c := newCluster(chosen)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if kubeconfig != "" {
		if err := writeKubeconfig(kubeconfig, "http://"+listener.Addr().String()); err != nil {
			return err
		}
	}
	fmt.Println("serving", listener.Addr())
	return http.Serve(listener, newServer(c))
}

func writeKubeconfig(path, address string) error {
	type object map[string]any
	named := func(name, kind string, value object) []object { return []object{{"name": name, kind: value}} }
	text, err := json.Marshal(object{
		"apiVersion": "v1", "kind": "Config", "current-context": "synthetic",
		"clusters": named("synthetic", "cluster", object{"server": address}),
		"contexts": named("synthetic", "context", object{"cluster": "synthetic", "user": "nobody"}),
		"users":    named("nobody", "user", object{}),
	})
	if err != nil {
		return err
	}
	unfinished := path + ".unfinished"
	if err := os.WriteFile(unfinished, text, 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, path) // who waits for the file reads all of it
}
