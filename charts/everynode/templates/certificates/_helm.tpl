{{/* Mode helm: one CA for the release's life, and a leaf that an upgrade renews after two thirds of its life.
Both live in the Secret; `lookup` finds them again. Where lookup finds nothing (helm template, Argo CD) all is new. */}}

{{/* As YAML, so that all who ask in one rendering get the same: ca, caKey, leaf, key (base64), names, renewAfter. */}}
{{- define "everynode.helmCertificate" -}}
{{- if not (hasKey .Values "_helmCertificate") -}}
{{- $_ := set .Values "_helmCertificate" (include "everynode.helmCertificate.kept" . | default (include "everynode.helmCertificate.made" .)) -}}
{{- end -}}
{{- .Values._helmCertificate -}}
{{- end -}}

{{- define "everynode.helmCertificate.present" -}}
{{- $secret := lookup "v1" "Secret" (include "everynode.namespace" .) (include "everynode.certificateSecret" .) -}}
{{- $data := ($secret | default dict).data | default dict -}}
{{- if and (hasKey $data "ca.crt") (hasKey $data "ca.key") (hasKey $data "tls.crt") (hasKey $data "tls.key") -}}
{{- $notes := $secret.metadata.annotations | default dict -}}
ca: {{ index $data "ca.crt" }}
caKey: {{ index $data "ca.key" }}
leaf: {{ index $data "tls.crt" }}
key: {{ index $data "tls.key" }}
names: {{ index $notes "everynode.dev/names" | default "" | quote }}
renewAfter: {{ index $notes "everynode.dev/renew-after" | default "0" | quote }}
{{- end -}}
{{- end -}}

{{/* The present certificate, if it is for our name and still young; else nothing. */}}
{{- define "everynode.helmCertificate.kept" -}}
{{- $present := include "everynode.helmCertificate.present" . -}}
{{- if $present -}}
{{- $values := $present | fromYaml -}}
{{- if and (eq $values.names (include "everynode.serverName" .)) (gt (int64 $values.renewAfter) (now | unixEpoch | int64)) -}}
{{- $present -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.helmCertificate.made" -}}
{{- $name := include "everynode.serverName" . -}}
{{- $days := int .Values.certificates.helm.days -}}
{{- $present := include "everynode.helmCertificate.present" . | fromYaml -}}
{{- $ca := dict -}}
{{- if $present.ca -}}
{{- $ca = buildCustomCert $present.ca $present.caKey -}}
{{- else -}}
{{- $ca = genCAWithKey (printf "%s-ca" (include "everynode.fullname" .)) 3650 (genPrivateKey "ecdsa") -}}
{{- end -}}
{{- $leaf := genSignedCertWithKey $name nil (list $name) $days $ca (genPrivateKey "ecdsa") -}}
ca: {{ $ca.Cert | b64enc }}
caKey: {{ $ca.Key | b64enc }}
leaf: {{ $leaf.Cert | b64enc }}
key: {{ $leaf.Key | b64enc }}
names: {{ $name | quote }}
renewAfter: {{ now | unixEpoch | int64 | add (mul $days 57600) | quote }}
{{- end -}}
