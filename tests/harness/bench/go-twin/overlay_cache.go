package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
)

// newOverlayCache returns a cache of nodes and overlays, and a check that fails until both are listed.
func newOverlayCache(ctx context.Context, kubeconfig string, scheme *runtime.Scheme) (cache.Cache, healthz.Checker, error) {
	config, err := restConfig(kubeconfig)
	if err != nil {
		return nil, nil, err
	}
	objects, err := cache.New(config, cache.Options{
		Scheme:           scheme,
		DefaultTransform: cache.TransformStripManagedFields(),
		// The handler only reads nodes and overlays. A copy of a node for each request would be the larger part of its work.
		DefaultUnsafeDisableDeepCopy: ptr.To(true),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("cache: %w", err)
	}
	informers := make([]cache.Informer, 0, 2)
	for _, kind := range []client.Object{&corev1.Node{}, &DaemonSetOverlay{}} {
		informer, err := objects.GetInformer(ctx, kind, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, nil, fmt.Errorf("cache: %w", err)
		}
		informers = append(informers, informer)
	}
	listed := func(*http.Request) error {
		for _, informer := range informers {
			if !informer.HasSynced() {
				return errors.New("nodes and overlays are not listed yet")
			}
		}
		return nil
	}
	return objects, listed, nil
}

func restConfig(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}
