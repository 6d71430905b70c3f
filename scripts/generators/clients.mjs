import { calls, cache, document } from './commands.mjs';
import { jarFile, npmModules, npmTool, pythonTool } from './fetch-tools.mjs';

const openapi = document('openapi');
const openApiGenerator = (target, more = '') =>
  `java -Xmx1g -jar ${jarFile} generate -i ${openapi} -o . -g ${target} ${more}`;
const maven = 'mvn -q -B -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -DskipTests';
const javaClasspath = `${maven} dependency:build-classpath -Dmdep.outputFile=classpath`;
const typescript = (file) =>
  `ln -sfn ${npmModules} node_modules && echo '{"type":"module"}' > package.json && ${npmTool('tsc')} --strict --target es2023 --lib es2024,dom --module nodenext --skipLibCheck --types node --outDir out ${file}`;
const bundled = (file) =>
  `ln -sfn ${npmModules} node_modules && ${npmTool('tsc')} --noEmit --strict --target es2023 --lib es2024,dom,dom.iterable --module esnext --moduleResolution bundler --skipLibCheck --types node ${file}`;
const kotlin = (file) =>
  `cp ${calls('kotlin.pom.xml')} pom.xml && cp ${calls(file)} src/main/kotlin/Calls.kt && ${maven} compile`;
const kotlinCalls = (url) =>
  `${javaClasspath} && java -cp target/classes:$(cat classpath) CallsKt ${url}`;

/**
 * By language and generator: shell commands that make a client of the documents and compile it, and one that makes the
 * calls of a trade with it, where there are any. `needs` is what a user must set; `lacks` what the generator cannot do.
 */
export const clients = [
  {
    name: 'Kotlin, OkHttp + Moshi',
    by: 'openapi-generator 7.25.0',
    generate: openApiGenerator('kotlin', '--additional-properties=serializationLibrary=moshi'),
    compile: kotlin('okhttp.kt'),
    call: kotlinCalls,
  },
  {
    name: 'Kotlin, Retrofit + kotlinx',
    by: 'openapi-generator 7.25.0',
    generate: openApiGenerator(
      'kotlin',
      '--library jvm-retrofit2 --additional-properties=serializationLibrary=kotlinx_serialization',
    ),
    compile: kotlin('retrofit.kt'),
    call: kotlinCalls,
  },
  {
    name: 'Java, native',
    by: 'openapi-generator 7.25.0',
    generate: openApiGenerator(
      'java',
      '--library native --additional-properties=useSingleRequestParameter=true',
    ),
    compile: `cp ${calls('Calls.java')} src/main/java/ && ${maven} compile`,
    call: (url) => `${javaClasspath} && java -cp target/classes:$(cat classpath) Calls ${url}`,
    needs: 'useSingleRequestParameter',
  },
  {
    name: 'Python',
    by: 'openapi-generator 7.25.0',
    generate: openApiGenerator('python'),
    compile:
      'python3 -m venv venv && venv/bin/pip install -q . && venv/bin/python -c "import openapi_client.api, openapi_client.models"',
    call: (url) => `venv/bin/python ${calls('calls.py')} ${url}`,
  },
  {
    name: 'Python',
    by: 'openapi-python-client 0.29.1',
    generate: `${pythonTool('openapi-python-client')} generate --path ${openapi} --output-path client --meta setup`,
    compile: `cd client && python3 -m venv venv && venv/bin/pip install -q . && venv/bin/python -c "
import importlib, pkgutil, haggle_rest_api_client as client
for module in pkgutil.walk_packages(client.__path__, client.__name__ + '.'): importlib.import_module(module.name)"`,
    lacks: 'the body of GET /v1/images/{id}/{variant} (image/webp)',
  },
  ...['pydantic_v2.BaseModel', 'msgspec.Struct', 'typing.TypedDict', 'dataclasses.dataclass'].map(
    (kind) => ({
      name: `Python types, ${kind}`,
      by: 'datamodel-code-generator 0.89.0',
      generate: `${pythonTool('datamodel-codegen')} --input ${openapi} --input-file-type openapi --output-model-type ${kind} --target-python-version 3.11 --output haggle.py`,
      compile: `${pythonTool('python')} -c "import haggle"`,
      ...(kind.startsWith('pydantic') && { needs: 'email-validator' }),
    }),
  ),
  {
    name: 'Go',
    by: 'oapi-codegen 2.8.2',
    generate: `mkdir haggle && go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -generate types,client -package haggle -o haggle/haggle.go ${openapi}`,
    compile: `cp ${calls('main.go')} . && go mod init example.com/haggle && go mod tidy && go build -o calls .`,
    call: (url) => `./calls ${url}`,
  },
  {
    name: 'Go',
    by: 'ogen 1.24.0',
    generate: `go run github.com/ogen-go/ogen/cmd/ogen@v1.24.0 --target api --package api --clean ${openapi}`,
    compile: 'go mod init example.com/haggle && go mod tidy && go build ./...',
  },
  {
    name: 'Rust',
    by: 'progenitor 0.15.1',
    generate: `${npmTool('openapi-down-convert')} --input ${openapi} --output whole.json && node ${calls('../to-openapi-3.0.mjs')} whole.json openapi.json && (test -x ${cache}/cargo/bin/cargo-progenitor || cargo install -q cargo-progenitor@0.15.1 --root ${cache}/cargo) && ${cache}/cargo/bin/cargo-progenitor progenitor -i openapi.json -o client -n haggle -v 0.1.0`,
    compile: `cd client && CARGO_TARGET_DIR=${cache}/cargo-target cargo check -q`,
    needs: 'a copy of version 3.0: @apiture/openapi-down-convert 0.14.2',
    lacks: 'uploads (multipart), health and readiness',
  },
  {
    name: 'TypeScript, openapi-fetch 0.17.0',
    by: 'openapi-typescript 7.13.0',
    generate: `${npmTool('openapi-typescript')} ${openapi} -o haggle.ts`,
    compile: `cp ${calls('calls.ts')} . && ${typescript('calls.ts')}`,
    call: (url) => `node out/calls.js ${url}`,
  },
  {
    name: 'TypeScript, fetch',
    by: 'openapi-generator 7.25.0',
    generate: openApiGenerator('typescript-fetch'),
    compile: bundled('index.ts'),
  },
  {
    name: 'TypeScript',
    by: '@hey-api/openapi-ts 0.99.0',
    generate: `${npmTool('openapi-ts')} -i ${openapi} -o client`,
    compile: bundled('client/index.ts'),
  },
  {
    name: 'TypeScript',
    by: 'orval 8.38.0',
    generate: `${npmTool('orval')} --input ${openapi} --output haggle.ts`,
    compile: bundled('haggle.ts'),
    lacks: 'Idempotency-Key and If-Match, by default',
  },
  {
    name: 'TypeScript, events',
    by: 'Modelina 5.10.1',
    generate: `ln -sfn ${npmModules} node_modules && node ${calls('../modelina.mjs')} typescript`,
    compile: bundled('haggle.ts'),
    needs: 'rawPropertyNames',
  },
  {
    name: 'Kotlin, events',
    by: 'Modelina 5.10.1',
    generate: `ln -sfn ${npmModules} node_modules && mkdir -p src/main/kotlin && node ${calls('../modelina.mjs')} kotlin`,
    compile: `cp ${calls('kotlin.pom.xml')} pom.xml && ${maven} compile`,
  },
];
