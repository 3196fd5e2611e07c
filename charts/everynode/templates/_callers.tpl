{{/* Who may ask the webhook: webhook.clientAuthentication. */}}

{{- define "everynode.webhook.callerArgs" -}}
{{- $certificates := .Values.webhook.clientAuthentication.certificates -}}
{{- $tokens := .Values.webhook.clientAuthentication.tokens -}}
{{- if $certificates.configMap }}
- --tls-client-ca-file=/etc/everynode/client-ca/ca.crt
{{- with $certificates.allowedNames }}
- {{ printf "--tls-client-allowed-names=%s" (join "," .) | quote }}
{{- end }}
{{- end }}
{{- if $tokens.enabled }}
- {{ printf "--token-audiences=%s" (join "," ($tokens.audiences | default (list (include "everynode.webhook.audience" .)))) | quote }}
{{- with $tokens.allowedSubjects }}
- {{ printf "--token-allowed-subjects=%s" (join "," .) | quote }}
{{- end }}
{{- with $tokens.issuer }}
- {{ printf "--token-issuer=%s" . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* As the API server writes it, for tokens that it attests: always with the port. */}}
{{- define "everynode.webhook.audience" -}}
https://{{ include "everynode.serverName" . }}:{{ .Values.webhook.service.port }}/mutate
{{- end -}}

{{- define "everynode.validate.callers" -}}
{{- $certificates := .Values.webhook.clientAuthentication.certificates -}}
{{- $tokens := .Values.webhook.clientAuthentication.tokens -}}
{{- if and $certificates.allowedNames (not $certificates.configMap) -}}
{{- fail "webhook.clientAuthentication.certificates.allowedNames is set, but no certificate is asked for: set configMap, or leave it out" -}}
{{- end -}}
{{- if and (not $tokens.enabled) (or $tokens.allowedSubjects $tokens.audiences $tokens.issuer) -}}
{{- fail "webhook.clientAuthentication.tokens has values, but enabled is false: set it to true, or leave them out" -}}
{{- end -}}
{{- end -}}
