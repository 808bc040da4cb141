import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the border rules of this repository say about a small house with the given files. */
function cruise(files: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly output: string;
} {
  const house = mkdtempSync(join(tmpdir(), 'smac-borders-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    const done = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        '--config',
        join(root, '.dependency-cruiser.cjs'),
        'apps',
        'packages',
      ],
      { cwd: house, encoding: 'utf8' },
    );
    return { status: done.status, output: `${done.stdout}${done.stderr}` };
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

const exporting = 'export const something = 1;\n';
const importing = (path: string) => `import { something } from '${path}';\nexport const used = something;\n`;
const SCSP = 'apps/server/src/roles/scsp/target.ts';

test('D4.2-§3.3.5 SMC_002: code of the SCSP role that reaches for OCPP or for a station is refused by the border rules', () => {
  const ocpp = cruise({
    'packages/ocpp/src/index.ts': exporting,
    'packages/ocpi/src/index.ts': exporting,
    [SCSP]: importing('../../../../../packages/ocpp/src/index.ts'),
  });
  assert.notEqual(ocpp.status, 0, ocpp.output);
  assert.match(ocpp.output, /scsp-without-ocpp: apps\/server\/src\/roles\/scsp\/target\.ts/);
  const station = cruise({
    'packages/ocpi/src/index.ts': exporting,
    'apps/server/src/stations/station.ts': exporting,
    [SCSP]: importing('../../stations/station.ts'),
  });
  assert.match(station.output, /scsp-without-ocpp: apps\/server\/src\/roles\/scsp\/target\.ts/);
});

test('SC2: the grid library stands alone: it cannot reach another protocol', () => {
  const aside = cruise({
    'packages/ocpi/src/index.ts': exporting,
    'packages/grid/src/index.ts': importing('../../ocpi/src/index.ts'),
    'apps/server/src/main/main.ts': exporting,
  });
  assert.match(aside.output, /grid-stands-alone: packages\/grid\/src\/index\.ts/);
});

test('D4.2-§3.3.5: the OCPI library cannot reach OCPP either; the SCSP role may use OCPI', () => {
  const aside = cruise({
    'packages/ocpp/src/index.ts': exporting,
    'packages/ocpi/src/index.ts': importing('../../ocpp/src/index.ts'),
    'apps/server/src/main/main.ts': exporting,
  });
  assert.match(aside.output, /ocpi-stands-alone: packages\/ocpi\/src\/index\.ts/);
  const allowed = cruise({
    'packages/ocpi/src/index.ts': exporting,
    [SCSP]: importing('../../../../../packages/ocpi/src/index.ts'),
  });
  assert.equal(allowed.status, 0, allowed.output);
});
