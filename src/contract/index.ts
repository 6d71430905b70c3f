export * from './limits.js';
export * from './trade-limits.js';
export * from './errors.js';
export * from './primitives.js';
export * from './rest.js';
export * from './events.js';
export * as request from './requests.js';
export * as view from './views.js';
