#!/usr/bin/env bash
# openapi-generator-cli 7.25.0 (Maven), target python; input: one answer with a text of `pattern: "\d{3}Z$"`.
# One would guess: a pattern may match anywhere, as JSON Schema says (Core 6.4: "not implicitly anchored").
# Seen: the generated model matches it from the first character (re.match), and refuses the valid answer
#   {"code":"A-120Z"} with "must validate the regular expression". `^.*\d{3}Z$` is taken.
# Needs java, mvn, python3. Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
mvn -q dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.25.0 -DoutputDirectory=.
cat > api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"operationId": "readA",
 "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Open"}}}},
               "202": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Whole"}}}}}}}},
 "components": {"schemas": {
  "Open": {"type": "object", "properties": {"code": {"type": "string", "pattern": "\\d{3}Z$"}}},
  "Whole": {"type": "object", "properties": {"code": {"type": "string", "pattern": "^.*\\d{3}Z$"}}}}}}
JSON
java -jar openapi-generator-cli-7.25.0.jar generate -i api.json -g python -o client > /dev/null 2>&1
python3 -m venv venv && venv/bin/pip install -q pydantic==2.12.5 python-dateutil==2.9.0.post0 urllib3==2.6.3 typing-extensions==4.15.0
cd client && ../venv/bin/python - <<'PY'
from openapi_client.models import Open, Whole
from pydantic import ValidationError

answer = {"code": "A-120Z"}
assert Whole.from_dict(answer).code == "A-120Z"
try:
    Open.from_dict(answer)
except ValidationError as error:
    assert "must validate the regular expression" in str(error), error
    print("as described: an unanchored pattern refuses", answer)
else:
    raise SystemExit("changed: the pattern is matched anywhere")
PY
