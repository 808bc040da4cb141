/** The network between stations and a back office, as it is: slow, and now and then a line that looks alive and carries nothing. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock/virtual-clock.ts';

export interface FaultyNetworkOptions {
  readonly clock: Clock;
  /** Where the back office listens: `ws://host:port/path`. TLS cannot be told apart by station and is refused. */
  readonly target: string;
  /** One way, ms. */
  readonly latencyMs: number;
}

interface Link {
  readonly identity: string;
  readonly station: Socket;
  readonly server: Socket;
  isDead: boolean;
  /** Bytes keep their order, however late. */
  free: { up: number; down: number };
}

/** A relay on a port of this machine; stations dial `url` instead of the back office. */
export class FaultyNetwork {
  readonly #options: FaultyNetworkOptions;
  readonly #relay: Server;
  readonly #links = new Set<Link>();
  readonly #dead = new Set<string>();
  #travelling = 0;
  #swallowed = 0;

  constructor(options: FaultyNetworkOptions) {
    const { protocol } = new URL(options.target);
    if (protocol !== 'ws:') throw new RangeError('latency and half-open lines can be played on ws:// only');
    this.#options = options;
    this.#relay = createServer((socket) => this.#take(socket));
  }

  /** Something is under way that only time brings to its end. */
  get isHolding(): boolean {
    return this.#travelling > 0 || (this.#swallowed > 0 && this.#dead.size > 0);
  }

  async open(): Promise<string> {
    this.#relay.listen(0, '127.0.0.1');
    await once(this.#relay, 'listening');
    const { port } = this.#relay.address() as AddressInfo;
    return `ws://127.0.0.1:${port}${new URL(this.#options.target).pathname}`;
  }

  /** From now on nothing passes and nobody is told; the end of it breaks the connection. */
  setHalfOpen(identity: string, isHalfOpen: boolean): void {
    if (isHalfOpen) this.#dead.add(identity);
    else this.#dead.delete(identity);
    for (const link of this.#links) {
      if (link.identity !== identity) continue;
      if (isHalfOpen) link.isDead = true;
      else this.#break(link);
    }
    if (this.#dead.size === 0) this.#swallowed = 0;
  }

  async close(): Promise<void> {
    for (const link of this.#links) this.#break(link);
    this.#relay.close();
    await once(this.#relay, 'close');
  }

  #take(station: Socket): void {
    station.on('error', () => station.destroy());
    station.once('data', (first) => {
      const identity = identityIn(first);
      if (identity === undefined || this.#dead.has(identity)) {
        station.destroy();
        return;
      }
      const { hostname, port } = new URL(this.#options.target);
      const server = connect(Number(port || 80), hostname);
      const link: Link = { identity, station, server, isDead: false, free: { up: 0, down: 0 } };
      this.#links.add(link);
      server.on('error', () => this.#break(link));
      server.on('close', () => this.#break(link));
      station.on('close', () => this.#break(link));
      station.on('data', (chunk) => this.#pass(link, 'up', chunk));
      server.on('data', (chunk) => this.#pass(link, 'down', chunk));
      this.#pass(link, 'up', first);
    });
  }

  #pass(link: Link, way: 'up' | 'down', chunk: Buffer): void {
    if (link.isDead) {
      this.#swallowed += 1;
      return;
    }
    const to = way === 'up' ? link.server : link.station;
    const { clock, latencyMs } = this.#options;
    if (latencyMs === 0) {
      to.write(chunk);
      return;
    }
    const dueMs = Math.max(clock.now() + latencyMs, link.free[way]);
    link.free[way] = dueMs;
    this.#travelling += 1;
    clock.after(dueMs - clock.now(), () => {
      this.#travelling -= 1;
      if (!link.isDead && !to.destroyed) to.write(chunk);
    });
  }

  #break(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.isDead = true;
    link.station.destroy();
    link.server.destroy();
  }
}

function identityIn(first: Buffer): string | undefined {
  const path = /^GET (\S+) HTTP/.exec(first.toString('latin1'))?.[1];
  const last = path?.split('?')[0]?.split('/').at(-1);
  return last === undefined || last === '' ? undefined : decodeURIComponent(last);
}
