// Which `must` requirements have no test that names them? `node scripts/requirements.mjs [--all]`
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
    'requirements.csv is not here (set SMAC_REQUIREMENTS): coverage of requirements was not checked.',
  );
  process.exit(0);
}

const deferred = JSON.parse(readFileSync(join(root, 'docs/requirements-deferred.json'), 'utf8'));
const tests = globSync('{packages,apps,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: (p) => String(p).includes('node_modules'),
}).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const inScope = (row) =>
  row.priority === 'must' &&
  (row.capability === 'OPT' ||
    row.capability === 'SCO' ||
    (row.capability === 'OCPI' && row.binds.includes('SCSP')));
const rows = parseCsv(readFileSync(csvPath, 'utf8')).filter(inScope);

const named = new Map(
  rows.map((row) => [row.id, tests.filter((test) => names(test.text, row.id)).map((test) => test.file)]),
);
const uncovered = rows.filter((row) => named.get(row.id).length === 0 && !(row.id in deferred));
const stale = Object.keys(deferred).filter((id) => !named.has(id) || named.get(id).length > 0);

if (process.argv.includes('--all')) {
  for (const row of rows)
    console.log(
      `${row.id.padEnd(34)} ${named.get(row.id).join(', ') || `deferred: ${deferred[row.id] ?? '-'}`}`,
    );
}
for (const row of uncovered) console.log(`uncovered  ${row.id.padEnd(34)} ${row.requirement}`);
for (const id of stale)
  console.log(`no longer deferred  ${id}: remove it from docs/requirements-deferred.json`);
for (const [id, reason] of Object.entries(deferred)) console.log(`deferred   ${id.padEnd(34)} ${reason}`);
console.log(
  `${rows.length} must rows of OPT, SCO and the SCSP side of OCPI: ${rows.length - uncovered.length - Object.keys(deferred).length} named by tests, ` +
    `${Object.keys(deferred).length} deferred, ${uncovered.length} uncovered`,
);
process.exit(uncovered.length > 0 || stale.length > 0 ? 1 : 0);

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
