#!/usr/bin/env node
/**
 * `npm run build:client [folder]`: compiles the client library into client/dist (or another folder) as it is
 * published. Of the contract it holds limits and codes; the types are written out, since the contract infers them from zod
 * schemas and the package must work without zod. The mock gateway judges by these schemas: it is one file with all that
 * it needs in it, which nothing but tests imports.
 */
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = resolve(process.argv[2] ?? join(root, 'client/dist'));
/** What the library uses of the contract at run time; none imports zod. */
const ofContract = [
  'limits',
  'chat-limits',
  'account-limits',
  'trade-limits',
  'review-tags',
  'report-reasons',
  'roles',
];
/** Declarations that the types of the mock gateway are made of. */
const ofMock = ['index', 'network'];

rmSync(outDir, { recursive: true, force: true });
const program = compile();
const types = join(outDir, 'client/contract-types.d.ts');
writeFileSync(types, writtenOut(program, join(root, 'client/contract-types.ts')));
await bundleMock(join(outDir, 'client/testing'));
cpSync(join(root, 'LICENSE'), join(outDir, 'LICENSE'));
tellWhatWasMade();

function compile() {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'client/tsconfig.json'),
    { outDir },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  const made = ts.createProgram(config.fileNames, config.options);
  // Types are checked by `npm run lint`.
  const problems = made.getSourceFiles().flatMap((file) => emit(made, file));
  if (problems.length > 0) fail(...problems);
  return made;
}

/** Writes what is shipped of a file, and answers with what is wrong with that. */
function emit(made, file) {
  const [, folder, name] = /^(.*)\/([^/]+)\.tsx?$/.exec(relative(root, file.fileName)) ?? [];
  const isMock = folder === 'client/testing' && ofMock.includes(name);
  const isShipped =
    ['client', 'client/react'].includes(folder) ||
    (folder === 'src/contract' && ofContract.includes(name));
  if (!isMock && !isShipped) return [];
  return made.emit(file, undefined, undefined, isMock).diagnostics;
}

/** Each exported type as a literal, without a reference to where it comes from. */
function writtenOut(made, file) {
  const checker = made.getTypeChecker();
  const module = checker.getSymbolAtLocation(made.getSourceFile(file));
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  return checker
    .getExportsOfModule(module)
    .map((symbol) => {
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const type = checker.getDeclaredTypeOfSymbol(target);
      // An interface prints as its own name: as its members then.
      const text = type.isClassOrInterface()
        ? `{ ${type
            .getProperties()
            .map((property) => memberOf(checker, property, flags))
            .join(' ')} }`
        : checker.typeToString(type, undefined, flags);
      return `export type ${symbol.name} = ${text};\n`;
    })
    .join('');
}

function memberOf(checker, property, flags) {
  const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
  const type = checker.typeToString(checker.getTypeOfSymbol(property), undefined, flags);
  return `${property.name}${mark}: ${type};`;
}

async function bundleMock(folder) {
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      lib: { entry: join(root, 'client/testing/index.ts'), formats: ['es'], fileName: 'index' },
    },
  });
  cpSync(join(root, 'node_modules/zod/LICENSE'), join(folder, 'LICENSE-zod'));
}

function tellWhatWasMade() {
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true });
  const count = files.filter((one) => one.isFile()).length;
  const { exports, version } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'));
  const entries = Object.keys(exports).filter((one) => !one.endsWith('.json'));
  process.stdout
    .write(`The client library ${version} is in ${relative('', outDir)} (${count} files).
Entry points: ${entries.map((one) => one.replace('.', '@haggle/client')).join(', ')}
To take it into an app: npm pack ./client
then, in the app:       npm install ${join(root, `haggle-client-${version}.tgz`)}
`);
}

function fail(...problems) {
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  };
  process.stderr.write(ts.formatDiagnostics(problems, host));
  process.exit(1);
}
