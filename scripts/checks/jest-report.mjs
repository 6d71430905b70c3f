import { existsSync, readFileSync } from 'node:fs';

/**
 * Counts in the report that `jest --json` wrote; undefined when there is none.
 * A file that could not even be loaded has no tests to fail: it counts as one failure.
 */
export function readJestReport(file) {
  if (!existsSync(file)) return undefined;
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
