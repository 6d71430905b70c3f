export async function applyToServer() {
  return undefined;
}
