import tseslint from 'typescript-eslint';

/** `recommendedTypeChecked`: the strict set refuses mongoose schema literals. */
export default tseslint.config(
  {
    ignores: [
      'dist',
      'client/dist',
      'node_modules',
      '.data',
      '.cache',
      '**/*.{js,cjs,mjs}',
      // Compiled beside what a generator wrote, by npm run test:generators.
      'scripts/generators/calls',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './web/tsconfig.json', './client/examples/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
    },
  },
);
