import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cache, fault, must } from './built-tools.mjs';

/** Kinds that are not Kubernetes' own, each with the package that has its schema. */
const kinds = {
  HTTPRoute: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  ScaledObject: '@kubernetes-models/keda/keda.sh/v1alpha1',
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
};
const packages = {
  '@kubernetes-models/gateway-api': '2.0.0',
  '@kubernetes-models/keda': '2.0.0',
  '@kubernetes-models/prometheus-operator': '6.0.0',
};

/**
 * What is wrong with documents of those kinds in a rendered file; undefined when nothing is. The packages' validators
 * know values, but take fields that do not exist; the compiler refuses those.
 */
export function faultsOfSchemas(file) {
  const folder = join(cache, 'schemas');
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.stringify({ type: 'module', dependencies: packages });
  const at = join(folder, 'package.json');
  if (!existsSync(at) || readFileSync(at, 'utf8') !== manifest) {
    writeFileSync(at, manifest);
    must(folder, 'npm install --no-audit --no-fund --ignore-scripts');
  }
  const documents = parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS())
    .filter((document) => document && kinds[document.kind]);
  const lines = documents.map(({ apiVersion: _, kind, ...document }, index) => {
    const from = JSON.stringify(kinds[kind]);
    // The class sets version and kind by itself.
    return [
      `import { ${kind} as Kind${index} } from ${from};`,
      `const document${index}: ConstructorParameters<typeof Kind${index}>[0] = ${JSON.stringify(document)};`,
      `new Kind${index}(document${index}).validate();`,
    ].join('\n');
  });
  writeFileSync(join(folder, 'documents.mts'), `${lines.join('\n')}\n`);
  const compiler = resolve('node_modules/.bin/tsc');
  const options = '--strict --skipLibCheck --target es2022 --module nodenext';
  return (
    fault(folder, `${compiler} ${options} documents.mts`) ?? fault(folder, 'node documents.mjs')
  );
}
