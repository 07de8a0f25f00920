import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import comments from '@eslint-community/eslint-plugin-eslint-comments';
import prettier from 'eslint-config-prettier';
import jsdoc from 'eslint-plugin-jsdoc';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Third-party clients and where in src/ each may be imported (path prefixes); test/house reads the same table. */
const clients = JSON.parse(readFileSync(new URL('test/house/clients.json', import.meta.url), 'utf8'));

const tests = ['**/*.test.ts', 'test/**/*.ts'];
const everyExport = {
  publicOnly: { esm: true, cjs: false, window: false },
  enableFixer: false,
  require: { FunctionDeclaration: true, ClassDeclaration: true, ArrowFunctionExpression: true },
  contexts: ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSEnumDeclaration', 'VariableDeclaration'],
};

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'deploy/sample/logs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { jsdoc, comments },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      // An interface that is async at the edge has synchronous implementations too (the ledger in memory).
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme'], location: 'anywhere' }],
      'prefer-const': 'error',
      complexity: ['error', 15],
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'jsdoc/require-jsdoc': ['error', everyExport],
      'jsdoc/no-blank-blocks': 'error',
      // A rule is switched off only by a comment that says why: `-- the reason` after the rule's name.
      'comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      'comments/no-unlimited-disable': 'error',
    },
  },
  ...restrictedClients(),
  {
    // Pure rooms: the answer depends on the log alone, so that a replay gives the same one (DESIGN.md section 4).
    files: ['src/{normalise,rule,detect,correlate,alert}/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-properties': [
        'error',
        ...['Date.now', 'Math.random', 'performance.now'].map((name) => {
          const [object, property] = name.split('.');
          return { object, property, message: 'This room is pure: take the time or the number as an argument.' };
        }),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'This room has no clock.' },
      ],
    },
  },
  {
    files: ['src/correlate/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'correlate/ is pure and synchronous.' },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'This room has no clock.' },
      ],
    },
  },
  {
    files: tests,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'jsdoc/require-jsdoc': 'off',
    },
  },
  // A bench and an oracle are programs, and people read them: they print, and they are documented like src/.
  { files: ['test/{bench,oracle}/**/*.ts', 'deploy/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js'],
    plugins: { comments },
    rules: {
      'no-unused-vars': 'error',
      'no-undef': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'comments/require-description': 'error',
    },
  },
  prettier,
);

/**
 * One block that bans every client from src/, then one for each folder that may have some and so bans the others.
 * The folders must not overlap: in a flat configuration the last block that matches replaces the options before it.
 */
function restrictedClients() {
  const prefixes = [...new Set(Object.values(clients).flat())];
  const ban = (files, banned) => ({
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: banned.map((name) => ({
            regex: `^${name}(/|$)`,
            message: `Only ${clients[name].join('*, ')}* may import ${name}.`,
          })),
        },
      ],
    },
  });
  const names = Object.keys(clients);
  return [
    ban(['src/**/*.ts'], names),
    ...prefixes.map((prefix) =>
      ban(
        prefix.endsWith('/') ? [`${prefix}**/*.ts`] : [`${prefix}*.ts`, `${prefix}*/**/*.ts`],
        names.filter((name) => !clients[name].includes(prefix)),
      ),
    ),
  ];
}
