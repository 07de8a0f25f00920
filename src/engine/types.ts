import { FORMAT_NAMES, typeNames, type TypeNames } from '../normalise/format/table.js';
import { suggestion } from './config/suggest.js';

/** Every name `-t/--type` and `inputs[].type` know, in the order of the table of formats. */
export function inputTypes(): readonly string[] {
  return FORMAT_NAMES;
}

/** Whether a name is one of `inputTypes`, ignoring case. */
export function isInputType(name: string): boolean {
  return FORMAT_NAMES.includes(name.toLowerCase());
}

/** All types, each once with its other names, sorted. */
export function typesNamed(): readonly TypeNames[] {
  return typeNames();
}

/** `unknown type 'ngnix'; did you mean 'nginx'?`, those described by YAML (`described`) too; or which command tells the built-in ones. */
export function unknownType(type: string, described: readonly string[] = []): string {
  const known = [...FORMAT_NAMES, ...described];
  const near = suggestion(type, known);
  return `unknown type '${type}'${near.includes('did you mean') ? near : '; `sekisho formats list` names them all'}`;
}
