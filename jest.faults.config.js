import config from './jest.config.js';

/** For the tests that test/faults/matrix.json names, and those whose kind a quicker one stands for in `npm test`. */
export default {
  ...config,
  testPathIgnorePatterns: ['/test/(browser|clients)/'],
  maxWorkers: 2,
};
