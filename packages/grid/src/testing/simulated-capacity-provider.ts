/**
 * A grid operator's OSCP 2.0 platform for tests: real HTTP on a free port. It is written from the schema and the message table of the
 * protocol and uses nothing of the adapter it is played against, so that each is the other's check.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** One request that arrived here. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, never>> | undefined;
  /** What the schema says against it. */
  readonly problem: string | undefined;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
}

const DEFINITIONS: Readonly<Record<string, string>> = {
  register: 'Register',
  handshake: 'Handshake',
  handshake_acknowledge: 'HandshakeAcknowledge',
  heartbeat: 'Heartbeat',
  adjust_group_capacity_forecast: 'GroupCapacityForecast',
  update_group_capacity_forecast: 'GroupCapacityForecast',
  group_capacity_compliance_error: 'GroupCapacityComplianceError',
  update_group_measurements: 'UpdateGroupMeasurements',
  update_asset_measurements: 'UpdateAssetMeasurements',
};

const schema = JSON.parse(readFileSync(new URL('../oscp/oscp-2.0.schema.json', import.meta.url), 'utf8'));

export class SimulatedCapacityProvider {
  /** Everything that arrived, in order. */
  readonly heard: Heard[] = [];
  /** Status per path instead of 204. */
  readonly answers: Record<string, number> = {};
  /** Versions offered in Register. */
  versions: { version: string; base_url: string }[] = [];
  /** What the other side is called by. */
  theirUrl = '';
  theirToken = '';
  readonly #server: Server;
  readonly #ajv: Ajv2020;
  readonly #waiting: { path: string; resolve: (heard: Heard) => void }[] = [];
  #ownToken = '';
  #count = 0;

  constructor() {
    this.#ajv = new Ajv2020({ strict: false });
    formats.default(this.#ajv, ['date-time', 'uri']);
    this.#ajv.addSchema(schema, 'oscp');
    this.#server = createServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      request.on('end', () => {
        const path = (request.url ?? '').replace(/^.*\//, '');
        const text = Buffer.concat(chunks).toString('utf8');
        const body = text === '' ? undefined : JSON.parse(text);
        const heard = {
          method: request.method ?? '',
          path,
          headers: request.headers,
          body,
          problem: this.#problemOf(path, body, request),
        };
        if (path === 'register' && body !== undefined && this.#answerTo(heard) === 204) {
          this.theirToken = body.token;
          this.theirUrl = body.version_url[0].base_url;
        }
        this.heard.push(heard);
        const status = this.#answerTo(heard);
        response
          .writeHead(status)
          .end(status === 204 ? '' : JSON.stringify({ message: heard.problem ?? 'no' }));
        const waiting = this.#waiting.findIndex((each) => each.path === path);
        if (waiting >= 0) this.#waiting.splice(waiting, 1)[0]?.resolve(heard);
      });
    });
  }

  static async start(role: 'cp' | 'co' = 'cp'): Promise<SimulatedCapacityProvider> {
    const provider = new SimulatedCapacityProvider();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    const { port } = provider.#server.address() as AddressInfo;
    provider.versions = [{ version: '2.0', base_url: `http://127.0.0.1:${port}/oscp/${role}/2.0` }];
    return provider;
  }

  get baseUrl(): string {
    return this.versions[0]?.base_url ?? '';
  }

  /** The token that a person hands over so that the other side can begin. */
  inviteToken(): string {
    this.#ownToken = `invite-${this.#number()}`;
    return this.#ownToken;
  }

  /** Resolves with the next request to the path; ask before what causes it. */
  next(path: string): Promise<Heard> {
    return new Promise((resolve) => {
      this.#waiting.push({ path, resolve });
    });
  }

  /** The last body that arrived at the path. */
  last(path: string): Heard | undefined {
    return this.heard.findLast((heard) => heard.path === path);
  }

  /** Registers with a token that the other side gave out, and waits for its half. */
  async register(versionUrl: string, token: string): Promise<Answered> {
    this.theirUrl = versionUrl;
    this.theirToken = token;
    const theirs = this.next('register');
    const answer = await this.sendRegister();
    if (answer.status === 204) await theirs;
    return answer;
  }

  sendRegister(method: 'POST' | 'PUT' = 'POST'): Promise<Answered> {
    this.#ownToken = `own-${this.#number()}`;
    return this.post('register', { token: this.#ownToken, version_url: this.versions }, { method });
  }

  async handshake(heartbeatS?: number): Promise<Heard> {
    const acknowledged = this.next('handshake_acknowledge');
    const wanted = heartbeatS === undefined ? {} : { heartbeat_interval: heartbeatS };
    await this.post('handshake', {
      required_behaviour: { ...wanted, measurement_configuration: ['CONTINUOUS'] },
    });
    return acknowledged;
  }

  heartbeat(untilMs: number): Promise<Answered> {
    return this.post('heartbeat', { offline_mode_at: new Date(untilMs).toISOString() });
  }

  /** Capacities of equal blocks, one after the other. */
  forecast(
    groupId: string,
    type: string,
    startMs: number,
    blockMs: number,
    capacities: readonly number[],
    unit = 'KW',
    phase = 'ALL',
  ): Promise<Answered> {
    return this.post('update_group_capacity_forecast', {
      group_id: groupId,
      type,
      forecasted_blocks: capacities.map((capacity, at) => ({
        capacity,
        phase,
        unit,
        start_time: new Date(startMs + at * blockMs).toISOString(),
        end_time: new Date(startMs + (at + 1) * blockMs).toISOString(),
      })),
    });
  }

  async post(
    path: string,
    body: unknown,
    how: {
      readonly method?: string;
      readonly token?: string | undefined;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Answered> {
    const requestId = `cp-${this.#number()}`;
    const answer = await fetch(`${this.theirUrl}/${path}`, {
      method: how.method ?? 'POST',
      headers: {
        authorization: `Token ${how.token ?? this.theirToken}`,
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...how.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.text(), requestId };
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #number(): number {
    this.#count += 1;
    return this.#count;
  }

  #answerTo({ path, problem }: Heard): number {
    return this.answers[path] ?? (problem === undefined ? 204 : 400);
  }

  #problemOf(path: string, body: unknown, request: IncomingMessage): string | undefined {
    if (request.headers.authorization !== `Token ${this.#ownToken}`) return 'Authorization';
    if (request.headers['x-request-id'] === undefined) return 'X-Request-ID';
    if (request.method === 'DELETE') return body === undefined ? undefined : 'a body';
    const definition = DEFINITIONS[path];
    if (definition === undefined) return `no such message: ${path}`;
    const validate = this.#ajv.getSchema(`oscp#/$defs/${definition}`);
    return validate?.(body) ? undefined : this.#ajv.errorsText(validate?.errors ?? []);
  }
}
