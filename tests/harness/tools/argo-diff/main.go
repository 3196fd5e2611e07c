// Command argo-diff compares manifests with a cluster as Argo CD does, by its own engine, and prints what it would call
// out of sync: a line for each object, with the JSON merge patch from what is there to what Argo CD expects.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
)

// As Argo CD calls itself where it applies on the server.
const manager = "argocd-controller"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the cluster")
	way := flag.String("way", "client", "client: by the annotation of the last apply; structured: by managed fields; server: by a dry run")
	rules := flag.String("ignore", "[]", "ignoreDifferences of an Application, in JSON")
	flag.Parse()
	if err := run(context.Background(), *kubeconfig, *way, *rules); err != nil {
		fmt.Fprintln(os.Stderr, "argo-diff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig, way, rules string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	ignored, err := readRules(rules)
	if err != nil {
		return err
	}
	cluster := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	_, parser, err := cluster.LoadOpenAPISchema(config)
	if err != nil {
		return err
	}
	applier, clean, err := cluster.ManageServerSideDiffDryRuns(config)
	if err != nil {
		return err
	}
	defer clean()
	options := []diff.Option{
		diff.WithNormalizer(ignored),
		diff.WithManager(manager),
		diff.WithGVKParser(parser),
		diff.WithStructuredMergeDiff(way == "structured"),
		diff.WithServerSideDiff(way == "server"),
		diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)),
		diff.WithLogr(logr.Discard()),
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	wanted, err := kube.SplitYAML(text)
	if err != nil {
		return err
	}
	for _, one := range wanted {
		live, err := cluster.GetResource(ctx, config, one.GroupVersionKind(), one.GetName(), one.GetNamespace())
		if err != nil {
			return fmt.Errorf("%s: %w", named(one), err)
		}
		if err := compare(one, live, options); err != nil {
			return fmt.Errorf("%s: %w", named(one), err)
		}
	}
	return nil
}

func compare(wanted, live *unstructured.Unstructured, options []diff.Option) error {
	result, err := diff.Diff(wanted, live, options...)
	if err != nil || !result.Modified {
		return err
	}
	patch, err := jsonpatch.CreateMergePatch(result.NormalizedLive, result.PredictedLive)
	if err != nil {
		return err
	}
	line, err := json.Marshal(map[string]any{"object": named(wanted), "patch": json.RawMessage(patch)})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return nil
}

func named(one *unstructured.Unstructured) string {
	return one.GetKind() + "/" + one.GetName()
}
