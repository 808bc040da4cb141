/** A server with a database of its own and its stations, each in a process of its own, over TLS. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { openIssuer } from '../../src/stations/index.ts';
import { systemClock } from '../../src/time/clock.ts';
import { type Child, startChild } from './child.ts';
import type { FleetAnswers } from './fleet-process.ts';
import type { Credentials, Seed, ServerAnswers } from './server-process.ts';

export interface BenchOptions {
  /** Without it the embedded database is used. */
  readonly databaseUrl: string | undefined;
  readonly stations: number;
  readonly seconds: number;
  readonly profileDir: string | undefined;
  readonly progress: (line: string) => void;
}

export interface Bench {
  readonly server: Child<ServerAnswers>;
  readonly fleet: Child<FleetAnswers>;
  readonly dataDir: string;
  /** Dials the stations; they boot and get their fallback profiles. */
  connect(who: readonly Credentials[]): Promise<{ readonly seconds: number }>;
  close(): Promise<void>;
}

/** New stations per second: what TLS of both ends on two cores allows. */
const DIALS_PER_SECOND = 100;

export async function openBench(
  options: BenchOptions,
  seed: Seed,
): Promise<Bench & { readonly who: Credentials[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-bench-'));
  const issuer = openIssuer({ dataDir, clock: systemClock, random: randomBytes });
  const { certPem, keyPem } = await issuer.server(['localhost', '127.0.0.1']);
  const files = { cert: join(dataDir, 'server.pem'), key: join(dataDir, 'server.key') };
  writeFileSync(files.cert, certPem);
  writeFileSync(files.key, keyPem);
  const ca = await issuer.certificate();
  const database = options.databaseUrl === undefined ? undefined : await ownDatabase(options.databaseUrl);
  const server = startChild<ServerAnswers>(
    './server-process.ts',
    {
      SMAC_PORT: '0',
      SMAC_DATA_DIR: dataDir,
      SMAC_OCPP_PORT: '0',
      SMAC_OCPP_TLS_CERT: files.cert,
      SMAC_OCPP_TLS_KEY: files.key,
      SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '100000',
      ...(database ? { DATABASE_URL: database.url } : {}),
    },
    options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`],
  );
  const fleet = startChild<FleetAnswers>('./fleet-process.ts', {});
  const { stationsUrl } = await server.ask('where', undefined);
  options.progress(`${seed.sites} site(s) of ${seed.stationsPerSite} stations are made`);
  const who = await server.ask('seed', seed);
  return {
    server,
    fleet,
    dataDir,
    who,
    async connect(stations) {
      options.progress(`${stations.length} stations connect`);
      const dialled = await fleet.ask('connect', {
        url: stationsUrl.replace('127.0.0.1', 'localhost'),
        ca,
        who: [...stations],
        perSecond: DIALS_PER_SECOND,
      });
      await server.ask('idle', undefined);
      return dialled;
    },
    async close() {
      await fleet.ask('end', undefined).catch(() => {});
      await fleet.stop();
      await server.ask('close', undefined).catch(() => {});
      await server.stop();
      await database?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function ownDatabase(adminUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `smac_bench_${process.pid}_${Date.now()}`;
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** Value below which so many of 1 lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
