import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import process from 'node:process';
import { CannotStart, type Config } from '../../config/index.ts';
import { dataFolder, openStore } from '../../store/index.ts';
import type { Command } from '../cli.ts';
import { VERSION } from '../version.ts';
import { configOf } from './arguments.ts';
import { isServerRunning } from './server-call.ts';

interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

const LEAST_FREE_BYTES = 1024 ** 3;

/** `smac doctor`: what is there and what is missing; exit code 1 when something is. */
export const doctor: Command = async (_args, streams) => {
  const config = configOf(streams.env);
  const running = await isServerRunning(config);
  const findings: Finding[] = [
    {
      ok: true,
      text: `SMAC ${VERSION}, Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    },
    { ok: true, text: 'Every setting is valid' },
    {
      ok: true,
      text: running
        ? 'A server is running with this data folder'
        : 'No server is running with this data folder',
    },
    await folderFinding(config),
    ...(running ? [] : [await portFinding(config), await databaseFinding(config)]),
    mailFinding(config),
    solverFinding(await solverTime()),
    {
      ok: totalmem() >= LEAST_FREE_BYTES,
      text: `Memory: ${gigabytes(freemem())} of ${gigabytes(totalmem())} free; SMAC needs about 0.7`,
    },
  ];
  for (const { ok, text } of findings) streams.stdout.write(`${ok ? 'ok     ' : 'MISSING'}  ${text}\n`);
  return findings.every((finding) => finding.ok) ? 0 : 1;
};

async function folderFinding({ dataDir }: Config): Promise<Finding> {
  return attempt(async () => {
    const folder = dataFolder(dataDir);
    const { bavail, bsize } = await statfs(folder);
    return {
      ok: bavail * bsize >= LEAST_FREE_BYTES,
      text: `Data folder ${folder}: ${gigabytes(bavail * bsize)} free; have at least 1`,
    };
  });
}

async function portFinding({ host, port }: Config): Promise<Finding> {
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => resolve(true));
  });
  probe.close();
  return {
    ok: free,
    text: free
      ? `Port ${port} on ${host} is free`
      : `Port ${port} on ${host} is in use: set SMAC_PORT to a free one`,
  };
}

async function databaseFinding(config: Config): Promise<Finding> {
  return attempt(async () => {
    const store = await openStore(config);
    await store.close();
    return {
      ok: true,
      text: `Database: ${store.kind === 'pglite' ? 'embedded PostgreSQL' : 'PostgreSQL'} in ${store.place} opens`,
    };
  });
}

/** Nothing is missing without: links are handed over on screen, and drivers are told by the app. */
function mailFinding({ mailUrl }: Config): Finding {
  return {
    ok: true,
    text: mailUrl === undefined ? 'E-mail is off: SMAC_MAIL_URL is not set' : 'E-mail is on',
  };
}

async function solverTime(): Promise<number> {
  const { parseProblem, planNow } = await import('@smac/optimiser');
  const parsed = parseProblem({
    start: '2026-01-01T00:00:00Z',
    slots: 4,
    sessions: [{ id: 'a', max_charge_w: 11_000, energy_need_wh: 1_000 }],
  });
  if (!parsed.ok) return Number.NaN;
  const plan = await planNow(parsed.problem);
  return plan.status === 'optimal' ? plan.solve_ms : Number.NaN;
}

function solverFinding(ms: number): Finding {
  return Number.isNaN(ms)
    ? { ok: false, text: 'The solver gives no optimal plan: run `npm ci` again' }
    : { ok: true, text: `The solver plans (${ms.toFixed(0)} ms)` };
}

async function attempt(work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CannotStart) return { ok: false, text: error.message };
    throw error;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}
