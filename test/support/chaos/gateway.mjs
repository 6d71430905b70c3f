import './preload.mjs';

export { start } from '../../../src/main.js';
