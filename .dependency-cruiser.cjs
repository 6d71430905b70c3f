/** The import rules of docs/architecture.md, checked by `npm run lint`. */
const slices = 'users|listings|conversations|trade|notifications|media|moderation|webhooks';
/** Pages of their own, on top of the slices. */
const pages = 'admin|docs-site';
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-circular', 'nothing may import itself in a circle', {}, { circular: true }),
    forbid('no-unresolvable', 'every import resolves', {}, { couldNotResolve: true }),
    forbid(
      'contract-is-a-leaf',
      'the contract imports nothing of ours',
      { path: '^src/contract' },
      { path: '^(src/(?!contract)|workers|client|web|scripts)' },
    ),
    forbid(
      'domain-is-a-leaf',
      'the domain imports nothing of ours but the contract',
      { path: '^src/domain' },
      { path: '^(src/(?!domain|contract)|workers|client|web|scripts)' },
    ),
    forbid(
      'domain-is-pure',
      'the domain: types, codes and limits of the contract, no zod, no I/O, no packages but uuid',
      { path: '^src/domain' },
      {
        path: '^(src/contract/(?!(errors|limits|account-limits|trade-limits)\\.ts)|node_modules/(?!uuid/))',
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'domain-without-node',
      'the domain runs in a browser too: the mock gateway plays it',
      { path: '^src/domain' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'client-knows-the-contract-only',
      'client: types, codes and limits of the contract; the mock gateway plays the domain too',
      { path: '^client', pathNot: '^client/testing' },
      { path: '^(src/(?!contract)|workers|web|scripts)' },
    ),
    forbid(
      'mock-plays-the-domain',
      'client/testing: the contract and the domain',
      { path: '^client/testing' },
      { path: '^(src/(?!contract|domain)|workers|web|scripts)' },
    ),
    forbid(
      'web-knows-the-client-only',
      'web is built on client alone',
      { path: '^web' },
      { path: '^(src|workers|scripts)' },
    ),
    forbid(
      'mongoose-in-stores',
      'mongoose only in stores and platform',
      { path: '^(src|workers)', pathNot: '(\\.store\\.ts$|^src/platform)' },
      { path: 'node_modules/(mongoose|mongodb)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'socket.io-in-realtime',
      'socket.io only in realtime and *.socket.ts',
      { path: '^(src|workers)', pathNot: '(\\.socket\\.ts$|^src/realtime)' },
      { path: 'node_modules/(socket\\.io|@socket\\.io)/' },
    ),
    forbid(
      'bullmq-in-queues',
      'bullmq only in platform/queues, its dashboard and workers',
      { path: '^src', pathNot: '^src/(platform/queues|admin/queue-board)\\.ts$' },
      { path: 'node_modules/(bullmq|@bull-board)/' },
    ),
    forbid(
      'express-at-the-doors',
      'express only in http and the doors',
      { path: '^(src|workers)', pathNot: '(\\.routes\\.ts$|^src/http)' },
      { path: 'node_modules/express/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'slices-meet-at-the-index',
      'a slice imports another slice through its index',
      { path: `^src/(${slices})/` },
      { path: `^src/(${slices})/(?!index\\.ts$)`, pathNot: '^src/$1/' },
    ),
    forbid(
      'slices-know-no-edge',
      'only doors know http and realtime',
      { path: `^src/(${slices})/`, pathNot: '\\.(routes|socket)\\.ts$' },
      { path: '^src/(http|realtime)' },
    ),
    forbid(
      'platform-knows-no-slice',
      'platform knows the contract, and nothing of what it carries',
      { path: '^src/platform' },
      { path: '^(src/(?!platform|contract)|workers)' },
    ),
    forbid(
      'doors-know-no-slice',
      'http and realtime are the mechanism of a door: slices and pages mount themselves on it',
      { path: '^src/(http|realtime)' },
      { path: `^src/(${slices}|${pages})` },
    ),
    forbid(
      'pages-on-top',
      'nothing but the composition root imports the pages of operators and the documents',
      { path: '^(src|workers)', pathNot: `^src/(${pages}|main)` },
      { path: `^src/(${pages})/` },
    ),
    forbid(
      'http-says-what-it-needs',
      'http stands beside the context, so that slices stand a floor lower: it names the parts that it uses',
      { path: '^src/http' },
      { path: '^src/context' },
    ),
    forbid(
      'context-knows-no-slice',
      'the context is what slices are built on',
      { path: '^src/context' },
      { path: '^(src/(?!platform|context|metrics)|workers)' },
    ),
    forbid(
      'roots-are-imported-by-nobody',
      'a composition root is where a process begins',
      {},
      { path: '^(src|workers|cli)/main' },
    ),
    forbid(
      'slices-are-built-once',
      'workers get slices whole from src/slices.ts, and build no store of one',
      { path: '^workers' },
      { path: `^src/(${slices})/(?!index\\.ts$)` },
    ),
    forbid(
      'migrations-on-top',
      'migrations know all stores; what starts a process, prepares a database or measures may run them',
      { path: '^src', pathNot: '^src/(migrations|main)' },
      { path: '^src/migrations' },
    ),
    forbid(
      'nothing-needs-the-command-line',
      'the command line is on top of all that ships',
      { path: '^(src|workers|client|web|scripts|bench)' },
      { path: '^cli/' },
    ),
    forbid(
      'two-doors-apart',
      'http and realtime share platform, not each other',
      { path: '^src/realtime' },
      { path: '^src/http' },
    ),
    forbid(
      'server-imports-no-tooling',
      'what ships never imports scripts or bench',
      { path: '^(src|workers)' },
      { path: '^(scripts|bench|test|web)' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(client/(dist|examples)|scripts/generators/calls)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
