{{/* Every template begins with this: whichever Helm renders first, values are complete and checked. */}}
{{- define "everynode.prepare" -}}
{{- if not (hasKey .Values "_prepared") -}}
{{- $_ := set .Values "_prepared" true -}}
{{- include "everynode.fill" (list .Values (include "everynode.defaults" . | fromYaml)) -}}
{{- include "everynode.settleMode" .Values.reconciler -}}
{{- include "everynode.validate" . -}}
{{- end -}}
{{- end -}}

{{/* takeOver and mode say the same from here on. */}}
{{- define "everynode.settleMode" -}}
{{- if and .takeOver (not (has .mode (list "" "takeover"))) -}}
{{- fail (printf "reconciler.takeOver is true, which is mode takeover, and reconciler.mode is %s: leave one of them out" .mode) -}}
{{- end -}}
{{- if not .mode -}}
{{- $_ := set . "mode" (ternary "takeover" "certificates" .takeOver) -}}
{{- end -}}
{{- $_ := set . "takeOver" (eq .mode "takeover") -}}
{{- end -}}

{{/* A value that a file leaves empty (`podLabels:` with nothing behind it) is missing when it comes here, or null in a
dependency: it gets its default again. In these maps an entry that is null is one that the user takes out. */}}
{{- define "everynode.fill" -}}
{{- $values := index . 0 -}}
{{- $ownMaps := list "resources" "podSecurityContext" "securityContext" "nodeSelector" "labels" -}}
{{- $mayBeNull := list "maxUnavailable" "minAvailable" -}}
{{- range $name, $default := index . 1 -}}
{{- if has $name $mayBeNull -}}
{{- else if or (not (hasKey $values $name)) (kindIs "invalid" (index $values $name)) -}}
{{- $_ := set $values $name $default -}}
{{- else if and (kindIs "map" $default) (not (has $name $ownMaps)) -}}
{{- include "everynode.fill" (list (index $values $name) $default) -}}
{{- end -}}
{{- end -}}
{{- end -}}
