// Command go-twin is an admission webhook that does to DaemonSet pods what Everynode's does, on controller-runtime.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

type settings struct {
	listen      string
	certDir     string
	metricsBind string
	overlays    bool
	kubeconfig  string
}

func main() {
	var s settings
	flag.StringVar(&s.listen, "listen", "0.0.0.0:8443", "The address the webhook binds to.")
	flag.StringVar(&s.certDir, "cert-dir", "", "The directory that holds tls.crt and tls.key.")
	flag.StringVar(&s.metricsBind, "metrics-bind-address", "0", "The address the metrics endpoint binds to; 0 disables it.")
	flag.BoolVar(&s.overlays, "overlays", false, "Fit pods to their nodes by the cluster's DaemonSetOverlays.")
	logging := zap.Options{}
	logging.BindFlags(flag.CommandLine)
	flag.StringVar(&s.kubeconfig, "kubeconfig", "", "How to reach the API server, for overlays; by default as a pod does.")
	flag.Parse()

	log.SetLogger(zap.New(zap.UseFlagOptions(&logging)))
	if err := run(signals.SetupSignalHandler(), s); err != nil {
		log.Log.Error(err, "problem running the webhook")
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	host, portText, err := net.SplitHostPort(s.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port <= 0 {
		return errors.New("--listen: the port must be a positive number")
	}

	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))

	group, ctx := errgroup.WithContext(ctx)
	pinner := &podPinner{decoder: admission.NewDecoder(scheme)}
	readiness := &healthz.Handler{}
	if s.overlays {
		addOverlaysToScheme(scheme)
		objects, listed, err := newOverlayCache(ctx, s.kubeconfig, scheme)
		if err != nil {
			return fmt.Errorf("overlays: %w", err)
		}
		group.Go(func() error { return objects.Start(ctx) })
		pinner.fitter = &podFitter{objects: objects}
		readiness.Checks = map[string]healthz.Checker{"overlays": listed}
	}

	hooks := webhook.NewServer(webhook.Options{
		Host:    host,
		Port:    port,
		CertDir: s.certDir,
		// As kubebuilder's template does, because of the HTTP/2 rapid reset attacks.
		TLSOpts: []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }},
	})
	hooks.Register("/mutate", &admission.Webhook{Handler: pinner})
	hooks.WebhookMux().Handle("/readyz", http.StripPrefix("/readyz", readiness))
	hooks.WebhookMux().Handle("/healthz", http.StripPrefix("/healthz", &healthz.Handler{}))

	group.Go(func() error { return hooks.Start(ctx) })

	metrics, err := metricsserver.NewServer(metricsserver.Options{BindAddress: s.metricsBind}, nil, nil)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if metrics != nil {
		group.Go(func() error { return metrics.Start(ctx) })
	}
	return group.Wait()
}
