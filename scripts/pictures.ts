import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateMachines } from '../src/docs-site/states-page.js';
import { statePicture } from '../src/docs-site/state-picture.js';
import { architecturePicture } from './pictures/architecture.js';
import { screensPicture } from './pictures/screens.js';
import { stackPicture } from './pictures/stack.js';
import { projectRoot } from './project-root.js';

/**
 * The pictures in `docs/` that are drawn from what is in the repository, by path from its root. A test holds the files
 * against this.
 */
export const pictureFiles = (): Record<string, string> => ({
  ...Object.fromEntries(
    stateMachines.map(({ name, transitions }) => [
      `docs/images/${name}-states.svg`,
      statePicture(name, transitions),
    ]),
  ),
  'docs/images/architecture.svg': architecturePicture(projectRoot),
  'docs/images/stack.svg': stackPicture(projectRoot),
  'docs/images/screens.svg': screensPicture(projectRoot),
});

// `node dist/scripts/pictures.js` after a build writes them anew.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [path, text] of Object.entries(pictureFiles()))
    await writeFile(join(projectRoot, path), text);
