// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// kubelet plays those who run Pods: there is no node here, and no controller. It
// makes the Pods of a Deployment as the API server lets it, and runs each one as
// a process that is told what a kubelet would tell its container. What it does
// not know how to play it refuses.
type kubelet struct {
	kube   client.Client
	config *rest.Config
}

// running is a Pod that runs.
type running struct {
	pod *corev1.Pod
	// ports are those of the container, and where they are on this machine.
	ports   map[string]string
	process *exec.Cmd
	ended   chan struct{}
}

// run makes the Pods of the operator's Deployment, as many as it says, and runs
// them.
func (k *kubelet) run(ctx context.Context) []*running {
	GinkgoHelper()
	deployment := &appsv1.Deployment{}
	Expect(k.kube.Get(ctx, client.ObjectKey{Namespace: operatorNamespace, Name: "imageshare-controller-manager"}, deployment)).To(Succeed())
	Expect(*deployment.Spec.Replicas).To(BeEquivalentTo(2))
	var out []*running
	for range *deployment.Spec.Replicas {
		pod := &corev1.Pod{ObjectMeta: *deployment.Spec.Template.ObjectMeta.DeepCopy(), Spec: *deployment.Spec.Template.Spec.DeepCopy()}
		pod.Namespace, pod.GenerateName = deployment.Namespace, deployment.Name+"-"
		// Pod Security judges it here.
		Expect(k.kube.Create(ctx, pod)).To(Succeed())
		mustBePlayable(pod)
		out = append(out, k.start(ctx, pod))
	}
	return out
}

// start runs the container of a Pod. Instead of the files by which a Pod knows
// the API server and itself, the process has a kubeconfig, and instead of the
// ports of an own address free ones of this machine.
func (k *kubelet) start(ctx context.Context, pod *corev1.Pod) *running {
	GinkgoHelper()
	container := pod.Spec.Containers[0]
	started := &running{pod: pod, ports: map[string]string{}, ended: make(chan struct{})}
	moved := map[string]string{}
	for _, port := range container.Ports {
		started.ports[port.Name] = freeAddress(ctx)
		moved[fmt.Sprintf(":%d", port.ContainerPort)] = started.ports[port.Name]
	}
	env, fill := environment(pod)
	var args []string
	for _, arg := range container.Args {
		args = append(args, atHome(fill.Replace(arg), moved))
	}
	Expect(moved).To(BeEmpty(), "ports that no argument names")
	GinkgoWriter.Println(pod.Name, args, env)
	started.process = exec.Command(stage.Program(GinkgoTB()), args...)
	started.process.Env = append(env, "KUBECONFIG="+k.identity(ctx, pod))
	started.process.Stdout, started.process.Stderr = GinkgoWriter, GinkgoWriter
	Expect(started.process.Start()).To(Succeed())
	go func() {
		defer close(started.ended)
		_ = started.process.Wait() // Whoever waits for it looks how it ended.
	}()
	DeferCleanup(func() {
		_ = started.process.Process.Kill()
		<-started.ended
	})
	return started
}

var portArgument = regexp.MustCompile(`^(--[a-z-]+=)(:[0-9]+)$`)

// atHome is an argument that names a port of a Pod as one that names the port of
// this machine in its place.
func atHome(arg string, moved map[string]string) string {
	GinkgoHelper()
	Expect(arg).NotTo(ContainSubstring("$("), "a variable that is not there")
	if parts := portArgument.FindStringSubmatch(arg); parts != nil {
		Expect(moved).To(HaveKey(parts[2]), "%s is at no port of the container", arg)
		arg = parts[1] + moved[parts[2]]
		delete(moved, parts[2])
	}
	return arg
}

// environment are the variables of the container, and what puts them into its
// arguments.
func environment(pod *corev1.Pod) (env []string, fill *strings.Replacer) {
	GinkgoHelper()
	var pairs []string
	for _, variable := range pod.Spec.Containers[0].Env {
		value := variable.Value
		if from := variable.ValueFrom; from != nil {
			Expect(from.FieldRef).NotTo(BeNil(), "nobody plays where %s is from", variable.Name)
			Expect(from).To(Equal(&corev1.EnvVarSource{FieldRef: from.FieldRef}))
			Expect(from.FieldRef.FieldPath).To(Equal("metadata.namespace"), "nobody plays where %s is from", variable.Name)
			value = pod.Namespace
		}
		Expect(value).NotTo(ContainSubstring("$("))
		env, pairs = append(env, variable.Name+"="+value), append(pairs, "$("+variable.Name+")", value)
	}
	return env, strings.NewReplacer(pairs...)
}

// identity is a kubeconfig with a token of the Pod's ServiceAccount that is good
// for as long as the Pod is there, and nothing else.
func (k *kubelet) identity(ctx context.Context, pod *corev1.Pod) string {
	GinkgoHelper()
	Expect(pod.Spec.AutomountServiceAccountToken).To(HaveValue(BeTrue()), "the Pod gets no token")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Spec.ServiceAccountName}}
	token := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		BoundObjectRef: &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID},
	}}
	Expect(k.kube.SubResource("token").Create(ctx, account, token)).To(Succeed())
	config := clientcmdapi.NewConfig()
	config.Clusters["here"] = &clientcmdapi.Cluster{Server: k.config.Host, CertificateAuthorityData: k.config.CAData}
	config.AuthInfos["here"] = &clientcmdapi.AuthInfo{Token: token.Status.Token}
	config.Contexts["here"] = &clientcmdapi.Context{Cluster: "here", AuthInfo: "here"}
	config.CurrentContext = "here"
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(clientcmd.WriteToFile(*config, path)).To(Succeed())
	return path
}

// stop asks the process to stop as a kubelet does, which gives it the time that
// the Pod says.
func (r *running) stop() {
	GinkgoHelper()
	Expect(r.process.Process.Signal(syscall.SIGTERM)).To(Succeed())
	grace := time.Duration(*r.pod.Spec.TerminationGracePeriodSeconds) * time.Second
	Eventually(r.ended, grace).Should(BeClosed(), "it would have been killed")
	Expect(r.process.ProcessState.ExitCode()).To(Equal(0))
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) string {
	GinkgoHelper()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
