#!/usr/bin/env node
/**
 * `npm run build:client [folder]`: compiles the client library into client/dist (or another folder) as it is
 * published. Of the contract it holds limits, codes and the rules of text; the types are written out, since the contract infers them from
 * zod schemas and the package must work without zod.
 */
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = resolve(process.argv[2] ?? join(root, 'client/dist'));
/** What the library and its mock gateway use of the contract at run time; none imports zod. */
const kept = ['limits', 'trade-limits', 'review-tags', 'errors', 'text'];

rmSync(outDir, { recursive: true, force: true });
const program = compile();
const types = join(outDir, 'client/contract-types.d.ts');
writeFileSync(types, writtenOut(program, join(root, 'client/contract-types.ts')));
removeContract(join(outDir, 'src/contract'));
cpSync(join(root, 'LICENSE'), join(outDir, 'LICENSE'));

function compile() {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'client/tsconfig.json'),
    { outDir },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  const made = ts.createProgram(config.fileNames, config.options);
  const { diagnostics } = made.emit();
  const problems = [...ts.getPreEmitDiagnostics(made), ...diagnostics];
  if (problems.length > 0) fail(...problems);
  return made;
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

function removeContract(folder) {
  for (const name of readdirSync(folder))
    if (!kept.some((one) => name === `${one}.js` || name === `${one}.d.ts`))
      rmSync(join(folder, name), { recursive: true });
  if (!kept.every((one) => existsSync(join(folder, `${one}.js`))))
    throw new Error(`${folder} lacks one of ${kept.join(', ')}`);
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
