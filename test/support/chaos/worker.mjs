import './preload.mjs';

export { start } from '../../../workers/main.js';
