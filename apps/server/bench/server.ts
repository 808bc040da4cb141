/**
 * Memory and start of the real server process: resident memory of an idle server after its first start and after a restart with the
 * embedded database, with a PostgreSQL where TEST_DATABASE_URL names one, and the time from the start of the demo to its first plan.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const SMAC = fileURLToPath(new URL('../bin/smac.mjs', import.meta.url));
/** An idle server is measured after this long without anything to do. */
const SETTLE_MS = 15_000;
const START_MS = 120_000;

const dataDir = mkdtempSync(join(tmpdir(), 'smac-bench-'));
try {
  console.log(`idle memory, first start, embedded: ${await idle(dataDir)} MB (wanted: <= 700)`);
  console.log(`idle memory, restart, embedded: ${await idle(dataDir)} MB (wanted: <= 500)`);
  console.log(await onPostgres());
  console.log(`cold start of the demo to its first plan: ${await coldStart()} s (wanted: <= 40)`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function onPostgres(): Promise<string> {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) return 'idle memory on PostgreSQL: not measured, TEST_DATABASE_URL names none';
  const name = `smac_bench_${process.pid}`;
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query(`create database ${name}`);
  try {
    const own = new URL(url);
    own.pathname = `/${name}`;
    const memoryMb = await idle(join(dataDir, 'pg'), { DATABASE_URL: own.href });
    return `idle memory on PostgreSQL: ${memoryMb} MB (wanted: <= 250)`;
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

/** Resident memory in MB of a server that has nothing to do. */
async function idle(folder: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = start(['serve'], folder, env);
  try {
    await said(server, /Ready: /);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const pages = readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/);
    return (Number(pages![1]) / 1024).toFixed(0);
  } finally {
    await stopped(server);
  }
}

async function coldStart(): Promise<string> {
  const startMs = performance.now();
  const server = start(['serve', '--demo'], join(dataDir, 'demo'));
  try {
    await said(server, /Planned [1-9]\d* session/);
    return ((performance.now() - startMs) / 1000).toFixed(1);
  } finally {
    await stopped(server);
  }
}

function start(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [SMAC, ...args], {
    env: { ...process.env, SMAC_PORT: '0', SMAC_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function said(server: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(
      () => reject(new Error(`nothing like ${pattern} in two minutes:\n${text}`)),
      START_MS,
    );
    const hear = (chunk: Buffer) => {
      text += chunk;
      if (!pattern.test(text)) return;
      clearTimeout(late);
      resolve();
    };
    server.stdout!.on('data', hear);
    server.stderr!.on('data', hear);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
  });
}

function stopped(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.removeAllListeners('exit');
    if (server.exitCode !== null) return resolve();
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
