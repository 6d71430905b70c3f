/** Lowest Node release the code runs on; kept equal to `engines` in package.json. */
const FLOOR = [20, 19];

/** Ends the process with one clear line when this Node is too old. */
export function requireNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  console.error(
    `Haggle needs Node ${FLOOR.join('.')} or newer; this is Node ${version}. ` +
      'Install a current LTS release from https://nodejs.org and start again.',
  );
  process.exit(1);
}
