import config from './jest.config.js';

/** For the tests that test/faults/matrix.json names, and those whose kind a quicker one stands for in `npm test`. */
export default {
  ...config,
  testPathIgnorePatterns: ['/test/(browser|clients)/'],
  // Of two cores one carries the servers under load.
  maxWorkers: '50%',
};
