import type { FormatDescription } from '../../event/index.js';
import type { ConfigProblem } from './config.js';
import type { ConfigFile } from './schema.js';
import { readFormatFiles } from './format-files.js';
import { isReadable } from '../../normalise/format/own/custom-json.js';
import { formatsOf } from '../../normalise/format/table.js';
import { isInputType, unknownType } from '../types.js';

/** Where a value of the configuration file stands. */
type Place = (path: readonly PropertyKey[]) => { line: number; column: number };

/**
 * The formats that a configuration's files describe, and what is wrong with them, with the types its inputs name (a
 * built-in one or one of those) or with a web server's format string.
 */
export function describedFormats(
  { formats: paths, inputs }: Pick<ConfigFile, 'formats' | 'inputs'>,
  file: string,
  place: Place,
): { readonly described: readonly FormatDescription[]; readonly problems: readonly ConfigProblem[] } {
  const read = readFormatFiles(paths);
  const described = read.formats.map(({ description }) => description);
  const names = described.map(({ name }) => name);
  const known = (type: string): boolean => isInputType(type) || names.includes(type.toLowerCase());
  const wrongAt = (i: number, key: string, reason: string): readonly ConfigProblem[] => {
    const path = ['inputs', i, key];
    return [{ file, ...place(path), path: path.join('.'), reason }];
  };
  const unfit = inputs.flatMap(({ type, pattern }, i) => {
    if (type !== undefined && !known(type)) return wrongAt(i, 'type', unknownType(type, names));
    const reason = pattern === undefined ? undefined : faultOf(pattern, type, names);
    return reason === undefined ? [] : wrongAt(i, 'pattern', reason);
  });
  const errors = read.problems.filter(({ severity }) => severity === 'error');
  const wrong = errors.map(({ reason, fix, ...at }) => ({ ...at, reason: fix === '' ? reason : `${reason}; ${fix}` }));
  return { described, problems: [...wrong, ...unfit] };
}

const ACCESS_LOGS: ReadonlySet<string> = new Set(['nginx.access', 'apache.access']);

/** Why a format string can't be read, or not for such a type; undefined: it can. */
function faultOf(pattern: string, type: string | undefined, own: readonly string[]): string | undefined {
  if (!isReadable(pattern)) {
    return "no format string; write nginx's log_format ('$remote_addr …') or Apache's LogFormat ('%h …'), with a text between any two variables";
  }
  if (type === undefined) return undefined;
  const isOther = own.includes(type.toLowerCase()) || formatsOf(type)?.every(({ name }) => !ACCESS_LOGS.has(name));
  return isOther === true
    ? `only nginx's and Apache's access logs have one, not type '${type}'; describe other lines under formats:`
    : undefined;
}
