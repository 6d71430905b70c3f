{{- define "haggle.image" -}}
{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The labels by which a component is selected: (list . "gateway") */}}
{{- define "haggle.selector" -}}
app.kubernetes.io/name: haggle
app.kubernetes.io/component: {{ . }}
{{- end }}

{{- define "haggle.labels" -}}
{{ include "haggle.selector" . }}
app.kubernetes.io/part-of: haggle
{{- end }}

{{/* What every pod has: no token, no privileges, no links. */}}
{{- define "haggle.pod" -}}
automountServiceAccountToken: false
# A Service called `metrics` would otherwise put METRICS_PORT=tcp://… into every pod beside it.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "haggle.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "haggle.selector" . | nindent 8 }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "haggle.selector" . | nindent 8 }}
{{- end }}

{{- define "haggle.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* The container's own name, and what comes from the Secret, by name: must be there, then may be there. */}}
{{- define "haggle.secrets" -}}
{{- range .must }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: haggle-secrets, key: {{ . }} } }
{{- end }}
{{- range .may }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: haggle-secrets, key: {{ . }}, optional: true } }
{{- end }}
{{- end }}

{{/* Keys of pushes as files: (dict "fcm" true "webPush" true). A pod whose Secret lacks one waits in ContainerCreating. */}}
{{- define "haggle.pushEnv" -}}
{{- if .fcm }}
- name: FCM_CREDENTIALS_FILE
  value: /etc/haggle/fcm/service-account.json
{{- end }}
{{- if .webPush }}
- name: WEBPUSH_KEYS_FILE
  value: /etc/haggle/web-push/keys.json
{{- end }}
{{- end }}

{{- define "haggle.pushMounts" -}}
{{- if .fcm }}
- name: fcm
  mountPath: /etc/haggle/fcm
  readOnly: true
{{- end }}
{{- if .webPush }}
- name: web-push
  mountPath: /etc/haggle/web-push
  readOnly: true
{{- end }}
{{- end }}

{{- define "haggle.pushVolumes" -}}
{{- if .fcm }}
- name: fcm
  secret:
    secretName: haggle-secrets
    items:
      - key: FCM_CREDENTIALS
        path: service-account.json
    # 0440: the pod's group (fsGroup) may read it.
    defaultMode: 288
{{- end }}
{{- if .webPush }}
- name: web-push
  secret:
    secretName: haggle-secrets
    items:
      - key: WEBPUSH_KEYS
        path: keys.json
    # 0440: the pod's group (fsGroup) may read it.
    defaultMode: 288
{{- end }}
{{- end }}
