{{/* What cannot work, of certificates and of the alerts about their end. */}}

{{- define "everynode.validate.certificates" -}}
{{- $certificates := .Values.certificates -}}
{{- $existing := $certificates.existingSecret -}}
{{- if eq $certificates.mode "existingSecret" -}}
{{- if not $existing.name -}}
{{- fail "certificates.mode existingSecret needs certificates.existingSecret.name: the Secret with tls.crt and tls.key" -}}
{{- end -}}
{{- if not (or $existing.caBundle (include "everynode.caInjected" .)) -}}
{{- fail "certificates.mode existingSecret needs certificates.existingSecret.caBundle (PEM), or webhook.annotations with cert-manager.io/inject-ca-from or inject-ca-from-secret: else the API server trusts nobody" -}}
{{- end -}}
{{- else if or $existing.name $existing.caBundle -}}
{{- fail (printf "certificates.existingSecret is set, but certificates.mode is %s, which does not read it; set mode existingSecret or leave it out" $certificates.mode) -}}
{{- end -}}
{{- if and $certificates.certManager.issuerRef (ne $certificates.mode "certManager") -}}
{{- fail (printf "certificates.certManager.issuerRef is set, but certificates.mode is %s, which does not read it; set mode certManager or leave it out" $certificates.mode) -}}
{{- end -}}
{{- $times := $certificates.certManager -}}
{{- if and (eq $certificates.mode "certManager") (ge (include "everynode.seconds" $times.renewBefore | int64) (include "everynode.seconds" $times.duration | int64)) -}}
{{- fail (printf "certificates.certManager.renewBefore %s must be shorter than certificates.certManager.duration %s: cert-manager refuses the Certificate" $times.renewBefore $times.duration) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.caInjected" -}}
{{- range $key, $value := .Values.webhook.annotations -}}
{{- if hasPrefix "cert-manager.io/inject-ca-from" $key -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* The seconds of a duration such as 1h30m. */}}
{{- define "everynode.seconds" -}}
{{- $all := 0 -}}
{{- range regexFindAll "[0-9]+[hms]" . -1 -}}
{{- $unit := index (dict "h" 3600 "m" 60 "s" 1) (regexFind "[hms]" .) -}}
{{- $all = add $all (mul $unit (regexFind "[0-9]+" . | int64)) -}}
{{- end -}}
{{- $all -}}
{{- end -}}

{{/* How long, in seconds, a certificate is still good for when its renewal is due; nothing where nobody knows. Mode self: a
third of 90 days. */}}
{{- define "everynode.renewalSeconds" -}}
{{- $certificates := .Values.certificates -}}
{{- if eq $certificates.mode "self" -}}
{{- mul 30 86400 -}}
{{- else if eq $certificates.mode "certManager" -}}
{{- include "everynode.seconds" $certificates.certManager.renewBefore -}}
{{- else if eq $certificates.mode "helm" -}}
{{- div (mul $certificates.helm.days 86400) 3 -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.certificateDays" -}}
{{- $options := .Values.metrics.prometheusRule -}}
{{- with include "everynode.renewalSeconds" . -}}
{{- if and $options.enabled (ge (mul $options.certificateDays 86400) (int64 .)) -}}
{{- fail (printf "metrics.prometheusRule.certificateDays %d: by certificates.mode %s a certificate is renewed %.3g days before its end, so there would be alerts without a fault: set fewer" (int $options.certificateDays) $.Values.certificates.mode (divf . 86400)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
