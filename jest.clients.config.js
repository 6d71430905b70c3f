import config from './jest.config.js';

/** The clients of other languages: apart from the rest, since they need compilers and packages of their own. */
export default {
  ...config,
  roots: ['<rootDir>/test/clients'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
};
