import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { CannotStart, type Config } from '../../config/index.ts';
import { openStore } from '../../store/index.ts';
import { systemClock } from '../../time/clock.ts';
import { compose } from '../compose.ts';
import { silentLog } from '../log.ts';
import { localSocketPath } from '../web-server.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Calls the API as the user of this machine. */
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<Answer>;

/**
 * Runs `work` against the running server, by the socket in the data folder that only this user can open; without one, against the
 * same API on the database itself. So every command has one implementation, and one process at a time owns the data.
 */
export async function withServer<T>(config: Config, work: (call: Call) => Promise<T>): Promise<T> {
  const call = bySocket(localSocketPath(config.dataDir));
  if (await isAnswered(call)) return work(call);
  const store = await openStore(config);
  try {
    const scheme = config.tlsCert === undefined ? 'http' : 'https';
    const house = await compose(
      config,
      store,
      { clock: systemClock, random: randomBytes, log: silentLog },
      { publicUrl: config.publicUrl ?? `${scheme}://${config.host}:${config.port}`, isLocal: () => true },
    );
    try {
      await house.grid.load();
      return await work(async (method, url, payload) => {
        const answer = await house.app.inject({
          method,
          url,
          ...(payload === undefined ? {} : { payload: payload as object }),
        });
        return { status: answer.statusCode, body: answer.body };
      });
    } finally {
      await house.end();
      await house.app.close();
    }
  } finally {
    await store.close();
  }
}

/** The answer's JSON; a refusal becomes the sentence it holds. */
export function dataOf(answer: Answer): unknown {
  const data: unknown = JSON.parse(answer.body);
  if (answer.status < 300) return data;
  const detail =
    typeof data === 'object' && data !== null && 'detail' in data ? String(data.detail) : answer.body;
  throw new CannotStart(detail);
}

/** The API of the server that runs in this data folder; undefined when none does. */
export async function runningServer(config: Config): Promise<Call | undefined> {
  const call = bySocket(localSocketPath(config.dataDir));
  return (await isAnswered(call)) ? call : undefined;
}

export async function isServerRunning(config: Config): Promise<boolean> {
  return isAnswered(bySocket(localSocketPath(config.dataDir)));
}

async function isAnswered(call: Call): Promise<boolean> {
  try {
    return (await call('GET', '/healthz')).status > 0;
  } catch {
    return false;
  }
}

function bySocket(socketPath: string): Call {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const call = request(
        {
          socketPath,
          method,
          path,
          headers:
            text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        },
        async (response) => {
          const parts: Buffer[] = [];
          try {
            for await (const part of response) parts.push(part as Buffer);
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') });
          } catch (error) {
            reject(error);
          }
        },
      );
      call.on('error', reject);
      call.end(text);
    });
}

/** Streams a GET of the running server; undefined when none runs. */
export async function streamFromServer(
  config: Config,
  path: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const socketPath = localSocketPath(config.dataDir);
  if (!(await isAnswered(bySocket(socketPath)))) return undefined;
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else
        reject(
          new CannotStart(`The running server refused the copy (HTTP ${response.statusCode}): see its log.`),
        );
    });
    call.on('error', reject);
    call.end();
  });
}
