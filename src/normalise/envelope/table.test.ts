import { expect, it } from 'vitest';
import { goldenDocuments } from '../../../test/support/documents.js';
import type { JsonObject } from '../line.js';
import { envelopeOf, ENVELOPES } from './table.js';

const documents = goldenDocuments().map(({ text }) => JSON.parse(text) as JsonObject);

it('an envelope is looked for by its keys as it would be found without them', () => {
  for (const document of documents) {
    expect(envelopeOf(document)).toBe(ENVELOPES.find(({ sniff }) => sniff(document)));
    for (const { name, keys, sniff } of ENVELOPES)
      expect(sniff(document) && !keys.some((key) => key in document) ? name : undefined).toBeUndefined();
  }
});

it.each(ENVELOPES.filter(({ name }) => name !== 'telegraf'))('$name is among the golden documents', ({ sniff }) => {
  expect(documents.some((document) => sniff(document))).toBe(true);
});
