/** Node runs jest with --experimental-vm-modules; without the flag MongoDB connections hang inside tests. */
export default {
  testEnvironment: '<rootDir>/dist/test/environment/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // By `npm run test:clients`, which needs compilers and packages of other languages, and `npm run test:faults`.
  testPathIgnorePatterns: ['/test/clients/', '/test/faults/long/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/shared-processes.mjs',
  globalTeardown: '<rootDir>/test/support/look-through-logs.mjs',
  testTimeout: 60_000,
  // Twice the cores that are asked for: many tests wait, for a lease or a deadline of the product.
  maxWorkers: 4,
};
