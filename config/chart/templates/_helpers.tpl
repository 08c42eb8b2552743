{{/* The name of an object: as kustomize does it, with a prefix. */}}
{{- define "imageshare.name" -}}
{{ .root.Values.namePrefix }}-{{ .name }}
{{- end }}

{{/* The name of the operator's own objects. */}}
{{- define "imageshare.manager" -}}
{{ .Values.namePrefix }}-controller-manager
{{- end }}

{{- define "imageshare.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "imageshare.manager" .) }}
{{- end }}

{{/* Labels by which the operator's Pods are found. They never change. */}}
{{- define "imageshare.selector" -}}
app.kubernetes.io/name: imageshare-operator
control-plane: controller-manager
{{- end }}

{{/* Labels of every object, as YAML. */}}
{{- define "imageshare.labels" -}}
app.kubernetes.io/name: imageshare-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
Puts labels and annotations on an object (a dict), for all objects alike: those
of the chart, those of the object itself, those of the values. Dict: root, object.
*/}}
{{- define "imageshare.dress" -}}
{{- $meta := .object.metadata }}
{{- $labels := mergeOverwrite (dict) (include "imageshare.labels" .root | fromYaml) (default (dict) $meta.labels) .root.Values.commonLabels }}
{{- $annotations := mergeOverwrite (dict) (default (dict) $meta.annotations) .root.Values.commonAnnotations }}
{{- $_ := set $meta "labels" $labels }}
{{- $_ := unset $meta "annotations" }}
{{- if $annotations }}
{{- $_ := set $meta "annotations" $annotations }}
{{- end }}
---
{{ toYaml .object }}
{{ end }}

{{/*
The objects in a file that `make chart` copied, with names, namespaces and
references as kustomize makes them in config/default. Dict: root, file.
*/}}
{{- define "imageshare.ship" -}}
{{- $root := .root }}
{{- range regexSplit "(?m)^---\\s*$" ($root.Files.Get .file) -1 }}
{{- $object := fromYaml . }}
{{- with $object.Error }}{{ fail (printf "%s: %s" $.file .) }}{{ end }}
{{- if $object.kind }}
{{- $meta := $object.metadata }}
{{- if ne $object.kind "CustomResourceDefinition" }}
{{- $_ := set $meta "name" (include "imageshare.name" (dict "root" $root "name" $meta.name)) }}
{{- end }}
{{- if $meta.namespace }}
{{- $_ := set $meta "namespace" $root.Release.Namespace }}
{{- end }}
{{- with $object.roleRef }}
{{- $_ := set . "name" (include "imageshare.name" (dict "root" $root "name" .name)) }}
{{- end }}
{{- range $object.subjects }}
{{- $_ := set . "name" (include "imageshare.serviceAccount" $root) }}
{{- $_ := set . "namespace" $root.Release.Namespace }}
{{- end }}
{{- if eq $object.kind "ValidatingAdmissionPolicyBinding" }}
{{- $_ := set $object.spec "policyName" (include "imageshare.name" (dict "root" $root "name" $object.spec.policyName)) }}
{{- end }}
{{- if eq $object.kind "CustomResourceDefinition" }}
{{- $_ := set $meta "annotations" (mergeOverwrite (default (dict) $meta.annotations) (dict "helm.sh/resource-policy" "keep")) }}
{{- end }}
{{- include "imageshare.aggregate" (dict "root" $root "object" $object) }}
{{- include "imageshare.dress" (dict "root" $root "object" $object) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Makes a role for people a part of Kubernetes' own roles, as the values say. Dict: root, object. */}}
{{- define "imageshare.aggregate" -}}
{{- $object := .object }}
{{- $root := .root }}
{{- range $role, $parts := $root.Values.rbac.aggregateTo }}
{{- if and (eq $object.kind "ClusterRole") (eq $object.metadata.name (include "imageshare.name" (dict "root" $root "name" (printf "%s-role" $role)))) }}
{{- range list "view" "edit" "admin" }}
{{- $_ := unset $object.metadata.labels (printf "rbac.authorization.k8s.io/aggregate-to-%s" .) }}
{{- end }}
{{- range $parts }}
{{- $_ := set $object.metadata.labels (printf "rbac.authorization.k8s.io/aggregate-to-%s" .) "true" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
