// Is every `must` requirement named by a test? `node scripts/requirements.mjs [--all]`; `npm test` runs it too.
// Reads requirements.csv (SMAC_REQUIREMENTS, or ../shared/reference/requirements.csv beside the checkout) and every *.test.ts.
// Rows that only a back office or a screen can prove stand in docs/requirements-deferred.json with the reason; a deferred row that
// a test does name is reported too, so that the list cannot rot.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const csvPath = process.env.SMAC_REQUIREMENTS ?? join(root, '../shared/reference/requirements.csv');
if (!existsSync(csvPath)) {
  console.log(
    `DID NOT RUN: no requirements.csv at ${csvPath} (set SMAC_REQUIREMENTS). Which requirements the tests name was not checked.`,
  );
  process.exit(0);
}

const deferred = JSON.parse(readFileSync(join(root, 'docs/requirements-deferred.json'), 'utf8'));
const tests = globSync('{packages,apps,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: (p) => String(p).includes('node_modules'),
}).map((file) => ({ file, text: titlesOf(readFileSync(join(root, file), 'utf8')) }));
const GROUPS = {
  OPT: 'optimisation',
  SCO: 'SmartChargingOptimisation module',
  OCPI: 'OCPI',
  CSMS: 'back office of stations',
  SIM: 'simulator',
  WEB: 'operator site',
  APP: 'driver app',
  DASH: 'dashboards',
  REP: 'reports and bills',
};
const inScope = (row) => row.priority === 'must' && row.capability in GROUPS;
const rows = parseCsv(readFileSync(csvPath, 'utf8')).filter(inScope);
const naming = new Map(
  rows.map(({ id }) => [id, tests.filter(({ text }) => names(text, id)).map(({ file }) => file)]),
);
const isNamed = ({ id }) => naming.get(id).length > 0;
const isDeferred = ({ id }) => id in deferred;
const uncovered = rows.filter((row) => !isNamed(row) && !isDeferred(row));
const stale = Object.keys(deferred).filter((id) => !naming.has(id) || naming.get(id).length > 0);

for (const [group, title] of Object.entries(GROUPS)) {
  const own = rows.filter((row) => row.capability === group);
  const later = own.filter((row) => !isNamed(row) && isDeferred(row));
  const missing = own.filter((row) => !isNamed(row) && !isDeferred(row));
  const counts = [`${own.filter(isNamed).length} of ${own.length} named by a test`];
  if (later.length > 0) counts.push(`${later.length} deferred`);
  if (missing.length > 0) counts.push(`${missing.length} UNCOVERED`);
  console.log(`${group.padEnd(5)} ${title}: ${counts.join(', ')}`);
  if (process.argv.includes('--all')) {
    for (const row of own.filter(isNamed))
      console.log(`  ${row.id.padEnd(36)} ${naming.get(row.id).join(', ')}`);
  }
  for (const { id } of later) console.log(`  deferred   ${id.padEnd(20)} ${deferred[id]}`);
  for (const { id, requirement } of missing) console.log(`  UNCOVERED  ${id.padEnd(20)} ${requirement}`);
}
for (const id of stale) {
  const why = naming.has(id) ? 'a test names it' : 'no such must row';
  console.log(`${id}: ${why}, remove it from docs/requirements-deferred.json`);
}
if (uncovered.length > 0) {
  console.log(
    'Name each id in a test that proves the row; only what a back office or a screen alone can prove may be deferred.',
  );
}
process.exit(uncovered.length > 0 || stale.length > 0 ? 1 : 0);

/** Only the title of a test names a requirement; a comment or a helper does not. */
function titlesOf(text) {
  const titles = text.matchAll(/\b(?:test|it|describe|suite)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  return [...titles].map((match) => match[2]).join('\n');
}

/** An id counts only as a whole word: D4.2-§3.1-1 is not named by a test for D4.2-§3.1-1b, nor O1 by O1-removed. */
function names(text, id) {
  const literal = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w§.-])${literal}(?![\\w§]|[.-][\\w§])`, 'u').test(text);
}

function parseCsv(text) {
  const table = [];
  let row = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '"' && text[at + 1] === '"') {
      row[row.length - 1] += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ',') row.push('');
    else if (!quoted && char === '\n') {
      table.push(row);
      row = [''];
    } else if (char !== '\r') row[row.length - 1] += char;
  }
  if (row.length > 1) table.push(row);
  const [header, ...body] = table;
  return body.map((cells) => Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ''])));
}
