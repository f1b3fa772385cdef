import tseslint from 'typescript-eslint';

/** What holds in every language we write. */
const COMMON = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'object-shorthand': ['error', 'properties'],
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.cache/', 'test-results/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    rules: {
      ...COMMON,
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
    },
  },
  // what a learner starts from names things that are not used yet
  { files: ['labs/*/starter/*.ts'], rules: { '@typescript-eslint/no-unused-vars': 'off' } },
  { files: ['**/*.{js,cjs,mjs}'], rules: { ...COMMON, 'no-unused-vars': 'error', 'no-unreachable': 'error' } },
);
