#!/usr/bin/env node
// Plain JavaScript that any Node can read: SMAC itself needs Node 24, which the project brings along as a dependency.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  const { main } = await import('../src/main/cli.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const runtime = findRuntime(dirname(fileURLToPath(import.meta.url)));
  if (runtime === undefined) {
    console.error(
      `smac: Node ${process.versions.node} is too old: run \`npm ci\` in the project folder, or use Node 24 or newer.`,
    );
    process.exit(2);
  }
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function findRuntime(from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(
      folder,
      'node_modules',
      'node',
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
