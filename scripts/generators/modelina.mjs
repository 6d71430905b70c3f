/** Types of the socket events by Modelina: `node modelina.mjs typescript|kotlin`, in a folder with its node_modules. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { document } from './commands.mjs';

const load = createRequire(`${process.cwd()}/`);
const { KotlinFileGenerator, TypeScriptGenerator } = load('@asyncapi/modelina');
const asyncapi = JSON.parse(readFileSync(document('asyncapi'), 'utf8'));
let names;
if (process.argv[2] === 'kotlin') {
  const models = await new KotlinFileGenerator().generateToFiles(asyncapi, 'src/main/kotlin', {
    packageName: 'haggle',
  });
  names = models.map(({ modelName }) => modelName);
} else {
  const generator = new TypeScriptGenerator({ modelType: 'interface', rawPropertyNames: true });
  const models = await generator.generate(asyncapi);
  names = models.map(({ modelName }) => modelName);
  writeFileSync('haggle.ts', models.map(({ result }) => `export ${result}`).join('\n'));
}
for (const name of ['MessageSendDone', 'MessageSendRefused', 'SyncPullDone', 'Place', 'Offer'])
  if (!names.includes(name)) throw new Error(`No type ${name} among ${names.length}`);
