import config from './jest.config.js';

/** Every fault, also those whose kind a quicker test stands for in `npm test`. */
export default {
  ...config,
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: [],
  maxWorkers: 2,
};
