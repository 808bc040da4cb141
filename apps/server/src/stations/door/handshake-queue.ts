/**
 * So many TLS handshakes at once, the others wait in line: begun all together, on a machine that has no time for them, each is as slow as
 * all of them, and those that run out of time have cost the same as those that do not. Who waits costs nothing, and its time runs from its
 * turn on. Addresses take turns, so that one that knocks often does not stand before all others (RT2, RT8).
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../time/clock.ts';

export interface HandshakeQueueOptions {
  readonly clock: Clock;
  readonly atOnce: number;
  /** A handshake that takes longer waits for the other side, not for this machine: it goes on, and the next one begins, ms. */
  readonly turnMs: number;
  /** Longest wait, for its first byte and for its turn together, ms. */
  readonly waitMs: number;
  /** It waited for too long and was cut off. */
  readonly onGivenUp: (address: string) => void;
}

/** More than a first message can be. */
const HELLO_BYTES = 64 * 1024;

interface Waiting {
  readonly socket: Socket;
  readonly begin: () => void;
}

export class HandshakeQueue {
  readonly #options: HandshakeQueueOptions;
  /** By address; the first of the map has its turn next. */
  readonly #lines = new Map<string, Waiting[]>();
  /** Ends of the turns that are taken, by address and port. */
  readonly #turns = new Map<string, () => void>();
  readonly #knocking = new Set<Socket>();

  constructor(options: HandshakeQueueOptions) {
    this.#options = options;
  }

  /** Sockets that knocked and were not let begin yet. */
  get waiting(): number {
    return this.#knocking.size;
  }

  /**
   * Calls `begin` when it is the socket's turn. Who says nothing takes no place in the line: a handshake begins with the first byte of the
   * other side (T-SLOW).
   */
  enter(socket: Socket, begin: () => void): void {
    const { clock, waitMs, onGivenUp } = this.#options;
    const address = socket.remoteAddress ?? 'unknown';
    this.#knocking.add(socket);
    const end = (): void => {
      cancelWait();
      socket.off('readable', spoke);
      socket.off('end', over);
      socket.off('close', left);
      socket.off('error', ignore);
      this.#knocking.delete(socket);
    };
    const left = (): void => {
      end();
      this.#leave(address, socket);
    };
    const over = (): void => {
      left();
      socket.destroy();
    };
    // What it says is taken out, or its end would not be seen before its turn.
    const said: Buffer[] = [];
    let saidBytes = 0;
    const spoke = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      said.push(chunk);
      saidBytes += chunk.length;
      if (saidBytes > HELLO_BYTES) over();
      if (said.length > 1 || socket.destroyed) return;
      const line = this.#lines.get(address) ?? [];
      line.push({
        socket,
        begin: () => {
          end();
          socket.unshift(Buffer.concat(said));
          begin();
        },
      });
      this.#lines.set(address, line);
      this.#next();
    };
    const cancelWait = clock.after(waitMs, () => {
      over();
      onGivenUp(address);
    });
    socket.on('readable', spoke);
    socket.on('end', over);
    socket.on('close', left);
    socket.on('error', ignore);
  }

  /** The handshake of this socket (or of the TLS socket above it) is over. */
  done(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void {
    this.#turns.get(nameOf(socket))?.();
  }

  close(): void {
    // Nobody has a turn any more: those who are ended stand in their lines until their sockets say so.
    this.#lines.clear();
    for (const socket of [...this.#knocking]) socket.destroy();
    for (const end of [...this.#turns.values()]) end();
  }

  #leave(address: string, socket: Socket): void {
    const line = this.#lines.get(address)?.filter((each) => each.socket !== socket) ?? [];
    if (line.length === 0) this.#lines.delete(address);
    else this.#lines.set(address, line);
  }

  #next(): void {
    while (this.#turns.size < this.#options.atOnce) {
      const [address, line] = this.#lines.entries().next().value ?? [];
      const first = line?.shift();
      if (address === undefined || line === undefined || first === undefined) return;
      // To the end of the map: the next address has its turn before this one again.
      this.#lines.delete(address);
      if (line.length > 0) this.#lines.set(address, line);
      this.#begin(first);
    }
  }

  #begin({ socket, begin }: Waiting): void {
    const name = nameOf(socket);
    const end = (): void => {
      cancel();
      socket.off('close', end);
      if (this.#turns.get(name) !== end) return;
      this.#turns.delete(name);
      this.#next();
    };
    const cancel = this.#options.clock.after(this.#options.turnMs, end);
    this.#turns.set(name, end);
    socket.on('close', end);
    begin();
  }
}

const nameOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`;

function ignore(): void {}
