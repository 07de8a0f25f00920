import { expect, it } from 'vitest';
import { chooseTopics } from './choice.js';

const EXIST = ['logs-web', 'logs-db', 'logs', 'other', '__consumer_offsets', 'sekisho.alerts'];

it('chooses by name and by a pattern that fits the whole name, and says what is missing', () => {
  expect(chooseTopics({ names: ['other', 'gone'], pattern: /logs-.*/u }, EXIST)).toEqual({
    chosen: ['logs-db', 'logs-web', 'other'],
    missing: ['the topic gone'],
  });
  expect(chooseTopics({ pattern: /log/u }, EXIST)).toEqual({ chosen: [], missing: ['a topic that matches log'] });
});

it('never chooses an internal topic by a pattern', () => {
  expect(chooseTopics({ pattern: /.*/u }, EXIST).chosen).toEqual(['logs', 'logs-db', 'logs-web', 'other']);
  expect(chooseTopics({ names: ['sekisho.alerts'] }, EXIST).chosen).toEqual(['sekisho.alerts']);
});
