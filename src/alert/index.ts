export { evictionAlert } from './eviction.js';
export { gapAlert, type UnreadGap } from './gap.js';
export { alertId, renderAlert, SEVERITY } from './render.js';
export type { AlertSubject } from './subject.js';
export { spanText } from './words.js';
