import kafkajs from 'kafkajs';

/**
 * Values of kafkajs that Node can't see as named exports: the package is CommonJS, and what follows its first computed
 * export is found only on the default one. (Bundlers and vitest see them, so only the built command would fail.)
 */
export const { CompressionCodecs, CompressionTypes, ConfigResourceTypes } = kafkajs;
