/** Asks for something that is made once for all test files, or for a database: see shared-processes.mjs. */
export async function askForShared<T>(
  path: `/cluster?of=${string}` | '/client' | '/migrate' | '/database' | '/give-back' | '/drop',
  body: unknown = {},
): Promise<T> {
  const origin = process.env['TEST_SHARED_PROCESSES'];
  if (!origin) throw new Error('run tests with "npm test" or "npm run jest"');
  const answer = await fetch(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}
