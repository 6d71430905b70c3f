import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateMachines } from '../src/docs-site/states-page.js';
import { statePicture } from '../src/docs-site/state-picture.js';
import { projectRoot } from './project-root.js';

/** The pictures in `docs/`, by path from the root of the project. A test holds the files against this. */
export const statePictureFiles = (): Record<string, string> =>
  Object.fromEntries(
    stateMachines.map(({ name, transitions }) => [
      `docs/images/${name}-states.svg`,
      statePicture(name, transitions),
    ]),
  );

// `node dist/scripts/state-pictures.js` after a build writes them anew.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [path, text] of Object.entries(statePictureFiles()))
    await writeFile(join(projectRoot, path), text);
