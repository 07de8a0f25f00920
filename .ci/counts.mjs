/**
 * Prints the counts of vitest's JSON report and exits with the code that the tests exited with, or with 1 if no test
 * ran: `node .ci/counts.mjs REPORT CODE`. A test file that could not even be loaded counts as one failed test.
 */
import { readFileSync } from 'node:fs';

const [reportFile, code] = process.argv.slice(2);
const report = readReport(reportFile);

const unloaded = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + unloaded.length;
const skipped = report.numPendingTests + report.numTodoTests;

for (const { name, message } of unloaded) console.log(`Not loaded: ${name}: ${message}`);
if (passed + failed === 0) console.log('No test ran.');
process.exitCode = Number(code) || (passed + failed === 0 || failed > 0 ? 1 : 0);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);

/** The report, or an empty one if the run broke off before it was written. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { testResults: [], numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
