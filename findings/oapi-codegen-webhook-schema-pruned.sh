#!/usr/bin/env bash
# github.com/oapi-codegen/oapi-codegen/v2 v2.8.2; input: OpenAPI 3.1 with one webhook whose body is a component.
# One would guess: types and client compile, as they do for a body of an operation.
# Seen: the component is pruned as unused, and the webhook's code names it: "undefined: Made".
#   With output-options: {skip-prune: true} it compiles.
# Needs go. Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat > api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
 "webhooks": {"made": {"post": {"operationId": "made", "responses": {"200": {"description": "ok"}},
  "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Made"}}}}}}},
 "components": {"schemas": {"Made": {"type": "object", "properties": {"id": {"type": "string"}}}}}}
JSON
printf 'package: made\ngenerate: {models: true, client: true}\noutput: made.go\n' > pruned.yaml
printf 'package: made\ngenerate: {models: true, client: true}\noutput: made.go\noutput-options: {skip-prune: true}\n' > whole.yaml
for config in pruned whole; do
  mkdir $config
  (cd $config
    GOFLAGS=-mod=mod go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config ../$config.yaml ../api.json
    go mod init example.com/made && go mod tidy
    go build ./... ) > $config.log 2>&1 && echo compiles >> $config.log || echo fails >> $config.log
done
grep -q 'undefined: Made' pruned.log || { echo 'changed: the pruned code compiles'; cat pruned.log; exit 1; }
grep -q '^compiles$' whole.log || { echo 'changed: the whole code fails too'; cat whole.log; exit 1; }
echo 'as described: undefined: Made, unless skip-prune is set'
