import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { requireNodeVersion } from './node-version.mjs';
import { createProgress } from './progress.mjs';

/**
 * Brings a checkout to the state in which the compiled code can be imported: Node, dependencies, build.
 * Uses Node's built-ins only, since it runs before anything is installed.
 * Resolves to the progress display and, when the build failed, to its output.
 */
export async function prepare({ build = true } = {}) {
  requireNodeVersion();
  const progress = createProgress();
  await ensureDependencies(progress);
  return { progress, buildFailure: build ? await ensureBuild(progress) : undefined };
}

/** Imports compiled code; the address is computed so that tools do not look for it before the build. */
export function importCompiled(path) {
  return import(new URL(`../../dist/${path}`, import.meta.url).href);
}
