import type { JsonFormat } from '../line.js';

/** The JSON formats of vendors and applications, in the order in which they are tried: the telling before the vague. */
export const VENDOR_FORMATS: readonly JsonFormat[] = [];
