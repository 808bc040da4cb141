// Writes the table of settings between the markers of the READMEs; a test fails when it is not current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationTable } from '../apps/server/src/config/table.ts';

const BLOCK = /<!-- configuration -->[\s\S]*?<!-- \/configuration -->/;

for (const name of ['../README.md', '../apps/server/README.md']) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  if (!existsSync(file)) continue;
  const text = readFileSync(file, 'utf8');
  if (!BLOCK.test(text)) {
    console.error(
      `${name} has no configuration markers: put <!-- configuration --> and <!-- /configuration --> where the table belongs.`,
    );
    process.exitCode = 1;
    continue;
  }
  writeFileSync(
    file,
    text.replace(BLOCK, () => `<!-- configuration -->\n${configurationTable()}\n<!-- /configuration -->`),
  );
}
