import { expect, it } from 'vitest';
import { inputTypes, isInputType, typesNamed, unknownType } from './types.js';

it('every name of a type is listed once, whatever it stands for', () => {
  const names = typesNamed().flatMap(({ name, aliases }) => [name, ...aliases]);
  expect([...names].sort()).toEqual(inputTypes());
  expect(typesNamed().flatMap(({ of }) => of.filter((one) => !one.includes(' ') && !isInputType(one)))).toEqual([]);
});

it.each([
  ['ngnix', "unknown type 'ngnix'; did you mean 'nginx'?"],
  ['foo', "unknown type 'foo'; `sekisho formats list` names them all"],
  ['acme.logn', "unknown type 'acme.logn'; did you mean 'acme.login'?"],
])('%s is told what was meant, or where all are', (type, words) => {
  expect(unknownType(type, ['acme.login'])).toBe(words);
});
