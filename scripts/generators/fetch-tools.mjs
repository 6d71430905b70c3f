import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, must } from './commands.mjs';

export const jar = 'openapi-generator-cli-7.25.0.jar';
const fromNpm = {
  '@apiture/openapi-down-convert': '0.14.2',
  '@asyncapi/modelina': '5.10.1',
  '@asyncapi/parser': '3.6.3',
  '@hey-api/openapi-ts': '0.99.0',
  '@redocly/cli': '2.77.0',
  '@stoplight/spectral-cli': '6.16.3',
  axios: '1.21.1',
  'openapi-fetch': '0.17.0',
  'openapi-typescript': '7.13.0',
  orval: '8.38.0',
  '@types/node': '20.19.43',
  typescript: '5.9.3',
};
const fromPyPI = [
  'datamodel-code-generator==0.89.0',
  'email-validator==2.4.0',
  'msgspec==0.22.0',
  'openapi-python-client==0.29.1',
  'schemathesis==4.32.5',
];

/** Fetches the tools of npm, PyPI and Maven; those of Go and Rust are fetched by their own rows. */
export function fetchTools() {
  const missing = ['java', 'mvn', 'go', 'python3', 'cargo'].filter(
    (it) => !(process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, it))),
  );
  if (missing.length > 0) throw new Error(`Not on this machine: ${missing.join(', ')}`);

  const tools = join(cache, 'tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), JSON.stringify({ dependencies: fromNpm }));
  must(tools, 'npm install --no-audit --no-fund --ignore-scripts');
  must(
    tools,
    `test -d python || python3 -m venv python; python/bin/pip install -q ${fromPyPI.join(' ')}`,
  );
  must(
    tools,
    `test -f ${jar} || mvn -q dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.25.0 -DoutputDirectory=.`,
  );
}

export const npmTool = (name) => join(cache, 'tools/node_modules/.bin', name);
export const pythonTool = (name) => join(cache, 'tools/python/bin', name);
export const npmModules = join(cache, 'tools/node_modules');
export const jarFile = join(cache, 'tools', jar);
