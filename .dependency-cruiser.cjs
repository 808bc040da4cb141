// The borders of ARCHITECTURE.md, section "Borders". scripts/borders.mjs runs them and proves that they bite.
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(packages|apps)/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    // A component may contain itself: that is how Svelte draws a tree.
    { name: 'no-circular', severity: 'error', from: { path: '^(.+)$' }, to: { circular: true, pathNot: '^$1$', viaOnly: { dependencyTypesNot: ['type-only'] } } },
    // What Vite makes while it builds has no file.
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
    only('optimiser-stands-alone', 'the optimiser imports no other package', '^packages/optimiser/', []),
    only('ocpi-stands-alone', 'protocol packages do not import each other', '^packages/ocpi/', []),
    only('ocpp-stands-alone', 'protocol packages do not import each other', '^packages/ocpp/', []),
    only('grid-stands-alone', 'protocol packages do not import each other', '^packages/grid/', []),
    only('simulator-speaks-protocols', 'the simulator may use protocol packages, never the product', '^packages/simulator/', [
      '^packages/ocpi/',
      '^packages/ocpp/',
    ]),
    {
      name: 'profiles-are-pure',
      comment: 'the charging-profile algebra knows no socket, no schema and no message: it is useful alone',
      severity: 'error',
      from: { path: '^packages/ocpp/src/profiles/' },
      to: { path: '^packages/ocpp/src/', pathNot: ['^packages/ocpp/src/profiles/'] },
    },
    {
      name: 'simulated-stations-judge-alone',
      comment: 'the simulated station evaluates profiles by itself: it shares no code with the algebra it is the oracle of',
      severity: 'error',
      from: { path: '^packages/simulator/src/', pathNot: ['(\\.test\\.ts$|/testing/)'] },
      to: { path: '^packages/ocpp/src/profiles/' },
    },
    {
      name: 'checker-shares-nothing',
      comment: 'the independent checker shares no code with the solvers: it may import the contract types only',
      severity: 'error',
      from: { path: '^packages/optimiser/src/checker/' },
      to: { path: '^packages/optimiser/src/', pathNot: ['^packages/optimiser/src/checker/', '^packages/optimiser/src/contract/'] },
    },
    {
      name: 'sites-before-planning-before-dispatch',
      comment: 'rooms of the server point one way: sites <- planning <- roles, api, main; dispatch knows no planning',
      severity: 'error',
      from: { path: '^apps/server/src/sites/' },
      to: { path: '^apps/server/src/(planning|dispatch|grid|roles|api|main)/' },
    },
    {
      name: 'dispatch-knows-no-role',
      comment: 'the guard reaches a station or a back office only through the Target port',
      severity: 'error',
      from: { path: '^apps/server/src/dispatch/' },
      to: { path: '^apps/server/src/(planning|grid|roles|api|main)/' },
    },
    {
      name: 'planning-knows-no-role',
      severity: 'error',
      from: { path: '^apps/server/src/planning/' },
      to: { path: '^apps/server/src/(grid|roles|api|main)/' },
    },
    {
      name: 'scsp-without-ocpp',
      comment: 'SMC_002: the SCSP and hub roles have no OCPP dependency',
      severity: 'error',
      from: { path: '^apps/server/src/roles/(scsp|hub)/' },
      to: { path: '(^packages/ocpp/|^apps/server/src/stations/)' },
    },
    {
      name: 'pages-know-the-api-only',
      comment: 'what runs in a browser speaks to the server by its API: it imports no room of it and no package',
      severity: 'error',
      from: { path: '^apps/web/src/' },
      to: { path: '^(packages|apps)/', pathNot: ['^apps/web/src/'] },
    },
    {
      name: 'tests-stay-tests',
      comment: 'product code never imports a test or a test oracle',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|/testing/|/bench/|^scripts/|^apps/web/(e2e|openapi)/)' },
      to: { path: '(\\.test\\.ts$|/testing/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is built for browsers loads in circles that no source has.
    exclude: { path: 'node_modules|apps/web/dist' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
