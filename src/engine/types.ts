import { FORMAT_NAMES } from '../normalise/format/table.js';

/** Every name `-t/--type` and `inputs[].type` know, in the order of the table of formats. */
export function inputTypes(): readonly string[] {
  return FORMAT_NAMES;
}

/** Whether a name is one of `inputTypes`, ignoring case. */
export function isInputType(name: string): boolean {
  return FORMAT_NAMES.includes(name.toLowerCase());
}
