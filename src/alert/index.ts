export { evictionAlert } from './eviction.js';
export { alertId, renderAlert, SEVERITY } from './render.js';
export type { AlertSubject } from './subject.js';
export { spanText } from './words.js';
