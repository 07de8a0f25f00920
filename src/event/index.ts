export * from './alert.js';
export * from './detection.js';
export * from './episode.js';
export * from './event.js';
export * from './record.js';
export * from './rule-meta.js';
export * from './text.js';
