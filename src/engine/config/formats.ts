import type { FormatDescription } from '../../event/index.js';
import type { ConfigProblem } from './config.js';
import type { ConfigFile } from './schema.js';
import { readFormatFiles } from './format-files.js';
import { suggestion } from './suggest.js';
import { inputTypes, isInputType } from '../types.js';

/** Where a value of the configuration file stands. */
type Place = (path: readonly PropertyKey[]) => { line: number; column: number };

/**
 * The formats that a configuration's files describe, and what is wrong with them or with the types its inputs name (a
 * built-in one or one of those).
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
  const unknown = inputs.flatMap(({ type }, i) => {
    if (type === undefined || known(type)) return [];
    const path = ['inputs', i, 'type'];
    const reason = `unknown type '${type}'${suggestion(type, [...inputTypes(), ...names])}`;
    return [{ file, ...place(path), path: path.join('.'), reason }];
  });
  const errors = read.problems.filter(({ severity }) => severity === 'error');
  const wrong = errors.map(({ reason, fix, ...at }) => ({ ...at, reason: fix === '' ? reason : `${reason}; ${fix}` }));
  return { described, problems: [...wrong, ...unknown] };
}
