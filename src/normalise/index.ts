export { FORMAT_NAMES, formatsOf } from './format/table.js';
export { eventFromJson } from './json/json-event.js';
export { flatten, type Flattened, JSON_LIMITS, type JsonLimits } from './json/json.js';
export type { JsonObject } from './line.js';
export { createNormaliser } from './normaliser.js';
export type { Normaliser, NormaliserOptions } from './types.js';
