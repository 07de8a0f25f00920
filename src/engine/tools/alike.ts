import { isDeepStrictEqual } from 'node:util';

/** Whether a value is what a test in YAML expects: texts, numbers and booleans by how they are written, all else deeply. */
export function isAlike(got: unknown, expected: unknown): boolean {
  if (isScalar(got) && isScalar(expected)) return String(got) === String(expected);
  return isDeepStrictEqual(got, expected);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
