import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What each part may not import: arrows go one way (docs/architecture.md). */
const boundaries = {
  'workflows/**/*.ts': [
    {
      group: ['node:*', '@temporalio/worker', '@temporalio/client', '@temporalio/activity'],
      message: 'A workflow runs in a sandbox: no Node modules, only @temporalio/workflow.',
    },
    {
      regex: '^\\.\\./(?!src/temporal/search-attributes\\.ts$)',
      allowTypeImports: true,
      message: 'Workflows import from outside their folder by `import type` only.',
    },
  ],
  'activities/**/*.ts': [
    {
      group: ['**/ingress/**', '**/ops/**', '**/cli/**', '**/config/**'],
      message: 'activities → providers, graph.',
    },
  ],
  'src/providers/*/**/*.ts': [
    {
      group: ['../../**', '@temporalio/*', 'express'],
      message: 'A provider imports #provider-kit and its own folder, nothing else of the project.',
    },
  ],
  'src/graph/**/*.ts': [
    {
      group: [
        '**/ingress/**',
        '**/ops/**',
        '**/cli/**',
        '**/providers/**',
        '**/temporal/**',
        '**/config/**',
        '@temporalio/*',
      ],
      message: 'The graph knows mutations, errors and its engine.',
    },
  ],
  'examples/*/**/*.ts': [
    {
      group: ['../../**', '@temporalio/*', 'express'],
      message: 'An example imports #provider-kit and its own folder, as a provider does.',
    },
  ],
  'src/ingress/**/*.ts': [
    { group: ['**/graph/**', '**/ops/**', '**/cli/**'], message: 'ingress → providers, temporal.' },
  ],
  'src/temporal/**/*.ts': [
    {
      group: ['**/ingress/**', '**/graph/**', '**/ops/**', '**/cli/**', '**/providers/**'],
      allowTypeImports: true,
      message: 'temporal is below ingress and ops.',
    },
  ],
  'src/ops/**/*.ts': [
    { group: ['**/cli/**', '**/ingress/**'], allowTypeImports: true, message: 'ops → temporal, graph.' },
  ],
  'src/config/**/*.ts': [
    {
      group: ['**/cli/**', '**/ingress/**', '**/ops/**', '**/graph/**', '**/temporal/**'],
      message: 'config is read by the cli alone.',
    },
  ],
};

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', 'scripts/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: ['test', 'suite', 'describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'],
              package: 'node:test',
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'src/config is the only reader of the environment.',
        },
      ],
      'no-console': 'error',
    },
  },
  { files: ['eslint.config.js', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  ...Object.entries(boundaries).map(([files, patterns]) => ({
    files: [files],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  })),
  { files: ['src/config/**/*.ts', 'test/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['test/**/*.ts', 'src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
);
